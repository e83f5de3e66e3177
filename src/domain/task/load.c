/* Contacts from their rows: each finds its queue or its agent's channel again, and its deadline. */
#include "base/arena.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "domain/routing/lines.h"
#include "domain/task/task_priv.h"
#include "store/store.h"

static bool has_agent(const struct task *t)
{
    return t->s.state >= TASK_OFFERED && t->s.state <= TASK_WRAPUP;
}

/* ERR_CORRUPT: the rows do not fit each other. */
static enum err rejoin_agent(struct task *t)
{
    struct agent *a = agent_find(t->centre, t->s.agent_id);
    if (!a)
        return ERR_CORRUPT;
    for (uint32_t i = 0; i < a->s.channel_count; i++) {
        if (!uuid_eq(a->channels[i].task_id, t->s.id) || a->tasks[i])
            continue;
        a->tasks[i] = t;
        a->engaged++;
        t->agent = a;
        t->channel = i;
        return ERR_OK;
    }
    return ERR_CORRUPT;
}

static enum err rejoin(struct task *t)
{
    struct centres *all = t->centre->all;
    if (all->last_enqueue < t->s.enqueue_order)
        all->last_enqueue = t->s.enqueue_order;
    t->queue = queue_make(t->centre, t->s.queue_id);
    if (!t->queue || t->s.leg_count == 0)
        return t->queue ? ERR_CORRUPT : ERR_OUT_OF_MEMORY;
    if (!t->s.is_terminated) {
        task_queue_take(t);
        if (!task_entry_take(t))
            return ERR_OUT_OF_MEMORY;
    }
    if (t->s.state == TASK_PARKED) {
        routing_hungry_task(t); /* time passed: more teams may serve it now */
        enum err err = queue_add(t->queue, t);
        return err == ERR_OK ? task_wait_limit(t) : err;
    }
    enum err err = has_agent(t) ? rejoin_agent(t) : ERR_CORRUPT;
    if (err == ERR_OK && t->s.state == TASK_OFFERED)
        err = timer_set(all->world, &t->rona, t->s.rona_due, task_rona_over);
    return err;
}

static enum err load_row(void *ctx, struct slice org, struct slice id, struct slice body)
{
    (void)org;
    (void)id;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    struct task_snapshot s;
    struct json *v;
    if (!a)
        return ERR_OUT_OF_MEMORY;
    enum err err = json_parse(a, body, &v, NULL);
    if (err == ERR_OK)
        err = task_snapshot_read(v, a, &s);
    struct centre *c = err == ERR_OK ? centre_make(ctx, s.org) : NULL;
    struct task *t = c ? task_new(c, &s) : NULL;
    if (err == ERR_OK)
        err = t ? rejoin(t) : ERR_OUT_OF_MEMORY;
    arena_free(a);
    return err == ERR_BAD_JSON || err == ERR_BAD_ENCODING ? ERR_CORRUPT : err;
}

/* A channel that names a contact nobody has would never be free again. */
static enum err check_channels(struct centres *all)
{
    size_t at = 0;
    struct centre *c;
    while (centres_next(all, &at, &c)) {
        size_t from = 0;
        struct slice key;
        void *value;
        while (map_next(&c->agents, &from, &key, &value)) {
            const struct agent *a = value;
            for (uint32_t i = 0; i < a->s.channel_count; i++)
                if (!uuid_is_nil(a->channels[i].task_id) && !a->tasks[i])
                    return ERR_CORRUPT;
        }
    }
    return ERR_OK;
}

enum err tasks_load(struct centres *all, struct store *s)
{
    enum err err = s->ops->scan(s, SLICE("task"), SLICE(""), load_row, all);
    return err == ERR_OK ? check_channels(all) : err;
}
