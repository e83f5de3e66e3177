/* What happens to a contact (offers: offer.c). Every function moves the contact by one edge of
 * spec/task_states.def, its agent's channel by the edge that belongs to it (spec/agent_states.def),
 * keeps the clocks and publishes:
 *
 *   contact    NEW --PARK--> PARKED --OFFER--> OFFERED --ANSWER--> CONNECTED <--> HELD --END-->
 * WRAPUP channel                          RING                ANSWER         HOLD            WRAP
 * FREE|REST
 *
 * Invariants: from OFFERED to WRAPUP the contact has an agent and that agent's channel has the
 * contact; otherwise neither. PARKED: it stands in its queue's line, exactly once. OFFERED: the
 * time to answer is set, as a timer and in the row.
 *
 * The longest wait is the queue's when the contact came in, and is kept in the row. Its timer runs
 * while the contact is parked: an offer is not broken off, and one that fails after that time ends
 * the contact unless another agent is free. */
#include <assert.h>

#include "domain/core/publish.h"
#include "domain/routing/lines.h"
#include "domain/task/task_priv.h"
#include "domain/telephony/device.h"

static_assert((int)TASK_ENDED == (int)STATUS_ENDED, "states and statuses run in parallel");

enum { PRIORITY_DEFAULT = 9 };

/* ---- clocks ---- */

static void close_stretch(struct task *t, int64_t ms)
{
    struct leg_snapshot spare = { 0 };
    struct leg_snapshot *leg = task_leg(t) ? task_leg(t) : &spare;
    int64_t *clocks[task_state_count][2] = {
        [TASK_PARKED] = { &t->s.queue_duration, &leg->queue_duration },
        [TASK_OFFERED] = { &t->s.ringing_duration, &leg->ringing_duration },
        [TASK_CONNECTED] = { &t->s.connected_duration, &leg->connected_duration },
        [TASK_HELD] = { &t->s.hold_duration, &leg->hold_duration },
        [TASK_WRAPUP] = { &t->s.wrapup_duration, &leg->wrapup_duration },
    };
    int64_t **clock = clocks[t->s.state];
    if (clock[0]) {
        *clock[0] += ms;
        *clock[1] += ms;
    }
}

void task_move(struct task *t, enum task_event on)
{
    int64_t now = centre_now(t->centre);
    task_touch(t);
    close_stretch(t, centre_since(t->centre, t->s.state_time));
    enum err err = task_step(&t->s.state, on);
    assert(err == ERR_OK);
    (void)err;
    t->s.state_time = now;
    t->s.status = (enum task_status)t->s.state;
    if (task_leg(t)) {
        task_leg(t)->status = t->s.status;
        task_leg(t)->updated_time = now;
    }
}

/* ---- news ---- */

void task_tell(struct task *t, enum event_type type, struct agent *a, struct effects *fx)
{
    publish(fx, &(struct news){
                    .type = type,
                    .centre = t->centre,
                    .task = t,
                    .agent = a,
                    .channel = a ? a->channels[t->channel].id : (struct uuid){ { 0 } },
                });
}

void task_tell_reason(struct task *t, enum event_type type, struct agent *a, struct slice reason,
                      int code, struct effects *fx)
{
    publish(fx, &(struct news){ .type = type,
                                .centre = t->centre,
                                .task = t,
                                .agent = a,
                                .channel = a ? a->channels[t->channel].id : (struct uuid){ { 0 } },
                                .reason = reason,
                                .reason_code = code });
}

void task_tell_channel(struct task *t, struct agent *a, struct slice state, struct effects *fx)
{
    publish(fx, &(struct news){ .type = EVENT_AGENT_CHANNEL,
                                .centre = t->centre,
                                .task = t,
                                .agent = a,
                                .channel = a->channels[t->channel].id,
                                .channel_state = state });
}

struct slice task_channel_word(const struct task *t)
{
    return words_text(&words_channel_state, (int)t->agent->channels[t->channel].state);
}

/* ---- queueing ---- */

void task_wait_in_line(struct task *t, struct effects *fx)
{
    if (queue_add(t->queue, t) != ERR_OK || task_wait_limit(t) != ERR_OK)
        fx->failed = true;
    routing_hungry_task(t);
}

enum err task_wait_limit(struct task *t)
{
    if (t->s.queue_due == 0)
        return ERR_OK;
    return timer_set(t->centre->all->world, &t->overdue, t->s.queue_due, task_wait_over);
}

void task_leave_line(struct task *t)
{
    timer_cancel(t->centre->all->world, &t->overdue);
    queue_remove(t);
}

void task_wait_over(struct world *w, struct timer *timer, struct effects *fx)
{
    (void)w;
    task_over((struct task *)(void *)((char *)timer - offsetof(struct task, overdue)), PARTY_SYSTEM,
              fx);
}

