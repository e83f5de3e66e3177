/* A contact's row, its legs and what happened to it. What is not a plain copy (spec/facts.yaml,
 * `from: computed`) is worked out here. A contact has ended when the customer's side is over; the
 * agent's wrap-up may still come, and changes the row once more. */
#include "base/arena.h"
#include "domain/report/project_priv.h"

static struct slice attribute(const struct task_snapshot *t, const char *name)
{
    for (uint32_t i = 0; i < t->attribute_count; i++)
        if (slice_is(t->attributes[i].name, name))
            return t->attributes[i].value;
    return (struct slice){ 0 };
}

static struct slice customer_number(const struct task_snapshot *t)
{
    if (t->channel_type != CHANNEL_TELEPHONY)
        return (struct slice){ 0 };
    return t->direction == DIRECTION_OUTBOUND ? t->destination : t->origin;
}

static int64_t short_wait_abandoned(enum finish finish, bool within)
{
    return finish == FINISH_ABANDONED && within;
}

static void owner(struct report_source *s, struct facts_value *v)
{
    const struct task_snapshot *t = s->task;
    bool now = !uuid_is_nil(t->agent_id);
    report_set_id(s, &v[COL_TASK_OWNER_ID], now ? t->agent_id : t->last_agent_id);
    report_set_text(&v[COL_TASK_OWNER_NAME], now ? t->agent_name : t->last_agent_name);
    report_set_text(&v[COL_TASK_OWNER_SIGN_IN_ID], now ? t->agent_sign_in : t->last_agent_sign_in);
    report_set_id(s, &v[COL_TASK_OWNER_SESSION_ID],
                  now ? t->agent_session_id : t->last_agent_session_id);
    report_set_text(&v[COL_TASK_OWNER_PHONE_NUMBER], now ? t->agent_dn : t->last_agent_dn);
    report_set_id(s, &v[COL_TASK_OWNER_CHANNEL_ID],
                  now ? t->agent_channel_id : t->last_agent_channel_id);
}

static void task_outcome(const struct task_snapshot *t, struct facts_value *v)
{
    bool over = t->terminated_time != 0;
    report_set_bool(&v[COL_TASK_IS_ACTIVE], !over);
    report_set_i64(&v[COL_TASK_CALL_COMPLETED_COUNT], over);
    report_set_i64(&v[COL_TASK_ABANDONED_SL_COUNT],
                   short_wait_abandoned(t->termination_type, t->is_within_service_level));
    if (over)
        report_set_i64(&v[COL_TASK_TOTAL_DURATION], t->terminated_time - t->created_time);
    if (over || t->is_handled) /* not known before */
        report_set_bool(&v[COL_TASK_IS_WITHIN_SERVICE_LEVEL], t->is_within_service_level);
}

static void task_row(struct report_source *s)
{
    struct report_row *row = report_row_from(s, TABLE_TASK, LINK_NONE);
    if (!row)
        return;
    const struct task_snapshot *t = s->task;
    struct facts_value *v = row->values;
    report_set_text(&v[COL_TASK_DIRECTION], report_direction(t));
    report_set_bool(&v[COL_TASK_IS_OUTDIAL], t->direction == DIRECTION_OUTBOUND);
    report_set_text(&v[COL_TASK_CUSTOMER_NAME], attribute(t, "customerName"));
    report_set_text(&v[COL_TASK_CUSTOMER_EMAIL], attribute(t, "customerEmail"));
    report_set_text(&v[COL_TASK_CUSTOMER_PHONE_NUMBER], customer_number(t));
    report_set_bool(&v[COL_TASK_IS_CONTACT_ESCALATED_TO_QUEUE], t->queue_count > 0);
    if (t->leg_count)
        report_set_i64(&v[COL_TASK_LAST_QUEUE_DURATION], t->legs[t->leg_count - 1].queue_duration);
    owner(s, v);
    task_outcome(t, v);
}

static struct slice leg_id(struct report_source *s)
{
    return arena_printf(s->arena, "%.*s-callLeg-%lld", SLICE_ARG(report_id_text(s, s->task->id)),
                        (long long)s->leg->created_time);
}

