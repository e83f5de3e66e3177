#include "api/config/once.h"

#include <inttypes.h>

#include "api/config/config.h"
#include "api/rest/operation.h"
#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/once.h"

/* Only to notice that a key is used for something else by mistake. */
static struct slice fingerprint(const struct rest_call *call, struct slice body, struct slice blob)
{
    const struct slice parts[] = { call->http->method, call->http->path, call->http->query, body,
                                   blob };
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (unsigned p = 0; p < sizeof parts / sizeof *parts; p++) {
        for (size_t i = 0; i < parts[p].len; i++)
            h = (h ^ (unsigned char)parts[p].at[i]) * UINT64_C(0x100000001b3);
        h = (h ^ 0x100) * UINT64_C(0x100000001b3);
    }
    return arena_printf(call->arena, "%016" PRIx64 "-%zu", h, body.len + blob.len);
}

static bool is_key(struct slice key)
{
    if (key.len > LIMIT_idempotency_key_bytes_max)
        return false;
    for (size_t i = 0; i < key.len; i++) {
        if (key.at[i] < 0x20 || key.at[i] > 0x7e)
            return false;
    }
    return true;
}

/* A key is somebody's own, and of one operation. */
static struct slice whole_key(const struct rest_call *call, struct slice key)
{
    char user[UUID_TEXT_LEN + 1], client[UUID_TEXT_LEN + 1];
    uuid_format(call->principal.user, user);
    uuid_format(call->principal.client, client);
    return arena_printf(call->arena, "%s %s %s %.*s", user, client, call->operation->id,
                        SLICE_ARG(key));
}

enum err once_submit(struct rest_call *call, command_fn *run, const void *args, rest_then *then,
                     struct slice body, struct slice blob)
{
    struct slice key = slice_trim(http_header(call->http, "Idempotency-Key"));
    if (!is_key(key))
        return rest_failf(call, ERR_INVALID_FIELD,
                          "Idempotency-Key: should be at most %d printable characters",
                          LIMIT_idempotency_key_bytes_max);
    if (!key.len)
        return rest_submit(call, run, args, then);
    struct catalog_once *once = arena_alloc(call->arena, sizeof *once);
    if (!once)
        return ERR_OUT_OF_MEMORY;
    *once = (struct catalog_once){ .org = config_view(call).org,
                                   .key = whole_key(call, key),
                                   .fingerprint = fingerprint(call, body, blob),
                                   .run = run,
                                   .args = args,
                                   .again = &call->replayed };
    if (!once->key.at || !once->fingerprint.at)
        return ERR_OUT_OF_MEMORY;
    return rest_submit(call, catalog_once, once, then);
}
