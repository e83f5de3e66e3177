/* Which queues: of a team, a user, a skill profile. */
#include "api/config/lookup.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "base/map.h"
#include "domain/catalog/schema.h"

/* ---- rows ---- */

static void put_mapped(struct lookup *l, const struct entity *e, struct json_writer *w)
{
    (void)l;
    lookup_put_head(e, w);
    lookup_put(e, w, FIELD_CONTACT_SERVICE_QUEUE_CHANNEL_TYPE);
    lookup_put(e, w, FIELD_CONTACT_SERVICE_QUEUE_NAME);
    lookup_put_tail(e, w);
}

static void put_skilled(struct lookup *l, const struct entity *e, struct json_writer *w)
{
    put_mapped(l, e, w);
    json_member_i64(w, "skillScore", l->match.profile_score);
    json_member_i64(w, "dynamicSkillScore", l->match.dynamic_score);
    json_member_bool(w, "skillProfileSkillsMatch", l->match.profile);
    json_member_bool(w, "dynamicSkillsMatch", l->match.dynamic);
}

static void put_routing(struct lookup *l, const struct entity *e, struct json_writer *w)
{
    (void)l;
    lookup_put_head(e, w);
    lookup_put(e, w, FIELD_CONTACT_SERVICE_QUEUE_NAME);
    json_member_raw(w, "routingPattern", entity_raw(e, FIELD_CONTACT_SERVICE_QUEUE_ROUTING_TYPE));
    lookup_put_tail(e, w);
}

/* ---- what fits ---- */

static bool is_staffed_by(const struct entity *queue, const char *whom)
{
    return entity_is(queue, FIELD_CONTACT_SERVICE_QUEUE_QUEUE_ROUTING_TYPE, whom);
}

static bool of_team(struct lookup *l, const struct entity *queue)
{
    return lookup_mentions(queue, FIELD_CONTACT_SERVICE_QUEUE_CALL_DISTRIBUTION_GROUPS, l->id);
}

static bool of_users_teams(struct lookup *l, const struct entity *queue)
{
    struct uuid team;
    size_t at = 0;
    while (entity_next_ref(l->user, FIELD_USER_TEAM_IDS, &at, &team)) {
        if (lookup_mentions(queue, FIELD_CONTACT_SERVICE_QUEUE_CALL_DISTRIBUTION_GROUPS, team))
            return true;
    }
    return false;
}

static bool of_agent(struct lookup *l, const struct entity *queue)
{
    return is_staffed_by(queue, "AGENT_BASED") &&
           lookup_mentions(queue, FIELD_CONTACT_SERVICE_QUEUE_AGENTS, entity_id(l->user));
}

static bool look_at_skills(struct lookup *l, const struct entity *queue)
{
    return is_staffed_by(queue, "SKILL_BASED") &&
           skills_match_queue(&l->view, &l->profile, &l->dynamic, queue, l->arena, &l->match) ==
               ERR_OK;
}

static bool of_skills(struct lookup *l, const struct entity *queue)
{
    return look_at_skills(l, queue) && l->match.profile && l->match.dynamic;
}

/* A profile alone: what is given to single users does not count. */
static bool of_profile(struct lookup *l, const struct entity *queue)
{
    return look_at_skills(l, queue) && l->match.profile;
}

static bool by_hand(struct lookup *l, const struct entity *queue)
{
    if (!entity_bool(queue, FIELD_CONTACT_SERVICE_QUEUE_MANUALLY_ASSIGNABLE, false))
        return false;
    return (l->user && (of_agent(l, queue) || of_users_teams(l, queue))) ||
           lookup_mentions(queue, FIELD_CONTACT_SERVICE_QUEUE_CALL_DISTRIBUTION_GROUPS, l->other);
}

/* ---- what the questions name ---- */

static enum err the_team(struct lookup *l)
{
    bool named = uuid_parse(l->call->params[1], &l->id);
    return named && view_get(&l->view, RESOURCE_TEAM, l->id) ? ERR_OK : ERR_NOT_FOUND;
}

static enum err the_user(struct lookup *l)
{
    if (uuid_parse(l->call->params[1], &l->id))
        l->user = view_get(&l->view, RESOURCE_USER, l->id);
    return l->user ? ERR_OK : ERR_NOT_FOUND;
}

static enum err the_identity(struct lookup *l)
{
    l->user = catalog_find(l->view.catalog, l->view.org, FIELD_USER_CI_USER_ID, l->call->params[1]);
    return l->user ? ERR_OK : ERR_NOT_FOUND;
}

static enum err skills_of(struct lookup *l, enum err found)
{
    return found ? found : skills_of_user(&l->view, l->user, l->arena, &l->profile, &l->dynamic);
}

static enum err the_skilled_user(struct lookup *l)
{
    return skills_of(l, the_user(l));
}

