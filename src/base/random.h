/* Randomness comes in from outside: a seeded generator for the domain and the simulator, the
 * kernel's for secrets. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
struct random { /* xoshiro256**; not for secrets */
    uint64_t s[4];
    int64_t id_ms; /* the last uuid_v7 made with it, to keep those of one millisecond in order */
    uint64_t id_high, id_low;
};
void random_seed(struct random *r, uint64_t seed);
uint64_t random_u64(struct random *r);
uint64_t random_below(struct random *r, uint64_t n); /* 0 .. n-1, n > 0, without bias */
/* Secret bytes from getrandom(2); ERR_IO if the kernel refuses. */
enum err random_secret(void *out, size_t len);
#endif
