/* What must hold between steps. Each check returns NULL or what is broken. */
#ifndef SIM_INVARIANTS_H
#define SIM_INVARIANTS_H
#include "domain/agent/agent.h"
#include "domain/core/centre_state.h"
#include "domain/routing/lines.h"
#include "domain/task/task.h"
#include "domain/telephony/phones.h"

static inline const char *check_task(const struct task *t)
{
    const struct agent *a = t->agent;
    enum task_state s = t->s.state;
    if (t->dirty || t->hungry)
        return "task left marked";
    if (s == TASK_NEW || s == TASK_ENDED)
        return "task in a passing state";
    if ((s == TASK_PARKED) != (t->waiting.index != 0))
        return "task parked but not in line, or in line but not parked";
    if ((s == TASK_PARKED) != (t->level != NULL))
        return "task parked without a level, or not parked with one";
    if (t->waiting.index != 0 && t->level->waiting.nodes[t->waiting.index] != &t->waiting)
        return "task in another queue's line";
    if (timer_is_set(&t->widen) != (t->level && t->level->next))
        return "more teams may serve the task later, but no timer says when, or the other way "
               "round";
    if (timer_is_set(&t->overdue) != (s == TASK_PARKED && t->s.queue_due != 0) ||
        (timer_is_set(&t->overdue) && t->overdue.node.key != t->s.queue_due))
        return "longest wait without its timer, or a timer without one";
    if ((s == TASK_OFFERED) != timer_is_set(&t->rona) ||
        (s == TASK_OFFERED && t->rona.node.key != t->s.rona_due))
        return "offer without its deadline, or a deadline without offer";
    if ((s == TASK_HELD) != (t->s.held_time != 0))
        return "hold time does not fit";
    if (s == TASK_PARKED)
        return a || !uuid_is_nil(t->s.agent_id) ? "parked task has an owner" : NULL;
    if (!a || a->gone || agent_find(t->centre, t->s.agent_id) != a)
        return "task without its owner";
    if (a->tasks[t->channel] != t || !uuid_eq(a->channels[t->channel].task_id, t->s.id) ||
        !uuid_eq(a->channels[t->channel].id, t->s.agent_channel_id))
        return "owner does not know its task";
    return NULL;
}

static inline const char *check_channel(const struct agent *a, uint32_t i, unsigned *used)
{
    static const enum task_state fits[channel_state_count] = {
        [CHANNEL_RINGING] = TASK_OFFERED,
        [CHANNEL_CONNECTED] = TASK_CONNECTED,
        [CHANNEL_ON_HOLD] = TASK_HELD,
        [CHANNEL_WRAPUP] = TASK_WRAPUP,
    };
    const struct channel_snapshot *ch = &a->channels[i];
    const struct task *t = a->tasks[i];
    if (!!t != !uuid_is_nil(ch->task_id))
        return "channel's contact is not there";
    if (!t && fits[ch->state] != TASK_NEW)
        return "channel busy without contact";
    if (!t && (ch->state == CHANNEL_AVAILABLE) != (a->s.state == AGENT_AVAILABLE))
        return "free channel does not follow its agent";
    if (!t)
        return NULL;
    if (t->agent != a || t->channel != i || task_find(a->centre, ch->task_id) != t)
        return "channel's contact belongs to another";
    if (t->s.channel_type != ch->type || fits[ch->state] != t->s.state)
        return "channel's state does not fit its contact";
    used[ch->type]++;
    return NULL;
}

/* What may stand beside what is looked at when it is offered (oracle.h): a change of configuration
 * takes no contact away. */
static inline const char *check_count(const struct agent *a, const unsigned *used)
{
    unsigned all = 0;
    for (int i = 0; i < channel_type_count; i++)
        all += used[i];
    if (all != a->engaged)
        return "agent's contacts are counted wrong";
    return used[CHANNEL_TELEPHONY] > 1 ? "two calls at once" : NULL;
}

static inline bool agent_has_units(const struct agent *a, enum channel_type type)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < a->s.channel_count; i++)
        n += a->channels[i].type == type;
    return n >= a->units[type];
}

