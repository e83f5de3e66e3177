#include "api/config/list_view.h"

#include <stdlib.h>

#include "api/config/asked.h"
#include "base/arena.h"
#include "domain/catalog/index.h"
#include "domain/catalog/schema.h"

static enum err refuse(struct slice *why, const char *text)
{
    *why = slice_of(text);
    return ERR_INVALID_FIELD;
}

static const struct entity *named_entity(struct rest_call *call, const struct catalog_view *view,
                                         const char *parameter, enum resource r)
{
    struct slice text;
    struct uuid id;
    return http_query(call->http, parameter, &text) && uuid_parse(text, &id) ? view_get(view, r, id)
                                                                             : NULL;
}

static int by_id(const void *a, const void *b)
{
    return uuid_cmp(*(const struct uuid *)a, *(const struct uuid *)b);
}

/* All ids in a field, in order: lists have up to two thousand and are asked about for each row. */
static enum err read_ids(const struct entity *e, enum field f, struct arena *a,
                         struct list_ids *out)
{
    struct uuid id;
    size_t count = 0;
    for (size_t at = 0; entity_next_ref(e, f, &at, &id);)
        count++;
    *out = (struct list_ids){ arena_take(a, (count + 1) * sizeof *out->at), 0 };
    if (!out->at)
        return ERR_OUT_OF_MEMORY;
    for (size_t at = 0; entity_next_ref(e, f, &at, &id);)
        out->at[out->count++] = id;
    qsort(out->at, count, sizeof *out->at, by_id);
    return ERR_OK;
}

static bool holds(const struct list_ids *ids, struct uuid id)
{
    return ids->count && bsearch(&id, ids->at, ids->count, sizeof id, by_id);
}

/* userInQueue=assigned or unassigned, for the agents of the queue queueId. */
static enum err read_queue(struct rest_call *call, const struct catalog_view *view,
                           struct list_view *v, struct slice *why)
{
    struct slice which;
    if (!http_query(call->http, "userInQueue", &which) || !which.len)
        return ERR_OK;
    v->unassigned = slice_is(which, "unassigned");
    if (!v->unassigned && !slice_is(which, "assigned"))
        return refuse(why, "userInQueue: should be assigned or unassigned");
    const struct entity *queue =
        named_entity(call, view, "queueId", RESOURCE_CONTACT_SERVICE_QUEUE);
    v->in_queue = true;
    return queue ? read_ids(queue, FIELD_CONTACT_SERVICE_QUEUE_AGENTS, call->arena, &v->agents)
                 : refuse(why, "queueId: should be a queue");
}

static enum err read_managed(struct rest_call *call, const struct catalog_view *view,
                             struct list_view *v)
{
    v->managed = query_is_on(call->http, "supervisorManagedAgentsOnly");
    if (!v->managed)
        return ERR_OK;
    enum err e = access_read(view, call->principal.user, RESOURCE_SITE, call->arena, &v->sites);
    return e ? e : access_read(view, call->principal.user, RESOURCE_TEAM, call->arena, &v->teams);
}

static enum err read_buddies(struct rest_call *call, const struct catalog_view *view,
                             struct list_view *v)
{
    const enum field level = FIELD_AGENT_PROFILE_ACCESS_BUDDY_TEAM;
    const struct entity *caller = view_get(view, RESOURCE_USER, call->principal.user);
    const struct entity *profile = NULL;
    v->buddies = query_is_on(call->http, "buddyTeamAgentsOnly");
    if (v->buddies && caller)
        profile =
            view_get(view, RESOURCE_AGENT_PROFILE, entity_ref(caller, FIELD_USER_AGENT_PROFILE_ID));
    if (!profile || entity_is(profile, level, "NONE"))
        return ERR_OK;
    v->all_buddies = !entity_is(profile, level, "SPECIFIC");
    return read_ids(profile, FIELD_AGENT_PROFILE_BUDDY_TEAMS, call->arena, &v->buddy_teams);
}

