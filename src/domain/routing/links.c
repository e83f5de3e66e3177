/* Which teams serve which queue, and after what time: made anew from the configuration. Contacts
 * that wait stay where they are unless the times of their queue changed; then they are put back by
 * how long they have waited. */
#include <stdlib.h>

#include "domain/routing/lines_priv.h"
#include "domain/task/task.h"

/* ---- from the configuration ---- */

/* Room for one more link; false: out of memory. */
static bool grow(struct link **list, size_t count, size_t *cap)
{
    if (count < *cap)
        return true;
    size_t wanted = *cap ? *cap * 2 : 4;
    struct link *more = realloc(*list, wanted * sizeof **list);
    if (!more)
        return false;
    *list = more;
    *cap = wanted;
    return true;
}

struct linking {
    struct centre *centre;
    bool failed;
};

/* A team of several groups counts from the first. True: was there. */
static bool hasten(struct queue *q, const struct team *t, int64_t after_ms)
{
    for (size_t i = 0; i < q->team_count; i++) {
        if (q->teams[i].team != t)
            continue;
        if (q->teams[i].after_ms > after_ms)
            q->teams[i].after_ms = after_ms;
        return true;
    }
    return false;
}

static void link_pair(void *arg, const struct config_serves *s)
{
    struct linking *l = arg;
    struct queue *q = queue_make(l->centre, s->queue);
    struct team *t = q ? team_make(l->centre, s->team) : NULL;
    if (t && hasten(q, t, s->after_ms))
        return;
    if (!t || !grow(&q->teams, q->team_count, &q->team_cap)) {
        l->failed = true;
        return;
    }
    q->teams[q->team_count++] = (struct link){ q, t, s->after_ms };
}

static void unlink_all(struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&c->queues, &at, &key, &value))
        ((struct queue *)value)->team_count = 0;
    at = 0;
    while (map_next(&c->teams, &at, &key, &value))
        ((struct team *)value)->queue_count = 0;
}

/* ---- levels ---- */

static int by_time(const void *a, const void *b)
{
    int64_t x = ((const struct link *)a)->after_ms, y = ((const struct link *)b)->after_ms;
    return (x > y) - (x < y);
}

static bool levels_fit(const struct queue *q)
{
    const struct level *l = q->levels;
    for (size_t i = 0; i < q->team_count; i++) {
        if (q->teams[i].after_ms == l->after_ms)
            continue;
        l = l->next;
        if (!l || l->after_ms != q->teams[i].after_ms)
            return false;
    }
    return !l->next;
}

/* NULL: out of memory. The first is always that of no time at all. */
static struct level *levels_of(const struct queue *q)
{
    struct level *first = level_new(0), *last = first;
    for (size_t i = 0; last && i < q->team_count; i++) {
        if (q->teams[i].after_ms == last->after_ms)
            continue;
        last->next = level_new(q->teams[i].after_ms);
        last = last->next;
    }
    if (!last) {
        levels_free(first);
        return NULL;
    }
    return first;
}

/* Those who wait come along. */
static bool levels_renew(struct queue *q)
{
    struct level *old = q->levels, *fresh = levels_of(q);
    bool ok = fresh != NULL;
    if (!ok)
        return false;
    q->levels = fresh;
    for (struct level *l = old; l; l = l->next) {
        struct heap_node *node;
        while ((node = heap_first(&l->waiting))) {
            struct task *t = (struct task *)(void *)((char *)node - offsetof(struct task, waiting));
            queue_remove(t);
            ok &= queue_add(q, t) == ERR_OK;
        }
    }
    levels_free(old);
    return ok;
}

/* The teams of one queue are known: its levels, and the way back from each team. */
static bool finish(struct queue *q)
{
    if (q->team_count > 0)
        qsort(q->teams, q->team_count, sizeof *q->teams, by_time);
    for (size_t i = 0; i < q->team_count; i++) {
        struct team *t = q->teams[i].team;
        if (!grow(&t->queues, t->queue_count, &t->queue_cap))
            return false;
        t->queues[t->queue_count++] = q->teams[i];
    }
    return levels_fit(q) || levels_renew(q);
}

bool lines_link(struct centre *c)
{
    if (c->has_routes)
        return true;
    struct linking l = { .centre = c };
    size_t at = 0;
    struct slice key;
    void *value;
    unlink_all(c);
    c->all->view.ops->each_queue_team(c->all->view.ctx, c->org, link_pair, &l);
    while (!l.failed && map_next(&c->queues, &at, &key, &value))
        l.failed = !finish(value);
    c->has_routes = !l.failed;
    return !l.failed;
}
