#include <criterion/criterion.h>
#include <stdalign.h>

#include "base/arena.h"

Test(arena, memory_is_zeroed_and_aligned_also_after_reset)
{
    struct arena *a = arena_new(1 << 20);
    for (int round = 0; round < 2; round++) {
        for (size_t size = 0; size < 300; size += 7) {
            unsigned char *at = arena_alloc(a, size);
            cr_assert_not_null(at);
            cr_assert_eq((uintptr_t)at % alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                cr_assert_eq(at[i], 0);
            memset(at, 0xaa, size);
        }
        arena_reset(a);
        cr_assert_eq(arena_used(a), 0);
    }
    arena_free(a);
}

Test(arena, limit_counts_bytes_handed_out)
{
    struct arena *a = arena_new(100);
    cr_assert_not_null(arena_alloc(a, 60));
    cr_assert_null(arena_alloc(a, 41));
    cr_assert_not_null(arena_alloc(a, 40));
    cr_assert_null(arena_alloc(a, 1));
    cr_assert_eq(arena_used(a), 100);
    arena_reset(a);
    cr_assert_not_null(arena_alloc(a, 100));
    arena_free(a);
}

Test(arena, absurd_sizes_are_refused)
{
    struct arena *a = arena_new(SIZE_MAX);
    volatile size_t huge = SIZE_MAX - 3; /* volatile: the compiler would warn */
    cr_assert_null(arena_alloc(a, huge));
    cr_assert_null(arena_copy(a, (struct slice){ "", huge + 3 }).at);
    arena_free(a);
}

Test(arena, large_pieces_get_their_own_chunk)
{
    struct arena *a = arena_new(64 << 20);
    char *big = arena_alloc(a, 5 << 20);
    cr_assert_not_null(big);
    memset(big, 1, 5 << 20);
    char *small = arena_alloc(a, 10);
    memset(small, 2, 10);
    cr_assert_eq(big[(5 << 20) - 1], 1);
    arena_free(a);
}

Test(arena, copies_end_in_nul)
{
    struct arena *a = arena_new(1 << 10);
    struct slice s = arena_copy(a, SLICE("abc"));
    cr_assert_str_eq(s.at, "abc");
    cr_assert_eq(s.len, 3);
    s = arena_printf(a, "%s-%d", "x", 42);
    cr_assert_str_eq(s.at, "x-42");
    cr_assert_eq(s.len, 4);
    cr_assert_null(arena_printf(a, "%2000d", 1).at);
    arena_free(a);
}

static int ran[3];
static int run_count;
static void remember(void *arg)
{
    ran[run_count++] = *(int *)arg;
}

Test(arena, deferred_functions_run_newest_first_and_once)
{
    struct arena *a = arena_new(1 << 10);
    for (int i = 0; i < 3; i++) {
        int *n = arena_alloc(a, sizeof *n);
        *n = i;
        cr_assert_eq(arena_defer(a, remember, n), ERR_OK);
    }
    arena_reset(a);
    cr_assert_eq(run_count, 3);
    cr_assert(ran[0] == 2 && ran[1] == 1 && ran[2] == 0);
    arena_free(a);
    cr_assert_eq(run_count, 3);
}

Test(arena, defer_reports_short_memory)
{
    struct arena *a = arena_new(4);
    cr_assert_eq(arena_defer(a, remember, NULL), ERR_OUT_OF_MEMORY);
    arena_free(a);
    arena_free(NULL);
    cr_assert_eq(run_count, 0);
}