static void leg_sums(const struct leg_snapshot *l, struct facts_value *v)
{
    report_set_bool(&v[COL_TASK_LEG_IS_ACTIVE], l->ended_time == 0);
    report_set_i64(&v[COL_TASK_LEG_TASK_LEG_COUNT], 1);
    report_set_i64(&v[COL_TASK_LEG_QUEUE_COUNT], 1);
    report_set_text(&v[COL_TASK_LEG_QUEUED_TO], SLICE("Queue"));
    report_set_i64(&v[COL_TASK_LEG_HANDLE_TIME],
                   l->connected_duration + l->hold_duration + l->wrapup_duration);
    report_set_i64(&v[COL_TASK_LEG_ABANDONED_SL_COUNT],
                   short_wait_abandoned(l->handle_type, l->is_within_service_level));
    if (l->ended_time || l->is_handled)
        report_set_bool(&v[COL_TASK_LEG_IS_WITHIN_SERVICE_LEVEL], l->is_within_service_level);
}

static void leg_row(struct report_source *s)
{
    struct report_row *row = report_row_from(s, TABLE_TASK_LEG, LINK_NONE);
    if (!row)
        return;
    const struct task_snapshot *t = s->task;
    struct facts_value *v = row->values;
    report_set_text(&v[COL_TASK_LEG_ID], leg_id(s));
    report_set_text(&v[COL_TASK_LEG_DIRECTION], report_direction(t));
    report_set_bool(&v[COL_TASK_LEG_IS_OUTDIAL], t->direction == DIRECTION_OUTBOUND);
    report_set_text(&v[COL_TASK_LEG_CUSTOMER_NAME], attribute(t, "customerName"));
    report_set_text(&v[COL_TASK_LEG_CUSTOMER_EMAIL], attribute(t, "customerEmail"));
    report_set_text(&v[COL_TASK_LEG_CUSTOMER_PHONE_NUMBER], customer_number(t));
    report_set_text(&v[COL_TASK_LEG_SLA_VALUE],
                    arena_printf(s->arena, "%lld", (long long)(s->leg->service_level / 1000)));
    leg_sums(s->leg, v);
}

void report_task_rows(struct report_source *s)
{
    task_row(s);
    for (uint32_t i = 0; i < s->task->leg_count && !s->failed; i++) {
        s->leg = &s->task->legs[i];
        leg_row(s);
    }
}

/* ---- activities ---- */
static void activity_agent(struct report_source *s, struct facts_value *v)
{
    const struct task_snapshot *t = s->task;
    report_set_id(s, &v[COL_TASK_ACTIVITY_AGENT_ID], t->agent_id);
    report_set_text(&v[COL_TASK_ACTIVITY_AGENT_NAME], t->agent_name);
    report_set_text(&v[COL_TASK_ACTIVITY_AGENT_PHONE_NUMBER], t->agent_dn);
    report_set_id(s, &v[COL_TASK_ACTIVITY_AGENT_SESSION_ID], t->agent_session_id);
    report_set_id(s, &v[COL_TASK_ACTIVITY_AGENT_CHANNEL_ID], t->agent_channel_id);
    report_set_id(s, &v[COL_TASK_ACTIVITY_SITE_ID], t->site_id);
    report_set_text(&v[COL_TASK_ACTIVITY_SITE_NAME], t->site_name);
    report_set_id(s, &v[COL_TASK_ACTIVITY_TEAM_ID], t->team_id);
    report_set_text(&v[COL_TASK_ACTIVITY_TEAM_NAME], t->team_name);
}

/* The agent an offer came back from: no longer the contact's owner, but in the event. */
static void activity_former_agent(struct report_source *s, struct facts_value *v)
{
    const struct agent_snapshot *g = s->agent;
    if (!g)
        return;
    report_set_id(s, &v[COL_TASK_ACTIVITY_AGENT_ID], g->agent_id);
    report_set_text(&v[COL_TASK_ACTIVITY_AGENT_NAME], g->agent_name);
    report_set_text(&v[COL_TASK_ACTIVITY_AGENT_PHONE_NUMBER], g->dial_number);
    report_set_id(s, &v[COL_TASK_ACTIVITY_AGENT_SESSION_ID], g->id);
    if (g->channel_count == 1)
        report_set_id(s, &v[COL_TASK_ACTIVITY_AGENT_CHANNEL_ID], g->channels[0].id);
    report_set_id(s, &v[COL_TASK_ACTIVITY_SITE_ID], g->site_id);
    report_set_text(&v[COL_TASK_ACTIVITY_SITE_NAME], g->site_name);
    report_set_id(s, &v[COL_TASK_ACTIVITY_TEAM_ID], g->team_id);
    report_set_text(&v[COL_TASK_ACTIVITY_TEAM_NAME], g->team_name);
}

