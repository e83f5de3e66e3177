/* includeNames: a user profile with its resource collections, an entry point with the names of what
 * the settings of its flow point at. */
#include "api/config/asked.h"
#include "api/config/gate.h"
#include "api/config/profile_view.h"
#include "domain/catalog/naming.h"
#include "domain/catalog/schema.h"

/* A name is shown to those alone who may see what bears it. */
static bool may_see(struct rest_call *call, const struct entity *e)
{
    struct access access;
    return e && gate_read(call, entity_resource(e), &access) == ERR_OK && access_shows(&access, e);
}

static const struct entity *pointed_at(const struct catalog_view *view, const struct json *setting)
{
    enum resource r = schema_resource(json_text(json_get(setting, "entityType"), SLICE("")));
    struct uuid id;
    if (r == RESOURCE_COUNT ||
        !uuid_parse(json_text(json_get(setting, "entityId"), SLICE("")), &id))
        return NULL;
    return view_get(view, r, id);
}

/* The value of a setting that points at an entity is the name it has now. */
static void put_setting(struct json_writer *w, struct rest_call *call,
                        const struct catalog_view *view, const struct json *setting)
{
    const struct entity *pointed = pointed_at(view, setting);
    const struct entity *e = may_see(call, pointed) ? pointed : NULL;
    json_object_begin(w);
    JSON_EACH(member, setting)
    {
        if (e && slice_is(member->key, "value"))
            continue;
        json_key_slice(w, member->key);
        json_put_node(w, member);
    }
    if (e)
        json_member_text(w, "value", entity_name(e, w->out->arena));
    json_object_end(w);
}

static void put_settings(struct json_writer *w, struct rest_call *call,
                         const struct catalog_view *view, const struct json *settings)
{
    json_array_begin(w);
    JSON_EACH(setting, settings)
    {
        put_setting(w, call, view, setting);
    }
    json_array_end(w);
}

static void put_point(struct json_writer *w, struct rest_call *call,
                      const struct catalog_view *view, const struct json *whole)
{
    json_object_begin(w);
    JSON_EACH(member, whole)
    {
        json_key_slice(w, member->key);
        if (slice_is(member->key, "flowOverrideSettings"))
            put_settings(w, call, view, member);
        else
            json_put_node(w, member);
    }
    json_object_end(w);
}

struct slice names_included(struct rest_call *call, const struct catalog_view *view,
                            const struct entity *e, struct slice served)
{
    struct json *whole;
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    if (entity_resource(e) == RESOURCE_USER_PROFILE)
        put_profile(&w, view, e, true);
    else if (entity_resource(e) != RESOURCE_ENTRY_POINT || !served.at)
        return served;
    else if (json_parse(call->arena, served, &whole, NULL) == ERR_OK)
        put_point(&w, call, view, whole);
    return buf_failed(&out) || !out.len ? (struct slice){ NULL, 0 } : buf_slice(&out);
}
