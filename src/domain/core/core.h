/* The living contact centre of one shard. Single-threaded and deterministic: a step changes the
 * world and collects effects; it does no I/O and reads no clock. The same core runs under the real
 * clock, the virtual clock and the simulator.
 *
 * A command is a function and its arguments. It validates first and changes the world only when it
 * can finish: when it returns an error the world is as before and *fx holds at most notices. */
#ifndef DOMAIN_CORE_CORE_H
#define DOMAIN_CORE_CORE_H
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct effects;
struct store;
struct world;
typedef enum err command_fn(struct world *w, const void *args, struct effects *fx);
struct world_options {
    uint64_t seed; /* ids and ties; from the kernel in production */
    int64_t now_ms;
};
struct world *world_new(const struct world_options *options);
void world_free(struct world *w);
/* Rebuilds everything from the rows of the store; call once, before the first step. */
enum err world_load(struct world *w, struct store *s);
/* Runs one command at `now_ms` (never before the last). Effects are complete when it returns. */
enum err core_step(struct world *w, int64_t now_ms, command_fn *command, const void *args,
                   struct effects *fx);
/* When the next timer falls due; INT64_MAX: none. core_step(w, now, core_fire_due, NULL, fx)
 * fires the first that is due, or does nothing; call it until nothing is due. */
int64_t core_next_due(const struct world *w);
command_fn core_fire_due;
#endif
