#include "server/time_machine.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/queue.h"

enum { WAITING_MAX = 64 };

struct advance {
    struct queue_item item;
    int64_t ms;
    void (*done)(void *ctx, enum err result);
    void *ctx;
};

struct time_machine {
    struct sandbox_clock port;
    struct clock *clock;
    struct time_source sources[TIME_SOURCE_MAX];
    unsigned count;
    struct queue queue;
    pthread_t thread;
};

static enum err settle(struct time_machine *m)
{
    for (unsigned i = 0; i < m->count; i++) {
        enum err err = m->sources[i].settle(m->sources[i].ctx);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

static int64_t next_due(struct time_machine *m)
{
    int64_t first = INT64_MAX;
    for (unsigned i = 0; i < m->count; i++) {
        int64_t due =
            m->sources[i].next_due ? m->sources[i].next_due(m->sources[i].ctx) : INT64_MAX;
        if (due < first)
            first = due;
    }
    return first;
}

/* Settling first makes next_due exact: what was asked for before this advance has happened by then.
 */
static enum err advance(struct time_machine *m, int64_t ms)
{
    int64_t target = clock_now_ms(m->clock) + ms;
    for (;;) {
        enum err err = settle(m);
        if (err != ERR_OK)
            return err;
        if (queue_is_closed(&m->queue))
            return ERR_UNAVAILABLE;
        int64_t now = clock_now_ms(m->clock), due = next_due(m);
        if (now >= target)
            return ERR_OK;
        if (due > target)
            due = target;
        clock_set_ms(m->clock, due > now ? due : now + 1);
    }
}

static void *machine_main(void *arg)
{
    struct time_machine *m = arg;
    for (;;) {
        struct queue_item *items = queue_take_all(&m->queue, -1);
        if (!items && queue_is_closed(&m->queue))
            return NULL;
        while (items) {
            struct advance *a = (struct advance *)items;
            items = items->next;
            a->done(a->ctx, advance(m, a->ms));
            free(a);
        }
    }
}

static enum err machine_advance(struct sandbox_clock *port, int64_t ms,
                                void (*done)(void *, enum err), void *ctx)
{
    struct time_machine *m = (struct time_machine *)port;
    if (!m->clock->is_virtual)
        return ERR_CONFLICT;
    struct advance *a = malloc(sizeof *a);
    if (!a)
        return ERR_OUT_OF_MEMORY;
    *a = (struct advance){ .ms = ms, .done = done, .ctx = ctx };
    enum err err = queue_push(&m->queue, &a->item);
    if (err != ERR_OK)
        free(a);
    return err;
}

enum err time_machine_start(struct clock *clock, const struct time_source *sources, unsigned count,
                            struct time_machine **out)
{
    struct time_machine *m = calloc(1, sizeof *m);
    if (!m)
        return ERR_OUT_OF_MEMORY;
    m->port.advance = machine_advance;
    m->clock = clock;
    m->count = count;
    memcpy(m->sources, sources, count * sizeof *sources);
    enum err err = queue_init(&m->queue, WAITING_MAX, false);
    if (err == ERR_OK && pthread_create(&m->thread, NULL, machine_main, m) != 0) {
        queue_release(&m->queue);
        err = ERR_IO;
    }
    if (err != ERR_OK) {
        free(m);
        return err;
    }
    *out = m;
    return ERR_OK;
}

void time_machine_stop(struct time_machine *m)
{
    if (!m)
        return;
    queue_close(&m->queue);
    pthread_join(m->thread, NULL);
    queue_release(&m->queue);
    free(m);
}

struct sandbox_clock *time_machine_port(struct time_machine *m)
{
    return &m->port;
}
