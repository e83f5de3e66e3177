#include "domain/routing/lines.h"

#include <assert.h>
#include <stdlib.h>

#include "domain/agent/agent.h"
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

struct queue *queue_make(struct centre *c, struct uuid id)
{
    struct queue *q = map_get(&c->queues, id_key(&id));
    if (q)
        return q;
    q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->id = id;
    heap_init(&q->waiting);
    if (map_put(&c->queues, id_key(&q->id), q) == ERR_OK)
        return q;
    heap_release(&q->waiting);
    free(q);
    return NULL;
}

struct team *team_make(struct centre *c, struct uuid id)
{
    struct team *t = map_get(&c->teams, id_key(&id));
    if (t)
        return t;
    t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->id = id;
    for (int i = 0; i < channel_type_count; i++)
        heap_init(&t->able[i]);
    if (map_put(&c->teams, id_key(&t->id), t) == ERR_OK)
        return t;
    free(t);
    return NULL;
}

void lines_free(struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&c->queues, &at, &key, &value)) {
        struct queue *q = value;
        heap_release(&q->waiting);
        free(q->teams);
        free(q);
    }
    at = 0;
    while (map_next(&c->teams, &at, &key, &value)) {
        struct team *t = value;
        for (int i = 0; i < channel_type_count; i++)
            heap_release(&t->able[i]);
        free(t->queues);
        free(t);
    }
    map_release(&c->queues);
    map_release(&c->teams);
}

/* ---- waiting ---- */

enum err queue_add(struct queue *q, struct task *t)
{
    assert(t->waiting.index == 0);
    t->waiting.key = t->s.priority;
    t->waiting.order = (uint64_t)t->s.enqueue_order;
    return heap_add(&q->waiting, &t->waiting);
}

void queue_remove(struct queue *q, struct task *t)
{
    heap_remove(&q->waiting, &t->waiting);
}

/* ---- links ---- */

/* Room for one more pointer in a list; false: out of memory. */
static bool grow(void **list, size_t count, size_t *cap)
{
    if (count < *cap)
        return true;
    size_t wanted = *cap ? *cap * 2 : 4;
    void *more = realloc(*list, wanted * sizeof(void *));
    if (!more)
        return false;
    *list = more;
    *cap = wanted;
    return true;
}

static bool is_linked(const struct queue *q, const struct team *t)
{
    for (size_t i = 0; i < q->team_count; i++)
        if (q->teams[i] == t)
            return true;
    return false;
}

struct linking {
    struct centre *centre;
    bool failed;
};

static void link_pair(void *arg, struct uuid queue, struct uuid team)
{
    struct linking *l = arg;
    struct queue *q = queue_make(l->centre, queue);
    struct team *t = q ? team_make(l->centre, team) : NULL;
    void *teams = q ? (void *)q->teams : NULL, *queues = t ? (void *)t->queues : NULL;
    if (t && is_linked(q, t))
        return;
    if (!t || !grow(&teams, q->team_count, &q->team_cap)) {
        l->failed = true;
        return;
    }
    q->teams = teams;
    if (!grow(&queues, t->queue_count, &t->queue_cap)) {
        l->failed = true;
        return;
    }
    t->queues = queues;
    q->teams[q->team_count++] = t;
    t->queues[t->queue_count++] = q;
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

bool lines_link(struct centre *c)
{
    if (c->has_routes)
        return true;
    struct linking l = { .centre = c };
    unlink_all(c);
    c->all->view.ops->each_queue_team(c->all->view.ctx, c->org, link_pair, &l);
    c->has_routes = !l.failed;
    return !l.failed;
}

/* ---- decisions ---- */

/* First by key, then by order. */
static bool comes_before(const struct heap_node *a, const struct heap_node *b)
{
    return a->key != b->key ? a->key < b->key : a->order < b->order;
}

struct agent *lines_best_agent(const struct task *t)
{
    struct heap_node *best = NULL;
    for (size_t i = 0; i < t->queue->team_count; i++) {
        struct heap_node *first = heap_first(&t->queue->teams[i]->able[t->s.channel_type]);
        if (first && (!best || comes_before(first, best)))
            best = first;
    }
    return best ? seat_of(best)->agent : NULL;
}

struct task *lines_best_task(const struct agent *a)
{
    struct heap_node *best = NULL;
    for (size_t i = 0; a->team && i < a->team->queue_count; i++) {
        struct heap_node *first = heap_first(&a->team->queues[i]->waiting);
        if (first && a->seats[task_of(first)->s.channel_type].node.index != 0 &&
            (!best || comes_before(first, best)))
            best = first;
    }
    return best ? task_of(best) : NULL;
}
