/* Changes of an agent's state, whoever caused them: the agent, a supervisor, an unanswered offer, a
 * lost socket. The state changes at once, so that nothing more is offered; channels with a contact
 * follow when it is done (is_pending_idle until then). */
#include <assert.h>

#include "domain/agent/agent.h"
#include "domain/core/publish.h"

static bool set_text(struct agent *a, struct slice *field, struct slice value)
{
    return textbox_set(&a->box, field, value);
}

/* Channels without a contact follow the state at once. */
static void sweep_channels(struct agent *a, const struct agent_move *m)
{
    for (uint32_t i = 0; i < a->s.channel_count; i++) {
        enum channel_state is = a->channels[i].state;
        bool silent = is == CHANNEL_NOT_RESPONDING;
        if (a->tasks[i] || (silent && m->keeps_not_responding))
            continue;
        if (m->to == AGENT_AVAILABLE && is != CHANNEL_AVAILABLE)
            agent_channel_move(a, i, CHANNEL_EVENT_FREE);
        else if (m->to == AGENT_IDLE && is != CHANNEL_IDLE)
            agent_channel_move(a, i, CHANNEL_EVENT_REST);
    }
}

static void note_change(struct agent *a, const struct agent_move *m, int64_t now,
                        struct effects *fx)
{
    struct agent_snapshot *s = &a->s;
    if (!uuid_eq(s->idle_code_id, m->idle_code))
        s->idle_code_time = now;
    s->state_time = now;
    s->idle_code_id = m->idle_code;
    s->changed_by_id = m->by;
    s->is_pending_idle = m->to == AGENT_IDLE && a->engaged > 0;
    if (!set_text(a, &s->idle_code_name, m->idle_code_name) ||
        !set_text(a, &s->state_reason, m->reason) || !set_text(a, &s->changed_by_name, m->by_name))
        fx->failed = true;
}

static void publish_state(struct agent *a, struct slice tracking_id, struct effects *fx)
{
    publish(fx, &(struct news){ .type = EVENT_AGENT_STATE,
                                .centre = a->centre,
                                .agent = a,
                                .tracking_id = tracking_id });
}

void agent_move_to(struct agent *a, const struct agent_move *m, struct effects *fx)
{
    int64_t now = centre_now(a->centre);
    agent_touch(a);
    bool was_available = a->s.state == AGENT_AVAILABLE;
    enum err err =
        agent_step(&a->s.state, m->to == AGENT_AVAILABLE ? AGENT_ON_READY : AGENT_ON_PAUSE);
    assert(err == ERR_OK);
    (void)err;
    note_change(a, m, now, fx);
    sweep_channels(a, m);
    if (m->to == AGENT_IDLE)
        a->s.available_since = 0;
    else if (!was_available)
        a->s.available_since = now;
    agent_seats_refresh(a, fx);
    publish_state(a, m->tracking_id, fx);
}

void agent_not_responding(struct agent *a, struct slice reason, struct effects *fx)
{
    const struct config_view *view = &a->centre->all->view;
    struct config_aux_code code = { 0 };
    if (!view->ops->rona_code(view->ctx, a->centre->org, &code))
        code.name = SLICE("RONA");
    struct agent_move m = {
        .to = AGENT_IDLE,
        .idle_code = code.id,
        .idle_code_name = code.name,
        .reason = reason,
        .keeps_not_responding = true,
    };
    agent_move_to(a, &m, fx);
}

void agent_contact_done(struct agent *a, bool served, struct effects *fx)
{
    agent_touch(a);
    if (served && a->s.state == AGENT_AVAILABLE)
        a->s.available_since = centre_now(a->centre);
    agent_seats_refresh(a, fx);
    if (!a->s.is_pending_idle || a->engaged > 0)
        return;
    a->s.is_pending_idle = false;
    publish_state(a, SLICE(""), fx);
}

void agent_recovery_over(struct world *w, struct timer *t, struct effects *fx)
{
    (void)w;
    struct agent *a = (struct agent *)(void *)((char *)t - offsetof(struct agent, recovery));
    const struct config_view *view = &a->centre->all->view;
    agent_touch(a);
    a->s.recovery_due = 0;
    if (a->s.state == AGENT_IDLE)
        return;
    struct config_aux_code code = { 0 };
    view->ops->default_idle_code(view->ctx, a->centre->org, &code);
    struct agent_move m = {
        .to = AGENT_IDLE,
        .idle_code = code.id,
        .idle_code_name = code.name,
        .reason = SLICE("agent-wss-disconnect"),
    };
    agent_move_to(a, &m, fx);
}
