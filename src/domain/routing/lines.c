#include <assert.h>
#include <stdlib.h>

#include "domain/agent/agent.h"
#include "domain/routing/lines_priv.h"
#include "domain/routing/routes.h"
#include "domain/task/task.h"

static struct task *task_of(struct heap_node *node)
{
    return (struct task *)(void *)((char *)node - offsetof(struct task, waiting));
}

static struct seat *seat_of(struct heap_node *node)
{
    return (struct seat *)(void *)((char *)node - offsetof(struct seat, node));
}

/* ---- making and freeing ---- */

struct level *level_new(int64_t after_ms)
{
    struct level *l = calloc(1, sizeof *l);
    if (l) {
        l->after_ms = after_ms;
        heap_init(&l->waiting);
    }
    return l;
}

void levels_free(struct level *l)
{
    while (l) {
        struct level *next = l->next;
        heap_release(&l->waiting);
        free(l);
        l = next;
    }
}

static void queue_free(struct queue *q)
{
    levels_free(q->levels);
    free(q);
}

struct queue *queue_make(struct centre *c, struct uuid id)
{
    struct queue *q = map_get(&c->queues, id_key(&id));
    if (q)
        return q;
    q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->id = id;
    q->levels = level_new(0);
    if (q->levels && map_put(&c->queues, id_key(&q->id), q) == ERR_OK)
        return q;
    queue_free(q);
    return NULL;
}

void lines_free(struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&c->queues, &at, &key, &value))
        queue_free(value);
    map_release(&c->queues);
    routes_free(c->routes);
}

/* ---- waiting ---- */

static int64_t waits_since(const struct task *t)
{
    return t->s.legs[t->s.leg_count - 1].created_time;
}

static void level_over(struct world *w, struct timer *timer, struct effects *fx)
{
    (void)w;
    struct task *t = (struct task *)(void *)((char *)timer - offsetof(struct task, widen));
    queue_remove(t);
    if (queue_add(t->queue, t) != ERR_OK)
        fx->failed = true;
    routing_hungry_task(t);
}

enum err queue_add(struct queue *q, struct task *t)
{
    int64_t waited = centre_since(t->centre, waits_since(t));
    struct level *l = q->levels;
    assert(!t->level);
    while (l->next && l->next->after_ms <= waited)
        l = l->next;
    t->waiting.key = t->s.priority;
    t->waiting.order = (uint64_t)t->s.enqueue_order;
    enum err err = heap_add(&l->waiting, &t->waiting);
    if (err != ERR_OK)
        return err;
    t->level = l;
    if (!l->next)
        return ERR_OK;
    return timer_set(t->centre->all->world, &t->widen, waits_since(t) + l->next->after_ms,
                     level_over);
}

void queue_remove(struct task *t)
{
    if (t->level)
        heap_remove(&t->level->waiting, &t->waiting);
    t->level = NULL;
    timer_cancel(t->centre->all->world, &t->widen);
}

size_t queue_length(const struct queue *q)
{
    size_t n = 0;
    for (const struct level *l = q->levels; l; l = l->next)
        n += l->waiting.count;
    return n;
}

/* ---- decisions ---- */

struct seat *lines_best_seat(const struct task *t)
{
    struct heap_node *best = NULL;
    for (size_t i = 0; i < t->queue->link_count; i++) {
        const struct link *link = &t->queue->links[i];
        if (link->after_ms > t->level->after_ms)
            break; /* the soonest come first */
        struct heap_node *first = heap_first(&link->pool->able);
        if (first && (!best || heap_before(first, best)))
            best = first;
    }
    return best ? seat_of(best) : NULL;
}

/* The best contact found so far; of an agent whose team ranks its queues, by that first. */
struct choice {
    struct heap_node *node;
    int64_t rank;
};

static int64_t rank_of(const struct ranking *r, const struct queue *q)
{
    for (size_t i = 0; r && i < r->count; i++)
        if (uuid_eq(r->list[i].queue, q->id))
            return r->list[i].rank;
    return INT64_MAX;
}

/* Of what waits long enough for the link. */
static void choose(const struct link *link, const struct ranking *ranking, struct choice *best)
{
    int64_t rank = rank_of(ranking, link->queue);
    for (const struct level *l = link->queue->levels; l; l = l->next) {
        struct heap_node *first = link->after_ms <= l->after_ms ? heap_first(&l->waiting) : NULL;
        if (!first || (best->node && (rank > best->rank ||
                                      (rank == best->rank && !heap_before(first, best->node)))))
            continue;
        *best = (struct choice){ first, rank };
    }
}

struct task *lines_best_task(const struct agent *a)
{
    struct choice best = { NULL, INT64_MAX };
    for (size_t i = 0; i < a->seat_count; i++) {
        const struct pool *p = a->seats[i].pool;
        for (size_t k = 0; a->seats[i].node.index != 0 && k < p->link_count; k++)
            choose(&p->links[k], a->ranking, &best);
    }
    return best.node ? task_of(best.node) : NULL;
}
