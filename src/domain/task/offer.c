/* A contact and the agent it is offered to: from routing's choice until somebody answers (flow.c)
 * or the offer comes to nothing. While it stands the time to answer is set, as a timer and in the
 * row, and the agent is the contact's owner. */
#include "domain/core/publish.h"
#include "domain/routing/lines.h"
#include "domain/task/task_priv.h"
#include "domain/telephony/device.h"

enum { REASON_CODE_USER_DECLINED = 156 };

/* ---- the owner ---- */

static void set_owner(struct task *t, const struct agent *a, struct effects *fx)
{
    struct task_snapshot *s = &t->s;
    const struct agent_snapshot *from = &a->s;
    s->agent_id = from->agent_id;
    s->agent_session_id = from->id;
    s->agent_channel_id = a->channels[t->channel].id;
    s->team_id = from->team_id;
    s->site_id = from->site_id;
    if (!textbox_set(&t->box, &s->agent_name, from->agent_name) ||
        !textbox_set(&t->box, &s->agent_sign_in, from->sign_in) ||
        !textbox_set(&t->box, &s->agent_dn, from->dial_number) ||
        !textbox_set(&t->box, &s->team_name, from->team_name) ||
        !textbox_set(&t->box, &s->site_name, from->site_name))
        fx->failed = true;
}

void task_owner_clear(struct task *t)
{
    const struct slice none = SLICE("");
    const struct uuid nil = { { 0 } };
    struct task_snapshot *s = &t->s;
    s->agent_id = s->agent_session_id = s->agent_channel_id = s->team_id = s->site_id = nil;
    s->agent_name = s->agent_sign_in = s->agent_dn = s->team_name = s->site_name = none;
    t->agent = NULL;
}

/* ---- the time to answer ---- */

static void start_rona(struct task *t, struct effects *fx)
{
    struct centres *all = t->centre->all;
    struct config_queue q = { 0 };
    all->view.ops->queue(all->view.ctx, t->centre->org, t->s.queue_id, &q);
    int64_t ms = q.rona_ms > 0 ? q.rona_ms : all->settings.rona_ms;
    t->s.rona_seconds = (ms + 999) / 1000;
    t->s.rona_due = centre_now(t->centre) + ms;
    if (timer_set(all->world, &t->rona, t->s.rona_due, task_rona_over) != ERR_OK)
        fx->failed = true;
}

void task_rona_stop(struct task *t)
{
    t->s.rona_due = 0;
    t->s.rona_seconds = 0;
    timer_cancel(t->centre->all->world, &t->rona);
}

/* ---- offers ---- */

static void ring(struct task *t, struct effects *fx)
{
    struct device_ring r = { .centre = t->centre,
                             .number = t->agent->s.dial_number,
                             .task = t->s.id,
                             .type = t->agent->s.device_type };
    if (t->centre->all->port->ring(&r, fx) != ERR_OK)
        task_unreachable(t, fx);
}

void task_offer(struct task *t, struct agent *a, uint32_t channel, struct effects *fx)
{
    task_leave_line(t);
    task_move(t, TASK_ON_OFFER);
    agent_touch(a);
    t->agent = a;
    t->channel = channel;
    t->s.offered_time = t->s.state_time;
    t->s.offered_count++;
    t->s.is_offered = true;
    task_leg(t)->offered_count++;
    agent_channel_take(a, channel, t);
    agent_seats_refresh(a, fx);
    set_owner(t, a, fx);
    start_rona(t, fx);
    task_tell(t, EVENT_TASK_CONNECT, a, fx);
    task_tell_channel(t, a, task_channel_word(t), fx);
    if (t->s.channel_type == CHANNEL_TELEPHONY)
        ring(t, fx);
}

/* The offer came to nothing: the contact goes back to its place in the line, the agent goes Idle.
 */
struct failed_offer {
    enum task_event on;
    enum event_type type;
    struct slice reason;
    int code;
};

static void offer_failed(struct task *t, const struct failed_offer *f, struct effects *fx)
{
    struct agent *a = t->agent;
    if (t->s.state != TASK_OFFERED)
        return;
    task_move(t, f->on);
    agent_touch(a);
    task_rona_stop(t);
    if (t->s.channel_type == CHANNEL_TELEPHONY)
        t->centre->all->port->stop(t->centre, a->s.dial_number, fx);
    agent_channel_drop(a, t->channel, CHANNEL_EVENT_LAPSE);
    task_owner_clear(t);
    if (f->on == TASK_ON_LAPSE) {
        t->s.rona_count++;
        task_leg(t)->rona_count++;
        a->channels[t->channel].rona_count++;
    } else if (f->on == TASK_ON_DECLINE) {
        t->s.declined_count++;
    }
    task_tell_reason(t, f->type, a, f->reason, f->code, fx);
    task_tell_channel(t, a, SLICE("not-responding"), fx);
    agent_not_responding(a, f->reason, fx);
    task_tell(t, EVENT_TASK_PARKED, NULL, fx);
    task_wait_in_line(t, fx);
}

void task_rona_over(struct world *w, struct timer *timer, struct effects *fx)
{
    (void)w;
    struct task *t = (struct task *)(void *)((char *)timer - offsetof(struct task, rona));
    offer_failed(t,
                 &(struct failed_offer){ .on = TASK_ON_LAPSE,
                                         .type = EVENT_TASK_RONA,
                                         .reason = SLICE("RONA_TIMER_EXPIRED") },
                 fx);
}

void task_declined(struct task *t, struct effects *fx)
{
    offer_failed(t,
                 &(struct failed_offer){ .on = TASK_ON_DECLINE,
                                         .type = EVENT_TASK_DECLINED,
                                         .reason = SLICE("USER_DECLINED"),
                                         .code = REASON_CODE_USER_DECLINED },
                 fx);
}

void task_unreachable(struct task *t, struct effects *fx)
{
    offer_failed(t,
                 &(struct failed_offer){ .on = TASK_ON_FAIL,
                                         .type = EVENT_TASK_WITHDRAWN,
                                         .reason = SLICE("INVITE_FAILED") },
                 fx);
}
