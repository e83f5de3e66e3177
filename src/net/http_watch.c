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

void http_conn_expect(struct http_conn *c, int64_t in_ms, bool reading)
{
    uint32_t step = atomic_load_explicit(&c->step, memory_order_relaxed);
    int64_t at = in_ms ? http_mono_ms() + in_ms : INT64_MAX;
    atomic_store_explicit(&c->step, ((step >> 1) + 1) << 1 | reading, memory_order_relaxed);
    atomic_store_explicit(&c->deadline_ms, at, memory_order_relaxed);
}

/* The library (edge-triggered epoll) overlooks a client's FIN that was there already when it read
 * the last bytes, and would wait for more until the deadline. So the watch looks, and when the same
 * wait has found the end of the stream twice, nothing more will come. Twice, because at the first
 * look a request may have been read and not been begun. */
static bool has_ended(struct http_conn *c)
{
    char byte;
    uint32_t step = atomic_load_explicit(&c->step, memory_order_relaxed);
    if (!(step & 1) || recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0)
        return false;
    bool again = c->eof_step == step;
    c->eof_step = step;
    return again;
}

/* Under the lock, so that no connection in the list can have closed its socket: the library tells
 * us (http_watch_remove) before it closes. */
static void cut_late(struct http_watch *w, int64_t now)
{
    enum { TICKS_PER_LOOK = 4 };
    bool look = ++w->ticks % TICKS_PER_LOOK == 0;
    for (struct http_conn *c = w->first; c; c = c->next)
        if (atomic_load_explicit(&c->deadline_ms, memory_order_relaxed) <= now ||
            (look && has_ended(c))) {
            http_conn_expect(c, 0, false);
            shutdown(c->fd, SHUT_RDWR);
        }
}

static void *watch_run(void *arg)
{
    struct http_watch *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        struct timespec until = clock_mono_after(w->tick_ms);
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
