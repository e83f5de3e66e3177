/* Rows of the store -> entities. A row's body is the served document of some earlier version of
 * spec/resources: members the tables no longer know are dropped, the rest is put in order. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/document.h"
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/security.h"
#include "domain/catalog/standing_priv.h"
#include "domain/core/world.h"
#include "store/store.h"

struct loading {
    struct catalog *catalog;
    struct arena *arena;
    enum resource resource;
};

static enum err append(struct org *o, enum resource r, struct entity *e)
{
    struct entity_set *s = o->working[r];
    if (!s || s->count == s->cap) {
        s = entity_set_copy(o->working[r], r, s ? s->count : 4);
        if (!s)
            return ERR_OUT_OF_MEMORY;
        entity_set_free(o->working[r]);
        o->working[r] = s;
    }
    entity_set_put(s, e);
    return ERR_OK;
}

static enum err load_row(void *ctx, struct slice org_text, struct slice id_text, struct slice body)
{
    struct loading *l = ctx;
    struct uuid org_id, id;
    struct json *row, *canonical;
    arena_reset(l->arena);
    enum err e = uuid_parse(org_text, &org_id) && uuid_parse(id_text, &id) ? ERR_OK : ERR_CORRUPT;
    if (e == ERR_OK && json_parse(l->arena, body, &row, NULL) != ERR_OK)
        e = ERR_CORRUPT;
    if (e == ERR_OK)
        e = document_reorder(l->resource, row, l->arena, &canonical);
    if (e != ERR_OK) {
        log_write(LOG_ERROR, "catalog row is damaged", LOG_TEXT("org", org_text),
                  LOG_TEXT("id", id_text));
        return e;
    }
    struct org *o = catalog_org(l->catalog, org_id, true);
    struct entity *entity = entity_new(l->resource, id, canonical);
    if (o && entity && append(o, l->resource, entity) == ERR_OK)
        return ERR_OK;
    entity_free(entity);
    return ERR_OUT_OF_MEMORY;
}

/* What the trails need of a row is in its body. */
enum kept { KEPT_AUDIT, KEPT_ONCE, KEPT_SECURITY, KEPT_TOKENS };

static struct slice key_of(enum kept kept, const struct json *row, struct arena *a)
{
    if (kept == KEPT_AUDIT)
        return (struct slice){ NULL, 0 };
    return kept == KEPT_ONCE ? json_text(json_get(row, "key"), SLICE("")) : security_key(row, a);
}

static enum err load_item(struct loading *l, struct slice org_text, struct slice id_text,
                          struct slice body, enum kept kept)
{
    struct uuid org_id;
    struct trail_item item = { .text = body };
    struct json *row;
    arena_reset(l->arena);
    if (!uuid_parse(org_text, &org_id) || !uuid_parse(id_text, &item.row) ||
        json_parse(l->arena, body, &row, NULL) != ERR_OK)
        return ERR_CORRUPT;
    struct org *o = catalog_org(l->catalog, org_id, true);
    if (!uuid_parse(json_text(json_get(row, "id"), SLICE("")), &item.id))
        item.id = item.row;
    item.at_ms = json_i64(json_get(row, "time"), 0);
    item.key = key_of(kept, row, l->arena);
    if (!o)
        return ERR_OUT_OF_MEMORY;
    struct trail *const trails[] = { &o->audit, &o->once, &o->security, &o->tokens };
    return trail_load(trails[kept], &item);
}

static enum err load_audit(void *ctx, struct slice org, struct slice id, struct slice body)
{
    return load_item(ctx, org, id, body, KEPT_AUDIT);
}

static enum err load_once(void *ctx, struct slice org, struct slice id, struct slice body)
{
    return load_item(ctx, org, id, body, KEPT_ONCE);
}

static enum err load_security(void *ctx, struct slice org, struct slice id, struct slice body)
{
    return load_item(ctx, org, id, body, KEPT_SECURITY);
}

static enum err load_tokens(void *ctx, struct slice org, struct slice id, struct slice body)
{
    return load_item(ctx, org, id, body, KEPT_TOKENS);
}

static enum err load_standing(void *ctx, struct slice org_text, struct slice id, struct slice body)
{
    struct loading *l = ctx;
    struct uuid org_id;
    struct json *row;
    (void)id;
    arena_reset(l->arena);
    if (!uuid_parse(org_text, &org_id) || json_parse(l->arena, body, &row, NULL) != ERR_OK)
        return ERR_CORRUPT;
    struct org *o = catalog_org(l->catalog, org_id, true);
    return o ? standing_read(o, row) : ERR_OUT_OF_MEMORY;
}

static bool publish_org(void *ctx, struct uuid org)
{
    struct loading *l = ctx;
    struct org *o = catalog_org(l->catalog, org, false);
    trail_sort(&o->audit);
    trail_sort(&o->once);
    trail_sort(&o->security);
    trail_sort(&o->tokens);
    for (unsigned r = 0; r < RESOURCE_COUNT; r++) {
        struct entity_set *copy = o->working[r] ? entity_set_copy(o->working[r], r, 0) : NULL;
        if (o->working[r] && !copy)
            return false;
        atomic_store(&o->published[r], copy);
    }
    return true;
}

/* Rows that are not entities. */
static const struct {
    const char *kind;
    enum err (*load)(void *ctx, struct slice org, struct slice id, struct slice body);
} others[] = {
    { "config-audit", load_audit },       { "config-once", load_once },
    { STANDING_KIND, load_standing },     { SECURITY_KIND, load_security },
    { SECURITY_TOKEN_KIND, load_tokens },
};

enum err catalog_load(struct catalog *c, struct store *s)
{
    struct loading l = { c, arena_new(LIMIT_request_arena_bytes_max), 0 };
    enum err e = l.arena ? ERR_OK : ERR_OUT_OF_MEMORY;
    for (; e == ERR_OK && l.resource < RESOURCE_COUNT; l.resource++) {
        struct slice kind = slice_of(resource_rules[l.resource].name);
        e = s->ops->scan(s, kind, (struct slice){ NULL, 0 }, load_row, &l);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others && e == ERR_OK; i++)
        e = s->ops->scan(s, slice_of(others[i].kind), (struct slice){ NULL, 0 }, others[i].load,
                         &l);
    arena_free(l.arena);
    if (e == ERR_OK)
        catalog_working_each_org(c, publish_org, &l);
    return e;
}

/* ---- as a part of the world ---- */

static enum err part_load(struct world *w, void *state, struct store *s)
{
    enum err e = catalog_load(state, s);
    return e == ERR_OK ? standing_resume(w, state) : e;
}

static void part_free(void *state)
{
    catalog_free(state);
}

void catalog_attach(struct world *w, struct catalog *c)
{
    static const struct world_part_ops ops = { .load = part_load,
                                               .org_state = standing_state,
                                               .org_limit = standing_limit,
                                               .erase_org = standing_erase,
                                               .free = part_free };
    world_attach(w, WORLD_CATALOG, c, &ops);
}

struct catalog *world_catalog(struct world *w)
{
    return world_state(w, WORLD_CATALOG);
}
