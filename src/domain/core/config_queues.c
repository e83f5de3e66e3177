/* Who serves which queue, as the catalogue's working version says: one walk over all queues after a
 * change of configuration. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/catalog.h"
#include "domain/catalog/skills.h"
#include "domain/core/config_catalog_priv.h"

/* ---- skills ---- */

static struct catalog_view working(void *ctx, struct uuid org)
{
    return (struct catalog_view){ ctx, org, catalog_working };
}

struct uuid config_skill_profile(void *ctx, struct uuid org, struct uuid user, struct uuid team)
{
    const struct catalog_view view = working(ctx, org);
    const struct entity *u = view_get(&view, RESOURCE_USER, user);
    const struct entity *t = view_get(&view, RESOURCE_TEAM, team);
    struct uuid profile = u ? entity_ref(u, FIELD_USER_SKILL_PROFILE_ID) : (struct uuid){ { 0 } };
    return uuid_is_nil(profile) && t ? entity_ref(t, FIELD_TEAM_SKILL_PROFILE_ID) : profile;
}

bool config_profile_skills(void *ctx, struct uuid org, struct uuid profile, struct arena *a,
                           struct skills *out)
{
    const struct catalog_view view = working(ctx, org);
    return skills_add_profile(out, &view, profile, a) != ERR_OUT_OF_MEMORY;
}

bool config_user_skills(void *ctx, struct uuid org, struct uuid user, struct arena *a,
                        struct skills *out)
{
    const struct catalog_view view = working(ctx, org);
    const struct entity *u = view_get(&view, RESOURCE_USER, user);
    struct json *list;
    if (!u || entity_parse(u, FIELD_USER_DYNAMIC_SKILLS, a, &list) != ERR_OK)
        return true;
    return skills_add_list(out, list, a) != ERR_OUT_OF_MEMORY;
}

/* ---- groups of teams ---- */

struct group {
    int64_t order, after_ms;
    const struct json *teams;
};

static int by_order(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->order != y->order)
        return x->order > y->order ? 1 : -1;
    return (x->after_ms > y->after_ms) - (x->after_ms < y->after_ms);
}

struct reading {
    const struct entity *e;
    struct arena *arena;
    struct config_routing *out;
};

/* A list of the queue, or NULL. */
static const struct json *list_of(const struct reading *r, enum field f)
{
    struct json *list;
    return entity_parse(r->e, f, r->arena, &list) == ERR_OK ? list : NULL;
}

static void add_teams(const struct reading *r, const struct json *teams, int64_t after_ms,
                      struct config_group_team *to)
{
    JSON_EACH(member, teams)
    {
        struct uuid team;
        if (uuid_parse(json_text(json_get(member, "teamId"), SLICE("")), &team))
            to[r->out->team_count++] = (struct config_group_team){ team, after_ms };
    }
}

static size_t read_groups(const struct json *groups, struct group *list, size_t *teams)
{
    size_t n = 0;
    JSON_EACH(group, groups)
    {
        const struct json *members = json_get(group, "agentGroups");
        int64_t seconds = json_i64(json_get(group, "duration"), 0);
        list[n++] = (struct group){ .order = json_i64(json_get(group, "order"), 0),
                                    .after_ms = config_milliseconds(seconds),
                                    .teams = members };
        *teams += members ? members->count : 0;
    }
    return n;
}

/* In their order; none comes sooner than the one before it. */
static bool read_teams(const struct reading *r)
{
    const struct json *groups = list_of(r, FIELD_CONTACT_SERVICE_QUEUE_CALL_DISTRIBUTION_GROUPS);
    size_t teams = 0, n = groups ? groups->count : 0;
    int64_t after_ms = 0;
    struct group *list = arena_alloc(r->arena, (n + 1) * sizeof *list);
    if (!list)
        return false;
    n = groups ? read_groups(groups, list, &teams) : 0;
    struct config_group_team *to = arena_alloc(r->arena, (teams + 1) * sizeof *to);
    if (!to)
        return false;
    r->out->teams = to;
    if (n > 0)
        qsort(list, n, sizeof *list, by_order);
    for (size_t i = 0; i < n; i++) {
        if (list[i].after_ms > after_ms)
            after_ms = list[i].after_ms;
        if (list[i].teams)
            add_teams(r, list[i].teams, after_ms, to);
    }
    return true;
}

