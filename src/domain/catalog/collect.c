/* A new entity comes into a resource collection, as whoever made it asks. */
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/check.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/kinds.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

static enum err refuse(struct effects *fx, enum err e, const char *why)
{
    effects_detail(fx, "%s", why);
    return e;
}

static bool lists_id(const struct json *resources, struct slice id)
{
    JSON_EACH(entry, resources)
    {
        const struct json *ids = json_get(entry, "ids");
        for (const struct json *one = ids ? ids->first : NULL; one; one = one->next) {
            if (slice_eq_nocase(json_text(one, SLICE("")), id))
                return true;
        }
    }
    return false;
}

static bool is_collected(const struct catalog_view *view, struct slice id, struct arena *a)
{
    struct catalog_set set = view->set(view->catalog, view->org, RESOURCE_RESOURCE_COLLECTION);
    struct json *resources;
    for (size_t i = 0; i < set.count; i++) {
        if (entity_parse(set.items[i], FIELD_RESOURCE_COLLECTION_RESOURCES, a, &resources) ==
                ERR_OK &&
            lists_id(resources, id))
            return true;
    }
    return false;
}

static enum err check_new(struct world *w, const struct catalog_view *view, const struct json *body,
                          struct effects *fx)
{
    struct slice id_text = json_text(json_get(body, "resourceId"), SLICE(""));
    const struct collection_kind *kind =
        collection_kind(json_text(json_get(body, "resourceType"), SLICE("")));
    struct uuid id;
    if (!kind || kind->resource == RESOURCE_COUNT)
        return refuse(fx, ERR_INVALID_FIELD, "resourceType: should be a kind of a collection");
    const struct entity *e = uuid_parse(id_text, &id) ? view_get(view, kind->resource, id) : NULL;
    if (!e)
        return refuse(fx, ERR_INVALID_FIELD, "resourceId: not found for given orgId.");
    int64_t made = entity_i64(e, resource_rules[kind->resource].created_time, 0);
    if (entity_version(e) > 1 || world_now_ms(w) - made > LIMIT_collect_age_ms_max)
        return refuse(fx, ERR_INVALID_FIELD,
                      "resourceId: should be new, not older than 15 minutes and not changed");
    if (is_collected(view, id_text, fx->arena))
        return refuse(fx, ERR_DUPLICATE, "resourceId: is already in a resource collection");
    return ERR_OK;
}

/* The entry of the kind, with the id among its own; one that holds all does so already. */
static void put_entry(struct json_writer *w, const struct json *entry, struct slice id)
{
    struct slice level = json_text(json_get(entry, "accessLevel"), SLICE(""));
    const struct json *ids = json_get(entry, "ids");
    bool all = slice_is(level, "ALL") || slice_is(level, "PROVISIONED_VALUE");
    if (all) {
        json_put_node(w, entry);
        return;
    }
    json_object_begin(w);
    json_member_text(w, "name", json_text(json_get(entry, "name"), SLICE("")));
    json_member_cstr(w, "accessLevel", "SPECIFIC");
    json_key(w, "ids");
    json_array_begin(w);
    for (const struct json *one = ids ? ids->first : NULL; one; one = one->next)
        json_put_node(w, one);
    json_put_text(w, id);
    json_array_end(w);
    json_object_end(w);
}

static struct slice changed_resources(const struct json *resources, const struct json *body,
                                      struct arena *a)
{
    struct slice kind = json_text(json_get(body, "resourceType"), SLICE(""));
    struct slice id = json_text(json_get(body, "resourceId"), SLICE(""));
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "resources");
    json_array_begin(&w);
    JSON_EACH(entry, resources)
    {
        if (slice_eq(json_text(json_get(entry, "name"), SLICE("")), kind))
            put_entry(&w, entry, id);
        else
            json_put_node(&w, entry);
    }
    json_array_end(&w);
    json_object_end(&w);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

enum err catalog_collect(struct world *w, const void *args, struct effects *fx)
{
    struct catalog_change change = *(const struct catalog_change *)args;
    struct catalog_view view = { world_catalog(w), change.org, catalog_working };
    struct json *body, *resources;
    const struct entity *e = view_get(&view, RESOURCE_RESOURCE_COLLECTION, change.id);
    if (!e)
        return refuse(fx, ERR_NOT_FOUND, "");
    enum err err = json_parse(fx->arena, change.body, &body, NULL);
    if (err == ERR_OK)
        err = check_new(w, &view, body, fx);
    if (err == ERR_OK)
        err = entity_parse(e, FIELD_RESOURCE_COLLECTION_RESOURCES, fx->arena, &resources);
    if (err != ERR_OK)
        return err;
    change.body = changed_resources(resources, body, fx->arena);
    change.resource = RESOURCE_RESOURCE_COLLECTION;
    change.partial = true;
    return change.body.at ? catalog_update(w, &change, fx) : ERR_OUT_OF_MEMORY;
}
