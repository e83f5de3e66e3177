#include "base/queue.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"

enum err queue_init(struct queue *q, size_t limit, bool with_event_fd)
{
    pthread_condattr_t attr;
    *q = (struct queue){ .limit = limit, .event_fd = -1 };
    q->tail = &q->head;
    if (with_event_fd && (q->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
        return ERR_IO;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->ready, &attr);
    pthread_condattr_destroy(&attr);
    return ERR_OK;
}

void queue_release(struct queue *q)
{
    pthread_cond_destroy(&q->ready);
    pthread_mutex_destroy(&q->lock);
    if (q->event_fd >= 0)
        close(q->event_fd);
    q->event_fd = -1;
}

static void wake(struct queue *q)
{
    const uint64_t one = 1;
    pthread_cond_signal(&q->ready);
    if (q->event_fd >= 0 && write(q->event_fd, &one, sizeof one) < 0)
        return; /* only when the counter is full, and then the consumer is awake already */
}

enum err queue_push(struct queue *q, struct queue_item *item)
{
    enum err e = ERR_OK;
    pthread_mutex_lock(&q->lock);
    if (q->closed)
        e = ERR_UNAVAILABLE;
    else if (q->count >= q->limit)
        e = ERR_LIMIT;
    else {
        item->next = NULL;
        *q->tail = item;
        q->tail = &item->next;
        if (q->count++ == 0)
            wake(q);
    }
    pthread_mutex_unlock(&q->lock);
    return e;
}

static void wait_for_item(struct queue *q, int64_t wait_ms)
{
    struct timespec until = clock_mono_after(wait_ms < 0 ? 0 : wait_ms);
    while (!q->head && !q->closed) {
        if (wait_ms < 0)
            pthread_cond_wait(&q->ready, &q->lock);
        else if (pthread_cond_timedwait(&q->ready, &q->lock, &until) == ETIMEDOUT)
            return;
    }
}

struct queue_item *queue_take_all(struct queue *q, int64_t wait_ms)
{
    uint64_t signals;
    pthread_mutex_lock(&q->lock);
    if (wait_ms != 0)
        wait_for_item(q, wait_ms);
    struct queue_item *first = q->head;
    q->head = NULL;
    q->tail = &q->head;
    q->count = 0;
    if (q->event_fd >= 0 && !q->closed && read(q->event_fd, &signals, sizeof signals) < 0)
        signals = 0; /* it was not signalled */
    pthread_mutex_unlock(&q->lock);
    return first;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    wake(q);
    pthread_mutex_unlock(&q->lock);
}

bool queue_is_closed(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    bool closed = q->closed;
    pthread_mutex_unlock(&q->lock);
    return closed;
}