bool config_queue_ranks(void *ctx, struct uuid org, struct uuid team, struct arena *a,
                        struct config_rank **list, size_t *count)
{
    const struct catalog_view view = working(ctx, org);
    const struct entity *t = view_get(&view, RESOURCE_TEAM, team);
    struct json *rows;
    *count = 0;
    if (!t || !entity_bool(t, FIELD_TEAM_RANK_QUEUES_FOR_TEAM, false) ||
        entity_parse(t, FIELD_TEAM_QUEUE_RANKINGS, a, &rows) != ERR_OK)
        return true;
    *list = arena_alloc(a, (rows->count + 1) * sizeof **list);
    if (!*list)
        return false;
    JSON_EACH(row, rows)
    {
        struct config_rank *to = &(*list)[*count];
        to->rank = json_i64(json_get(row, "rank"), 0);
        *count += uuid_parse(json_text(json_get(row, "queueId"), SLICE("")), &to->queue);
    }
    return true;
}

/* ---- queues ---- */

static bool read_agents(const struct reading *r)
{
    const struct json *agents = list_of(r, FIELD_CONTACT_SERVICE_QUEUE_AGENTS);
    struct uuid *to = arena_alloc(r->arena, ((agents ? agents->count : 0) + 1) * sizeof *to);
    if (!to)
        return false;
    r->out->agents = to;
    if (!agents)
        return true;
    JSON_EACH(agent, agents)
    {
        if (uuid_parse(json_text(json_get(agent, "id"), SLICE("")), &to[r->out->agent_count]))
            r->out->agent_count++;
    }
    return true;
}

static bool read_asks(const struct reading *r, const struct catalog_view *view)
{
    struct skill_ask *asks = NULL;
    size_t count;
    if (skills_of_queue(view, r->e, r->arena, &asks, &count) == ERR_OUT_OF_MEMORY)
        return false;
    r->out->asks = asks;
    r->out->ask_count = count;
    return true;
}

static bool read_staff(const struct reading *r, const struct catalog_view *view)
{
    const enum field by = FIELD_CONTACT_SERVICE_QUEUE_QUEUE_ROUTING_TYPE;
    if (!read_asks(r, view))
        return false;
    r->out->staffing = entity_is(r->e, by, "SKILL_BASED")   ? STAFF_SKILLED
                       : entity_is(r->e, by, "AGENT_BASED") ? STAFF_AGENTS
                                                            : STAFF_TEAMS;
    if (r->out->staffing == STAFF_TEAMS)
        return read_teams(r);
    return r->out->staffing == STAFF_SKILLED || read_agents(r);
}

/* SKILLS_BASED says that agents are chosen by their skills, the second word how among them. */
static struct slice strategy_of(const struct entity *e)
{
    struct slice word = entity_text(e, FIELD_CONTACT_SERVICE_QUEUE_ROUTING_TYPE);
    return slice_is(word, "SKILLS_BASED")
               ? entity_text(e, FIELD_CONTACT_SERVICE_QUEUE_SKILL_BASED_ROUTING_TYPE)
               : word;
}

static bool is_routed(const struct entity *e, struct config_routing *out)
{
    return entity_bool(e, FIELD_CONTACT_SERVICE_QUEUE_ACTIVE, true) &&
           config_channel(entity_text(e, FIELD_CONTACT_SERVICE_QUEUE_CHANNEL_TYPE), &out->channel);
}

bool config_each_routing(void *ctx, struct uuid org,
                         void (*fn)(void *arg, const struct config_routing *r), void *arg)
{
    const struct catalog_view view = working(ctx, org);
    struct catalog_set set = catalog_working(ctx, org, RESOURCE_CONTACT_SERVICE_QUEUE);
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    bool ok = a != NULL;
    for (size_t i = 0; ok && i < set.count; i++) {
        struct config_routing out = { .queue = entity_id(set.items[i]) };
        struct reading r = { set.items[i], a, &out };
        if (!is_routed(set.items[i], &out))
            continue;
        out.strategy = strategy_of(set.items[i]);
        ok = read_staff(&r, &view);
        if (ok)
            fn(arg, &out);
        arena_reset(a);
    }
    arena_free(a);
    return ok;
}
