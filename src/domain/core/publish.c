#include "domain/core/publish.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "domain/agent/agent.h"
#include "domain/task/task.h"
#include "domain/telephony/phones.h"

enum { BODY_BYTES_GUESS = 3000 };

/* ---- bodies ---- */

static void put_list(struct json_writer *w, const struct news *n)
{
    if (n->type == EVENT_AGENT_RELOAD) {
        json_key(w, "tasks");
        json_array_begin(w);
        for (size_t i = 0; i < n->task_count; i++)
            task_snapshot_write(w, &n->tasks[i]->s);
        json_array_end(w);
    }
    if (n->type == EVENT_AGENT_BUDDIES) {
        json_key(w, "agents");
        json_array_begin(w);
        for (size_t i = 0; i < n->agent_count; i++)
            agent_snapshot_write(w, &n->agents[i]->s, (struct uuid){ { 0 } });
        json_array_end(w);
    }
}

static void put_text(struct json_writer *w, const char *name, struct slice text)
{
    if (text.len > 0)
        json_member_text(w, name, text);
}

static void put_details(struct json_writer *w, const struct news *n)
{
    char id[UUID_TEXT_LEN + 1];
    if (!n->task && !uuid_is_nil(n->task_id))
        json_member_uuid(w, "taskId", n->task_id);
    put_text(w, "channelState", n->channel_state);
    put_text(w, "operation", n->operation);
    put_text(w, "reason", n->reason);
    if (n->reason_code != 0)
        json_member_i64(w, "reasonCode", n->reason_code);
    if (!uuid_is_nil(n->logged_out_by)) {
        uuid_format(n->logged_out_by, id);
        json_member_text(w, "loggedOutBy", (struct slice){ id, UUID_TEXT_LEN });
    }
    put_text(w, "trackingId", n->tracking_id);
}

static struct slice body_of(struct effects *fx, const struct news *n)
{
    struct buf b;
    struct json_writer w;
    buf_init_arena(&b, fx->arena);
    buf_reserve(&b, BODY_BYTES_GUESS);
    json_writer_init(&w, &b);
    json_object_begin(&w);
    if (n->task) {
        json_key(&w, "task");
        task_snapshot_write(&w, &n->task->s);
    }
    if (n->agent) {
        json_key(&w, "agent");
        agent_snapshot_write(&w, &n->agent->s, n->channel);
    }
    put_list(&w, n);
    put_details(&w, n);
    json_object_end(&w);
    if (buf_failed(&b))
        fx->failed = true;
    return buf_slice(&b);
}

/* ---- plain events ---- */

static void *copy_of(struct effects *fx, const void *what, size_t size)
{
    void *copy = arena_alloc(fx->arena, size + 1);
    if (copy && size > 0)
        memcpy(copy, what, size);
    else if (!copy)
        fx->failed = true;
    return copy;
}

static const struct task_snapshot *plain_task(struct effects *fx, const struct task *t)
{
    struct task_snapshot *s = copy_of(fx, &t->s, sizeof *s);
    if (s)
        s->legs = copy_of(fx, s->legs, s->leg_count * sizeof *s->legs);
    return s;
}

static const struct agent_snapshot *plain_agent(struct effects *fx, const struct agent *a)
{
    struct agent_snapshot *s = copy_of(fx, &a->s, sizeof *s);
    if (s)
        s->channels = copy_of(fx, s->channels, s->channel_count * sizeof *s->channels);
    return s;
}

void publish(struct effects *fx, const struct news *n)
{
    struct uuid user = n->agent && uuid_is_nil(n->user) ? n->agent->s.agent_id : n->user;
    char text[UUID_TEXT_LEN + 1];
    uuid_format(user, text);
    struct event e = {
        .type = n->type,
        .at_ms = centre_now(n->centre),
        .org = centre_org(n->centre),
        .agent = { text, uuid_is_nil(user) ? 0 : UUID_TEXT_LEN },
        .body = SLICE(""),
    };
    if (!fx->plain_events) {
        e.body = body_of(fx, n);
    } else {
        e.task = n->task ? plain_task(fx, n->task) : NULL;
        e.session = n->agent ? plain_agent(fx, n->agent) : NULL;
    }
    effects_event_made(fx, &e);
}

/* ---- rows ---- */

struct row {
    struct buf b;
    struct json_writer w;
};

static struct json_writer *row_begin(struct row *r, struct effects *fx)
{
    buf_init_arena(&r->b, fx->arena);
    buf_reserve(&r->b, BODY_BYTES_GUESS);
    json_writer_init(&r->w, &r->b);
    return &r->w;
}

static void row_put(struct effects *fx, struct row *r, struct slice kind, const struct centre *c,
                    struct slice id)
{
    if (buf_failed(&r->b))
        fx->failed = true;
    effects_put_made(fx, kind, centre_org(c), id, buf_slice(&r->b));
}

static struct slice id_text(struct uuid id, char text[UUID_TEXT_LEN + 1])
{
    uuid_format(id, text);
    return (struct slice){ text, UUID_TEXT_LEN };
}

void publish_task_row(struct effects *fx, const struct task *t)
{
    char text[UUID_TEXT_LEN + 1];
    struct slice id = id_text(t->s.id, text);
    struct row r;
    if (fx->no_rows)
        return;
    if (t->s.state == TASK_ENDED) {
        effects_delete(fx, SLICE("task"), centre_org(t->centre), id);
        return;
    }
    task_snapshot_write(row_begin(&r, fx), &t->s);
    row_put(fx, &r, SLICE("task"), t->centre, id);
}

void publish_agent_row(struct effects *fx, const struct agent *a)
{
    char text[UUID_TEXT_LEN + 1];
    struct slice id = id_text(a->s.agent_id, text);
    struct row r;
    /* A session that ended and began again in one step leaves the row to the new one. */
    if (fx->no_rows || (a->gone && agent_find(a->centre, a->s.agent_id)))
        return;
    if (a->gone) {
        effects_delete(fx, SLICE("agent-session"), centre_org(a->centre), id);
        return;
    }
    agent_snapshot_write(row_begin(&r, fx), &a->s, (struct uuid){ { 0 } });
    row_put(fx, &r, SLICE("agent-session"), a->centre, id);
}

void publish_device_row(struct effects *fx, const struct device *d)
{
    struct row r;
    if (fx->no_rows)
        return;
    if (device_is_plain(d)) {
        effects_delete(fx, SLICE("device"), centre_org(d->centre), d->s.number);
        return;
    }
    device_snapshot_write(row_begin(&r, fx), &d->s);
    row_put(fx, &r, SLICE("device"), d->centre, d->s.number);
}

/* ---- results ---- */

static void result_set(struct effects *fx, struct row *r)
{
    if (buf_failed(&r->b))
        fx->failed = true;
    fx->result = buf_slice(&r->b);
}

void publish_result_task(struct effects *fx, const struct task *t)
{
    struct row r;
    task_snapshot_write(row_begin(&r, fx), &t->s);
    result_set(fx, &r);
}

void publish_result_agent(struct effects *fx, const struct agent *a)
{
    struct row r;
    agent_snapshot_write(row_begin(&r, fx), &a->s, (struct uuid){ { 0 } });
    result_set(fx, &r);
}

void publish_result_device(struct effects *fx, const struct device_snapshot *d)
{
    struct row r;
    device_snapshot_write(row_begin(&r, fx), d);
    result_set(fx, &r);
}
