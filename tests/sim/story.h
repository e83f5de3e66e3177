/* The contact centre as somebody would know it who only hears the events: which contacts are open,
 * in which state, with whom; who is logged in. Checks that the events alone make sense (legal
 * moves, nothing ends twice) and, between steps, that they tell what the world holds. */
#ifndef SIM_STORY_H
#define SIM_STORY_H
#include "base/arena.h"
#include "base/json_read.h"
#include "domain/agent/agent.h"
#include "domain/event/event.h"
#include "domain/task/task.h"
#include "table_config.h"

enum { STORY_TASKS_MAX = 4000 };
struct story_task {
    struct uuid id, agent;
    enum task_state state;
    bool offered; /* in this step */
};
struct story {
    struct story_task task[STORY_TASKS_MAX]; /* open, in order of arrival */
    unsigned count;
    struct story_task ended; /* the last that ended, in this step */
    bool in[TABLE_MAX];      /* user i is logged in */
    enum agent_state state[TABLE_MAX];
    uint64_t hash;
    unsigned long long arrived, finished, heard[EVENT_TYPE_COUNT];
};

static inline void story_mix(struct story *s, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++)
        s->hash = (s->hash ^ at[i]) * 1099511628211ULL;
}

static inline struct story_task *story_find(struct story *s, struct uuid id)
{
    for (unsigned i = 0; i < s->count; i++)
        if (uuid_eq(s->task[i].id, id))
            return &s->task[i];
    return NULL;
}

static inline bool story_may_move(enum task_state from, enum task_state to)
{
    for (int on = 0; on < TASK_EVENT_COUNT; on++) {
        enum task_state state = from;
        if (task_step(&state, (enum task_event)on) == ERR_OK && state == to)
            return true;
    }
    return from == to;
}

static inline const char *story_task_event(struct story *s, const struct event *e,
                                           const struct task_snapshot *t)
{
    struct story_task *known = story_find(s, t->id);
    if (e->type == EVENT_TASK_NEW) {
        if (known || s->count == STORY_TASKS_MAX)
            return "a contact arrived twice";
        s->task[s->count++] = (struct story_task){ .id = t->id, .state = TASK_NEW };
        s->arrived++;
        return NULL;
    }
    if (!known) /* the agent's channel is told after its contact ended */
        return t->state == TASK_ENDED && uuid_eq(s->ended.id, t->id) ? NULL
                                                                     : "event of no open contact";
    if (!story_may_move(known->state, t->state))
        return "events make an illegal move";
    known->state = t->state;
    known->agent = t->agent_id;
    known->offered |= e->type == EVENT_TASK_CONNECT;
    if (t->state != TASK_ENDED)
        return NULL;
    s->ended = *known;
    s->finished++;
    for (struct story_task *at = known; at + 1 < s->task + s->count; at++)
        *at = at[1];
    s->count--;
    return NULL;
}

static inline const char *story_agent_event(struct story *s, const struct event *e,
                                            const struct agent_snapshot *a)
{
    unsigned i = (unsigned)a->agent_id.bytes[15];
    if (e->type == EVENT_AGENT_LOGIN && s->in[i])
        return "an agent logged in twice";
    if (e->type == EVENT_AGENT_LOGOUT)
        s->in[i] = false;
    else if (e->type == EVENT_AGENT_LOGIN)
        s->in[i] = true;
    else if (!s->in[i])
        return "event of an agent who is not there";
    s->state[i] = a->state;
    return NULL;
}

/* Events with a JSON body: the same snapshots by way of their text. */
static inline const char *story_parse(const struct event *e, struct arena *a, struct event *out,
                                      struct task_snapshot *t, struct agent_snapshot *s)
{
    struct json *v;
    if (json_parse(a, e->body, &v, NULL) != ERR_OK)
        return "body is not JSON";
    *out = *e;
    if (json_get(v, "task")) {
        if (task_snapshot_read(json_get(v, "task"), a, t) != ERR_OK)
            return "task snapshot cannot be read";
        out->task = t;
    }
    if (json_get(v, "agent")) {
        if (agent_snapshot_read(json_get(v, "agent"), a, s) != ERR_OK)
            return "agent snapshot cannot be read";
        out->session = s;
    }
    return NULL;
}

static inline const char *story_hear(struct story *s, const struct event *heard, struct arena *a)
{
    struct task_snapshot t;
    struct agent_snapshot session;
    struct event parsed;
    const struct event *e = heard;
    const char *wrong = NULL;
    s->heard[heard->type]++;
    if (!event_is_journaled(heard->type))
        return NULL;
    if (heard->body.len > 0) {
        wrong = story_parse(heard, a, &parsed, &t, &session);
        e = &parsed;
    }
    if (wrong)
        return wrong;
    story_mix(s, &e->type, sizeof e->type);
    story_mix(s, &e->at_ms, sizeof e->at_ms);
    if (e->task) {
        story_mix(s, e->task->id.bytes, 16);
        story_mix(s, e->task->agent_id.bytes, 16);
        wrong = story_task_event(s, e, e->task);
    }
    if (!wrong && e->session)
        wrong = story_agent_event(s, e, e->session);
    return wrong;
}

static inline const char *story_compare(struct story *s, const struct centre *c)
{
    unsigned in = 0;
    if (!c)
        return s->count > 0 ? "contacts lost" : NULL;
    if (c->tasks.count != s->count)
        return "another number of open contacts than the events tell";
    for (unsigned i = 0; i < s->count; i++) {
        const struct task *t = task_find(c, s->task[i].id);
        if (!t)
            return "contact lost";
        if (t->s.state != s->task[i].state || !uuid_eq(t->s.agent_id, s->task[i].agent))
            return "contact is not as the events tell";
    }
    for (unsigned i = 0; i < TABLE_MAX; i++) {
        const struct agent *a = s->in[i] ? agent_find(c, table_id(4, i)) : NULL;
        in += s->in[i];
        if (s->in[i] && (!a || a->s.state != s->state[i]))
            return "agent is not as the events tell";
    }
    return in != c->agents.count ? "another number of agents than the events tell" : NULL;
}
#endif
