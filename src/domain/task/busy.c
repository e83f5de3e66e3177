/* How many contacts an entry point and a queue have at once: from the arrival to the end of the
 * talk. Only places with an open contact are known. */
#include <stdlib.h>

#include "domain/task/task_priv.h"

struct busy {
    struct uuid id; /* of an entry point or a queue */
    int64_t open;
};

static int64_t open_at(const struct centre *c, struct uuid id)
{
    const struct busy *b = map_get(&c->busy, id_key(&id));
    return b ? b->open : 0;
}

bool task_place_is_full(const struct centre *c, struct uuid id, int64_t most)
{
    return most > 0 && open_at(c, id) >= most;
}

void task_leave_place(struct task *t, enum task_place which)
{
    struct busy *b = t->places[which];
    t->places[which] = NULL;
    if (!b || --b->open > 0)
        return;
    map_remove(&t->centre->busy, id_key(&b->id));
    free(b);
}

bool task_take_place(struct task *t, enum task_place which, struct uuid id)
{
    task_leave_place(t, which);
    struct busy *b = map_get(&t->centre->busy, id_key(&id));
    if (!b) {
        b = calloc(1, sizeof *b);
        if (!b)
            return false;
        b->id = id;
        if (map_put(&t->centre->busy, id_key(&b->id), b) != ERR_OK) {
            free(b);
            return false;
        }
    }
    b->open++;
    t->places[which] = b;
    return true;
}

void task_places_free(struct centre *c)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&c->busy, &at, &key, &value))
        free(value);
    map_release(&c->busy);
}
