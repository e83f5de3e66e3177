#include <criterion/criterion.h>

#include "base/random.h"

Test(random, repeats_by_seed)
{
    struct random a, b;
    random_seed(&a, 0);
    random_seed(&b, 0);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(random_u64(&a), random_u64(&b));
}

Test(random, below_covers_the_range_evenly)
{
    struct random r;
    int seen[7] = { 0 };
    random_seed(&r, 3);
    for (int i = 0; i < 70000; i++) {
        uint64_t n = random_below(&r, 7);
        cr_assert_lt(n, 7);
        seen[n]++;
    }
    for (int i = 0; i < 7; i++)
        cr_assert(seen[i] > 9500 && seen[i] < 10500, "%d came %d times", i, seen[i]);
    cr_assert_eq(random_below(&r, 1), 0);
}

Test(random, secrets_differ)
{
    unsigned char a[32] = { 0 }, b[32] = { 0 };
    cr_assert_eq(random_secret(a, sizeof a), ERR_OK);
    cr_assert_eq(random_secret(b, sizeof b), ERR_OK);
    cr_assert_neq(memcmp(a, b, sizeof a), 0);
}
