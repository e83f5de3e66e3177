/* Who may be offered what, worked out the slow way from the plain tables: every contact against
 * every agent. Routing, which has pools and lines for that, must agree with it after every step. */
#ifndef SIM_ORACLE_H
#define SIM_ORACLE_H
#include "domain/agent/agent.h"
#include "domain/routing/lines.h"
#include "domain/task/task.h"
#include "table_config.h"

static inline bool oracle_has(const struct table_config *t, unsigned user, int skill, bool dynamic,
                              const struct skill_ask *ask)
{
    int has[2] = { dynamic ? -1 : t->level[table_profile_owner(user)][skill],
                   t->given[user][skill] };
    for (int i = 0; i < 2; i++) {
        if (has[i] < 0)
            continue;
        if (((ask->condition == SKILL_IS || ask->condition == SKILL_IS_NOT) &&
             has[i] == ask->level) ||
            (ask->condition == SKILL_GTE && has[i] >= ask->level) ||
            (ask->condition == SKILL_LTE && has[i] <= ask->level) ||
            (ask->condition == SKILL_GT && has[i] > ask->level) ||
            (ask->condition == SKILL_LT && has[i] < ask->level))
            return true;
    }
    return false;
}

static inline bool oracle_is_skilled(const struct table_config *t, unsigned q, unsigned user)
{
    for (unsigned i = 0; i < t->asks[q]; i++) {
        const struct skill_ask *ask = &t->ask[q][i];
        if (oracle_has(t, user, ask->skill.bytes[15], ask->dynamic, ask) ==
            (ask->condition == SKILL_IS_NOT))
            return false;
    }
    return true;
}

static inline bool oracle_is_staff(const struct table_config *t, unsigned q, unsigned user,
                                   const struct agent *a, int64_t waited)
{
    int team = table_find(t->team, t->teams, a->s.team_id);
    switch (t->staffing[q]) {
    case STAFF_SKILLED:
        return true;
    case STAFF_AGENTS:
        return (t->agents[q] >> user) & 1;
    case STAFF_TEAMS:
    default:
        return team >= 0 && t->team[team].active && ((t->member[user] >> team) & 1) &&
               ((t->serves[q] >> team) & 1) && t->after_ms[q][team] <= waited;
    }
}

/* As far as the configuration goes. */
static inline bool oracle_may_serve(const struct table_config *t, const struct task *task,
                                    const struct agent *a)
{
    int q = table_find(t->queue, t->queues, task->s.queue_id);
    int user = table_find(t->user, t->users, a->s.agent_id);
    int64_t since = task->s.legs[task->s.leg_count - 1].created_time;
    return q >= 0 && user >= 0 && t->queue[q].active &&
           oracle_is_staff(t, (unsigned)q, (unsigned)user, a, centre_since(a->centre, since)) &&
           oracle_is_skilled(t, (unsigned)q, (unsigned)user);
}

/* May the contact just offered stand beside what its agent has? */
static inline const char *oracle_offer(const struct table_config *t, const struct task *task)
{
    const struct agent *a = task->agent;
    enum channel_type type = task->s.channel_type;
    unsigned used[channel_type_count] = { 0 };
    int user = table_find(t->user, t->users, a->s.agent_id);
    if (user < 0 || !oracle_may_serve(t, task, a))
        return "a contact is offered to somebody who may not have it";
    const struct config_capacity *cap = &t->capacity[t->profile[user]];
    for (uint32_t i = 0; i < a->s.channel_count; i++)
        used[a->channels[i].type] += a->tasks[i] != NULL;
    if (used[type] > cap->units[type])
        return "a contact is offered beyond the agent's units";
    if (cap->blending == BLENDING_EXCLUSIVE && a->engaged > 1)
        return "an exclusive agent is offered a second contact";
    bool beside = (type == CHANNEL_CHAT && used[CHANNEL_TELEPHONY] > 0) ||
                  (type == CHANNEL_TELEPHONY && used[CHANNEL_CHAT] > 0);
    return cap->blending == BLENDING_REALTIME && beside ? "a call is offered beside a chat" : NULL;
}

static inline const char *oracle_waits(const struct table_config *t, const struct centre *c,
                                       const struct task *task)
{
    size_t at = 0;
    struct slice key;
    void *agent;
    while (map_next(&c->agents, &at, &key, &agent))
        if (agent_free_channel(agent, task->s.channel_type) >= 0 &&
            oracle_may_serve(t, task, agent))
            return "a contact waits though somebody could take it";
    return NULL;
}

static inline const char *oracle_check(const struct table_config *t, const struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    const char *wrong = NULL;
    while (!wrong && map_next(&c->tasks, &at, &key, &value)) {
        const struct task *task = value;
        if (task->s.state == TASK_PARKED)
            wrong = oracle_waits(t, c, task);
    }
    return wrong;
}
#endif
