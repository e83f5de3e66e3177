/* Many producers, one consumer, bounded: how threads talk. Items are intrusive. The consumer waits
 * on a condition, or on an eventfd when it sits in an event loop. */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
struct queue_item {
    struct queue_item *next;
};
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t ready; /* CLOCK_MONOTONIC */
    struct queue_item *head, **tail;
    size_t count, limit;
    int event_fd; /* -1 unless asked for */
    bool closed;
};
enum err queue_init(struct queue *q, size_t limit, bool with_event_fd);
void queue_release(struct queue *q);
/* ERR_LIMIT when full, ERR_UNAVAILABLE when closed: the item stays the caller's. */
enum err queue_push(struct queue *q, struct queue_item *item);
/* Takes all items in order, waiting up to wait_ms (-1: for ever, 0: not at all). NULL: none came,
 * or closed and empty. */
struct queue_item *queue_take_all(struct queue *q, int64_t wait_ms);
void queue_close(struct queue *q); /* refuses new items, wakes the consumer */
bool queue_is_closed(struct queue *q);
#endif
