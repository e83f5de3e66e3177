/* The end of an organisation in the catalogue: first everything in it, a resource a step, then
 * itself. The record (struct org) leaves the map on the core thread, at once, for a reader that no
 * longer finds it sees what it would see anyway (it was closed before); its memory goes when the
 * step is through, after all publications that the steps before it have queued. */
#include "base/cmap.h"
#include "base/epoch.h"
#include "domain/catalog/make.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/standing_priv.h"
#include "domain/core/effects.h"

/* All entities of the resource; true: there were none. */
static bool erase_resource(struct catalog *c, struct org *o, enum resource r, struct effects *fx)
{
    char org[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    const struct entity_set *set = o->working[r];
    if (!set)
        return true;
    uuid_format(o->id, org);
    for (size_t i = 0; i < set->count; i++) {
        uuid_format(entity_id(set->items[i]), id);
        effects_delete(fx, slice_of(resource_rules[r].name), slice_of(org), slice_of(id));
        entity_drop_blob(fx, o->id, set->items[i]);
    }
    if (catalog_clear(c, o->id, r, fx) != ERR_OK)
        fx->failed = true;
    return false;
}

bool standing_erase(struct world *w, void *catalog, struct uuid org, size_t max, struct effects *fx)
{
    struct org *o = catalog_org(catalog, org, false);
    (void)w;
    for (unsigned r = 0; o && r < RESOURCE_COUNT; r++)
        if (r != RESOURCE_ORGANIZATION && !erase_resource(catalog, o, r, fx))
            return false;
    return !o || (trail_clear(&o->audit, org, max, fx) && trail_clear(&o->once, org, max, fx) &&
                  trail_clear(&o->security, org, max, fx) && trail_clear(&o->tokens, org, max, fx));
}

/* Whether durable or not: when it is not the engine ends. */
static void retire(void *arg, bool durable)
{
    (void)durable;
    epoch_retire(catalog_org_free, arg);
}

enum err catalog_forget_organization(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_move *move = args;
    struct catalog *c = world_catalog(w);
    char id[UUID_TEXT_LEN + 1];
    enum org_state state = world_org_state(w, move->org);
    if (state == ORG_ABSENT)
        return ERR_NOT_FOUND;
    struct org *o = catalog_org(c, move->org, false);
    if (state != ORG_DELETING)
        return ERR_CONFLICT;
    uuid_format(move->org, id);
    timer_cancel(w, &o->closing);
    cmap_remove(c->orgs, (struct slice){ (const char *)o->id.bytes, sizeof o->id.bytes });
    effects_delete(fx, slice_of(resource_rules[RESOURCE_ORGANIZATION].name), slice_of(id),
                   slice_of(id));
    effects_delete(fx, SLICE(STANDING_KIND), slice_of(id), slice_of(id));
    effects_after(fx, retire, o);
    return ERR_OK;
}
