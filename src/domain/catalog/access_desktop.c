/* What a desktop profile offers: each kind of entity by a level and, for SPECIFIC, a list of ids.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "domain/catalog/access.h"

static const struct kind {
    enum resource resource;
    enum field level, ids;
    const char *code; /* work type code of auxiliary codes; NULL: no matter */
} kinds[] = {
    { RESOURCE_CONTACT_SERVICE_QUEUE, FIELD_AGENT_PROFILE_ACCESS_QUEUE, FIELD_AGENT_PROFILE_QUEUES,
      NULL },
    { RESOURCE_ENTRY_POINT, FIELD_AGENT_PROFILE_ACCESS_ENTRY_POINT,
      FIELD_AGENT_PROFILE_ENTRY_POINTS, NULL },
    { RESOURCE_AUXILIARY_CODE, FIELD_AGENT_PROFILE_ACCESS_IDLE_CODE, FIELD_AGENT_PROFILE_IDLE_CODES,
      "IDLE_CODE" },
    { RESOURCE_AUXILIARY_CODE, FIELD_AGENT_PROFILE_ACCESS_WRAP_UP_CODE,
      FIELD_AGENT_PROFILE_WRAP_UP_CODES, "WRAP_UP_CODE" },
};

static int by_id(const void *a, const void *b)
{
    return uuid_cmp(*(const struct uuid *)a, *(const struct uuid *)b);
}

static bool is_of(const struct kind *kind, const struct entity *e)
{
    return !kind->code || entity_is(e, FIELD_AUXILIARY_CODE_WORK_TYPE_CODE, kind->code);
}

static void offer_listed(const struct kind *kind, const struct entity *profile,
                         struct catalog_set set, struct access *out)
{
    struct uuid id;
    for (size_t at = 0; entity_next_ref(profile, kind->ids, &at, &id);) {
        const struct entity *e = catalog_set_get(set, id);
        if (e && is_of(kind, e))
            out->ids[out->count++] = id;
    }
}

static void offer_all(const struct kind *kind, struct catalog_set set, struct access *out)
{
    for (size_t i = 0; i < set.count; i++) {
        if (is_of(kind, set.items[i]))
            out->ids[out->count++] = entity_id(set.items[i]);
    }
}

static size_t listed_count(const struct kind *kind, const struct entity *profile)
{
    struct uuid id;
    size_t n = 0;
    for (size_t at = 0; entity_next_ref(profile, kind->ids, &at, &id);)
        n++;
    return n;
}

static enum err offer(const struct kind *kind, const struct entity *profile, struct catalog_set set,
                      struct arena *a, struct access *out)
{
    bool specific = entity_is(profile, kind->level, "SPECIFIC");
    if (entity_is(profile, kind->level, "NONE"))
        return ERR_OK;
    size_t room = out->count + (specific ? listed_count(kind, profile) : set.count);
    struct uuid *ids = arena_take(a, (room + 1) * sizeof *ids);
    if (!ids)
        return ERR_OUT_OF_MEMORY;
    if (out->count)
        memcpy(ids, out->ids, out->count * sizeof *ids);
    out->ids = ids;
    if (specific)
        offer_listed(kind, profile, set, out);
    else
        offer_all(kind, set, out);
    return ERR_OK;
}

/* No kind of the resource is restricted. */
static bool offers_all(const struct entity *profile, enum resource r)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].resource == r && (entity_is(profile, kinds[i].level, "SPECIFIC") ||
                                       entity_is(profile, kinds[i].level, "NONE")))
            return false;
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
    *out = (struct access){ .level = ACCESS_VIEW, .all = profile && offers_all(profile, r) };
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && profile && !out->all && i < sizeof kinds / sizeof *kinds;
         i++) {
        if (kinds[i].resource == r)
            e = offer(&kinds[i], profile, set, a, out);
    }
    if (e == ERR_OK && out->count)
        qsort(out->ids, out->count, sizeof *out->ids, by_id);
    return e;
}