static bool note_queue(struct task *t, struct uuid id, struct slice name)
{
    struct task_snapshot *s = &t->s;
    s->previous_queue_id = s->queue_id;
    s->previous_queue_name = s->queue_name;
    s->queue_id = id;
    if (!textbox_set(&t->box, &s->queue_name, name))
        return false;
    if (s->queue_count == 0) {
        s->first_queue_id = id;
        s->first_queue_name = s->queue_name;
        s->queued_time = centre_now(t->centre);
    }
    s->queue_count++;
    return true;
}

void task_park(struct task *t, struct uuid queue, const struct config_queue *q, struct effects *fx)
{
    struct centres *all = t->centre->all;
    int64_t now = centre_now(t->centre);
    task_move(t, TASK_ON_PARK);
    t->queue = queue_make(t->centre, queue);
    if (!t->queue || !note_queue(t, queue, q->name)) {
        fx->failed = true;
        return;
    }
    task_queue_take(t);
    struct leg_snapshot leg = {
        .id = world_new_id(all->world),
        .task_id = t->s.id,
        .is_active = true,
        .status = t->s.status,
        .created_time = now,
        .updated_time = now,
        .queue_id = queue,
        .queue_name = t->s.queue_name,
        .service_level = q->service_level_ms,
    };
    if (!task_leg_begin(t, &leg))
        fx->failed = true;
    if (t->s.priority == 0)
        t->s.priority = PRIORITY_DEFAULT;
    t->s.enqueue_order = ++all->last_enqueue;
    t->s.queue_due = q->max_wait_ms > 0 ? now + q->max_wait_ms : 0;
    task_tell(t, EVENT_TASK_PARKED, NULL, fx);
    task_wait_in_line(t, fx);
}

/* ---- talk ---- */

static void note_answerer(struct task *t)
{
    struct task_snapshot *s = &t->s;
    struct leg_snapshot *leg = task_leg(t);
    leg->agent_id = s->last_agent_id = s->agent_id;
    leg->agent_name = s->last_agent_name = s->agent_name;
    leg->agent_sign_in = s->last_agent_sign_in = s->agent_sign_in;
    leg->agent_session_id = s->last_agent_session_id = s->agent_session_id;
    leg->agent_channel_id = s->last_agent_channel_id = s->agent_channel_id;
    leg->agent_dn = s->last_agent_dn = s->agent_dn;
    leg->team_id = s->last_team_id = s->team_id;
    leg->team_name = s->last_team_name = s->team_name;
    leg->site_id = s->last_site_id = s->site_id;
    leg->site_name = s->last_site_name = s->site_name;
}

static void judge_service_level(struct task *t)
{
    struct leg_snapshot *leg = task_leg(t);
    leg->is_within_service_level = leg->queue_duration <= leg->service_level;
    if (!t->s.is_handled)
        t->s.is_within_service_level = leg->is_within_service_level;
}

void task_answered(struct task *t, struct effects *fx)
{
    if (t->s.state != TASK_OFFERED)
        return;
    task_move(t, TASK_ON_ANSWER);
    task_rona_stop(t);
    judge_service_level(t);
    t->s.connected_time = t->s.state_time;
    t->s.connected_count++;
    t->s.is_handled = true;
    task_leg(t)->connected_count++;
    task_leg(t)->is_handled = true;
    note_answerer(t);
    agent_touch(t->agent);
    agent_channel_move(t->agent, t->channel, CHANNEL_EVENT_ANSWER);
    task_tell(t, EVENT_TASK_CONNECTED, t->agent, fx);
    task_tell_channel(t, t->agent, task_channel_word(t), fx);
}

static void hold(struct task *t, bool begins, struct effects *fx)
{
    task_move(t, begins ? TASK_ON_HOLD : TASK_ON_UNHOLD);
    t->s.held_time = begins ? t->s.state_time : 0;
    t->s.hold_count += begins;
    task_leg(t)->hold_count += begins;
    agent_touch(t->agent);
    agent_channel_move(t->agent, t->channel, begins ? CHANNEL_EVENT_HOLD : CHANNEL_EVENT_UNHOLD);
    task_tell(t, begins ? EVENT_TASK_ON_HOLD : EVENT_TASK_HOLD_DONE, t->agent, fx);
    task_tell_channel(t, t->agent, begins ? task_channel_word(t) : SLICE("hold-done"), fx);
}

void task_hold_begin(struct task *t, struct effects *fx)
{
    hold(t, true, fx);
}

void task_hold_end(struct task *t, struct effects *fx)
{
    hold(t, false, fx);
}

/* ---- the end ---- */

static struct slice end_reason(const struct task *t, enum party by)
{
    const struct centre *c = t->centre;
    if (world_org_state(c->all->world, c->org) != ORG_ACTIVE)
        return SLICE("Organization Closed");
    return by == PARTY_AGENT      ? SLICE("Agent Left")
           : by == PARTY_CUSTOMER ? SLICE("Customer Left")
                                  : SLICE("Queue Timeout");
}

