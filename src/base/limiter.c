/* A set-associative table. A key may stand in the WAYS places of its set; a place is two words, the
 * key and what was counted:
 *
 *     bits 63..20  when the window began, ms     bits 19..0  the count
 *
 * Both are changed by compare-and-swap only. A thread that takes a place over from another key
 * leaves the second word as it is: if that window is over, the next count begins a new one; if not,
 * the newcomer goes on from there (Space-Saving: Metwally, Agrawal, El Abbadi 2005). Two threads
 * that bring the same key in at once may take two places; both then count in the first of them,
 * and the other falls free with its window. */
#include "base/limiter.h"

#include <stdatomic.h>
#include <stdlib.h>

/* With SPARE times the places that are needed, less than one set in a million has too few. */
enum { WAYS = 16, SPARE = 4, COUNT_BITS = 20 };
struct set {
    _Alignas(64) _Atomic uint64_t keys[WAYS]; /* 0: free */
    _Atomic uint64_t words[WAYS];
};
struct limiter {
    int64_t window_ms;
    size_t sets;       /* a power of two */
    void *block;       /* large, so of the kernel: pages that are never used cost nothing */
    struct set *table; /* in it, each set in cache lines of its own */
};

struct limiter *limiter_new(size_t keys, int64_t window_ms)
{
    struct limiter *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->window_ms = window_ms;
    for (l->sets = 1; l->sets * WAYS < SPARE * keys;)
        l->sets *= 2;
    l->block = calloc(l->sets + 1, sizeof *l->table); /* zeroes are free places */
    if (!l->block) {
        free(l);
        return NULL;
    }
    uintptr_t line = _Alignof(struct set);
    l->table = (struct set *)(((uintptr_t)l->block + line - 1) / line * line);
    return l;
}

void limiter_free(struct limiter *l)
{
    if (l)
        free(l->block);
    free(l);
}

size_t limiter_bytes(const struct limiter *l)
{
    return sizeof *l + l->sets * sizeof *l->table;
}

static uint32_t count_of(uint64_t word)
{
    return (uint32_t)(word & LIMITER_COUNT_MAX);
}

static int64_t begin_of(uint64_t word)
{
    return (int64_t)(word >> COUNT_BITS);
}

/* A window may begin a moment after `now_ms`: another thread read the clock later. Far ahead means
 * that the clock was set back. */
static bool is_over(const struct limiter *l, uint64_t word, int64_t now_ms)
{
    int64_t age = now_ms - begin_of(word);
    return word == 0 || age >= l->window_ms || age <= -l->window_ms;
}

static struct set *set_of(const struct limiter *l, uint64_t key)
{
    return &l->table[key & (l->sets - 1)];
}

static _Atomic uint64_t *find(struct set *s, uint64_t key)
{
    for (size_t i = 0; i < WAYS; i++)
        if (atomic_load_explicit(&s->keys[i], memory_order_relaxed) == key)
            return &s->words[i];
    return NULL;
}

/* Least to lose: a place whose window is over, else the one with the least count. */
static size_t poorest(const struct limiter *l, struct set *s, int64_t now_ms)
{
    size_t best = 0;
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < WAYS; i++) {
        uint64_t word = atomic_load_explicit(&s->words[i], memory_order_relaxed);
        uint32_t count = is_over(l, word, now_ms) ? 0 : count_of(word);
        if (count < least) {
            least = count;
            best = i;
        }
    }
    return best;
}

static _Atomic uint64_t *need(const struct limiter *l, uint64_t key, int64_t now_ms)
{
    struct set *s = set_of(l, key);
    _Atomic uint64_t *word;
    while (!(word = find(s, key))) {
        size_t i = poorest(l, s, now_ms);
        uint64_t there = atomic_load(&s->keys[i]);
        atomic_compare_exchange_strong(&s->keys[i], &there, key);
    }
    return word;
}

static void view(const struct limiter *l, uint64_t word, uint32_t limit, int64_t now_ms,
                 struct limiter_view *out)
{
    uint32_t count = is_over(l, word, now_ms) ? 0 : count_of(word);
    int64_t reset = count ? begin_of(word) + l->window_ms - now_ms : l->window_ms;
    out->left = count < limit ? limit - count : 0;
    out->reset_ms = reset < l->window_ms ? reset : l->window_ms;
}

bool limiter_take(struct limiter *l, uint64_t key, uint32_t limit, int64_t now_ms,
                  struct limiter_view *out)
{
    _Atomic uint64_t *place = need(l, key ? key : 1, now_ms);
    uint64_t word = atomic_load_explicit(place, memory_order_relaxed), next;
    limit = limit < LIMITER_COUNT_MAX ? limit : LIMITER_COUNT_MAX;
    do {
        if (is_over(l, word, now_ms))
            next = (uint64_t)now_ms << COUNT_BITS;
        else
            next = word;
        if (count_of(next) >= limit) {
            view(l, next, limit, now_ms, out);
            return false;
        }
        next++;
    } while (!atomic_compare_exchange_weak_explicit(place, &word, next, memory_order_relaxed,
                                                    memory_order_relaxed));
    view(l, next, limit, now_ms, out);
    return true;
}

void limiter_look(const struct limiter *l, uint64_t key, uint32_t limit, int64_t now_ms,
                  struct limiter_view *out)
{
    _Atomic uint64_t *place = find(set_of(l, key ? key : 1), key ? key : 1);
    view(l, place ? atomic_load_explicit(place, memory_order_relaxed) : 0, limit, now_ms, out);
}
