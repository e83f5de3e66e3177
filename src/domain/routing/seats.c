/* Which pools an agent belongs to, and where it stands in them. Looked up when the configuration
 * changed or the agent logged in; what a skill profile is good for is found out once for all who
 * have it. */
#include <stdlib.h>

#include "base/arena.h"
#include "domain/agent/agent.h"
#include "domain/routing/routes.h"

/* ---- skills ---- */

struct verdicts {
    struct uuid profile;
    struct skills_match *of; /* each set of asks */
};

static void judge(const struct routes *r, const struct skills *profile,
                  const struct skills *dynamic, struct skills_match *of)
{
    for (const struct ask_set *set = r->ask_sets; set; set = set->next)
        skills_match(profile, dynamic, set->asks, set->count, &of[set->index]);
}

static bool read_profile(const struct centre *c, struct uuid profile, struct skills *out)
{
    const struct config_view *view = &c->all->view;
    return uuid_is_nil(profile) ||
           view->ops->profile_skills(view->ctx, c->org, profile, c->routes->scratch, out);
}

/* Of a profile alone; kept until the configuration changes. NULL: there is no room to keep it. */
static const struct skills_match *of_profile(struct centre *c, struct uuid profile)
{
    struct routes *r = c->routes;
    struct skills held = { 0 }, none = { 0 };
    struct verdicts *v = map_get(&r->verdicts, id_key(&profile));
    if (v)
        return v->of;
    v = arena_alloc(r->arena, sizeof *v);
    if (!v)
        return NULL;
    v->profile = profile;
    v->of = arena_alloc(r->arena, (r->ask_count + 1) * sizeof *v->of);
    if (!v->of || !read_profile(c, profile, &held))
        return NULL;
    judge(r, &held, &none, v->of);
    return map_put(&r->verdicts, id_key(&v->profile), v) == ERR_OK ? v->of : NULL;
}

/* Of somebody with skills of their own, or for want of room. NULL: out of memory. */
static const struct skills_match *of_one(struct centre *c, struct uuid profile,
                                         const struct skills *dynamic)
{
    struct routes *r = c->routes;
    struct skills held = { 0 };
    struct skills_match *of = arena_alloc(r->scratch, (r->ask_count + 1) * sizeof *of);
    if (!of || !read_profile(c, profile, &held))
        return NULL;
    judge(r, &held, dynamic, of);
    return of;
}

/* NULL: out of memory. */
static const struct skills_match *verdicts_of(struct agent *a)
{
    struct centre *c = a->centre;
    const struct config_view *view = &c->all->view;
    struct skills dynamic = { 0 };
    struct uuid profile = view->ops->skill_profile(view->ctx, c->org, a->s.agent_id, a->s.team_id);
    if (!view->ops->user_skills(view->ctx, c->org, a->s.agent_id, c->routes->scratch, &dynamic))
        return NULL;
    const struct skills_match *kept = dynamic.count > 0 ? NULL : of_profile(c, profile);
    return kept ? kept : of_one(c, profile, &dynamic);
}

/* ---- order of queues ---- */

/* Of the agent's team, looked up once; for want of room there is none. False: out of memory. */
static bool find_ranking(struct agent *a)
{
    struct centre *c = a->centre;
    const struct config_view *view = &c->all->view;
    struct routes *r = c->routes;
    struct config_rank *list = NULL;
    struct ranking *k = map_get(&r->rankings, id_key(&a->s.team_id));
    a->ranking = k;
    if (k)
        return true;
    k = arena_alloc(r->arena, sizeof *k);
    if (!k)
        return routes_full(r);
    k->team = a->s.team_id;
    if (!view->ops->queue_ranks(view->ctx, c->org, k->team, r->arena, &list, &k->count))
        return routes_full(r);
    if (map_put(&r->rankings, id_key(&k->team), k) != ERR_OK)
        return false;
    k->list = list;
    a->ranking = k;
    return true;
}

/* ---- taking seats ---- */

