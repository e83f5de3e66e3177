#include "domain/catalog/access.h"

#include <stdlib.h>

#include "base/arena.h"
#include "domain/catalog/kinds.h"
#include "domain/catalog/schema.h"

/* Words of the permissions of profiles. What is none of these is a setting of the tenant. */
static const struct {
    const char *resource, *module;
} modules[] = {
    { "address-book", "address-book" },
    { "agent-personal-greeting", "agent-personalized-greeting" },
    { "agent-profile", "desktop-profile" },
    { "audio-file", "audio-prompt" },
    { "auxiliary-code", "idle-wrapup-code" },
    { "business-hours", "working-hour" },
    { "cad-variable", "global-variable" },
    { "contact-number", "support-number" },
    { "contact-service-queue", "queue" },
    { "desktop-layout", "desktop-layout" },
    { "dial-number", "support-number" },
    { "dial-plan", "dial-plan" },
    { "entry-point", "channel" },
    { "greeting-purpose", "agent-personalized-greeting" },
    { "holiday-list", "holiday-list" },
    { "multimedia-profile", "multimedia-profile" },
    { "outdial-ani", "outdial-ani" },
    { "overrides", "override" },
    { "resource-collection", "resource-collection" },
    { "site", "site" },
    { "skill", "skill-definition" },
    { "skill-profile", "skill-profile" },
    { "team", "team" },
    { "user", "user" },
    { "user-profile", "user-profile" },
    { "work-type", "idle-wrapup-code" },
};

/* A sub-resource belongs to its parent's module and kind. */
static enum resource owner(enum resource r)
{
    return resource_rules[r].parent == RESOURCE_COUNT ? r : resource_rules[r].parent;
}

static const char *module_of(enum resource r)
{
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        if (strcmp(modules[i].resource, resource_rules[owner(r)].name) == 0)
            return modules[i].module;
    }
    return "tenant-setting";
}

const char *access_kind(enum resource r)
{
    for (unsigned i = 0; i < collection_kind_count; i++) {
        if (collection_kinds[i].resource == r)
            return collection_kinds[i].name;
    }
    return NULL;
}

/* ---- modules ---- */

static enum access_level level_of_word(struct slice word)
{
    if (slice_is(word, "EDIT") || slice_is(word, "ENABLED"))
        return ACCESS_EDIT;
    return slice_is(word, "VIEW") ? ACCESS_VIEW : ACCESS_NONE;
}

static enum access_level module_level(const struct entity *profile, const char *module,
                                      struct arena *a)
{
    struct json *permissions = NULL;
    if (entity_is(profile, FIELD_USER_PROFILE_PERMISSION_ACCESS_LEVEL, "NONE"))
        return ACCESS_NONE;
    if (!entity_is(profile, FIELD_USER_PROFILE_PERMISSION_ACCESS_LEVEL, "SPECIFIC"))
        return ACCESS_EDIT;
    entity_parse(profile, FIELD_USER_PROFILE_PERMISSIONS, a, &permissions);
    JSON_EACH(p, permissions)
    {
        if (slice_is(json_text(json_get(p, "name"), SLICE("")), module))
            return level_of_word(json_text(json_get(p, "access"), SLICE("")));
    }
    return ACCESS_NONE;
}

/* ---- collections ---- */

static int by_id(const void *a, const void *b)
{
    return uuid_cmp(*(const struct uuid *)a, *(const struct uuid *)b);
}

static enum err show(struct access *access, struct uuid id, struct arena *a)
{
    if (access->count == access->cap) {
        size_t cap = access->cap ? access->cap * 2 : 64;
        struct uuid *ids = arena_alloc(a, cap * sizeof *ids);
        if (!ids)
            return ERR_OUT_OF_MEMORY;
        if (access->count)
            memcpy(ids, access->ids, access->count * sizeof *ids);
        access->ids = ids;
        access->cap = cap;
    }
    access->ids[access->count++] = id;
    return ERR_OK;
}

