#include <criterion/criterion.h>
#include <stdio.h>

#include "base/map.h"
#include "base/random.h"

enum { KEYS = 5000 };
static char names[KEYS][16];

static struct slice key(size_t i)
{
    return slice_of(names[i]);
}

static void make_names(void)
{
    for (size_t i = 0; i < KEYS; i++)
        snprintf(names[i], sizeof names[i], "key-%zu", i);
}

Test(map, follows_a_plain_table_through_random_changes)
{
    struct map m;
    struct random r;
    bool in[KEYS] = { false };
    size_t count = 0;
    make_names();
    map_init(&m);
    random_seed(&r, 11);
    for (int step = 0; step < 200000; step++) {
        size_t i = random_below(&r, KEYS);
        if (random_below(&r, 2)) {
            cr_assert_eq(map_put(&m, key(i), names[i]), ERR_OK);
            count += !in[i];
            in[i] = true;
        } else {
            cr_assert_eq(map_remove(&m, key(i)), in[i] ? names[i] : NULL);
            count -= in[i];
            in[i] = false;
        }
        cr_assert_eq(m.count, count);
    }
    for (size_t i = 0; i < KEYS; i++)
        cr_assert_eq(map_get(&m, key(i)), in[i] ? names[i] : NULL);
    map_release(&m);
}

Test(map, put_replaces_value_and_key)
{
    struct map m;
    char first[] = "a", second[] = "a";
    map_init(&m);
    cr_assert_null(map_get(&m, SLICE("a")));
    cr_assert_eq(map_put(&m, slice_of(first), first), ERR_OK);
    cr_assert_eq(map_put(&m, slice_of(second), second), ERR_OK);
    first[0] = 'x'; /* the old key is no longer borrowed */
    cr_assert_eq(map_get(&m, SLICE("a")), second);
    cr_assert_eq(m.count, 1);
    map_release(&m);
}

Test(map, walk_may_remove_where_it_stands)
{
    struct map m;
    size_t at = 0, seen = 0;
    struct slice k;
    void *value;
    make_names();
    map_init(&m);
    cr_assert(!map_next(&m, &at, &k, &value));
    for (size_t i = 0; i < 100; i++)
        cr_assert_eq(map_put(&m, key(i), names[i]), ERR_OK);
    at = 0;
    while (map_next(&m, &at, &k, &value)) {
        seen++;
        cr_assert_eq(map_remove(&m, k), value);
    }
    cr_assert_eq(seen, 100);
    cr_assert_eq(m.count, 0);
    map_release(&m);
}

Test(map, coming_and_going_does_not_grow_it)
{
    struct map m;
    make_names();
    map_init(&m);
    for (int round = 0; round < 100; round++)
        for (size_t i = 0; i < 10; i++) {
            cr_assert_eq(map_put(&m, key(i + (size_t)round), names[i]), ERR_OK);
            map_remove(&m, key(i + (size_t)round));
        }
    cr_assert_leq(m.cap, 64);
    map_release(&m);
}
