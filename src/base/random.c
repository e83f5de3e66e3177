/* xoshiro256** and splitmix64 for seeding it, by Blackman and Vigna. */
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <sys/random.h>

void random_seed(struct random *r, uint64_t seed)
{
    *r = (struct random){ .id_ms = INT64_MIN };
    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15u;
        uint64_t z = seed;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        r->s[i] = z ^ z >> 31;
    }
}

static uint64_t rotate(uint64_t v, int by)
{
    return v << by | v >> (64 - by);
}

uint64_t random_u64(struct random *r)
{
    uint64_t result = rotate(r->s[1] * 5, 7) * 9;
    uint64_t t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rotate(r->s[3], 45);
    return result;
}

/* Draws below the largest multiple of n only: the rest would make small results likelier. */
uint64_t random_below(struct random *r, uint64_t n)
{
    assert(n > 0);
    uint64_t skip = (0 - n) % n; /* 2^64 mod n */
    uint64_t draw;
    do
        draw = random_u64(r);
    while (draw < skip);
    return draw % n;
}

enum err random_secret(void *out, size_t len)
{
    char *at = out;
    while (len) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ERR_IO;
        at += got;
        len -= (size_t)got;
    }
    return ERR_OK;
}