static enum err show_listed(struct access *access, const struct json *list, struct arena *a)
{
    enum err e = ERR_OK;
    JSON_EACH(one, list)
    {
        struct uuid id;
        if (e == ERR_OK && uuid_parse(json_text(one, SLICE("")), &id))
            e = show(access, id, a);
    }
    return e;
}

static enum err show_collection(struct access *access, const struct entity *collection,
                                const char *kind, struct arena *a)
{
    enum field f = schema_field(entity_resource(collection), SLICE("resources"));
    struct json *resources = NULL;
    enum err e = ERR_OK;
    if (f == FIELD_COUNT || entity_parse(collection, f, a, &resources) == ERR_OUT_OF_MEMORY)
        return ERR_OUT_OF_MEMORY;
    JSON_EACH(r, resources)
    {
        if (e != ERR_OK || !slice_is(json_text(json_get(r, "name"), SLICE("")), kind))
            continue;
        struct slice level = json_text(json_get(r, "accessLevel"), SLICE(""));
        access->all |= slice_is(level, "ALL");
        if (slice_is(level, "SPECIFIC"))
            e = show_listed(access, json_get(r, "ids"), a);
    }
    return e;
}

static enum err show_collections(struct access *access, const struct catalog_view *view,
                                 const struct entity *profile, const char *kind, struct arena *a)
{
    enum resource r = schema_resource(SLICE("resource-collection"));
    struct json *list = NULL;
    enum err e = ERR_OK;
    entity_parse(profile, FIELD_USER_PROFILE_RESOURCE_COLLECTIONS, a, &list);
    JSON_EACH(one, list)
    {
        struct uuid id;
        const struct entity *collection = NULL;
        if (r != RESOURCE_COUNT && uuid_parse(json_text(json_get(one, "id"), SLICE("")), &id))
            collection = view_get(view, r, id);
        if (e == ERR_OK && collection)
            e = show_collection(access, collection, kind, a);
    }
    return e;
}

enum err access_of_collections(const struct catalog_view *view, const struct entity *profile,
                               const char *kind, struct arena *a, struct access *access)
{
    const enum field level = FIELD_USER_PROFILE_RESOURCE_ACCESS_LEVEL;
    const enum field type = FIELD_USER_PROFILE_PROFILE_TYPE;
    bool none = entity_is(profile, level, "NONE");
    access->all = !kind || (!none && !entity_is(profile, level, "SPECIFIC")) ||
                  entity_is(profile, type, "PREMIUM_AGENT") ||
                  entity_is(profile, type, "STANDARD_AGENT");
    if (access->all || none)
        return ERR_OK;
    enum err e = show_collections(access, view, profile, kind, a);
    if (e == ERR_OK && access->count)
        qsort(access->ids, access->count, sizeof *access->ids, by_id);
    return e;
}

enum err access_read(const struct catalog_view *view, struct uuid user, enum resource r,
                     struct arena *a, struct access *out)
{
    *out = (struct access){ .level = ACCESS_EDIT, .all = true };
    if (uuid_is_nil(user))
        return ERR_OK;
    out->user = view_get(view, RESOURCE_USER, user);
    const struct entity *profile = out->user
                                       ? view_get(view, RESOURCE_USER_PROFILE,
                                                  entity_ref(out->user, FIELD_USER_USER_PROFILE_ID))
                                       : NULL;
    if (!profile) {
        *out = (struct access){ .level = ACCESS_NONE };
        return ERR_OK;
    }
    out->level = module_level(profile, module_of(r), a);
    if (out->level == ACCESS_NONE &&
        entity_bool(out->user, FIELD_USER_CONTACT_CENTER_ENABLED, false))
        out->level = ACCESS_VIEW;
    return access_of_collections(view, profile, access_kind(owner(r)), a, out);
}

