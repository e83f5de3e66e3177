#include "store/writer.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"

/* Group commit: while one transaction waits for the disk, tickets gather; the next transaction
 * takes them all. Nothing is ever delayed on purpose, so a lone ticket is as fast as the disk.
 *
 * `room` counts the tickets that may still be pushed. A pusher waits for room, so a slow disk slows
 * the core down instead of filling memory; the store thread itself never waits for room, for it is
 * the one that makes it. */
enum { QUIET_MS = 200 };
struct store_writer {
    struct store *store;
    struct queue queue;
    sem_t room;
    pthread_t thread;
    enum err failed; /* store thread only: why nothing is written any more */
};

static void finish(struct store_writer *w, struct store_ticket *t, enum err result)
{
    t->done(t, result); /* may free t */
    sem_post(&w->room);
}

/* Cuts up to LIMIT_store_batch_max tickets off the list; their batches go to `batches`. */
static size_t gather(struct queue_item *first, struct store_batch *batches, uint64_t *last_seq)
{
    size_t n = 0;
    for (struct queue_item *i = first; i && n < LIMIT_store_batch_max; i = i->next) {
        const struct store_batch *b = &((struct store_ticket *)i)->batch;
        if (b->event_count)
            *last_seq = b->events[b->event_count - 1].seq;
        batches[n++] = *b;
    }
    return n;
}

static bool all_empty(const struct store_batch *batches, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (batches[i].write_count || batches[i].event_count)
            return false;
    return true;
}

static enum err commit(struct store_writer *w, const struct store_batch *batches, size_t n,
                       uint64_t last_seq)
{
    if (w->failed != ERR_OK)
        return ERR_UNAVAILABLE;
    if (all_empty(batches, n))
        return ERR_OK;
    int64_t began = clock_mono_ns();
    enum err e = w->store->ops->commit(w->store, batches, n);
    if (e != ERR_OK) {
        w->failed = e;
        queue_close(&w->queue);
        log_write(LOG_ERROR, "store_commit_failed", LOG_TEXT("why", slice_of(err_code(e))),
                  LOG_NUM("tickets", (long long)n));
        return e;
    }
    metric_observe_us(METRIC_COMMIT_SECONDS, (clock_mono_ns() - began) / 1000);
    metric_add(METRIC_STORE_COMMITS, 1);
    if (last_seq)
        metric_set(METRIC_JOURNAL_SEQ, (int64_t)last_seq);
    return ERR_OK;
}

static struct queue_item *write_group(struct store_writer *w, struct queue_item *first)
{
    struct store_batch batches[LIMIT_store_batch_max];
    uint64_t last_seq = 0;
    size_t n = gather(first, batches, &last_seq);
    enum err result = commit(w, batches, n, last_seq);
    while (n--) {
        struct queue_item *next = first->next;
        finish(w, (struct store_ticket *)first, result);
        first = next;
    }
    return first;
}

static void *writer_main(void *arg)
{
    struct store_writer *w = arg;
    bool tidied = true;
    for (;;) {
        struct queue_item *items = queue_take_all(&w->queue, tidied ? -1 : QUIET_MS);
        if (!items && queue_is_closed(&w->queue))
            return NULL;
        if (!items && w->store->ops->tidy && w->failed == ERR_OK)
            w->store->ops->tidy(w->store);
        tidied = !items;
        while (items)
            items = write_group(w, items);
    }
}

enum err store_writer_start(struct store *s, struct store_writer **out)
{
    struct store_writer *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_OUT_OF_MEMORY;
    w->store = s;
    enum err e = queue_init(&w->queue, LIMIT_store_tickets_max, false);
    if (e != ERR_OK) {
        free(w);
        return e;
    }
    sem_init(&w->room, 0, LIMIT_store_tickets_max);
    if (pthread_create(&w->thread, NULL, writer_main, w)) {
        sem_destroy(&w->room);
        queue_release(&w->queue);
        free(w);
        return ERR_OUT_OF_MEMORY;
    }
    *out = w;
    return ERR_OK;
}

void store_writer_stop(struct store_writer *w)
{
    queue_close(&w->queue);
    pthread_join(w->thread, NULL);
    sem_destroy(&w->room);
    queue_release(&w->queue);
    free(w);
}

enum err store_writer_push(struct store_writer *w, struct store_ticket *t)
{
    if (pthread_equal(pthread_self(), w->thread)) {
        if (sem_trywait(&w->room))
            return ERR_LIMIT;
    } else {
        while (sem_wait(&w->room))
            ; /* interrupted by a signal */
    }
    enum err e = queue_push(&w->queue, &t->item);
    if (e != ERR_OK)
        sem_post(&w->room);
    return e;
}
