#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/epoch.h"

static _Atomic int freed;

static void count_free(void *arg)
{
    free(arg);
    atomic_fetch_add(&freed, 1);
}

Test(epoch, frees_at_once_when_nobody_reads)
{
    epoch_retire(count_free, malloc(1));
    epoch_drain();
    cr_assert_eq(freed, 1);
}

Test(epoch, nothing_is_freed_under_a_reader)
{
    epoch_enter();
    epoch_enter(); /* nested */
    epoch_retire(count_free, malloc(1));
    epoch_leave();
    epoch_retire(count_free, malloc(1));
    cr_assert_eq(freed, 0);
    epoch_leave();
    epoch_drain();
    cr_assert_eq(freed, 2);
}

struct value {
    int a, b;
};
static _Atomic(struct value *) shared;
static _Atomic bool stop;

static void *read_values(void *arg)
{
    long *reads = arg;
    do {
        epoch_enter();
        struct value *v = atomic_load_explicit(&shared, memory_order_acquire);
        cr_assert_eq(v->a + v->b, 100);
        epoch_leave();
        ++*reads;
    } while (!atomic_load(&stop));
    return NULL;
}

static struct value *new_value(int a)
{
    struct value *v = malloc(sizeof *v);
    *v = (struct value){ a, 100 - a };
    return v;
}

static void spoil(void *arg)
{
    struct value *v = arg;
    v->a = v->b = 0;
    count_free(v);
}

Test(epoch, readers_never_see_freed_values)
{
    pthread_t threads[3];
    long reads[3] = { 0 };
    atomic_store(&shared, new_value(1));
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, read_values, &reads[i]);
    for (int i = 0; i < 20000; i++)
        epoch_retire(spoil, atomic_exchange(&shared, new_value(i % 100)));
    atomic_store(&stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    epoch_drain();
    cr_assert_eq(freed, 20000);
    free(atomic_load(&shared));
}

static void *visit(void *arg)
{
    (void)arg;
    epoch_enter();
    epoch_leave();
    return NULL;
}

Test(epoch, finished_threads_hold_nothing_back)
{
    for (int i = 0; i < 50; i++) {
        pthread_t t;
        pthread_create(&t, NULL, visit, NULL);
        pthread_join(t, NULL);
        epoch_retire(count_free, malloc(1));
    }
    epoch_drain();
    cr_assert_eq(freed, 50);
}
