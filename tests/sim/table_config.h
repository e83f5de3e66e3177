/* A configuration as plain tables, for the simulator and unit tests: one organisation behind
 * domain/core/config_view.h. Change the tables, then tell the world (world_config_changed). */
#ifndef SIM_TABLE_CONFIG_H
#define SIM_TABLE_CONFIG_H
#include <stdio.h>

#include "base/arena.h"
#include "domain/core/config_view.h"
enum {
    TABLE_MAX = 64,
    TABLE_TEAMS_MAX = 8,
    TABLE_CODES = 4,
    TABLE_SKILLS = 3,
    TABLE_ASKS_MAX = 3,
    TABLE_CROWD = 2000
};
enum { CODE_MEETING, CODE_RONA, CODE_RESOLVED, CODE_LUNCH };
struct table_row {
    struct uuid id;
    char name[24];
    bool active;
};
struct table_config {
    struct uuid org;
    unsigned teams, queues, users, profiles;
    struct table_row team[TABLE_TEAMS_MAX], queue[TABLE_MAX], entry[TABLE_MAX], user[TABLE_MAX],
        code[TABLE_CODES];
    enum channel_type channel[TABLE_MAX]; /* of queue i and its entry point i */
    int64_t rona_ms[TABLE_MAX];
    int64_t queue_max[TABLE_MAX], entry_max[TABLE_MAX]; /* contacts at once; 0: any number */
    int64_t max_wait_ms[TABLE_MAX];                     /* queue i; 0: none */
    unsigned serves[TABLE_MAX];                         /* queue i: bit of each team */
    int64_t after_ms[TABLE_MAX][TABLE_TEAMS_MAX]; /* queue i, each team: once waited so long */
    unsigned member[TABLE_MAX];                   /* user i: bit of each team */
    unsigned profile[TABLE_MAX];                  /* user i */
    int64_t rank[TABLE_MAX];                      /* queue i, for every team; 0: none */
    enum staffing staffing[TABLE_MAX];            /* queue i */
    const char *strategy[TABLE_MAX];              /* queue i; NULL: the longest available agent */
    uint64_t agents[TABLE_MAX]; /* queue i, STAFF_AGENTS: bit of each user, the last first */
    struct skill_ask ask[TABLE_MAX][TABLE_ASKS_MAX]; /* queue i */
    unsigned asks[TABLE_MAX];
    unsigned crowd; /* further queues that nobody serves; 900 are more than routing has room for */
    /* What user i has of each skill; -1: nothing. Even users have a profile of their own, the odd
     * ones that of the user before them. */
    int level[TABLE_MAX][TABLE_SKILLS], given[TABLE_MAX][TABLE_SKILLS];
    struct config_capacity capacity[TABLE_MAX];
};

static inline struct uuid table_id(unsigned kind, unsigned i)
{
    struct uuid id = { { 1, (uint8_t)kind, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0,
                         (uint8_t)(i >> 8), (uint8_t)i } };
    return id;
}

static inline void table_name(struct table_row *row, const char *what, unsigned kind, unsigned i)
{
    row->id = table_id(kind, i);
    row->active = true;
    snprintf(row->name, sizeof row->name, "%s %u", what, i);
}

/* Everybody in team 0, queue i for channel i % 4, all queues served by all teams. */
static inline void table_init(struct table_config *t, unsigned teams, unsigned queues,
                              unsigned users)
{
    *t = (struct table_config){ .teams = teams, .queues = queues, .users = users, .profiles = 1 };
    t->org = table_id(9, 1);
    for (unsigned i = 0; i < teams; i++)
        table_name(&t->team[i], "Team", 1, i);
    for (unsigned i = 0; i < queues; i++) {
        table_name(&t->queue[i], "Queue", 2, i);
        table_name(&t->entry[i], "Entry", 3, i);
        t->channel[i] = (enum channel_type)(i % channel_type_count);
        t->serves[i] = (1U << teams) - 1;
        t->rona_ms[i] = 18000;
    }
    for (unsigned i = 0; i < users; i++) {
        table_name(&t->user[i], "Agent", 4, i);
        t->member[i] = 1;
        for (int k = 0; k < TABLE_SKILLS; k++)
            t->level[i][k] = t->given[i][k] = -1;
    }
    static const char *const codes[] = { "Meeting", "RONA", "Resolved", "Lunch" };
    for (unsigned i = 0; i < TABLE_CODES; i++)
        table_name(&t->code[i], codes[i], 5, i);
    t->capacity[0] = (struct config_capacity){ .profile = table_id(6, 0), .units = { 1, 2, 2, 1 } };
}

