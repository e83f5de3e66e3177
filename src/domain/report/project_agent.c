/* An agent's session, its channels and what they did. An activity of a channel begins when the
 * channel enters its state (or, idle, takes another idle code), so every event that shows the
 * channel gives the same row: nothing depends on which event of a step comes first. */
#include "base/arena.h"
#include "domain/report/project_priv.h"

static struct slice profile_type(enum blending b)
{
    static const struct slice names[] = {
        [BLENDING_BLENDED] = { "Blended", 7 },
        [BLENDING_REALTIME] = { "Blended Real-time", 17 },
        [BLENDING_EXCLUSIVE] = { "Exclusive", 9 },
    };
    return (size_t)b < sizeof names / sizeof *names ? names[b] : (struct slice){ 0 };
}

static void session_row(struct report_source *s)
{
    struct report_row *row = report_row_from(s, TABLE_AGENT_SESSION, LINK_NONE);
    if (!row)
        return;
    bool in = s->agent->logout_time == 0;
    struct facts_value *v = row->values;
    report_set_bool(&v[COL_AGENT_SESSION_IS_ACTIVE], in);
    report_set_text(&v[COL_AGENT_SESSION_STATE], in ? SLICE("logged_in") : SLICE("logged_out"));
    report_set_text(&v[COL_AGENT_SESSION_MULTI_MEDIA_PROFILE_TYPE],
                    profile_type(s->agent->blending));
}

static void channel_row(struct report_source *s)
{
    struct report_row *row = report_row_from(s, TABLE_AGENT_CHANNEL, LINK_NONE);
    if (!row)
        return;
    const struct agent_snapshot *g = s->agent;
    struct facts_value *v = row->values;
    int64_t until = g->logout_time ? g->logout_time : s->event->at_ms;
    report_set_i64(&v[COL_AGENT_CHANNEL_TOTAL_DURATION], until - g->login_time);
    if (s->channel->state == CHANNEL_IDLE)
        report_set_text(&v[COL_AGENT_CHANNEL_IDLE_CODE_NAME], g->idle_code_name);
    if (g->logout_time)
        report_set_text(&v[COL_AGENT_CHANNEL_CURRENT_STATE], SLICE("logged-out"));
}

static int64_t state_began(const struct agent_snapshot *g, const struct channel_snapshot *c)
{
    if (c->state == CHANNEL_IDLE && g->idle_code_time > c->state_time)
        return g->idle_code_time;
    return c->state_time;
}

static struct report_row *activity_row(struct report_source *s, struct slice state, int64_t begin,
                                       enum report_link link)
{
    struct report_row *row = report_row_from(s, TABLE_AGENT_ACTIVITY, link);
    if (!row)
        return NULL;
    struct facts_value *v = row->values;
    row->chain = v[COL_AGENT_ACTIVITY_CHANNEL_ID].text;
    row->org = v[COL_AGENT_ACTIVITY_ORG].text;
    row->first = s->event->type == EVENT_AGENT_LOGIN;
    row->since_ms = s->agent->login_time;
    row->at_ms = begin;
    bool open = link == LINK_OPEN;
    report_set_text(&v[COL_AGENT_ACTIVITY_ID],
                    arena_printf(s->arena, "%.*s-%.*s-%lld-%.*s", SLICE_ARG(row->chain),
                                 SLICE_ARG(v[COL_AGENT_ACTIVITY_CHANNEL_TYPE].text),
                                 (long long)begin, SLICE_ARG(state)));
    report_set_text(&v[COL_AGENT_ACTIVITY_STATE], state);
    report_set_i64(&v[COL_AGENT_ACTIVITY_START_TIME], begin);
    report_set_i64(&v[COL_AGENT_ACTIVITY_END_TIME], open ? -1 : begin);
    if (!open)
        report_set_i64(&v[COL_AGENT_ACTIVITY_DURATION], 0);
    report_set_bool(&v[COL_AGENT_ACTIVITY_IS_CURRENT_ACTIVITY], open);
    report_set_bool(&v[COL_AGENT_ACTIVITY_IS_LOGIN_ACTIVITY], begin == s->agent->login_time);
    report_set_bool(&v[COL_AGENT_ACTIVITY_IS_LOGOUT_ACTIVITY], !open);
    return row;
}

static bool has_contact(enum channel_state state)
{
    return state == CHANNEL_RINGING || state == CHANNEL_CONNECTED || state == CHANNEL_ON_HOLD ||
           state == CHANNEL_WRAPUP;
}

static void activity_contact(struct report_source *s, struct facts_value *v)
{
    const struct channel_snapshot *c = s->channel;
    if (!has_contact(c->state))
        return;
    report_set_id(s, &v[COL_AGENT_ACTIVITY_TASK_ID], c->task_id);
    report_set_bool(&v[COL_AGENT_ACTIVITY_IS_OUTDIAL], c->is_outbound);
    report_set_text(&v[COL_AGENT_ACTIVITY_OUTBOUND_TYPE],
                    c->is_outbound ? SLICE("outbound") : SLICE("inbound"));
    if (!s->task || !uuid_eq(s->task->id, c->task_id))
        return;
    report_set_id(s, &v[COL_AGENT_ACTIVITY_QUEUE_ID], s->task->queue_id);
    report_set_text(&v[COL_AGENT_ACTIVITY_QUEUE_NAME], s->task->queue_name);
}

/* The wrap-up code is known when the wrap-up is over: it belongs to the activity that ends. */
static void activity_wrapup(struct report_source *s, struct report_row *row)
{
    const struct task_snapshot *t = s->task;
    if (!t || uuid_is_nil(t->wrapup_code_id) || s->channel->state == CHANNEL_WRAPUP)
        return;
    struct facts_value value = { .type = FACTS_CODE };
    report_set_id(s, &value, t->wrapup_code_id);
    report_row_patch(s, row, COL_AGENT_ACTIVITY_WRAPUP_CODE_ID, value);
    report_set_text(&value, t->wrapup_code_name);
    report_row_patch(s, row, COL_AGENT_ACTIVITY_WRAPUP_CODE_NAME, value);
}

static void channel_activity(struct report_source *s)
{
    const struct agent_snapshot *g = s->agent;
    const struct channel_snapshot *c = s->channel;
    if (g->logout_time) {
        struct report_row *row = activity_row(s, SLICE("logged-out"), g->logout_time, LINK_POINT);
        if (row)
            row->last = true;
        return;
    }
    struct report_row *row =
        activity_row(s, words_text(&words_channel_state, c->state), state_began(g, c), LINK_OPEN);
    if (!row)
        return;
    if (c->state == CHANNEL_IDLE) {
        report_set_id(s, &row->values[COL_AGENT_ACTIVITY_IDLE_CODE_ID], g->idle_code_id);
        report_set_text(&row->values[COL_AGENT_ACTIVITY_IDLE_CODE_NAME], g->idle_code_name);
    }
    activity_contact(s, row->values);
    activity_wrapup(s, row);
}

void report_agent_rows(struct report_source *s)
{
    session_row(s);
    for (uint32_t i = 0; i < s->agent->channel_count && !s->failed; i++) {
        s->channel = &s->agent->channels[i];
        channel_row(s);
        channel_activity(s);
    }
}
