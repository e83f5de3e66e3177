/* The API's rate limiter with 100,000 client ids in use: nanoseconds a check, bytes an id, and with
 * ten times as many ids as there is room for. */
#include "base/limiter.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/slice.h"

enum { CHECKS = 4000000, WINDOW_MS = 60000, PER_MINUTE = 300 };

static uint64_t key_of(uint64_t n)
{
    return slice_hash((struct slice){ (const char *)&n, sizeof n });
}

static double ns_a_check(struct limiter *l, uint64_t ids)
{
    struct limiter_view v;
    struct random r;
    uint64_t *keys = malloc(ids * sizeof *keys), sum = 0;
    if (!keys)
        exit(1);
    random_seed(&r, 1);
    for (uint64_t i = 0; i < ids; i++)
        limiter_take(l, keys[i] = key_of(i), PER_MINUTE, 1, &v);
    int64_t began = clock_mono_ns();
    for (size_t i = 0; i < CHECKS; i++)
        sum += limiter_take(l, keys[random_below(&r, ids)], PER_MINUTE, 2, &v);
    int64_t took = clock_mono_ns() - began;
    free(keys);
    if (!sum)
        exit(1);
    return (double)took / CHECKS;
}

int main(void)
{
    struct limiter *l = limiter_new(LIMIT_rate_limit_ids_max, WINDOW_MS);
    if (!l)
        return 1;
    printf("rate_limit_%d_ids %.1f bytes/id\n", LIMIT_rate_limit_ids_max,
           (double)limiter_bytes(l) / LIMIT_rate_limit_ids_max);
    printf("rate_limit_%d_ids %.0f ns/check\n", LIMIT_rate_limit_ids_max,
           ns_a_check(l, LIMIT_rate_limit_ids_max));
    printf("rate_limit_%d_ids %.0f ns/check\n", 10 * LIMIT_rate_limit_ids_max,
           ns_a_check(l, 10 * LIMIT_rate_limit_ids_max));
    limiter_free(l);
    return 0;
}