static inline int table_find(const struct table_row *rows, unsigned count, struct uuid id)
{
    for (unsigned i = 0; i < count; i++)
        if (uuid_eq(rows[i].id, id))
            return (int)i;
    return -1;
}

static inline bool table_entry(void *ctx, struct uuid org, struct uuid id,
                               struct config_entry_point *out)
{
    const struct table_config *t = ctx;
    int i = table_find(t->entry, t->queues, id);
    if (i < 0 || !uuid_eq(org, t->org))
        return false;
    *out = (struct config_entry_point){ slice_of(t->entry[i].name), t->entry[i].active,
                                        t->channel[i], t->queue[i].id, t->entry_max[i] };
    return true;
}

static inline bool table_queue(void *ctx, struct uuid org, struct uuid id, struct config_queue *out)
{
    const struct table_config *t = ctx;
    int i = table_find(t->queue, t->queues, id);
    if (i < 0 || !uuid_eq(org, t->org))
        return false;
    *out = (struct config_queue){ .name = slice_of(t->queue[i].name),
                                  .active = t->queue[i].active,
                                  .channel = t->channel[i],
                                  .service_level_ms = 20000,
                                  .max_wait_ms = t->max_wait_ms[i],
                                  .rona_ms = t->rona_ms[i],
                                  .max_contacts = t->queue_max[i] };
    return true;
}

static inline bool table_team(void *ctx, struct uuid org, struct uuid id, struct config_team *out)
{
    const struct table_config *t = ctx;
    int i = table_find(t->team, t->teams, id);
    if (i < 0 || !uuid_eq(org, t->org))
        return false;
    *out = (struct config_team){ slice_of(t->team[i].name), t->team[i].active, table_id(7, 0),
                                 SLICE("Site") };
    return true;
}

static inline bool table_user(void *ctx, struct uuid org, struct uuid id, struct config_user *out)
{
    const struct table_config *t = ctx;
    int i = table_find(t->user, t->users, id);
    if (i < 0 || !uuid_eq(org, t->org))
        return false;
    out->name = slice_of(t->user[i].name);
    out->sign_in = slice_of(t->user[i].name);
    out->active = t->user[i].active;
    out->agent_profile = out->multimedia_profile = (struct uuid){ { 0 } };
    return true;
}

static inline bool table_in_team(void *ctx, struct uuid org, struct uuid user, struct uuid team)
{
    const struct table_config *t = ctx;
    int u = table_find(t->user, t->users, user), i = table_find(t->team, t->teams, team);
    return uuid_eq(org, t->org) && u >= 0 && i >= 0 && ((t->member[u] >> i) & 1);
}

static inline bool table_capacity(void *ctx, struct uuid org, struct uuid user, struct uuid team,
                                  struct config_capacity *out)
{
    (void)team;
    const struct table_config *t = ctx;
    int u = table_find(t->user, t->users, user);
    if (u < 0 || !uuid_eq(org, t->org))
        return false;
    *out = t->capacity[t->profile[u]];
    return true;
}

static inline void table_fill_code(const struct table_config *t, unsigned i,
                                   struct config_aux_code *out)
{
    *out = (struct config_aux_code){ t->code[i].id, slice_of(t->code[i].name), t->code[i].active,
                                     i != CODE_RESOLVED };
}

static inline bool table_code(void *ctx, struct uuid org, struct uuid id,
                              struct config_aux_code *out)
{
    const struct table_config *t = ctx;
    int i = table_find(t->code, TABLE_CODES, id);
    if (i < 0 || !uuid_eq(org, t->org))
        return false;
    table_fill_code(t, (unsigned)i, out);
    return true;
}

static inline bool table_idle(void *ctx, struct uuid org, struct config_aux_code *out)
{
    (void)org;
    table_fill_code(ctx, CODE_MEETING, out);
    return true;
}

static inline bool table_rona(void *ctx, struct uuid org, struct config_aux_code *out)
{
    (void)org;
    table_fill_code(ctx, CODE_RONA, out);
    return true;
}

/* ---- who serves what ---- */

static inline struct uuid table_skill(int k)
{
    return table_id(10, (unsigned)k);
}

static inline unsigned table_profile_owner(unsigned user)
{
    return user & ~1U;
}

static inline struct uuid table_skill_profile(void *ctx, struct uuid org, struct uuid user,
                                              struct uuid team)
{
    (void)org;
    (void)team;
    const struct table_config *t = ctx;
    int u = table_find(t->user, t->users, user);
    return u < 0 ? (struct uuid){ { 0 } } : table_id(11, table_profile_owner((unsigned)u));
}

