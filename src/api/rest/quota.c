#include "api/rest/quota.h"

#include <assert.h>

#include "api/rest/operation.h"
#include "api/services.h"
#include "base/clock.h"
#include "base/limiter.h"
#include "base/limits.h"

static_assert((int)LIMIT_rate_limit_max <= (int)LIMITER_COUNT_MAX, "the limiter counts no further");

bool quota_parse(struct slice text, uint32_t *out)
{
    int64_t n;
    if (slice_is(text, "off")) {
        *out = RATE_OFF;
        return true;
    }
    if (!slice_to_i64(text, &n) || n < 1 || n > LIMIT_rate_limit_max)
        return false;
    *out = (uint32_t)n;
    return true;
}

/* The kinds of count must not meet: a letter stands before what is hashed. */
uint64_t quota_key(const struct principal *p)
{
    char bytes[1 + 2 * sizeof(struct uuid)];
    bool by_client = !uuid_is_nil(p->client);
    bytes[0] = by_client ? 'c' : p->kind == TOKEN_OF_PORTAL ? 'p' : 'u';
    memcpy(bytes + 1, by_client ? &p->client : &p->org, sizeof p->client);
    memcpy(bytes + 1 + sizeof p->client, &p->user, sizeof p->user);
    uint64_t key =
        slice_hash((struct slice){ bytes, by_client ? 1 + sizeof p->client : sizeof bytes });
    return key ? key : 1;
}

static void policy_of(const struct quota *q, const struct principal *p, struct quota_view *out)
{
    *out = (struct quota_view){ .policy = p->kind == TOKEN_OF_PORTAL ? "personal" : "default",
                                .limit = RATE_OFF };
    if (!q)
        return;
    if (p->kind == TOKEN_OF_PORTAL)
        out->limit = q->personal;
    else
        out->limit = p->per_minute != RATE_AS_SERVER ? p->per_minute : q->client;
}

static void fill(const struct limiter_view *seen, struct quota_view *out)
{
    out->left = seen->left;
    out->reset_s = (uint32_t)((seen->reset_ms + 999) / 1000);
}

enum err quota_take(struct rest_call *call)
{
    struct limiter_view seen;
    const struct quota *q = call->services->quota;
    policy_of(q, &call->principal, &call->quota);
    if (call->quota.limit == RATE_OFF || call->operation->family == FAMILY_SANDBOX) {
        call->quota.limit = RATE_OFF;
        return ERR_OK;
    }
    bool passed = limiter_take(q->counts, quota_key(&call->principal), call->quota.limit,
                               clock_now_ms(call->services->clock), &seen);
    fill(&seen, &call->quota);
    return passed ? ERR_OK : ERR_RATE_LIMITED;
}

void quota_look(const struct quota *q, const struct principal *p, int64_t now_ms,
                struct quota_view *out)
{
    struct limiter_view seen;
    policy_of(q, p, out);
    if (out->limit == RATE_OFF)
        return;
    limiter_look(q->counts, quota_key(p), out->limit, now_ms, &seen);
    fill(&seen, out);
}
