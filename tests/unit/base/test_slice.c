#include <criterion/criterion.h>

#include "base/slice.h"

Test(slice, compares_bytes_and_lengths)
{
    cr_assert(slice_eq(SLICE("abc"), SLICE("abc")));
    cr_assert(!slice_eq(SLICE("abc"), SLICE("abd")));
    cr_assert(!slice_eq(SLICE("abc"), SLICE("ab")));
    cr_assert(slice_eq((struct slice){ NULL, 0 }, SLICE("")));
    cr_assert(slice_eq_nocase(SLICE("Content-TYPE"), SLICE("content-type")));
    cr_assert(!slice_eq_nocase(SLICE("[a"), SLICE("{a"))); /* 32 apart, but no letters */
    cr_assert_lt(slice_cmp(SLICE("ab"), SLICE("abc")), 0);
    cr_assert_gt(slice_cmp(SLICE("b"), SLICE("abc")), 0);
    cr_assert_eq(slice_cmp(SLICE("x"), SLICE("x")), 0);
}

Test(slice, starts_and_ends)
{
    cr_assert(slice_starts(SLICE("abc"), SLICE("")));
    cr_assert(slice_starts(SLICE("abc"), SLICE("ab")));
    cr_assert(!slice_starts(SLICE("ab"), SLICE("abc")));
    cr_assert(slice_ends(SLICE("abc"), SLICE("bc")));
    cr_assert(!slice_ends(SLICE("c"), SLICE("bc")));
}

Test(slice, sub_is_clamped)
{
    cr_assert(slice_is(slice_sub(SLICE("abc"), 1, 9), "bc"));
    cr_assert_eq(slice_sub(SLICE("abc"), 7, 9).len, 0);
    cr_assert_eq(slice_sub((struct slice){ NULL, 0 }, 1, 2).len, 0);
}

Test(slice, trims_spaces_and_tabs_only)
{
    cr_assert(slice_is(slice_trim(SLICE(" \ta b\t ")), "a b"));
    cr_assert_eq(slice_trim(SLICE(" \t ")).len, 0);
    cr_assert(slice_is(slice_trim(SLICE("\na")), "\na"));
}

Test(slice, cut_gives_every_piece_also_the_empty_last)
{
    struct slice rest = SLICE("a,,b,"), piece;
    const char *pieces[] = { "a", "", "b", "" };
    for (int i = 0; i < 4; i++) {
        cr_assert(slice_cut(&rest, ',', &piece));
        cr_assert(slice_is(piece, pieces[i]));
    }
    cr_assert(!slice_cut(&rest, ',', &piece));
}

Test(slice, numbers_within_64_bits)
{
    int64_t n = 7;
    cr_assert(slice_to_i64(SLICE("-9223372036854775808"), &n));
    cr_assert_eq(n, INT64_MIN);
    cr_assert(slice_to_i64(SLICE("9223372036854775807"), &n));
    cr_assert_eq(n, INT64_MAX);
    n = 7;
    const char *refused[] = {
        "", "-", "+1", "1x", " 1", "9223372036854775808", "0x1", "-9223372036854775809"
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        cr_assert(!slice_to_i64(slice_of(refused[i]), &n), "%s", refused[i]);
    cr_assert_eq(n, 7);
}

Test(slice, hash_depends_on_bytes_and_seed)
{
    slice_hash_seed(1);
    uint64_t one = slice_hash(SLICE("hello world"));
    cr_assert_eq(one, slice_hash(SLICE("hello world")));
    cr_assert_neq(one, slice_hash(SLICE("hello worle")));
    cr_assert_neq(slice_hash(SLICE("")), slice_hash(SLICE("\0")));
    slice_hash_seed(2);
    cr_assert_neq(one, slice_hash(SLICE("hello world")));
}
