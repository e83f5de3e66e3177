/* An agent whose user was deleted or switched off: nothing more is offered, offers go back, a talk
 * goes on until it ends by itself (a customer must not lose it), wrap-up is skipped because nobody
 * is left who could do it, and with the last contact the session ends. When the whole organisation
 * closes, talks end too: nobody could steer them any more. */
#include "domain/task/task_priv.h"

static struct slice why(const struct centre *c)
{
    return world_org_state(c->all->world, c->org) == ORG_ACTIVE ? SLICE("User deactivated")
                                                                : SLICE("Organization closed");
}

static void withdraw_offers(struct agent *a, struct effects *fx)
{
    for (uint32_t i = 0; i < a->s.channel_count; i++)
        if (a->tasks[i] && a->tasks[i]->s.state == TASK_OFFERED)
            task_unreachable(a->tasks[i], fx);
}

static void skip_wrapups(struct agent *a, struct effects *fx)
{
    const struct config_aux_code none = { .name = SLICE("") };
    for (uint32_t i = 0; i < a->s.channel_count; i++)
        if (a->tasks[i] && a->tasks[i]->s.state == TASK_WRAPUP)
            task_wrapped_up(a->tasks[i], &none, why(a->centre), fx);
}

void task_farewell(struct agent *a, struct effects *fx)
{
    withdraw_offers(a, fx);
    skip_wrapups(a, fx);
    if (a->engaged == 0)
        agent_dismiss(a, why(a->centre), fx);
    else if (a->s.state == AGENT_AVAILABLE)
        agent_move_to(a, &(struct agent_move){ .to = AGENT_IDLE, .reason = why(a->centre) }, fx);
}

void task_close(struct task *t, struct effects *fx)
{
    if (t->s.state == TASK_OFFERED)
        task_unreachable(t, fx);
    if (t->s.state == TASK_WRAPUP)
        task_farewell(t->agent, fx);
    else
        task_over(t, t->s.state == TASK_NEW ? PARTY_CUSTOMER : PARTY_SYSTEM, fx);
}