static enum err the_skilled_identity(struct lookup *l)
{
    return skills_of(l, the_identity(l));
}

static enum err the_profile(struct lookup *l)
{
    struct uuid id;
    return uuid_parse(l->call->params[1], &id)
               ? skills_add_profile(&l->profile, &l->view, id, l->arena)
               : ERR_NOT_FOUND;
}

/* An id in the body; false: there is none. ERR_INVALID_FIELD: it is none. */
static enum err body_id(struct lookup *l, const char *name, struct uuid *id, bool *there)
{
    const struct json *v = json_get(l->call->body, name);
    *there = v && v->type != JSON_NULL;
    if (!*there || uuid_parse(json_text(v, SLICE("")), id))
        return ERR_OK;
    l->why = arena_printf(l->arena, "%s: should be an id", name);
    return ERR_INVALID_FIELD;
}

/* Whom the body describes: skillProfileId, dynamicSkills, userId, each optional. */
static enum err the_described(struct lookup *l)
{
    bool by_user, by_profile;
    struct uuid profile;
    enum err e = body_id(l, "userId", &l->id, &by_user);
    if (e == ERR_OK)
        e = body_id(l, "skillProfileId", &profile, &by_profile);
    if (e != ERR_OK)
        return e;
    l->user = by_user ? view_get(&l->view, RESOURCE_USER, l->id) : NULL;
    if (by_user && !l->user)
        return ERR_NOT_FOUND;
    if (by_profile)
        e = skills_add_profile(&l->profile, &l->view, profile, l->arena);
    if (e == ERR_OK && l->user) {
        struct skills unused = { 0 };
        e = skills_of_user(&l->view, l->user, l->arena, by_profile ? &unused : &l->profile,
                           &l->dynamic);
    }
    return e ? e : skills_add_list(&l->dynamic, json_get(l->call->body, "dynamicSkills"), l->arena);
}

static enum err the_agent_or_team(struct lookup *l)
{
    bool agent, team;
    enum err e = body_id(l, "agentId", &l->id, &agent);
    if (e == ERR_OK)
        e = body_id(l, "teamId", &l->other, &team);
    if (e == ERR_OK && !agent && !team) {
        l->why = SLICE("agentId, teamId: one should be there");
        e = ERR_INVALID_FIELD;
    }
    if (e == ERR_OK && agent && !(l->user = view_get(&l->view, RESOURCE_USER, l->id)))
        e = ERR_NOT_FOUND;
    return e;
}

/* ---- handlers ---- */

#define QUESTION(...)                                                                 \
    (&(struct lookup){ .resource = RESOURCE_CONTACT_SERVICE_QUEUE,                    \
                       .searched = { FIELD_CONTACT_SERVICE_QUEUE_NAME, FIELD_COUNT }, \
                       __VA_ARGS__ })

enum err rest_config_queues_of_profile(struct rest_call *call)
{
    return lookup_answer(
        call, QUESTION(.prepare = the_profile, .wanted = of_profile, .put = put_skilled));
}

enum err rest_config_queues_of_team(struct rest_call *call)
{
    return lookup_answer(call, QUESTION(.prepare = the_team, .wanted = of_team, .put = put_mapped));
}

enum err rest_config_queues_of_agent_identity(struct rest_call *call)
{
    return lookup_answer(call,
                         QUESTION(.prepare = the_identity, .wanted = of_agent, .put = put_mapped));
}

enum err rest_config_queues_of_skilled_identity(struct rest_call *call)
{
    return lookup_answer(
        call, QUESTION(.prepare = the_skilled_identity, .wanted = of_skills, .put = put_skilled));
}

enum err rest_config_agent_queues_of_user(struct rest_call *call)
{
    return lookup_answer(call, QUESTION(.prepare = the_user, .wanted = of_agent, .put = put_routing,
                                        .page_rows = 100));
}

enum err rest_config_team_queues_of_user(struct rest_call *call)
{
    return lookup_answer(call, QUESTION(.prepare = the_user, .wanted = of_users_teams,
                                        .put = put_routing, .page_rows = 100));
}

enum err rest_config_skill_queues_of_user(struct rest_call *call)
{
    return lookup_answer(call, QUESTION(.prepare = the_skilled_user, .wanted = of_skills,
                                        .put = put_routing, .page_rows = 100));
}

enum err rest_config_queues_of_described(struct rest_call *call)
{
    return lookup_answer(
        call, QUESTION(.prepare = the_described, .wanted = of_skills, .put = put_mapped));
}

enum err rest_config_queues_by_hand(struct rest_call *call)
{
    return lookup_answer(
        call, QUESTION(.prepare = the_agent_or_team, .wanted = by_hand, .put = put_mapped));
}