static inline const char *check_agent(const struct agent *a)
{
    unsigned used[channel_type_count] = { 0 };
    const char *wrong = NULL;
    if (a->dirty || a->hungry || a->gone)
        return "agent left marked";
    for (uint32_t i = 0; !wrong && i < a->s.channel_count; i++)
        wrong = check_channel(a, i, used);
    if (!wrong)
        wrong = check_count(a, used);
    if (wrong)
        return wrong;
    if ((a->s.available_since != 0) != (a->s.state == AGENT_AVAILABLE))
        return "availableSince does not fit";
    if (!agent_is_welcome(a) && (a->engaged == 0 || a->s.state == AGENT_AVAILABLE))
        return "an agent whose user is gone stays";
    for (int i = 0; i < channel_type_count; i++)
        if (a->units[i] > 0 && !agent_has_units(a, (enum channel_type)i))
            return "fewer channels than the configuration says";
    if (a->s.is_pending_idle && (a->s.state != AGENT_IDLE || a->engaged == 0))
        return "pending idle without reason";
    if (timer_is_set(&a->recovery) != (a->s.recovery_due != 0))
        return "recovery deadline without timer";
    for (size_t i = 0; i < a->seat_count; i++) {
        const struct seat *s = &a->seats[i];
        bool able = agent_free_channel(a, s->pool->type) >= 0;
        struct rank rank = seat_rank(s);
        if (able != (s->node.index != 0))
            return "line of able agents is wrong";
        /* Of several groups, those who were not asked yet are still in the round before. */
        bool exact = s->pool->strategy->rank != circular_rank;
        if (able && exact && (s->node.key != rank.first || s->node.then != rank.then))
            return "agent at the wrong place in line";
    }
    return NULL;
}

static inline bool heap_is_ordered(const struct heap *h)
{
    for (size_t i = 2; i <= h->count; i++) {
        const struct heap_node *up = h->nodes[i / 2], *n = h->nodes[i];
        if (up->key > n->key || (up->key == n->key && up->order >= n->order) || n->index != i)
            return false;
    }
    return true;
}

static inline const char *check_lines(struct centre *c, size_t parked)
{
    size_t at = 0, waiting = 0;
    struct slice key;
    void *value;
    while (map_next(&c->queues, &at, &key, &value)) {
        const struct queue *q = value;
        waiting += queue_length(q);
        for (const struct level *l = q->levels; l; l = l->next) {
            if (!heap_is_ordered(&l->waiting))
                return "queue out of order";
            if (l->next && l->next->after_ms <= l->after_ms)
                return "levels out of order";
            if (l->waiting.count == 0 || !c->has_routes)
                continue;
            const struct heap_node *node = l->waiting.nodes[1];
            const struct task *first =
                (const struct task *)(const void *)((const char *)node -
                                                    offsetof(struct task, waiting));
            if (lines_best_seat(first))
                return "a contact waits though an agent could take it";
        }
    }
    return waiting != parked ? "lines hold contacts that are not parked" : NULL;
}

static inline const char *check_devices(const struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&c->devices, &at, &key, &value)) {
        const struct device *d = value;
        const struct task *t = task_find(c, d->s.task_id);
        if (timer_is_set(&d->answer) != (d->s.answer_due != 0))
            return "device deadline without timer";
        if (!uuid_is_nil(d->s.task_id) && (!t || !t->agent))
            return "device in a call that is over";
        if (d->s.ringing_time != 0 && t->s.state != TASK_OFFERED)
            return "device rings for nothing";
        if (d->dirty || device_is_plain(d))
            return "device left marked";
    }
    return NULL;
}

static inline const char *check_centre(struct centre *c)
{
    size_t at = 0, parked = 0;
    struct slice key;
    void *value;
    const char *wrong = NULL;
    while (!wrong && map_next(&c->tasks, &at, &key, &value)) {
        wrong = check_task(value);
        parked += ((struct task *)value)->s.state == TASK_PARKED;
    }
    at = 0;
    while (!wrong && map_next(&c->agents, &at, &key, &value))
        wrong = check_agent(value);
    if (!wrong)
        wrong = check_lines(c, parked);
    return wrong ? wrong : check_devices(c);
}
#endif
