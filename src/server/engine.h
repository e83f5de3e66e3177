/* The engine: the core thread and what stands around it. Commands come in by a bounded queue, are
 * run one after another on the world, and their effects go to the store thread as one ticket each.
 * Only when a ticket is durable are catalogue versions published, events told to the subscribers
 * and the command answered, all on the store thread and in the order in which the core decided.
 *
 * When a commit fails the world in memory is ahead of the disk: from then on every command is
 * refused with ERR_UNAVAILABLE and engine_is_sound() is false, until the process is started again
 * and rebuilds the world from what is durable. */
#ifndef SERVER_ENGINE_H
#define SERVER_ENGINE_H
#include <stdbool.h>
#include <stdint.h>

#include "domain/core/submit.h"
#include "domain/event/event.h"
struct clock;
struct engine;
struct store_writer;
struct world;
/* Runs on the store thread for every event and notice; must only hand over and return. The event
 * lives during the call. */
typedef void engine_subscriber(void *ctx, const struct event *event);
enum { ENGINE_SUBSCRIBER_MAX = 8 };
struct engine_options {
    struct clock *clock;
    struct world *world;         /* loaded; the engine's alone from start to stop */
    struct store_writer *writer; /* outlives the engine */
    uint64_t last_seq;           /* of the journal */
    /* May be NULL. Run again and again until *first_over, at the clock's present but before the
     * timers that came due while nothing ran; what it needs lives until engine_stop. */
    command_fn *first;
    const void *first_args;
    const bool *first_over;
};
enum err engine_new(const struct engine_options *options, struct engine **out);
void engine_subscribe(struct engine *e, engine_subscriber *fn, void *ctx); /* before engine_start */
enum err engine_start(struct engine *e);
/* Refuses new commands, finishes those waiting, ends the core thread. The writer is still needed
 * until it returns. */
void engine_stop(struct engine *e);
void engine_free(struct engine *e);
struct core_port *engine_port(struct engine *e);
bool engine_is_sound(struct engine *e);
/* Last journal number given out and made durable. Any thread. */
uint64_t engine_durable_seq(struct engine *e);
/* Fires what is due at the clock's present and waits until that is durable and told. Not on the
 * core or store thread. */
enum err engine_settle(struct engine *e);
/* The earliest core timer as of the last step; INT64_MAX: none. Any thread; exact after
 * engine_settle. */
int64_t engine_next_due(struct engine *e);
/* Submits and waits for the answer; `arena` (may be NULL) keeps a copy of result and detail. Not on
 * the core or store thread. */
enum err engine_run(struct engine *e, command_fn *run, const void *args, struct arena *arena,
                    struct core_answer *answer);
#endif