static void chain_of(struct report_source *s, struct report_row *row)
{
    row->chain = report_id_text(s, s->task->id);
    row->org = report_id_text(s, s->task->org);
    row->since_ms = s->task->created_time;
    row->at_ms = s->event->at_ms;
}

static struct report_row *activity(struct report_source *s, const char *name, enum report_link link)
{
    struct report_row *row = report_row_from(s, TABLE_TASK_ACTIVITY, link);
    if (!row)
        return NULL;
    int64_t at = s->event->at_ms;
    chain_of(s, row);
    row->first = s->event->type == EVENT_TASK_NEW;
    struct facts_value *v = row->values;
    report_set_text(
        &v[COL_TASK_ACTIVITY_ID],
        arena_printf(s->arena, "%.*s-%lld-%s", SLICE_ARG(row->chain), (long long)at, name));
    report_set_text(&v[COL_TASK_ACTIVITY_EVENT_NAME], slice_of(name));
    report_set_i64(&v[COL_TASK_ACTIVITY_CREATED_TIME], at);
    report_set_i64(&v[COL_TASK_ACTIVITY_LAST_ACTIVITY_TIME], at);
    bool open = link == LINK_OPEN;
    report_set_bool(&v[COL_TASK_ACTIVITY_IS_ACTIVE], open);
    report_set_i64(&v[COL_TASK_ACTIVITY_ENDED_TIME], open ? -1 : at);
    if (!open)
        report_set_i64(&v[COL_TASK_ACTIVITY_DURATION], 0);
    activity_agent(s, v);
    return row;
}

/* An offer that failed: an error row with the reason in history's words, then the queue again. */
static void offer_failed(struct report_source *s, struct slice reason)
{
    struct report_row *row = activity(s, "con-to-agent-error", LINK_POINT);
    if (!row)
        return;
    activity_former_agent(s, row->values);
    report_set_text(&row->values[COL_TASK_ACTIVITY_TERMINATION_REASON], reason);
    if (s->task->state == TASK_PARKED)
        activity(s, "parked", LINK_OPEN);
}

static void contact_ended(struct report_source *s)
{
    struct report_row *row = activity(s, "ended", LINK_POINT);
    if (!row)
        return;
    report_set_text(&row->values[COL_TASK_ACTIVITY_TERMINATION_REASON],
                    s->task->termination_reason);
    row->last = s->task->state == TASK_ENDED;
}

static void wrapped_up(struct report_source *s)
{
    struct report_row *row = report_rows_add(s->out, TABLE_TASK_ACTIVITY, LINK_END);
    if (!row) {
        s->failed = true;
        return;
    }
    chain_of(s, row);
    row->last = s->task->state == TASK_ENDED;
}

void report_task_activities(struct report_source *s)
{
    switch ((int)s->event->type) { /* int: most events are no step of a contact */
    case EVENT_TASK_NEW:
        activity(s, "new", LINK_OPEN);
        break;
    case EVENT_TASK_PARKED:
        activity(s, "parked", LINK_OPEN);
        break;
    case EVENT_TASK_CONNECT:
        activity(s, "connect", LINK_OPEN);
        break;
    case EVENT_TASK_CONNECTED:
    case EVENT_TASK_HOLD_DONE:
        activity(s, "connected", LINK_OPEN);
        break;
    case EVENT_TASK_ON_HOLD:
        activity(s, "on-hold", LINK_OPEN);
        break;
    case EVENT_TASK_RONA:
        offer_failed(s, SLICE("RONA_TIMER_EXPIRED"));
        break;
    case EVENT_TASK_DECLINED:
        offer_failed(s, SLICE("USER_DECLINED"));
        break;
    case EVENT_TASK_WITHDRAWN:
        offer_failed(s, json_text(json_get(s->body, "reason"), (struct slice){ 0 }));
        break;
    case EVENT_TASK_ENDED:
        contact_ended(s);
        break;
    case EVENT_TASK_WRAPUP:
        activity(s, "wrapup", LINK_OPEN);
        break;
    case EVENT_TASK_WRAPPED_UP:
        wrapped_up(s);
        break;
    }
}
