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

/* What the user's own document names: site, profiles, teams. */
static enum err read_own(const struct entity *user, struct arena *a, struct access *access)
{
    static const enum field own[] = { FIELD_USER_SITE_ID, FIELD_USER_AGENT_PROFILE_ID,
                                      FIELD_USER_SKILL_PROFILE_ID, FIELD_USER_MULTIMEDIA_PROFILE_ID,
                                      FIELD_USER_USER_PROFILE_ID };
    enum { OWN = sizeof own / sizeof *own };
    struct uuid id;
    size_t teams = 0;
    for (size_t at = 0; entity_next_ref(user, FIELD_USER_TEAM_IDS, &at, &id);)
        teams++;
    access->own = arena_alloc(a, (OWN + teams) * sizeof *access->own);
    if (!access->own)
        return ERR_OUT_OF_MEMORY;
    for (unsigned i = 0; i < OWN; i++)
        access->own[access->own_count++] = entity_ref(user, own[i]);
    for (size_t at = 0; entity_next_ref(user, FIELD_USER_TEAM_IDS, &at, &id);)
        access->own[access->own_count++] = id;
    qsort(access->own, access->own_count, sizeof *access->own, by_id);
    return ERR_OK;
}

enum err access_read(const struct catalog_view *view, struct uuid user, enum resource r,
                     struct arena *a, struct access *out)
{
    *out = (struct access){ .level = ACCESS_EDIT, .all = true };
    if (uuid_is_nil(user))
        return ERR_OK;
    const struct entity *u = view_get(view, RESOURCE_USER, user);
    const struct entity *profile =
        u ? view_get(view, RESOURCE_USER_PROFILE, entity_ref(u, FIELD_USER_USER_PROFILE_ID)) : NULL;
    if (!profile) {
        *out = (struct access){ .level = ACCESS_NONE };
        return ERR_OK;
    }
    out->level = module_level(profile, module_of(r), a);
    if (out->level == ACCESS_NONE && entity_bool(u, FIELD_USER_CONTACT_CENTER_ENABLED, false))
        out->level = ACCESS_VIEW;
    enum err e = access_of_collections(view, profile, access_kind(owner(r)), a, out);
    return e == ERR_OK && !out->all ? read_own(u, a, out) : e;
}

static const struct entity *profile_of(const struct catalog_view *view, struct uuid user)
{
    const struct entity *u = view_get(view, RESOURCE_USER, user);
    return u ? view_get(view, RESOURCE_USER_PROFILE, entity_ref(u, FIELD_USER_USER_PROFILE_ID))
             : NULL;
}

static bool narrows(const struct entity *profile, enum field level)
{
    return entity_is(profile, level, "SPECIFIC") || entity_is(profile, level, "NONE");
}

bool access_reads_all(const struct catalog_view *view, struct uuid user, const char *permission,
                      struct arena *a)
{
    if (uuid_is_nil(user))
        return true;
    const struct entity *profile = profile_of(view, user);
    return profile && module_level(profile, permission, a) != ACCESS_NONE &&
           !narrows(profile, FIELD_USER_PROFILE_RESOURCE_ACCESS_LEVEL);
}

bool access_is_whole(const struct catalog_view *view, struct uuid user)
{
    if (uuid_is_nil(user))
        return true;
    const struct entity *profile = profile_of(view, user);
    return profile && !narrows(profile, FIELD_USER_PROFILE_PERMISSION_ACCESS_LEVEL) &&
           !narrows(profile, FIELD_USER_PROFILE_RESOURCE_ACCESS_LEVEL);
}

static bool is_among(const struct uuid *ids, size_t count, struct uuid id)
{
    return count && bsearch(&id, ids, count, sizeof id, by_id);
}

bool access_holds(const struct access *access, struct uuid id)
{
    return access->all || is_among(access->ids, access->count, id);
}

bool access_shows(const struct access *access, const struct entity *e)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    if (access->all)
        return true;
    struct uuid id = rule->parent == RESOURCE_COUNT ? entity_id(e) : entity_ref(e, rule->parent_id);
    return access_holds(access, id) || is_among(access->own, access->own_count, entity_id(e));
}
