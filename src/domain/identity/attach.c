/* Identity as a part of the world: loaded with it, swept by one timer that stands on the earliest
 * row that falls due; told of people who leave. */
#include <stdlib.h>

#include "base/limits.h"
#include "domain/catalog/catalog.h"
#include "domain/catalog/schema.h"
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

/* ---- people who leave ---- */

static void part_user_changed(struct world *w, void *state, struct uuid org, struct uuid user)
{
    struct identity *id = state;
    (void)w;
    if (id->changed_count == id->changed_cap) {
        size_t cap = id->changed_cap ? 2 * id->changed_cap : 16;
        struct person *more = realloc(id->changed, cap * sizeof *more);
        if (!more) {
            id->changed_lost = true;
            return;
        }
        id->changed = more;
        id->changed_cap = cap;
    }
    id->changed[id->changed_count++] = (struct person){ org, user };
}

/* Who comes back signs in anew; who is deleted leaves nothing, not even for a user that is put back
 * with the same id. */
static void let_go(struct world *w, struct identity *id, const struct person *p, struct effects *fx)
{
    const struct entity *e = catalog_working_get(world_catalog(w), p->org, RESOURCE_USER, p->user);
    if (e && entity_bool(e, FIELD_USER_ACTIVE, false))
        return;
    identity_sign_out(id, p->org, p->user, fx);
    if (e)
        return;
    identity_shelf_clear(id, p->org, p->user, ITEM_CONSENT, fx);
    identity_shelf_clear(id, p->org, p->user, ITEM_CREDENTIAL, fx);
}

/* What a bulk request needed is not kept. */
static void let_go_of_leavers(struct world *w, struct identity *id, struct effects *fx)
{
    for (size_t i = 0; i < id->changed_count; i++)
        let_go(w, id, &id->changed[i], fx);
    fx->failed = fx->failed || id->changed_lost;
    free(id->changed);
    id->changed = NULL;
    id->changed_count = id->changed_cap = 0;
}

static void part_settle(struct world *w, void *state, struct effects *fx)
{
    let_go_of_leavers(w, state, fx);
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
        .load = part_load,
        .settle = part_settle,
        .user_changed = part_user_changed,
        .erase_org = part_erase,
        .free = part_free,
    };
    world_attach(w, WORLD_IDENTITY, id, &ops);
}