static inline bool table_hold(const int *levels, struct arena *a, struct skills *out)
{
    out->items = arena_alloc(a, TABLE_SKILLS * sizeof *out->items);
    for (int k = 0; out->items && k < TABLE_SKILLS; k++)
        if (levels[k] >= 0)
            out->items[out->count++] = (struct skill_held){ table_skill(k), { "", 0 }, levels[k] };
    return out->items != NULL;
}

static inline bool table_profile_skills(void *ctx, struct uuid org, struct uuid profile,
                                        struct arena *a, struct skills *out)
{
    (void)org;
    const struct table_config *t = ctx;
    return table_hold(t->level[profile.bytes[15]], a, out);
}

static inline bool table_user_skills(void *ctx, struct uuid org, struct uuid user, struct arena *a,
                                     struct skills *out)
{
    (void)org;
    const struct table_config *t = ctx;
    int u = table_find(t->user, t->users, user);
    return u < 0 || table_hold(t->given[u], a, out);
}

static inline bool table_ranks(void *ctx, struct uuid org, struct uuid team, struct arena *a,
                               struct config_rank **list, size_t *count)
{
    (void)org;
    (void)team;
    const struct table_config *t = ctx;
    *list = arena_alloc(a, TABLE_MAX * sizeof **list);
    for (unsigned q = 0; *list && q < t->queues; q++)
        if (t->rank[q] != 0)
            (*list)[(*count)++] = (struct config_rank){ t->queue[q].id, t->rank[q] };
    return *list != NULL;
}

static inline void table_route(const struct table_config *t, unsigned q, void *arg,
                               void (*fn)(void *arg, const struct config_routing *r))
{
    struct config_group_team teams[TABLE_TEAMS_MAX];
    struct uuid agents[TABLE_MAX];
    struct config_routing r = { .queue = t->queue[q].id,
                                .channel = t->channel[q],
                                .staffing = t->staffing[q],
                                .strategy = slice_of(t->strategy[q] ? t->strategy[q]
                                                                    : "LONGEST_AVAILABLE_AGENT"),
                                .asks = t->ask[q],
                                .ask_count = t->asks[q],
                                .teams = teams,
                                .agents = agents };
    for (unsigned i = 0; i < t->teams; i++)
        if ((t->serves[q] >> i) & 1)
            teams[r.team_count++] = (struct config_group_team){ t->team[i].id, t->after_ms[q][i] };
    for (unsigned i = t->users; i-- > 0;)
        if ((t->agents[q] >> i) & 1)
            agents[r.agent_count++] = t->user[i].id;
    fn(arg, &r);
}

/* Texts of a megabyte, then shorter and shorter ones, to fill what is left. */
static inline void table_crowd(unsigned q, void *arg,
                               void (*fn)(void *arg, const struct config_routing *r))
{
    static char text[1 << 20];
    struct skill_ask ask = { .skill = table_skill(0), .level = q };
    ask.value = (struct slice){ text, sizeof text >> 8 * (q / 300) };
    fn(arg, &(struct config_routing){ .queue = table_id(13, q),
                                      .staffing = STAFF_TEAMS,
                                      .strategy = SLICE("CIRCULAR"),
                                      .asks = &ask,
                                      .ask_count = 1 });
}

static inline bool table_each(void *ctx, struct uuid org,
                              void (*fn)(void *arg, const struct config_routing *r), void *arg)
{
    const struct table_config *t = ctx;
    for (unsigned q = 0; uuid_eq(org, t->org) && q < t->queues; q++)
        if (t->queue[q].active)
            table_route(t, q, arg, fn);
    for (unsigned q = 0; uuid_eq(org, t->org) && q < t->crowd; q++)
        table_crowd(q, arg, fn);
    return true;
}

static inline struct config_view table_view(struct table_config *t)
{
    static const struct config_view_ops ops = {
        .entry_point = table_entry,
        .queue = table_queue,
        .team = table_team,
        .user = table_user,
        .user_in_team = table_in_team,
        .capacity = table_capacity,
        .aux_code = table_code,
        .default_idle_code = table_idle,
        .rona_code = table_rona,
        .skill_profile = table_skill_profile,
        .profile_skills = table_profile_skills,
        .user_skills = table_user_skills,
        .queue_ranks = table_ranks,
        .each_routing = table_each,
    };
    return (struct config_view){ &ops, t };
}
#endif
