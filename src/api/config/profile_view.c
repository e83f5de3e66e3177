#include "api/config/profile_view.h"

#include "api/config/gate.h"
#include "api/config/lookup.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "domain/catalog/kinds.h"
#include "domain/catalog/schema.h"

/* ---- with its collections ---- */

/* What names no collection (any more) stays as it is. */
static void put_collections(struct json_writer *w, const struct catalog_view *view,
                            const struct entity *profile)
{
    struct json *list = NULL;
    entity_parse(profile, FIELD_USER_PROFILE_RESOURCE_COLLECTIONS, w->out->arena, &list);
    if (!list)
        return;
    json_key(w, field_rules[FIELD_USER_PROFILE_RESOURCE_COLLECTIONS].name);
    json_array_begin(w);
    JSON_EACH(one, list)
    {
        struct uuid id;
        const struct entity *e = NULL;
        if (uuid_parse(json_text(json_get(one, "id"), SLICE("")), &id))
            e = view_get(view, RESOURCE_RESOURCE_COLLECTION, id);
        json_put_raw(w, e ? entity_json(e) : one->raw);
    }
    json_array_end(w);
}

static void put_members(struct json_writer *w, const struct catalog_view *view,
                        const struct entity *profile, enum field from, enum field to)
{
    for (enum field f = from; f <= to; f++) {
        if (f == FIELD_USER_PROFILE_RESOURCE_COLLECTIONS)
            put_collections(w, view, profile);
        else
            lookup_put(profile, w, f);
    }
}

void put_profile(struct json_writer *w, const struct catalog_view *view,
                 const struct entity *profile, bool collections)
{
    if (!collections) {
        json_put_raw(w, entity_json(profile));
        return;
    }
    json_object_begin(w);
    put_members(w, view, profile, FIELD_USER_PROFILE_ORGANIZATION_ID,
                FIELD_USER_PROFILE_LAST_UPDATED_TIME);
    json_object_end(w);
}

/* ---- what it lets through, kind by kind ---- */

static const char *level_of(const struct access *access)
{
    return access->all ? "ALL" : access->count ? "SPECIFIC" : "NONE";
}

static void put_ids(struct json_writer *w, const char *name, const struct access *access)
{
    if (access->all || !access->count)
        return;
    json_key(w, name);
    json_array_begin(w);
    for (size_t i = 0; i < access->count; i++) {
        char text[UUID_TEXT_LEN + 1];
        uuid_format(access->ids[i], text);
        json_put_cstr(w, text);
    }
    json_array_end(w);
}

static bool is_named(struct slice rest, const char *kind)
{
    struct slice one;
    if (!rest.len)
        return true;
    while (slice_cut(&rest, ',', &one)) {
        if (slice_is(slice_trim(one), kind))
            return true;
    }
    return false;
}

static enum err put_resources(struct json_writer *w, const struct catalog_view *view,
                              const struct entity *profile, struct slice names)
{
    enum err e = ERR_OK;
    json_key(w, "resources");
    json_array_begin(w);
    for (unsigned i = 0; e == ERR_OK && i < collection_kind_count; i++) {
        const char *kind = collection_kinds[i].name;
        struct access access = { 0 };
        if (!is_named(names, kind))
            continue;
        e = access_of_collections(view, profile, kind, w->out->arena, &access);
        json_object_begin(w);
        json_member_cstr(w, "name", kind);
        json_member_cstr(w, "accessLevel", level_of(&access));
        put_ids(w, "ids", &access);
        json_object_end(w);
    }
    json_array_end(w);
    return e;
}

static enum err put_acl(struct rest_call *call, const struct catalog_view *view, struct uuid id,
                        struct json_writer *w)
{
    struct access access;
    struct slice names = { "", 0 };
    enum err e = gate_read(call, RESOURCE_USER_PROFILE, &access);
    const struct entity *profile = view_get(view, RESOURCE_USER_PROFILE, id);
    if (e == ERR_OK && (!profile || !access_shows(&access, profile)))
        e = ERR_NOT_FOUND;
    if (e != ERR_OK)
        return e;
    http_query(call->http, "names", &names);
    json_object_begin(w);
    for (enum field f = FIELD_USER_PROFILE_ORGANIZATION_ID;
         f <= FIELD_USER_PROFILE_LAST_UPDATED_TIME; f++) {
        if (f == FIELD_USER_PROFILE_CREATED_TIME)
            e = put_resources(w, view, profile, names);
        if (f != FIELD_USER_PROFILE_SYSTEM_DEFAULT)
            put_members(w, view, profile, f, f);
    }
    json_object_end(w);
    return e;
}

enum err rest_config_profile_acl(struct rest_call *call)
{
    struct catalog_view view = config_view(call);
    struct buf out;
    struct json_writer w;
    struct uuid id;
    enum err e = config_id(call, &id);
    if (e != ERR_OK)
        return e;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    epoch_enter();
    e = put_acl(call, &view, id, &w);
    epoch_leave();
    return e == ERR_OK ? config_answer(call, &out) : e;
}

/* ---- in its old form ---- */

void put_old_profile(struct json_writer *w, const struct catalog_view *view,
                     const struct entity *profile)
{
    static const struct {
        const char *kind, *level, *ids;
    } kinds[] = { { "channel", "accessAllEntryPoints", "entryPoints" },
                  { "site", "accessAllSites", "sites" },
                  { "queue", "accessAllQueues", "queues" },
                  { "team", "accessAllTeams", "teams" } };
    static const enum field same[] = { FIELD_USER_PROFILE_NAME,
                                       FIELD_USER_PROFILE_DESCRIPTION,
                                       FIELD_USER_PROFILE_PROFILE_TYPE,
                                       FIELD_USER_PROFILE_ACTIVE,
                                       FIELD_USER_PROFILE_EDITABLE_FOLDER_IDS,
                                       FIELD_USER_PROFILE_VIEWABLE_FOLDER_IDS,
                                       FIELD_USER_PROFILE_NON_VIEWABLE_FOLDER_IDS,
                                       FIELD_USER_PROFILE_SYSTEM_DEFAULT };
    json_object_begin(w);
    lookup_put_head(profile, w);
    for (unsigned i = 0; i < sizeof same / sizeof *same; i++)
        lookup_put(profile, w, same[i]);
    json_member_raw(w, "accessAllModules",
                    entity_raw(profile, FIELD_USER_PROFILE_PERMISSION_ACCESS_LEVEL));
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct access access = { 0 };
        access_of_collections(view, profile, kinds[i].kind, w->out->arena, &access);
        json_member_cstr(w, kinds[i].level, level_of(&access));
        put_ids(w, kinds[i].ids, &access);
    }
    lookup_put_tail(profile, w);
    json_object_end(w);
}
