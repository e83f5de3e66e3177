/* Deadlines of connections, and spare arenas: what the net threads share. See http_server_priv.h.
 */
#include <stdlib.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "net/http_server_priv.h"

int64_t http_mono_ms(void)
{
    return clock_mono_ns() / 1000000;
}

static struct timespec after_ms(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

/* Under the lock, so that no connection in the list can have closed its socket: the library tells
 * us (http_watch_remove) before it closes. */
static void cut_late(struct http_watch *w, int64_t now)
{
    for (struct http_conn *c = w->first; c; c = c->next)
        if (atomic_load_explicit(&c->deadline_ms, memory_order_relaxed) <= now) {
            atomic_store_explicit(&c->deadline_ms, INT64_MAX, memory_order_relaxed);
            shutdown(c->fd, SHUT_RDWR);
        }
}

static void *watch_run(void *arg)
{
    struct http_watch *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        struct timespec until = after_ms(w->tick_ms);
        pthread_cond_timedwait(&w->wake, &w->lock, &until);
        cut_late(w, http_mono_ms());
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

enum err http_watch_start(struct http_watch *w, int64_t tick_ms)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&w->lock, NULL);
    w->tick_ms = tick_ms;
    w->first = NULL;
    w->stop = false;
    return pthread_create(&w->thread, NULL, watch_run, w) == 0 ? ERR_OK : ERR_OUT_OF_MEMORY;
}

void http_watch_stop(struct http_watch *w)
{
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
}

void http_watch_add(struct http_watch *w, struct http_conn *c)
{
    pthread_mutex_lock(&w->lock);
    c->prev = NULL;
    c->next = w->first;
    if (w->first)
        w->first->prev = c;
    w->first = c;
    pthread_mutex_unlock(&w->lock);
}

void http_watch_remove(struct http_watch *w, struct http_conn *c)
{
    pthread_mutex_lock(&w->lock);
    if (c->prev)
        c->prev->next = c->next;
    else
        w->first = c->next;
    if (c->next)
        c->next->prev = c->prev;
    pthread_mutex_unlock(&w->lock);
}

struct arena *http_spares_take(struct http_spares *s)
{
    struct arena *a = NULL;
    pthread_mutex_lock(&s->lock);
    if (s->count)
        a = s->arenas[--s->count];
    pthread_mutex_unlock(&s->lock);
    return a ? a : arena_new(LIMIT_request_arena_bytes_max);
}

void http_spares_give(struct http_spares *s, struct arena *a)
{
    arena_reset(a);
    pthread_mutex_lock(&s->lock);
    if (s->count < HTTP_SPARE_ARENAS) {
        s->arenas[s->count++] = a;
        a = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    arena_free(a);
}
