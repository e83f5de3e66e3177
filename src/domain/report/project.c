#include "domain/report/project.h"

#include "base/arena.h"
#include "domain/report/project_priv.h"

static enum err read_task(struct report_source *s)
{
    const struct json *v = json_get(s->body, "task");
    if (!v)
        return ERR_OK;
    struct task_snapshot *t = arena_alloc(s->arena, sizeof *t);
    if (!t)
        return ERR_OUT_OF_MEMORY;
    enum err e = task_snapshot_read(v, s->arena, t);
    s->task = e ? NULL : t;
    return e;
}

static enum err read_agent(struct report_source *s)
{
    const struct json *v = json_get(s->body, "agent");
    if (!v)
        return ERR_OK;
    struct agent_snapshot *agent = arena_alloc(s->arena, sizeof *agent);
    if (!agent)
        return ERR_OUT_OF_MEMORY;
    enum err e = agent_snapshot_read(v, s->arena, agent);
    s->agent = e ? NULL : agent;
    return e;
}

struct slice report_direction(const struct task_snapshot *t)
{
    return t->direction == DIRECTION_OUTBOUND ? SLICE("outbound") : SLICE("inbound");
}

static enum err parse_body(const struct event *e, struct arena *a, const struct json **out)
{
    struct json *body;
    enum err err = json_parse(a, e->body, &body, NULL);
    if (err == ERR_OUT_OF_MEMORY)
        return err;
    if (err || body->type != JSON_OBJECT)
        return ERR_CORRUPT;
    *out = body;
    return ERR_OK;
}

enum err report_project(const struct event *e, struct arena *a, struct report_rows *out)
{
    if (!event_is_journaled(e->type) || !event_is_living(e->type))
        return ERR_OK;
    struct report_source s = { .event = e, .arena = a, .out = out };
    enum err err = parse_body(e, a, &s.body);
    if (!err)
        err = read_task(&s);
    if (!err)
        err = read_agent(&s);
    if (err)
        return err;
    size_t first = out->count;
    if (s.task)
        report_task_rows(&s);
    if (s.task)
        report_task_activities(&s);
    if (s.agent)
        report_agent_rows(&s);
    for (size_t i = first; i < out->count; i++) {
        out->at[i].seq = e->seq;
        out->at[i].ordinal = (unsigned)(i - first);
    }
    return s.failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}
