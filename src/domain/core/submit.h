/* How the upper floor hands a command to the core thread. Implemented by the engine
 * (src/server/engine.c); tests may supply their own that steps a world at once. */
#ifndef DOMAIN_CORE_SUBMIT_H
#define DOMAIN_CORE_SUBMIT_H
#include "domain/core/core.h"
struct core_port;
struct core_answer {
    enum err err;
    struct slice result, detail; /* as in struct effects; valid during the call */
};
/* Runs once, on another thread, after the command's batch is durable (or the command refused). */
typedef void core_done(void *ctx, const struct core_answer *answer);
struct core_command {
    command_fn *run;
    const void *args; /* must live until done */
    core_done *done;  /* NULL: nobody waits */
    void *ctx;
};
struct core_port {
    /* ERR_LIMIT: LIMIT_core_queue_max commands wait; ERR_UNAVAILABLE: shutting down. Then `done` is
     * not called. */
    enum err (*submit)(struct core_port *port, const struct core_command *command);
};
#endif