static void note_end(struct task *t, enum party by, enum abandoned_in where, struct effects *fx)
{
    struct task_snapshot *s = &t->s;
    struct leg_snapshot *leg = task_leg(t);
    struct slice reason = end_reason(t, by);
    s->is_terminated = true;
    for (int i = 0; i < task_place_count; i++)
        task_place_leave(t, (enum task_place)i);
    s->terminated_time = s->state_time;
    s->total_duration = centre_since(t->centre, s->created_time);
    s->held_time = 0;
    s->terminating_end = by;
    s->termination_type = where == ABANDONED_NOT ? FINISH_NORMAL : FINISH_ABANDONED;
    s->abandoned_in = where;
    if (!textbox_set(&t->box, &s->termination_reason, reason))
        fx->failed = true;
    if (!leg)
        return;
    leg->handle_type = s->termination_type;
    leg->terminating_end = by;
    leg->termination_reason = s->termination_reason;
    leg->abandoned_in = where;
}

static void close_task(struct task *t)
{
    struct leg_snapshot *leg = task_leg(t);
    t->s.is_active = false;
    t->s.ended_time = t->s.state_time;
    if (leg) {
        leg->is_active = false;
        leg->ended_time = t->s.state_time;
    }
    task_owner_clear(t);
    t->queue = NULL;
    map_remove(&t->centre->tasks, id_key(&t->s.id));
}

static void abandon(struct task *t, enum party by, enum abandoned_in where, struct effects *fx)
{
    struct agent *a = t->agent;
    if (t->s.state == TASK_PARKED)
        task_leave_line(t);
    task_move(t, by == PARTY_SYSTEM ? TASK_ON_EXPIRE : TASK_ON_HANGUP);
    task_rona_stop(t);
    if (task_leg(t))
        judge_service_level(t);
    note_end(t, by, where, fx);
    if (a) {
        agent_touch(a);
        if (t->s.channel_type == CHANNEL_TELEPHONY)
            t->centre->all->port->stop(t->centre, a->s.dial_number, fx);
        agent_channel_drop(a, t->channel, agent_release(a));
    }
    close_task(t);
    task_tell_reason(t, EVENT_TASK_ENDED, a, t->s.termination_reason, 0, fx);
    if (!a)
        return;
    task_tell_channel(t, a, words_text(&words_channel_state, (int)a->channels[t->channel].state),
                      fx);
    agent_contact_done(a, false, fx);
}

static void begin_wrapup(struct task *t, enum party by, struct effects *fx)
{
    struct agent *a = t->agent;
    task_move(t, by == PARTY_AGENT ? TASK_ON_END : TASK_ON_HANGUP);
    note_end(t, by, ABANDONED_NOT, fx);
    t->s.wrapup_count++;
    agent_touch(a);
    agent_channel_move(a, t->channel, CHANNEL_EVENT_WRAP);
    a->channels[t->channel].disconnected_count += by == PARTY_AGENT;
    if (t->s.channel_type == CHANNEL_TELEPHONY)
        t->centre->all->port->hang_up(t->centre, a->s.dial_number, fx);
    task_tell_reason(t, EVENT_TASK_ENDED, a, t->s.termination_reason, 0, fx);
    task_tell(t, EVENT_TASK_WRAPUP, a, fx);
    task_tell_channel(t, a, task_channel_word(t), fx);
    if (!agent_is_welcome(a))
        task_farewell(a, fx);
}

void task_over(struct task *t, enum party by, struct effects *fx)
{
    switch (t->s.state) {
    case TASK_NEW:
        abandon(t, by, ABANDONED_NEW, fx);
        return;
    case TASK_PARKED:
        abandon(t, by, ABANDONED_QUEUE, fx);
        return;
    case TASK_OFFERED:
        abandon(t, by, ABANDONED_AGENT_CONNECT, fx);
        return;
    case TASK_CONNECTED:
    case TASK_HELD:
        begin_wrapup(t, by, fx);
        return;
    case TASK_WRAPUP:
    case TASK_ENDED:
    case task_state_count:
    default:
        return;
    }
}

void task_wrapped_up(struct task *t, const struct config_aux_code *code, struct slice reason,
                     struct effects *fx)
{
    struct agent *a = t->agent;
    struct leg_snapshot *leg = task_leg(t);
    task_move(t, TASK_ON_FINISH);
    agent_touch(a);
    t->s.wrapup_code_id = code->id;
    if (!textbox_set(&t->box, &t->s.wrapup_code_name, code->name) ||
        !textbox_set(&t->box, &t->s.wrapup_reason, reason))
        fx->failed = true;
    leg->wrapup_code_id = code->id;
    leg->wrapup_code_name = t->s.wrapup_code_name;
    agent_channel_drop(a, t->channel, agent_release(a));
    close_task(t);
    task_tell(t, EVENT_TASK_WRAPPED_UP, a, fx);
    task_tell_channel(t, a, SLICE("wrapup-done"), fx);
    agent_contact_done(a, true, fx);
}
