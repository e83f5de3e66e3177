/* How many contacts an entry point and a queue have at once: from the arrival to the end of the
 * talk. A queue counts its own (domain/routing/lines.h); an entry point is known from its first
 * contact on. */
#include <stdlib.h>

#include "domain/routing/lines.h"
#include "domain/task/task_priv.h"

bool task_entry_is_full(const struct centre *c, struct uuid entry_point, int64_t most)
{
    const struct busy *b = map_get(&c->entries, id_key(&entry_point));
    return most > 0 && b && b->open >= most;
}

bool task_queue_is_full(const struct centre *c, struct uuid queue, int64_t most)
{
    const struct queue *q = map_get(&c->queues, id_key(&queue));
    return most > 0 && q && q->busy.open >= most;
}

void task_place_leave(struct task *t, enum task_place which)
{
    if (t->places[which])
        t->places[which]->open--;
    t->places[which] = NULL;
}

static void take(struct task *t, enum task_place which, struct busy *b)
{
    task_place_leave(t, which);
    b->open++;
    t->places[which] = b;
}

void task_queue_take(struct task *t)
{
    take(t, PLACE_QUEUE, &t->queue->busy);
}

bool task_entry_take(struct task *t)
{
    struct map *entries = &t->centre->entries;
    struct busy *b = map_get(entries, id_key(&t->s.entry_point_id));
    if (!b) {
        b = calloc(1, sizeof *b);
        if (!b)
            return false;
        b->id = t->s.entry_point_id;
        if (map_put(entries, id_key(&b->id), b) != ERR_OK) {
            free(b);
            return false;
        }
    }
    take(t, PLACE_ENTRY_POINT, b);
    return true;
}

void task_entries_free(struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&c->entries, &at, &key, &value))
        free(value);
    map_release(&c->entries);
}