/* ---- queues by the skill of their assistant ---- */

struct assistant {
    struct slice id;
    int64_t queues, updated_ms;
};

/* No id: the queue has none. */
static enum err assistant_of(const struct entity *queue, struct arena *a, struct slice *id,
                             int64_t *updated_ms)
{
    struct json *skill;
    enum err e = entity_parse(queue, FIELD_CONTACT_SERVICE_QUEUE_ASSISTANT_SKILL, a, &skill);
    if (e != ERR_OK)
        return e == ERR_NOT_FOUND ? ERR_OK : e;
    *updated_ms = json_i64(json_get(skill, "assistantSkillUpdatedTime"), 0);
    *id = json_text(json_get(skill, "assistantSkillId"), SLICE(""));
    return ERR_OK;
}

/* Maps, for there may be as many skills as queues, and as many ids asked for as a body may name. */
struct grouping {
    struct map asked, by_id; /* to itself; to its row */
    bool all;                /* no ids are named */
    struct assistant *rows;
    size_t count;
};

static enum err read_asked(struct grouping *g, const struct json *ids)
{
    enum err e = ERR_OK;
    g->all = !ids || ids->type != JSON_ARRAY;
    if (g->all)
        return ERR_OK;
    JSON_EACH(one, ids)
    {
        if (e == ERR_OK)
            e = map_put(&g->asked, json_text(one, SLICE("")), g);
    }
    return e;
}

static enum err count_queue(struct grouping *g, struct slice id, int64_t updated_ms)
{
    struct assistant *row = map_get(&g->by_id, id);
    if (!row) {
        row = &g->rows[g->count];
        *row = (struct assistant){ .id = id };
        enum err e = map_put(&g->by_id, id, row);
        if (e != ERR_OK)
            return e;
        g->count++;
    }
    row->queues++;
    if (row->updated_ms < updated_ms)
        row->updated_ms = updated_ms;
    return ERR_OK;
}

/* One row per skill, in the order of the first queue that has it. */
static enum err group(struct rest_call *call, const struct catalog_set *set, struct assistant *rows,
                      size_t *count)
{
    struct grouping g = { .rows = rows };
    map_init(&g.asked);
    map_init(&g.by_id);
    enum err e = read_asked(&g, json_get(call->body, "assistantSkillIds"));
    for (size_t i = 0; i < set->count && e == ERR_OK; i++) {
        int64_t updated = 0;
        struct slice id = SLICE("");
        e = assistant_of(set->items[i], call->arena, &id, &updated);
        if (e == ERR_OK && id.len && (g.all || map_get(&g.asked, id)))
            e = count_queue(&g, id, updated);
    }
    map_release(&g.asked);
    map_release(&g.by_id);
    *count = g.count;
    return e;
}

static enum err write_groups(struct rest_call *call, struct config_page *page, struct buf *out)
{
    struct json_writer w;
    struct catalog_view view = config_view(call);
    struct catalog_set set = view.set(view.catalog, view.org, RESOURCE_CONTACT_SERVICE_QUEUE);
    struct assistant *rows = arena_alloc(call->arena, (set.count + 1) * sizeof *rows);
    if (!rows)
        return ERR_OUT_OF_MEMORY;
    enum err e = group(call, &set, rows, &page->total);
    if (e != ERR_OK)
        return e;
    json_writer_init(&w, out);
    json_object_begin(&w);
    json_key(&w, "meta");
    json_object_begin(&w);
    config_page_meta(&w, page, call->http, call->org);
    json_object_end(&w);
    json_key(&w, "data");
    json_array_begin(&w);
    for (size_t i = config_page_first(page); i < config_page_end(page); i++) {
        json_object_begin(&w);
        json_member_text(&w, "assistantSkillId", rows[i].id);
        json_member_i64(&w, "associatedQueueCount", rows[i].queues);
        if (rows[i].updated_ms)
            json_member_i64(&w, "lastAssistantSkillUpdatedTime", rows[i].updated_ms);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    return ERR_OK;
}

enum err rest_config_queues_by_assistant(struct rest_call *call)
{
    struct config_page page;
    struct slice why = { NULL, 0 };
    struct buf out;
    const struct json *ids = json_get(call->body, "assistantSkillIds");
    enum err e = config_page_read(call->http, &page, &why);
    if (e != ERR_OK) {
        rest_fail(call, e, why);
        return ERR_OK;
    }
    if (ids && ids->count > LIMIT_bulk_items_max)
        return rest_failf(call, ERR_INVALID_FIELD, "assistantSkillIds: should be at most %d ids",
                          LIMIT_bulk_items_max);
    buf_init_arena(&out, call->arena);
    epoch_enter();
    e = write_groups(call, &page, &out);
    epoch_leave();
    return e ? e : config_answer(call, &out);
}
