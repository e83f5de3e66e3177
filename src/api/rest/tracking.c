#include "api/rest/error_body.h"
#include "api/rest/rest_priv.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/uuid.h"

static bool is_usable(struct slice id)
{
    if (!id.len || id.len > LIMIT_tracking_id_bytes_max)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (id.at[i] <= ' ' || id.at[i] > '~')
            return false;
    return true;
}

/* No secret, so each net thread has a generator of its own. */
static struct random *generator(void)
{
    static _Thread_local struct random mine;
    static _Thread_local bool seeded;
    uint64_t seed;
    if (!seeded) {
        if (random_secret(&seed, sizeof seed))
            seed = (uint64_t)clock_mono_ns() ^ (uint64_t)(uintptr_t)&mine;
        random_seed(&mine, seed);
        seeded = true;
    }
    return &mine;
}

struct slice rest_tracking_id(struct http_request *http, int family, int64_t now_ms)
{
    char text[UUID_TEXT_LEN + 1];
    struct slice sent = http_header(http, "TrackingId");
    if (is_usable(sent))
        return sent;
    struct slice prefix = family < 0 ? SLICE("") : error_tracking_prefix((enum rest_family)family);
    uuid_format(uuid_v7(now_ms, generator()), text);
    return arena_printf(http->arena, "%.*s%s", SLICE_ARG(prefix), text);
}
