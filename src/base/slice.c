#include "base/slice.h"

#include <limits.h>
#include <sys/random.h>

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower((unsigned char)a.at[i]) != lower((unsigned char)b.at[i]))
            return false;
    return true;
}

static unsigned char lower_of(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

int slice_cmp_nocase(struct slice a, struct slice b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < len; i++) {
        int order = lower_of(a.at[i]) - lower_of(b.at[i]);
        if (order)
            return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

int slice_cmp(struct slice a, struct slice b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.at, b.at, common) : 0;
    if (order)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool slice_starts(struct slice a, struct slice prefix)
{
    return a.len >= prefix.len && (!prefix.len || memcmp(a.at, prefix.at, prefix.len) == 0);
}

bool slice_ends(struct slice a, struct slice suffix)
{
    if (!suffix.len || a.len < suffix.len)
        return !suffix.len;
    return memcmp(a.at + (a.len - suffix.len), suffix.at, suffix.len) == 0;
}

struct slice slice_sub(struct slice a, size_t from, size_t to)
{
    if (to > a.len)
        to = a.len;
    if (from > to)
        from = to;
    return (struct slice){ a.at ? a.at + from : NULL, to - from };
}

struct slice slice_trim(struct slice a)
{
    while (a.len && (a.at[0] == ' ' || a.at[0] == '\t'))
        a = slice_sub(a, 1, a.len);
    while (a.len && (a.at[a.len - 1] == ' ' || a.at[a.len - 1] == '\t'))
        a.len--;
    return a;
}

/* A used-up rest is {NULL, 0}: this way "a," gives "a" and then "", but not a third piece. */
bool slice_cut(struct slice *rest, char sep, struct slice *head)
{
    if (!rest->at)
        return false;
    ptrdiff_t at = slice_find(*rest, sep);
    if (at < 0) {
        *head = *rest;
        *rest = (struct slice){ NULL, 0 };
        return true;
    }
    *head = slice_sub(*rest, 0, (size_t)at);
    *rest = slice_sub(*rest, (size_t)at + 1, rest->len);
    return true;
}

ptrdiff_t slice_find(struct slice a, char c)
{
    const char *hit = a.len ? memchr(a.at, c, a.len) : NULL;
    return hit ? hit - a.at : -1;
}

bool slice_to_i64(struct slice a, int64_t *out)
{
    bool minus = a.len && a.at[0] == '-';
    size_t at = minus;
    int64_t n = 0; /* kept negative: that side reaches one further */
    if (at == a.len)
        return false;
    for (; at < a.len; at++) {
        if (a.at[at] < '0' || a.at[at] > '9')
            return false;
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, a.at[at] - '0', &n))
            return false;
    }
    if (!minus && n == INT64_MIN)
        return false;
    *out = minus ? n : -n;
    return true;
}

/* SipHash-1-3 (Aumasson, Bernstein): keyed, so that clients cannot choose names that collide. */
static uint64_t hash_key[2];

__attribute__((constructor)) static void draw_hash_key(void)
{
    if (getrandom(hash_key, sizeof hash_key, GRND_NONBLOCK) != (ssize_t)sizeof hash_key)
        hash_key[0] ^= (uint64_t)(uintptr_t)&hash_key; /* early boot: at least the address */
}

void slice_hash_seed(uint64_t seed)
{
    hash_key[0] = seed;
    hash_key[1] = ~seed;
}

static uint64_t rotate(uint64_t v, int by)
{
    return v << by | v >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

uint64_t slice_hash(struct slice a)
{
    uint64_t v[4] = { hash_key[0] ^ 0x736f6d6570736575u, hash_key[1] ^ 0x646f72616e646f6du,
                      hash_key[0] ^ 0x6c7967656e657261u, hash_key[1] ^ 0x7465646279746573u };
    uint64_t word = 0;
    size_t at = 0;
    for (; at + 8 <= a.len; at += 8) {
        memcpy(&word, a.at + at, 8);
        sip_word(v, word);
    }
    word = (uint64_t)a.len << 56;
    for (unsigned shift = 0; at < a.len; at++, shift += 8)
        word |= (uint64_t)(unsigned char)a.at[at] << shift;
    sip_word(v, word);
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
