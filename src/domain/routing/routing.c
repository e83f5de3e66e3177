/* When decisions are made. At the end of each step, after everything has happened:
 *
 * - each contact that was parked in the step looks for an agent,
 * - each agent who became able to take something looks for a contact,
 * - each contact that more teams may take, because it has waited long enough,
 * - where the configuration changed, each agent looks again; where a user did, that one.
 *
 * All other pairs were looked at in an earlier step and did not fit, so that afterwards no contact
 * waits while an agent could take it. Contacts go first, in the order in which they were parked.
 * An offer may fail at once (a telephone that cannot be reached): then the contact is parked again
 * and the agent is idle, so the loop ends when nobody is left. */
#include <stdlib.h>

#include "base/arena.h"
#include "domain/agent/agent.h"
#include "domain/routing/lines.h"
#include "domain/task/task.h"

void routing_hungry_task(struct task *t)
{
    struct centres *all = t->centre->all;
    if (t->hungry)
        return;
    t->hungry = true;
    t->next_hungry = NULL;
    *all->hungry_tasks_end = t;
    all->hungry_tasks_end = &t->next_hungry;
}

void routing_hungry_agent(struct agent *a)
{
    struct centres *all = a->centre->all;
    if (a->hungry)
        return;
    a->hungry = true;
    a->next_hungry = NULL;
    *all->hungry_agents_end = a;
    all->hungry_agents_end = &a->next_hungry;
}

static void offer(struct task *t, const struct seat *to, struct effects *fx)
{
    int channel = agent_free_channel(to->agent, t->s.channel_type);
    if (channel < 0) {
        fx->failed = true; /* the line says able, the channels say no: better stop than go on */
        return;
    }
    if (to->pool->strategy->by_position)
        t->queue->turn = (struct turn){ .round = to->node.key,
                                        .position = to->position,
                                        .login_order = to->agent->s.login_order };
    task_offer(t, to->agent, (uint32_t)channel, fx);
}

static void feed_task(struct task *t, struct effects *fx)
{
    if (t->s.state != TASK_PARKED)
        return;
    if (!lines_link(t->centre)) {
        fx->failed = true;
        return;
    }
    const struct seat *to = lines_best_seat(t);
    if (to)
        offer(t, to, fx);
}

static void feed_agent(struct agent *a, struct effects *fx)
{
    if (a->gone)
        return;
    if (!lines_link(a->centre)) {
        fx->failed = true;
        return;
    }
    struct task *t;
    /* After a change of configuration others may suit the contact too, and better. */
    while (!fx->failed && (t = lines_best_task(a)))
        offer(t, lines_best_seat(t), fx);
}

static struct task *next_task(struct centres *all)
{
    struct task *t = all->hungry_tasks;
    if (!t)
        return NULL;
    all->hungry_tasks = t->next_hungry;
    if (!all->hungry_tasks)
        all->hungry_tasks_end = &all->hungry_tasks;
    t->hungry = false;
    return t;
}

static struct agent *next_agent(struct centres *all)
{
    struct agent *a = all->hungry_agents;
    if (!a)
        return NULL;
    all->hungry_agents = a->next_hungry;
    if (!all->hungry_agents)
        all->hungry_agents_end = &all->hungry_agents;
    a->hungry = false;
    return a;
}

static int by_availability(const void *a, const void *b)
{
    const struct agent_snapshot *x = &(*(struct agent *const *)a)->s;
    const struct agent_snapshot *y = &(*(struct agent *const *)b)->s;
    if (x->available_since != y->available_since)
        return x->available_since > y->available_since ? 1 : -1;
    return (x->login_order > y->login_order) - (x->login_order < y->login_order);
}

/* After a change of configuration every available agent looks once, in the order of the strategy;
 * those whose user is gone leave. */
static void rematch(struct centre *c, struct effects *fx)
{
    struct agent **list = arena_alloc(fx->arena, (c->agents.count + 1) * sizeof(struct agent *));
    size_t at = 0, n = 0;
    struct slice key;
    void *value;
    if (!list) {
        fx->failed = true;
        return;
    }
    while (map_next(&c->agents, &at, &key, &value))
        list[n++] = value;
    qsort(list, n, sizeof *list, by_availability);
    if ((n > 0 || c->tasks.count > 0) && !lines_link(c))
        fx->failed = true;
    for (size_t i = 0; i < n; i++)
        agent_capacity_refresh(list[i], fx);
    for (size_t i = 0; i < n; i++) {
        if (!agent_is_welcome(list[i]))
            task_farewell(list[i], fx);
        else if (list[i]->s.available_since != 0)
            routing_hungry_agent(list[i]);
    }
}

void routing_refit(struct agent *a)
{
    struct centres *all = a->centre->all;
    if (a->refits)
        return;
    a->refits = true;
    a->next_refit = NULL;
    *all->refits_end = a;
    all->refits_end = &a->next_refit;
}

/* Takes its seats anew, stays or leaves, and looks for a contact. */
static void refit(struct agent *a, struct effects *fx)
{
    a->refits = false;
    if (a->gone)
        return;
    a->seated = 0;
    agent_capacity_refresh(a, fx);
    if (!agent_is_welcome(a))
        task_farewell(a, fx);
    else if (a->s.available_since != 0)
        routing_hungry_agent(a);
}

void routing_settle(struct centres *all, struct effects *fx)
{
    while (all->rematch) {
        struct centre *c = all->rematch;
        all->rematch = c->next_rematch;
        c->must_rematch = false;
        rematch(c, fx);
    }
    while (all->refits) {
        struct agent *a = all->refits;
        all->refits = a->next_refit;
        if (!all->refits)
            all->refits_end = &all->refits;
        refit(a, fx);
    }
    while (!fx->failed && (all->hungry_tasks || all->hungry_agents)) {
        struct task *t = next_task(all);
        if (t) {
            feed_task(t, fx);
            continue;
        }
        feed_agent(next_agent(all), fx);
    }
}
