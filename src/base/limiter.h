/* Counts what many keys do in a window of time each, in fixed memory: the rate limit of the API.
 *
 * A key's window begins with the first thing counted and ends window_ms later; then the next one
 * begins. So what a caller is told about the end of its window is exact, and whoever waits until
 * then is let through. Any thread, without locks.
 *
 * Room for `keys` at once, 16 bytes for each of four to eight times as many places. When the places
 * a key may take are all in use, it takes over the one with the least count, and the count with it:
 * a key that was pushed out begins again with no less than it had, so pushing keys out gains
 * nothing. */
#ifndef BASE_LIMITER_H
#define BASE_LIMITER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct limiter;
/* Largest limit that can be counted to. */
enum { LIMITER_COUNT_MAX = (1 << 20) - 1 };
struct limiter_view {
    uint32_t left;    /* in this window */
    int64_t reset_ms; /* until it ends; the whole window when none has begun */
};
struct limiter *limiter_new(size_t keys, int64_t window_ms); /* NULL: out of memory */
void limiter_free(struct limiter *l);                        /* NULL is fine */
/* Counts one for `key` (a hash; see slice_hash). False: `limit` is used up, nothing was counted. */
bool limiter_take(struct limiter *l, uint64_t key, uint32_t limit, int64_t now_ms,
                  struct limiter_view *out);
/* The same without counting. */
void limiter_look(const struct limiter *l, uint64_t key, uint32_t limit, int64_t now_ms,
                  struct limiter_view *out);
size_t limiter_bytes(const struct limiter *l);
#endif
