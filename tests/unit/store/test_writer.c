/* needs: store/memory */
#include <criterion/criterion.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/metrics.h"
#include "store/memory/store_memory.h"
#include "store/writer.h"

/* A store that only counts, can be held up, and can fail. */
struct slow_store {
    struct store base;
    sem_t go; /* one commit for each post */
    size_t commits, batches, largest, tidied;
    size_t fail_at; /* 0: never */
};
static enum err slow_commit(struct store *s, const struct store_batch *batches, size_t count)
{
    struct slow_store *slow = (struct slow_store *)s;
    (void)batches;
    sem_wait(&slow->go);
    slow->commits++;
    slow->batches += count;
    if (count > slow->largest)
        slow->largest = count;
    return slow->commits == slow->fail_at ? ERR_IO : ERR_OK;
}
static void slow_tidy(struct store *s)
{
    struct slow_store *slow = (struct slow_store *)s;
    slow->tidied++;
    sem_post(&slow->go);
}
static const struct store_ops slow_ops = { .name = "slow",
                                           .commit = slow_commit,
                                           .tidy = slow_tidy };
static void slow_init(struct slow_store *slow)
{
    *slow = (struct slow_store){ .base.ops = &slow_ops };
    sem_init(&slow->go, 0, 0);
}

struct numbered {
    struct store_ticket t;
    struct store_write w;
    unsigned long number;
    char id[24];
    enum err result;
    bool finished;
};
static unsigned long order_seen; /* store thread only, read after the writer has stopped */
static bool order_kept = true;

static void note_order(struct store_ticket *t, enum err result)
{
    struct numbered *n = (struct numbered *)t;
    order_kept = order_kept && n->number == order_seen;
    order_seen++;
    n->result = result;
    n->finished = true;
}
static struct numbered *numbered_new(unsigned long number)
{
    struct numbered *n = calloc(1, sizeof *n);
    n->number = number;
    snprintf(n->id, sizeof n->id, "%lu", number);
    n->w = (struct store_write){ SLICE("k"), SLICE("o"), slice_of(n->id), SLICE("x") };
    n->t.batch = (struct store_batch){ .writes = &n->w, .write_count = 1 };
    n->t.done = note_order;
    return n;
}

Test(writer, groups_what_gathers_while_one_commit_is_under_way)
{
    struct slow_store slow;
    struct store_writer *w;
    struct numbered *all[1000];
    slow_init(&slow);
    int64_t commits = metric_get(METRIC_STORE_COMMITS);
    cr_assert_eq(store_writer_start(&slow.base, &w), ERR_OK);
    for (unsigned i = 0; i < 1000; i++)
        cr_assert_eq(store_writer_push(w, &(all[i] = numbered_new(i))->t), ERR_OK);
    for (unsigned i = 0; i < 1000; i++)
        sem_post(&slow.go);
    store_writer_stop(w);
    cr_assert(order_kept);
    cr_assert_eq(order_seen, 1000);
    cr_assert_eq(slow.batches, 1000);
    cr_assert_leq(slow.largest, (size_t)LIMIT_store_batch_max);
    cr_assert_lt(slow.commits, 20);
    cr_assert_eq(metric_get(METRIC_STORE_COMMITS) - commits, (int64_t)slow.commits);
    for (unsigned i = 0; i < 1000; i++) {
        cr_assert_eq(all[i]->result, ERR_OK);
        free(all[i]);
    }
}

static void free_ticket(struct store_ticket *t, enum err result)
{
    (void)result;
    free(t);
}
static struct numbered *unnoticed_new(void)
{
    struct numbered *n = numbered_new(0);
    n->t.done = free_ticket;
    return n;
}
Test(writer, a_failed_commit_stops_everything_after_it)
{
    struct slow_store slow;
    struct store_writer *w;
    struct numbered *all[600], *late = unnoticed_new();
    slow_init(&slow);
    slow.fail_at = 1;
    cr_assert_eq(store_writer_start(&slow.base, &w), ERR_OK);
    for (unsigned i = 0; i < 600; i++)
        cr_assert_eq(store_writer_push(w, &(all[i] = numbered_new(i))->t), ERR_OK);
    sem_post(&slow.go);
    while (store_writer_push(w, &late->t) == ERR_OK)
        late = unnoticed_new(); /* until the failure is known */
    cr_assert_eq(store_writer_push(w, &late->t), ERR_UNAVAILABLE);
    store_writer_stop(w);
    cr_assert_eq(slow.commits, 1);
    cr_assert_eq(all[0]->result, ERR_IO);
    for (unsigned i = 0; i < 600; i++) {
        cr_assert(all[i]->finished);
        cr_assert(all[i]->result == ERR_IO || all[i]->result == ERR_UNAVAILABLE);
    }
    cr_assert_eq(all[599]->result, ERR_UNAVAILABLE);
    for (unsigned i = 0; i < 600; i++)
        free(all[i]);
    free(late);
}

