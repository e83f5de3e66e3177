/* What a restricted user creates goes into the profile's default collection: otherwise nobody with
 * that profile, the maker included, would ever see it again. */
#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/access.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

/* The default collection of a user whom collections restrict; NULL: none. */
static const struct entity *default_collection(const struct catalog_view *view, struct uuid by)
{
    enum resource r = schema_resource(SLICE("resource-collection"));
    const struct entity *user = view_get(view, RESOURCE_USER, by);
    const struct entity *profile =
        user ? view_get(view, RESOURCE_USER_PROFILE, entity_ref(user, FIELD_USER_USER_PROFILE_ID))
             : NULL;
    if (!profile || r == RESOURCE_COUNT ||
        !entity_is(profile, FIELD_USER_PROFILE_RESOURCE_ACCESS_LEVEL, "SPECIFIC"))
        return NULL;
    return view_get(view, r,
                    entity_ref(profile, FIELD_USER_PROFILE_DEFAULT_RESOURCE_COLLECTION_ID));
}

/* The entry of a kind with one more id. */
static void put_entry(struct json_writer *w, const struct json *entry, const char *id)
{
    json_object_begin(w);
    JSON_EACH(member, entry)
    {
        if (!slice_is(member->key, "ids")) {
            json_key_slice(w, member->key);
            json_put_node(w, member);
        }
    }
    json_key(w, "ids");
    json_array_begin(w);
    JSON_EACH(one, json_get(entry, "ids"))
    {
        json_put_node(w, one);
    }
    json_put_cstr(w, id);
    json_array_end(w);
    json_object_end(w);
}

static bool takes(const struct json *entry, const char *kind)
{
    return slice_is(json_text(json_get(entry, "name"), SLICE("")), kind) &&
           slice_is(json_text(json_get(entry, "accessLevel"), SLICE("")), "SPECIFIC");
}

/* {"resources": [..]} with the id added; {NULL, 0}: the kind lists no ids. */
static struct slice with_id(const struct json *resources, const char *kind, struct uuid id,
                            struct arena *a)
{
    char text[UUID_TEXT_LEN + 1];
    struct buf out;
    struct json_writer w;
    bool taken = false;
    uuid_format(id, text);
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "resources");
    json_array_begin(&w);
    JSON_EACH(entry, resources)
    {
        taken |= takes(entry, kind);
        if (takes(entry, kind))
            put_entry(&w, entry, text);
        else
            json_put_node(&w, entry);
    }
    json_array_end(&w);
    json_object_end(&w);
    return taken && !buf_failed(&out) ? buf_slice(&out) : (struct slice){ NULL, 0 };
}

/* A full collection takes no more; the entity is there all the same. */
void access_collect(struct world *w, const struct catalog_change *change, struct uuid id,
                    struct effects *fx)
{
    const struct catalog_view view = { world_catalog(w), change->org, catalog_working };
    const char *kind = access_kind(change->resource);
    const struct entity *e = kind ? default_collection(&view, change->by) : NULL;
    enum field f = e ? schema_field(entity_resource(e), SLICE("resources")) : FIELD_COUNT;
    struct json *resources;
    const struct slice result = fx->result;
    if (!e || f == FIELD_COUNT || entity_parse(e, f, fx->arena, &resources) != ERR_OK)
        return;
    struct catalog_change more = { .org = change->org,
                                   .resource = entity_resource(e),
                                   .id = entity_id(e),
                                   .partial = true,
                                   .by = change->by };
    more.body = with_id(resources, kind, id, fx->arena);
    if (more.body.at)
        catalog_update(w, &more, fx);
    fx->result = result;
    fx->detail = (struct slice){ NULL, 0 };
}
