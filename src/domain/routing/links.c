/* Who serves which queue, and after what time: made anew from the configuration. Contacts that wait
 * stay where they are unless the times of their queue changed; then they are put back by how long
 * they have waited. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "domain/agent/agent.h"
#include "domain/routing/lines_priv.h"
#include "domain/routing/routes.h"
#include "domain/task/task.h"

/* ---- levels ---- */

static int by_time(const void *a, const void *b)
{
    int64_t x = ((const struct link *)a)->after_ms, y = ((const struct link *)b)->after_ms;
    return (x > y) - (x < y);
}

static bool levels_fit(const struct queue *q)
{
    const struct level *l = q->levels;
    for (size_t i = 0; i < q->link_count; i++) {
        if (q->links[i].after_ms == l->after_ms)
            continue;
        l = l->next;
        if (!l || l->after_ms != q->links[i].after_ms)
            return false;
    }
    return !l->next;
}

/* NULL: out of memory. The first is always that of no time at all. */
static struct level *levels_of(const struct queue *q)
{
    struct level *first = level_new(0), *last = first;
    for (size_t i = 0; last && i < q->link_count; i++) {
        if (q->links[i].after_ms == last->after_ms)
            continue;
        last->next = level_new(q->links[i].after_ms);
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

static bool finish(struct queue *q)
{
    if (q->link_count > 0)
        qsort(q->links, q->link_count, sizeof *q->links, by_time);
    return levels_fit(q) || levels_renew(q);
}

/* ---- all of it ---- */

struct linking {
    struct centre *centre;
    bool failed;
    size_t left; /* queues for which there was no room */
};

/* An organisation that configures more than routing can know of is served as far as it goes. */
static void link_queue(void *arg, const struct config_routing *r)
{
    struct linking *l = arg;
    struct routes *routes = l->centre->routes;
    struct queue *q = l->failed ? NULL : queue_make(l->centre, r->queue);
    bool linked = q && routes_add(routes, q, r);
    arena_reset(routes->scratch);
    if (!linked && q && routes_full(routes))
        l->left++;
    else
        l->failed |= !linked;
}

/* Nobody in any line, no queue served. */
static void unlink_all(struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&c->agents, &at, &key, &value))
        seats_leave(value);
    at = 0;
    while (map_next(&c->queues, &at, &key, &value)) {
        struct queue *q = value;
        q->links = NULL;
        q->link_count = 0;
    }
    routes_free(c->routes);
    c->routes = routes_new();
    c->routes_number++;
}

static bool seat_all(struct centre *c, struct effects *fx)
{
    size_t at = 0;
    struct slice key;
    void *value;
    bool ok = true;
    while (ok && map_next(&c->agents, &at, &key, &value)) {
        ok = seats_take(value);
        seats_refresh(value, fx);
    }
    return ok && !fx->failed;
}

static void tell_left(const struct centre *c, size_t queues)
{
    char org[UUID_TEXT_LEN + 1];
    uuid_format(c->org, org);
    log_write(LOG_ERROR, "routes_full", LOG_TEXT("org", slice_of(org)),
              LOG_NUM("queues_left", (long long)queues));
}

bool lines_link(struct centre *c)
{
    const struct config_view *view = &c->all->view;
    struct linking l = { .centre = c };
    struct effects fx = { 0 };
    size_t at = 0;
    struct slice key;
    void *value;
    if (c->has_routes)
        return true;
    unlink_all(c);
    if (!c->routes || !view->ops->each_routing(view->ctx, c->org, link_queue, &l) || l.failed)
        return false;
    while (!l.failed && map_next(&c->queues, &at, &key, &value))
        l.failed = !finish(value);
    if (l.left)
        tell_left(c, l.left);
    c->has_routes = !l.failed && seat_all(c, &fx);
    return c->has_routes;
}
