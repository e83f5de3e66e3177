/* Windows, what is told about them, and that neither crowds nor evictions give anything away. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/limiter.h"
#include "base/slice.h"

enum { WINDOW = 60000, KEYS = 1000 };

static uint64_t key_of(uint64_t n)
{
    return slice_hash((struct slice){ (const char *)&n, sizeof n });
}

Test(limiter, counts_down_and_begins_anew_when_the_window_ends)
{
    struct limiter_view v;
    struct limiter *l = limiter_new(KEYS, WINDOW);
    limiter_look(l, 7, 3, 1000, &v);
    cr_assert(v.left == 3 && v.reset_ms == WINDOW);
    cr_assert(limiter_take(l, 7, 3, 1000, &v) && v.left == 2 && v.reset_ms == WINDOW);
    cr_assert(limiter_take(l, 7, 3, 31000, &v) && v.left == 1 && v.reset_ms == 30000);
    cr_assert(limiter_take(l, 7, 3, 60999, &v) && v.left == 0 && v.reset_ms == 1);
    cr_assert(!limiter_take(l, 7, 3, 60999, &v) && v.left == 0 && v.reset_ms == 1);
    limiter_look(l, 7, 3, 60999, &v);
    cr_assert(v.left == 0 && v.reset_ms == 1);
    cr_assert(limiter_take(l, 7, 3, 61000, &v) && v.left == 2 && v.reset_ms == WINDOW);
    cr_assert(limiter_take(l, 8, 3, 61000, &v) && v.left == 2, "another key is not concerned");
    limiter_free(l);
}

Test(limiter, a_limit_may_change_within_a_window)
{
    struct limiter_view v;
    struct limiter *l = limiter_new(KEYS, WINDOW);
    for (int i = 0; i < 5; i++)
        cr_assert(limiter_take(l, 1, 10, 0, &v));
    cr_assert(!limiter_take(l, 1, 5, 0, &v) && v.left == 0);
    cr_assert(limiter_take(l, 1, 7, 0, &v) && v.left == 1);
    cr_assert(!limiter_take(l, 2, 0, 0, &v) && v.left == 0);
    limiter_free(l);
}

Test(limiter, a_clock_that_was_set_back_does_not_lock_out)
{
    struct limiter_view v;
    struct limiter *l = limiter_new(KEYS, WINDOW);
    cr_assert(limiter_take(l, 1, 1, 10 * WINDOW, &v));
    cr_assert(!limiter_take(l, 1, 1, 10 * WINDOW - 5, &v) && v.reset_ms == WINDOW);
    cr_assert(limiter_take(l, 1, 1, 2 * WINDOW, &v));
    limiter_free(l);
}

Test(limiter, as_many_keys_as_promised_are_kept_apart)
{
    struct limiter_view v;
    struct limiter *l = limiter_new(KEYS, WINDOW);
    slice_hash_seed(1);
    cr_assert_leq(limiter_bytes(l), KEYS * 150);
    size_t wrong = 0;
    for (uint64_t round = 1; round <= 5; round++)
        for (uint64_t k = 0; k < KEYS; k++)
            wrong += !limiter_take(l, key_of(k), 5, 1000, &v) || v.left != 5 - round;
    cr_assert_eq(wrong, 0);
    limiter_free(l);
}

/* One key uses up its limit, then a hundred thousand others try to push it out. */
Test(limiter, nobody_gets_more_by_being_pushed_out)
{
    struct limiter_view v;
    struct limiter *l = limiter_new(16, WINDOW);
    for (int i = 0; i < 50; i++)
        cr_assert(limiter_take(l, 42, 50, 0, &v));
    for (uint64_t k = 100; k < 100100; k++)
        limiter_take(l, key_of(k), 50, 1, &v);
    size_t won = 0;
    while (limiter_take(l, 42, 50, 2, &v))
        won++;
    cr_assert_eq(won, 0);
    cr_assert(limiter_take(l, 42, 50, WINDOW + 2, &v));
    limiter_free(l);
}

/* ---- many threads ---- */

enum { THREADS = 4, TRIES = 20000, SHARED = 1000 };
static struct limiter *shared;
static _Atomic size_t passed[8];

static void *hammer(void *arg)
{
    struct limiter_view v;
    (void)arg;
    for (size_t i = 0; i < TRIES; i++)
        if (limiter_take(shared, key_of(i % 8), SHARED, 5, &v))
            atomic_fetch_add(&passed[i % 8], 1);
    return NULL;
}

Test(limiter, threads_together_get_no_more_than_the_limit)
{
    pthread_t threads[THREADS];
    shared = limiter_new(KEYS, WINDOW);
    for (size_t t = 0; t < THREADS; t++)
        cr_assert_eq(pthread_create(&threads[t], NULL, hammer, NULL), 0);
    for (size_t t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
    for (size_t k = 0; k < 8; k++) /* threads that brought it in at once may have one each over */
        cr_assert(passed[k] >= SHARED && passed[k] < SHARED + THREADS, "%zu", passed[k]);
    limiter_free(shared);
}