Test(writer, an_empty_ticket_keeps_its_place_and_costs_no_commit)
{
    struct slow_store slow;
    struct store_writer *w;
    struct numbered *empty = numbered_new(0);
    slow_init(&slow);
    empty->t.batch = (struct store_batch){ 0 };
    cr_assert_eq(store_writer_start(&slow.base, &w), ERR_OK);
    cr_assert_eq(store_writer_push(w, &empty->t), ERR_OK);
    store_writer_stop(w);
    cr_assert(empty->finished && empty->result == ERR_OK);
    cr_assert_eq(slow.commits, 0);
    free(empty);
}

Test(writer, tidies_up_when_it_is_quiet, .timeout = 20)
{
    struct slow_store slow;
    struct store_writer *w;
    struct numbered *one = numbered_new(0), *two = numbered_new(1);
    slow_init(&slow);
    sem_post(&slow.go);
    cr_assert_eq(store_writer_start(&slow.base, &w), ERR_OK);
    cr_assert_eq(store_writer_push(w, &one->t), ERR_OK);
    while (sem_trywait(&slow.go) == 0)
        sem_post(&slow.go); /* the first commit has not begun */
    sem_wait(&slow.go);     /* tidy posted it */
    sem_post(&slow.go);
    cr_assert_eq(store_writer_push(w, &two->t), ERR_OK);
    store_writer_stop(w);
    cr_assert_geq(slow.tidied, 1);
    free(one);
    free(two);
}

static void push_again(struct store_ticket *t, enum err result)
{
    struct numbered *n = (struct numbered *)t;
    n->result = result;
    n->finished = true;
}
struct chained {
    struct numbered n;
    struct store_writer *w;
    struct numbered *next;
    sem_t *pushed;
};
static void push_next(struct store_ticket *t, enum err result)
{
    struct chained *c = (struct chained *)t;
    c->n.result = store_writer_push(c->w, &c->next->t);
    (void)result;
    sem_post(c->pushed);
}
Test(writer, done_may_push)
{
    struct store *s;
    struct chained c = { 0 };
    sem_t pushed;
    sem_init(&pushed, 0, 0);
    cr_assert_eq(store_memory_open(&s), ERR_OK);
    cr_assert_eq(store_writer_start(s, &c.w), ERR_OK);
    c.next = numbered_new(1);
    c.next->t.done = push_again;
    c.pushed = &pushed;
    c.n.t.done = push_next;
    cr_assert_eq(store_writer_push(c.w, &c.n.t), ERR_OK);
    sem_wait(&pushed);
    store_writer_stop(c.w);
    cr_assert_eq(c.n.result, ERR_OK);
    cr_assert(c.next->finished && c.next->result == ERR_OK);
    free(c.next);
    s->ops->close(s);
}

/* ---- many producers on the store in memory ---- */

enum { PRODUCERS = 8, EACH = 2000 };
struct producer {
    struct store_writer *w;
    unsigned number;
    unsigned long finished; /* store thread */
    bool in_order;
};
struct produced {
    struct store_ticket t;
    struct store_write w;
    struct producer *by;
    unsigned long place;
    char id[32];
};
static void produced_done(struct store_ticket *t, enum err result)
{
    struct produced *p = (struct produced *)t;
    p->by->in_order = p->by->in_order && result == ERR_OK && p->by->finished == p->place;
    p->by->finished++;
    free(p);
}
static void *produce(void *arg)
{
    struct producer *by = arg;
    for (unsigned long i = 0; i < EACH; i++) {
        struct produced *p = calloc(1, sizeof *p);
        p->by = by;
        p->place = i;
        snprintf(p->id, sizeof p->id, "%u-%lu", by->number, i);
        p->w = (struct store_write){ SLICE("k"), SLICE("o"), slice_of(p->id), SLICE("x") };
        p->t.batch = (struct store_batch){ .writes = &p->w, .write_count = 1 };
        p->t.done = produced_done;
        cr_assert_eq(store_writer_push(by->w, &p->t), ERR_OK);
    }
    return NULL;
}
static enum err count_row(void *ctx, struct slice org, struct slice id, struct slice body)
{
    (void)org, (void)id, (void)body;
    ++*(size_t *)ctx;
    return ERR_OK;
}
Test(writer, each_producers_tickets_finish_in_its_order)
{
    struct store *s;
    struct store_writer *w;
    struct producer by[PRODUCERS];
    pthread_t threads[PRODUCERS];
    size_t rows = 0;
    cr_assert_eq(store_memory_open(&s), ERR_OK);
    cr_assert_eq(store_writer_start(s, &w), ERR_OK);
    for (unsigned i = 0; i < PRODUCERS; i++) {
        by[i] = (struct producer){ .w = w, .number = i, .in_order = true };
        pthread_create(&threads[i], NULL, produce, &by[i]);
    }
    for (unsigned i = 0; i < PRODUCERS; i++)
        pthread_join(threads[i], NULL);
    store_writer_stop(w);
    for (unsigned i = 0; i < PRODUCERS; i++)
        cr_assert(by[i].in_order && by[i].finished == EACH);
    cr_assert_eq(s->ops->scan(s, SLICE("k"), SLICE("o"), count_row, &rows), ERR_OK);
    cr_assert_eq(rows, PRODUCERS * EACH);
    s->ops->close(s);
}
