/* Identity as a part of the world: loaded with it, swept by one timer that stands on the earliest
 * row that falls due. */
#include "base/limits.h"
#include "domain/core/world.h"
#include "domain/identity/identity_priv.h"

/* Settling moves the timer on; what is left over is due at once and fires again. */
static void sweep(struct world *w, struct timer *t, struct effects *fx)
{
    struct identity *id = (struct identity *)((char *)t - offsetof(struct identity, sweep));
    identity_item_sweep(id, world_now_ms(w), LIMIT_identity_sweep_max, fx);
}

static enum err arm(struct world *w, struct identity *id)
{
    int64_t due = identity_next_due(id);
    if (due != INT64_MAX)
        return timer_set(w, &id->sweep, due, sweep);
    timer_cancel(w, &id->sweep);
    return ERR_OK;
}

static enum err part_load(struct world *w, void *state, struct store *s)
{
    enum err e = identity_load(state, s);
    return e == ERR_OK ? arm(w, state) : e;
}

static void part_settle(struct world *w, void *state, struct effects *fx)
{
    if (arm(w, state) != ERR_OK)
        fx->failed = true;
}

/* A piece of what belongs to the organisation, of one kind after the other. Looking through all of
 * a kind is slow beside one look-up, but an organisation is seldom deleted. */
static bool part_erase(struct world *w, void *state, struct uuid org, size_t max,
                       struct effects *fx)
{
    struct identity *id = state;
    struct slice key;
    void *value;
    size_t n = 0;
    (void)w;
    for (size_t k = 0; k < ITEM_KIND_COUNT; k++)
        for (size_t at = 0; map_next(&id->items[k], &at, &key, &value);) {
            struct item *it = value;
            if (!uuid_eq(it->org, org))
                continue;
            identity_item_remove(id, it, fx);
            if (++n == max)
                return false;
        }
    return true;
}

static void part_free(void *state)
{
    identity_free(state);
}

void identity_attach(struct world *w, struct identity *id)
{
    static const struct world_part_ops ops = {
        .load = part_load, .settle = part_settle, .erase_org = part_erase, .free = part_free
    };
    world_attach(w, WORLD_IDENTITY, id, &ops);
}
