/* How many requests a caller may make: the contract's rate limit. Counted by OAuth client id, so
 * all tokens of an integration share one count; a token that came without a client (cordboard
 * token, the personal one of the account page) is counted by its user. Operations of ours (the
 * sandbox family) are free: a test that ran into the limit must still be able to move the clock.
 *
 * The contract says 300 a minute for a client id, and a special lower one for the personal token,
 * without its figure. Answers carry `RateLimit` and `RateLimit-Policy` (ours:
 * draft-ietf-httpapi-ratelimit-headers-10), 429 `Retry-After`. */
#ifndef API_REST_QUOTA_H
#define API_REST_QUOTA_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct limiter;
struct principal;
struct rest_call;
enum { QUOTA_WINDOW_S = 60 };
struct quota {
    struct limiter *counts;    /* windows of QUOTA_WINDOW_S */
    uint32_t client, personal; /* requests a minute; RATE_OFF: no limit */
};
/* What applies to one caller. */
struct quota_view {
    const char *policy; /* "default", "personal" */
    uint32_t limit;     /* RATE_OFF: none, and the rest says nothing */
    uint32_t left;
    uint32_t reset_s; /* until all of it may be used again, rounded up */
};
/* "off" or 1 to LIMIT_rate_limit_max. False leaves *out untouched. */
bool quota_parse(struct slice text, uint32_t *out);
/* Counts the call against its caller; ERR_RATE_LIMITED. Fills call->quota. */
enum err quota_take(struct rest_call *call);
/* Whom requests are counted for; never 0. */
uint64_t quota_key(const struct principal *p);
/* Looks without counting. `q` NULL: nothing is limited. */
void quota_look(const struct quota *q, const struct principal *p, int64_t now_ms,
                struct quota_view *out);
#endif
