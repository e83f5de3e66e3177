#include "base/arena.h"
#include "domain/catalog/audit.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/make.h"
#include "domain/catalog/references.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

static bool note(void *ctx, const struct entity *e)
{
    *(enum resource *)ctx = entity_resource(e);
    return false;
}

/* The resource of somebody who points at one of them; RESOURCE_COUNT: nobody does. Only asked of
 * resources that can be pointed at, for it walks the organisation once for each entity. */
static enum resource referrer(const struct catalog_view *view, enum resource r)
{
    enum resource from = RESOURCE_COUNT;
    struct catalog_set set = view->set(view->catalog, view->org, r);
    for (size_t i = 0; resource_is_target(r) && i < set.count && from == RESOURCE_COUNT; i++)
        view_references(view, r, entity_id(set.items[i]), note, &from);
    return from;
}

enum err catalog_delete_all(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *change = args;
    struct catalog_view view = { world_catalog(w), change->org, catalog_working };
    char org[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    enum resource from = referrer(&view, change->resource);
    if (from != RESOURCE_COUNT) {
        effects_detail(fx, "%s", resource_rules[from].name);
        return ERR_REFERENCED;
    }
    struct catalog_set set = catalog_working(view.catalog, change->org, change->resource);
    if (change->dry_run) {
        fx->result = arena_printf(
            fx->arena, "{\"dryRun\":true,\"action\":\"DELETE\",\"count\":%zu}", set.count);
        return ERR_OK;
    }
    uuid_format(change->org, org);
    audit_actor(world_catalog(w), change->by, change->system && uuid_is_nil(change->by));
    for (size_t i = 0; i < set.count; i++) {
        uuid_format(entity_id(set.items[i]), id);
        audit_note(w, change->org, set.items[i], NULL, fx);
        effects_delete(fx, slice_of(resource_rules[change->resource].name), slice_of(org),
                       slice_of(id));
        entity_drop_blob(fx, change->org, set.items[i]);
        entity_changed(w, change->org, change->resource, entity_id(set.items[i]));
    }
    enum err e = catalog_clear(world_catalog(w), change->org, change->resource, fx);
    if (e != ERR_OK)
        fx->write_count = 0;
    return e;
}
