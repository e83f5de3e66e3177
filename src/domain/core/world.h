/* What every room of the domain shares: the world is a set of parts, each with its own state, plus
 * time, randomness and timers. Core thread only.
 *
 *     w = world_new(&options);
 *     catalog_attach / centre_attach ... (each calls world_attach)
 *     world_load(w, store); */
#ifndef DOMAIN_CORE_WORLD_H
#define DOMAIN_CORE_WORLD_H
#include <stdint.h>

#include "base/err.h"
#include "base/heap.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "domain/core/core.h"
#include "domain/core/org.h"
/* In the order in which they are loaded and settled. */
enum world_part {
    WORLD_CATALOG,
    WORLD_IDENTITY,
    WORLD_SUBSCRIPTIONS,
    WORLD_CENTRE,
    WORLD_PART_COUNT
};
/* Any slot may be NULL. */
struct world_part_ops {
    enum err (*load)(struct world *w, void *state, struct store *s);
    /* Before each step: what only had to live until the effects were used may go. */
    void (*begin)(struct world *w, void *state);
    /* At the end of each step, also of a refused one: follow-up decisions, then rows of what
     * changed. */
    void (*settle)(struct world *w, void *state, struct effects *fx);
    /* Something of this organisation's configuration changed in this step (before settle); nothing
     * but this user. */
    void (*config_changed)(struct world *w, void *state, struct uuid org);
    void (*user_changed)(struct world *w, void *state, struct uuid org, struct uuid user);
    /* org.h: of the catalogue alone. */
    enum org_state (*org_state)(const void *state, struct uuid org);
    int64_t (*org_limit)(const void *state, struct uuid org, enum org_limit l);
    /* org.h: ends about `max` of what lives in the organisation; removes about `max` of what is
     * kept of it. True: nothing is left. */
    bool (*close_org)(struct world *w, void *state, struct uuid org, size_t max,
                      struct effects *fx);
    bool (*erase_org)(struct world *w, void *state, struct uuid org, size_t max,
                      struct effects *fx);
    void (*free)(void *state);
};
/* Before world_load. The world frees the state in the end. */
void world_attach(struct world *w, enum world_part part, void *state,
                  const struct world_part_ops *ops);
void *world_state(const struct world *w, enum world_part part); /* NULL: not attached */
/* Never NULL: empty for what is not attached. */
const struct world_part_ops *world_ops(const struct world *w, enum world_part part);
int64_t world_now_ms(const struct world *w);
struct uuid world_new_id(struct world *w); /* UUIDv7 of the step's time */
uint64_t world_random(struct world *w);    /* not for secrets */
/* The catalogue calls this when it changed something that parts keep in a form of their own. */
void world_config_changed(struct world *w, struct uuid org);
void world_user_changed(struct world *w, struct uuid org, struct uuid user);

/* A deadline, member of its owner. Fired once, in a step of its own, at `due` or later. */
struct timer;
typedef void timer_fn(struct world *w, struct timer *t, struct effects *fx);
struct timer {
    struct heap_node node; /* key: due */
    timer_fn *fire;
};
/* Moves it if it is set. */
enum err timer_set(struct world *w, struct timer *t, int64_t due_ms, timer_fn *fire);
void timer_cancel(struct world *w, struct timer *t); /* not set: no-op */
static inline int timer_is_set(const struct timer *t)
{
    return t->node.index != 0;
}
#endif