static enum err read_supervised(struct rest_call *call, const struct catalog_view *view,
                                struct list_view *v, struct slice *why)
{
    struct slice text;
    if (!http_query(call->http, "supervisedUserId", &text) || !text.len)
        return ERR_OK;
    const struct entity *user = named_entity(call, view, "supervisedUserId", RESOURCE_USER);
    if (!user)
        return refuse(why, "supervisedUserId: should be a user");
    v->idle_only = true;
    return access_of_desktop(view, entity_id(user), RESOURCE_AUXILIARY_CODE, call->arena,
                             &v->desktop);
}

enum err list_view_read(struct rest_call *call, const struct catalog_view *view,
                        struct list_view *out, struct slice *why)
{
    const enum resource r = config_resource(call);
    enum err e = ERR_OK;
    *out = (struct list_view){ .desktop.all = true };
    if (query_is_on(call->http, "desktopProfileFilter"))
        e = access_of_desktop(view, call->principal.user, r, call->arena, &out->desktop);
    if (e == ERR_OK && r == RESOURCE_AUXILIARY_CODE)
        e = read_supervised(call, view, out, why);
    if (e != ERR_OK || r != RESOURCE_USER)
        return e;
    e = read_buddies(call, view, out);
    if (e == ERR_OK)
        e = read_managed(call, view, out);
    return e == ERR_OK ? read_queue(call, view, out, why) : e;
}

/* ---- which rows ---- */

/* A team that the caller may see makes the user one of the caller's; without teams the site does.
 */
static bool is_managed(const struct list_view *v, const struct entity *user)
{
    struct uuid site = entity_ref(user, FIELD_USER_SITE_ID), team;
    size_t at = 0;
    bool some = false;
    if (!entity_bool(user, FIELD_USER_CONTACT_CENTER_ENABLED, false) ||
        !access_holds(&v->sites, site))
        return false;
    while (entity_next_ref(user, FIELD_USER_TEAM_IDS, &at, &team)) {
        if (access_holds(&v->teams, team))
            return true;
        some = true;
    }
    return !some;
}

static bool is_buddy(const struct list_view *v, const struct entity *user)
{
    struct uuid team;
    size_t at = 0;
    while (entity_next_ref(user, FIELD_USER_TEAM_IDS, &at, &team)) {
        if (v->all_buddies || holds(&v->buddy_teams, team))
            return true;
    }
    return false;
}

static bool is_idle_code(const struct entity *e)
{
    return entity_is(e, FIELD_AUXILIARY_CODE_WORK_TYPE_CODE, "IDLE_CODE");
}

bool list_view_hides(const struct list_view *v)
{
    return !v->desktop.all || v->idle_only || v->in_queue || v->managed || v->buddies;
}

bool list_view_shows(const struct list_view *v, const struct entity *e)
{
    if (!access_shows(&v->desktop, e) || (v->idle_only && !is_idle_code(e)))
        return false;
    if (v->in_queue && holds(&v->agents, entity_id(e)) == v->unassigned)
        return false;
    return (!v->managed || is_managed(v, e)) && (!v->buddies || is_buddy(v, e));
}

/* ---- counts ---- */

static int64_t included(struct catalog_set set, const struct entity_set *indexed, enum field f)
{
    const struct field_index *x = indexed ? index_want(indexed, f, set.count) : NULL;
    int64_t count = x ? (int64_t)index_equal(x, SLICE("INCLUDED")).count : 0;
    for (size_t i = 0; !x && i < set.count; i++)
        count += entity_is(set.items[i], f, "INCLUDED");
    return count;
}

void list_view_counts(struct http_request *req, const struct catalog_view *view, enum resource r,
                      struct json_writer *w)
{
    const struct count_rule *rule = resource_rules[r].counts;
    if (!rule || !query_is_on(req, "includeAIMappingCount"))
        return;
    struct catalog_set set;
    const struct entity_set *indexed = view_set(view, r, &set);
    for (; rule->name; rule++)
        json_member_i64(w, rule->name, included(set, indexed, rule->field));
}