bool access_reads_all(const struct catalog_view *view, struct uuid user, const char *permission,
                      struct arena *a)
{
    if (uuid_is_nil(user))
        return true;
    const struct entity *u = view_get(view, RESOURCE_USER, user);
    const struct entity *profile =
        u ? view_get(view, RESOURCE_USER_PROFILE, entity_ref(u, FIELD_USER_USER_PROFILE_ID)) : NULL;
    const enum field level = FIELD_USER_PROFILE_RESOURCE_ACCESS_LEVEL;
    return profile && module_level(profile, permission, a) != ACCESS_NONE &&
           !entity_is(profile, level, "SPECIFIC") && !entity_is(profile, level, "NONE");
}

/* ---- desktop profiles ---- */

/* Does the profile offer it, by the level in one field and the ids in another? */
static bool offers(const struct entity *profile, enum field level, enum field ids,
                   const struct entity *e)
{
    if (entity_is(profile, level, "SPECIFIC"))
        return entity_lists_ref(profile, ids, entity_id(e));
    return !entity_is(profile, level, "NONE");
}

static bool desktop_offers(const struct entity *profile, const struct entity *e)
{
    switch ((int)entity_resource(e)) { /* int: most resources are no matter of desktops */
    case RESOURCE_CONTACT_SERVICE_QUEUE:
        return offers(profile, FIELD_AGENT_PROFILE_ACCESS_QUEUE, FIELD_AGENT_PROFILE_QUEUES, e);
    case RESOURCE_ENTRY_POINT:
        return offers(profile, FIELD_AGENT_PROFILE_ACCESS_ENTRY_POINT,
                      FIELD_AGENT_PROFILE_ENTRY_POINTS, e);
    case RESOURCE_AUXILIARY_CODE:
        if (entity_is(e, FIELD_AUXILIARY_CODE_WORK_TYPE_CODE, "IDLE_CODE"))
            return offers(profile, FIELD_AGENT_PROFILE_ACCESS_IDLE_CODE,
                          FIELD_AGENT_PROFILE_IDLE_CODES, e);
        return offers(profile, FIELD_AGENT_PROFILE_ACCESS_WRAP_UP_CODE,
                      FIELD_AGENT_PROFILE_WRAP_UP_CODES, e);
    }
    return true;
}

enum err access_of_desktop(const struct catalog_view *view, struct uuid user, enum resource r,
                           struct arena *a, struct access *out)
{
    const struct entity *u = view_get(view, RESOURCE_USER, user);
    const struct entity *profile =
        u ? view_get(view, RESOURCE_AGENT_PROFILE, entity_ref(u, FIELD_USER_AGENT_PROFILE_ID))
          : NULL;
    struct catalog_set set = view->set(view->catalog, view->org, r);
    *out = (struct access){ .level = ACCESS_VIEW };
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && profile && i < set.count; i++) {
        if (desktop_offers(profile, set.items[i]))
            e = show(out, entity_id(set.items[i]), a); /* in order of id already */
    }
    return e;
}

/* The id of the entity as the user's own document would name it. */
static bool is_own(const struct entity *user, const struct entity *e)
{
    static const enum field own[] = { FIELD_USER_SITE_ID, FIELD_USER_AGENT_PROFILE_ID,
                                      FIELD_USER_SKILL_PROFILE_ID, FIELD_USER_MULTIMEDIA_PROFILE_ID,
                                      FIELD_USER_USER_PROFILE_ID };
    for (unsigned i = 0; i < sizeof own / sizeof *own; i++) {
        if (uuid_eq(entity_ref(user, own[i]), entity_id(e)))
            return true;
    }
    return entity_lists_ref(user, FIELD_USER_TEAM_IDS, entity_id(e));
}

bool access_holds(const struct access *access, struct uuid id)
{
    return access->all ||
           (access->count && bsearch(&id, access->ids, access->count, sizeof id, by_id));
}

bool access_shows(const struct access *access, const struct entity *e)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    if (access->all)
        return true;
    struct uuid id = rule->parent == RESOURCE_COUNT ? entity_id(e) : entity_ref(e, rule->parent_id);
    if (access_holds(access, id))
        return true;
    return access->user && is_own(access->user, e);
}
