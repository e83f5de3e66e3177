#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cmap.h"
#include "base/epoch.h"
#include "base/random.h"

struct thing {
    char name[32];
    int version;
};

static struct thing *new_thing(size_t i, int version)
{
    struct thing *t = malloc(sizeof *t);
    snprintf(t->name, sizeof t->name, "thing-%zu", i);
    t->version = version;
    return t;
}

static struct thing *put(struct cmap *m, size_t i, int version)
{
    void *old = NULL;
    struct thing *t = new_thing(i, version);
    cr_assert_eq(cmap_put(m, slice_of(t->name), t, &old), ERR_OK);
    if (old)
        epoch_retire(free, old);
    return t;
}

static bool count_one(void *ctx, struct slice key, void *value)
{
    struct thing *t = value;
    cr_assert(slice_is(key, t->name));
    return --*(int *)ctx > 0;
}

Test(cmap, finds_replaces_removes_over_growth)
{
    struct cmap *m = cmap_new();
    cr_assert_null(cmap_get(m, SLICE("thing-1")));
    cr_assert_null(cmap_remove(m, SLICE("thing-1")));
    for (size_t i = 0; i < 1000; i++)
        put(m, i, 1);
    for (size_t i = 0; i < 1000; i += 2)
        put(m, i, 2);
    cr_assert_eq(cmap_count(m), 1000);
    struct thing *t = cmap_get(m, SLICE("thing-500"));
    cr_assert_eq(t->version, 2);
    t = cmap_get(m, SLICE("thing-501"));
    cr_assert_eq(t->version, 1);
    cr_assert_eq(cmap_remove(m, SLICE("thing-501")), t);
    free(t);
    cr_assert_null(cmap_get(m, SLICE("thing-501")));
    cr_assert_eq(cmap_count(m), 999);
    int left = 5000;
    cmap_each(m, count_one, &left);
    cr_assert_eq(left, 5000 - 999);
    left = 10;
    cmap_each(m, count_one, &left);
    cr_assert_eq(left, 0); /* stopped when told */
    cmap_free(m, free);
    epoch_drain();
}

enum { NAMES = 200 };
static struct cmap *shared;
static _Atomic bool stop;

static void *read_things(void *arg)
{
    struct random r;
    char name[32];
    random_seed(&r, (uint64_t)(uintptr_t)arg);
    do {
        snprintf(name, sizeof name, "thing-%d", (int)random_below(&r, NAMES));
        epoch_enter();
        struct thing *t = cmap_get(shared, slice_of(name));
        if (t)
            cr_assert_str_eq(t->name, name);
        epoch_leave();
    } while (!atomic_load(&stop));
    return NULL;
}

/* Things 0..9 are always there: no reader may ever miss them, whatever is replaced or grown. */
static void *read_constant_things(void *arg)
{
    char name[32];
    (void)arg;
    for (int i = 0; !atomic_load(&stop); i = (i + 1) % 10) {
        snprintf(name, sizeof name, "thing-%d", i);
        epoch_enter();
        cr_assert_not_null(cmap_get(shared, slice_of(name)));
        epoch_leave();
    }
    return NULL;
}

static void change_something(struct random *r, int step)
{
    size_t i = random_below(r, NAMES);
    char name[32];
    if (i < 10 || random_below(r, 2)) {
        put(shared, i, step);
        return;
    }
    snprintf(name, sizeof name, "thing-%zu", i);
    struct thing *old = cmap_remove(shared, slice_of(name));
    if (old)
        epoch_retire(free, old);
}

Test(cmap, readers_run_beside_the_writer)
{
    pthread_t threads[3];
    struct random r;
    random_seed(&r, 9);
    shared = cmap_new();
    for (size_t i = 0; i < 10; i++)
        put(shared, i, 0);
    pthread_create(&threads[0], NULL, read_things, shared);
    pthread_create(&threads[1], NULL, read_things, &r);
    pthread_create(&threads[2], NULL, read_constant_things, NULL);
    for (int step = 0; step < 30000; step++)
        change_something(&r, step);
    atomic_store(&stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    cmap_free(shared, free);
    epoch_drain();
}
