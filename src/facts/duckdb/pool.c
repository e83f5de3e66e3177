/* Few connections, many who want one: the engine uses every core for one query already, so more at
 * once would only share them. Who waits is bounded too. One thread interrupts what takes too long;
 * it asks again while the query does not listen, for an order that comes between two statements is
 * forgotten by the engine. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "facts/duckdb/facts_duckdb_priv.h"

enum { AGAIN_NS = 50 * 1000 * 1000 };

static struct timespec time_of(int64_t ns)
{
    return (struct timespec){ .tv_sec = (time_t)(ns / 1000000000), .tv_nsec = ns % 1000000000 };
}

/* Interrupts what is late; when the next look is due, 0: when somebody calls. */
static int64_t look(struct duckdb_facts *f)
{
    int64_t now = clock_mono_ns(), next = 0;
    for (unsigned i = 0; i < f->pool.count; i++) {
        struct duck_slot *s = &f->pool.slots[i];
        if (!s->busy || !s->deadline_ns)
            continue;
        int64_t due = s->deadline_ns;
        if (due <= now) {
            f->duck.interrupt(s->connection);
            due = now + AGAIN_NS;
        }
        if (!next || due < next)
            next = due;
    }
    return next;
}

static void *watchdog_main(void *arg)
{
    struct duckdb_facts *f = arg;
    struct duck_pool *p = &f->pool;
    pthread_mutex_lock(&p->lock);
    while (!p->stopping) {
        int64_t next = look(f);
        struct timespec until = time_of(next);
        if (next)
            pthread_cond_timedwait(&p->due, &p->lock, &until);
        else
            pthread_cond_wait(&p->due, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

enum err duck_pool_start(struct duckdb_facts *f)
{
    struct duck_pool *p = &f->pool;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->freed, &attr);
    pthread_cond_init(&p->due, &attr);
    pthread_condattr_destroy(&attr);
    p->count = f->options.connections;
    p->slots = calloc(p->count, sizeof *p->slots);
    if (!p->slots)
        return ERR_OUT_OF_MEMORY;
    p->watched = pthread_create(&p->watchdog, NULL, watchdog_main, f) == 0;
    return p->watched ? ERR_OK : ERR_OUT_OF_MEMORY;
}

void duck_pool_stop(struct duckdb_facts *f)
{
    struct duck_pool *p = &f->pool;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->due);
    pthread_mutex_unlock(&p->lock);
    if (p->watched)
        pthread_join(p->watchdog, NULL);
    free(p->slots);
    pthread_cond_destroy(&p->due);
    pthread_cond_destroy(&p->freed);
    pthread_mutex_destroy(&p->lock);
}

static bool find_free(struct duck_pool *p, unsigned *slot)
{
    for (unsigned i = 0; i < p->count; i++)
        if (!p->slots[i].busy) {
            *slot = i;
            return true;
        }
    return false;
}

static enum err wait_for_slot(struct duck_pool *p, int64_t deadline_ns, unsigned *slot)
{
    struct timespec until = time_of(deadline_ns);
    bool found = find_free(p, slot);
    if (!found && p->waiting >= LIMIT_facts_queries_max)
        return ERR_UNAVAILABLE;
    p->waiting++;
    while (!found && pthread_cond_timedwait(&p->freed, &p->lock, &until) != ETIMEDOUT)
        found = find_free(p, slot);
    p->waiting--;
    return found ? ERR_OK : ERR_UNAVAILABLE;
}

enum err duck_pool_take(struct duckdb_facts *f, int64_t deadline_ns, unsigned *slot)
{
    struct duck_pool *p = &f->pool;
    pthread_mutex_lock(&p->lock);
    enum err e = wait_for_slot(p, deadline_ns, slot);
    if (e == ERR_OK) {
        p->slots[*slot].busy = true;
        p->slots[*slot].deadline_ns = deadline_ns;
        pthread_cond_signal(&p->due);
    }
    pthread_mutex_unlock(&p->lock);
    return e;
}

void duck_pool_calm(struct duckdb_facts *f, unsigned slot)
{
    pthread_mutex_lock(&f->pool.lock);
    f->pool.slots[slot].deadline_ns = 0;
    pthread_mutex_unlock(&f->pool.lock);
}

void duck_pool_give(struct duckdb_facts *f, unsigned slot)
{
    struct duck_pool *p = &f->pool;
    pthread_mutex_lock(&p->lock);
    p->slots[slot].busy = false;
    p->slots[slot].deadline_ns = 0;
    p->slots[slot].ranks = NULL;
    p->slots[slot].bound_count = 0;
    pthread_cond_signal(&p->freed);
    pthread_mutex_unlock(&p->lock);
}
