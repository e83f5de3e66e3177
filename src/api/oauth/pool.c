/* One bounded queue a thread, taken in turn: base/queue.h has one consumer. */
#include "api/oauth/pool.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/limits.h"

enum { THREADS_MAX = 16 };
struct lane {
    struct queue queue;
    pthread_t thread;
};
struct pool {
    unsigned count;
    atomic_uint turn;
    struct lane lanes[THREADS_MAX];
};

static void *work(void *arg)
{
    struct lane *lane = arg;
    for (;;) {
        struct queue_item *item = queue_take_all(&lane->queue, -1);
        if (!item && queue_is_closed(&lane->queue))
            return NULL;
        while (item) {
            struct queue_item *next = item->next; /* the job may be gone after it has run */
            struct pool_job *job = (struct pool_job *)item;
            job->run(job);
            item = next;
        }
    }
}

static enum err lane_start(struct lane *lane, size_t limit)
{
    enum err e = queue_init(&lane->queue, limit, false);
    if (e != ERR_OK)
        return e;
    if (pthread_create(&lane->thread, NULL, work, lane) == 0)
        return ERR_OK;
    queue_release(&lane->queue);
    return ERR_IO;
}

enum err oauth_pool_start(unsigned threads, struct pool **out)
{
    struct pool *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    threads = threads == 0 ? 2 : threads > THREADS_MAX ? THREADS_MAX : threads;
    while (p->count < threads) {
        enum err e = lane_start(&p->lanes[p->count], LIMIT_password_jobs_max / threads);
        if (e != ERR_OK) {
            oauth_pool_stop(p);
            return e;
        }
        p->count++;
    }
    *out = p;
    return ERR_OK;
}

void oauth_pool_stop(struct pool *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->count; i++)
        queue_close(&p->lanes[i].queue);
    for (unsigned i = 0; i < p->count; i++) {
        pthread_join(p->lanes[i].thread, NULL);
        queue_release(&p->lanes[i].queue);
    }
    free(p);
}

enum err oauth_pool_push(struct pool *p, struct pool_job *job)
{
    enum err e = ERR_LIMIT;
    for (unsigned i = 0; i < p->count && e == ERR_LIMIT; i++)
        e = queue_push(&p->lanes[atomic_fetch_add(&p->turn, 1) % p->count].queue, &job->item);
    return e;
}