/* Only the team of the session counts, and only while it is one of the user's. */
static bool serves_team(const struct agent *a)
{
    const struct config_view *view = &a->centre->all->view;
    struct config_team team;
    return !uuid_is_nil(a->s.team_id) &&
           view->ops->team(view->ctx, a->centre->org, a->s.team_id, &team) && team.active &&
           view->ops->user_in_team(view->ctx, a->centre->org, a->s.agent_id, a->s.team_id);
}

static const struct skills_match nothing_asked = { .profile = true, .dynamic = true };

static void take(struct agent *a, const struct staff *s, const struct skills_match *verdicts)
{
    for (size_t i = 0; s && i < s->count; i++) {
        const struct ask_set *asks = s->places[i].pool->asks;
        const struct skills_match *m = asks ? &verdicts[asks->index] : &nothing_asked;
        if (m->profile && m->dynamic)
            a->seats[a->seat_count++] = (struct seat){ .agent = a,
                                                       .pool = s->places[i].pool,
                                                       .position = s->places[i].position,
                                                       .fitness = m->fitness };
    }
}

static bool sit_down(struct agent *a)
{
    const struct routes *r = a->centre->routes;
    const struct staff *all[] = { serves_team(a) ? routes_staff(r, a->s.team_id) : NULL,
                                  routes_staff(r, a->s.agent_id),
                                  routes_staff(r, (struct uuid){ { 0 } }) };
    size_t count = 0;
    for (int i = 0; i < 3; i++)
        count += all[i] ? all[i]->count : 0;
    if (count == 0 || !a->s.is_agent)
        return true;
    a->seats = calloc(count, sizeof *a->seats);
    const struct skills_match *verdicts = r->ask_count > 0 ? verdicts_of(a) : &nothing_asked;
    if (!a->seats || !verdicts || !find_ranking(a))
        return false;
    for (int i = 0; i < 3; i++)
        take(a, all[i], verdicts);
    return true;
}

bool seats_take(struct agent *a)
{
    seats_leave(a);
    bool ok = sit_down(a);
    arena_reset(a->centre->routes->scratch);
    a->seated = a->centre->routes_number;
    return ok;
}

void seats_leave(struct agent *a)
{
    for (size_t i = 0; i < a->seat_count; i++)
        heap_remove(&a->seats[i].pool->able, &a->seats[i].node);
    free(a->seats);
    a->seats = NULL;
    a->seat_count = 0;
    a->ranking = NULL;
}

/* ---- standing in line ---- */

struct rank seat_rank(const struct seat *s)
{
    static const struct turn none;
    const struct candidate as = { .available_since = s->agent->s.available_since,
                                  .login_order = s->agent->s.login_order,
                                  .position = s->position,
                                  .fitness = s->fitness };
    return s->pool->strategy->rank(&as, s->pool->owner ? &s->pool->owner->turn : &none);
}

static bool refresh(struct seat *s, bool able, struct effects *fx)
{
    struct heap_node *node = &s->node;
    bool stands = node->index != 0;
    if (!able) {
        heap_remove(&s->pool->able, node);
        return false;
    }
    struct rank rank = seat_rank(s);
    if (stands && node->key == rank.first && node->then == rank.then)
        return false;
    heap_remove(&s->pool->able, node);
    node->key = rank.first;
    node->then = rank.then;
    node->order = (uint64_t)s->agent->s.login_order;
    if (heap_add(&s->pool->able, node) != ERR_OK)
        fx->failed = true;
    return !stands;
}

bool seats_refresh(struct agent *a, struct effects *fx)
{
    bool able[channel_type_count] = { false }, known[channel_type_count] = { false }, newly = false;
    for (size_t i = 0; i < a->seat_count; i++) {
        enum channel_type type = a->seats[i].pool->type;
        if (!known[type]) {
            able[type] = agent_free_channel(a, type) >= 0;
            known[type] = true;
        }
        newly |= refresh(&a->seats[i], able[type], fx);
    }
    return newly;
}
