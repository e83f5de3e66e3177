#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>

#include "base/queue.h"

struct number {
    struct queue_item item;
    int producer, n;
};
enum { PRODUCERS = 4, EACH = 5000 };
static struct number numbers[PRODUCERS][EACH];
static struct queue shared;

Test(queue, keeps_order_and_refuses_when_full)
{
    struct queue q;
    struct number n[4] = { 0 };
    cr_assert_eq(queue_init(&q, 3, false), ERR_OK);
    cr_assert_null(queue_take_all(&q, 0));
    for (int i = 0; i < 3; i++)
        cr_assert_eq(queue_push(&q, &n[i].item), ERR_OK);
    cr_assert_eq(queue_push(&q, &n[3].item), ERR_LIMIT);
    struct queue_item *all = queue_take_all(&q, -1);
    cr_assert(all == &n[0].item && all->next == &n[1].item && all->next->next == &n[2].item);
    cr_assert_null(all->next->next->next);
    cr_assert_eq(queue_push(&q, &n[3].item), ERR_OK);
    cr_assert_eq(queue_take_all(&q, -1), &n[3].item);
    queue_release(&q);
}

Test(queue, close_refuses_new_items_but_gives_the_old)
{
    struct queue q;
    struct number a = { 0 }, b = { 0 };
    cr_assert_eq(queue_init(&q, 3, false), ERR_OK);
    cr_assert(!queue_is_closed(&q));
    cr_assert_eq(queue_push(&q, &a.item), ERR_OK);
    queue_close(&q);
    cr_assert(queue_is_closed(&q));
    cr_assert_eq(queue_push(&q, &b.item), ERR_UNAVAILABLE);
    cr_assert_eq(queue_take_all(&q, -1), &a.item);
    cr_assert_null(queue_take_all(&q, -1)); /* closed: does not wait */
    queue_release(&q);
}

Test(queue, waiting_ends_in_time)
{
    struct queue q;
    cr_assert_eq(queue_init(&q, 3, false), ERR_OK);
    cr_assert_null(queue_take_all(&q, 5));
    queue_release(&q);
}

static bool readable(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return poll(&p, 1, 0) == 1;
}

Test(queue, event_fd_is_readable_while_items_wait)
{
    struct queue q;
    struct number a = { 0 };
    cr_assert_eq(queue_init(&q, 3, true), ERR_OK);
    cr_assert(!readable(q.event_fd));
    cr_assert_eq(queue_push(&q, &a.item), ERR_OK);
    cr_assert(readable(q.event_fd));
    cr_assert_eq(queue_take_all(&q, 0), &a.item);
    cr_assert(!readable(q.event_fd));
    queue_close(&q);
    cr_assert(readable(q.event_fd));
    cr_assert_null(queue_take_all(&q, 0));
    cr_assert(readable(q.event_fd)); /* stays so: the consumer must see the end */
    queue_release(&q);
}

static void *produce(void *arg)
{
    int producer = *(int *)arg;
    for (int i = 0; i < EACH; i++) {
        numbers[producer][i] = (struct number){ .producer = producer, .n = i };
        while (queue_push(&shared, &numbers[producer][i].item) == ERR_LIMIT)
            sched_yield();
    }
    return NULL;
}

Test(queue, many_producers_lose_nothing_and_keep_their_order)
{
    pthread_t threads[PRODUCERS];
    int ids[PRODUCERS], next[PRODUCERS] = { 0 }, total = 0;
    cr_assert_eq(queue_init(&shared, 64, false), ERR_OK);
    for (int i = 0; i < PRODUCERS; i++) {
        ids[i] = i;
        pthread_create(&threads[i], NULL, produce, &ids[i]);
    }
    while (total < PRODUCERS * EACH)
        for (struct queue_item *i = queue_take_all(&shared, -1); i; total++) {
            struct number *n = (struct number *)i;
            i = i->next;
            cr_assert_eq(n->n, next[n->producer]++);
        }
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(threads[i], NULL);
    queue_release(&shared);
}
