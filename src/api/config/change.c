#include "api/config/change.h"

#include <inttypes.h>

#include "api/config/gate.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/once.h"

struct changing {
    struct catalog_change *args;
    struct catalog_once once;
    bool again; /* the answer is that of an earlier request */
};

bool change_is_dry(const struct rest_call *call)
{
    struct slice text;
    return http_query(call->http, "dryRun", &text) && slice_is(text, "true");
}

/* ---- answers ---- */

static void reply(struct rest_call *call, struct slice json, int64_t version, bool again)
{
    struct http_header headers[2];
    size_t n = 0;
    if (version)
        headers[n++] =
            (struct http_header){ SLICE("ETag"),
                                  arena_printf(call->arena, "\"%" PRId64 "\"", version) };
    if (again)
        headers[n++] = (struct http_header){ SLICE("Idempotency-Replayed"), SLICE("true") };
    rest_reply_text(call, 0, json.len ? SLICE("application/json") : SLICE(""), json, headers, n);
}

void change_reply(struct rest_call *call, struct slice json, int64_t version)
{
    reply(call, json, version, false);
}

static int64_t version_in(struct arena *a, struct slice result)
{
    struct json *node;
    if (!result.len || json_parse(a, result, &node, NULL) != ERR_OK)
        return 0;
    return json_i64(json_get(node, "version"), 0);
}

static void answer(struct rest_call *call, const struct core_answer *answered)
{
    const struct changing *c = call->state;
    struct slice result = arena_copy(call->arena, answered->result);
    if (answered->err)
        rest_fail(call, answered->err, answered->detail);
    else if (answered->result.len && !result.at)
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
    else if (c->args->dry_run)
        rest_reply_text(call, 200, SLICE("application/vnd.cordboard.dry-run+json"), result, NULL,
                        0);
    else
        reply(call, result, version_in(call->arena, result), c->again);
}

/* ---- conditions ---- */

/* If-Match: "3", or * for any. What is no version of ours matches none. */
static enum err read_if_match(struct rest_call *call, int64_t *version)
{
    struct slice tag = slice_trim(http_header(call->http, "If-Match"));
    if (!tag.len || slice_is(tag, "*"))
        return ERR_OK;
    bool quoted = tag.len > 2 && tag.at[0] == '"' && tag.at[tag.len - 1] == '"';
    if (!quoted || !slice_to_i64(slice_sub(tag, 1, tag.len - 1), version) || *version <= 0)
        *version = -1;
    return slice_find(tag, ',') < 0 ? ERR_OK : ERR_INVALID_FIELD;
}

/* Of method, path and body: only to notice that a key is used for something else by mistake. */
static struct slice fingerprint(const struct rest_call *call, struct slice body, struct slice blob)
{
    const struct slice parts[] = { call->http->method, call->http->path, body, blob };
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

static void remember(struct rest_call *call, struct changing *c, command_fn *run, struct slice key)
{
    char user[UUID_TEXT_LEN + 1], client[UUID_TEXT_LEN + 1];
    uuid_format(call->principal.user, user);
    uuid_format(call->principal.client, client);
    c->once = (struct catalog_once){ .org = c->args->org,
                                     .key = arena_printf(call->arena, "%s %s %s %.*s", user, client,
                                                         call->operation->id, SLICE_ARG(key)),
                                     .fingerprint = fingerprint(call, c->args->body, c->args->blob),
                                     .run = run,
                                     .args = c->args,
                                     .again = &c->again };
}

enum err change_submit(struct rest_call *call, command_fn *run, struct catalog_change *args)
{
    struct changing *c = arena_alloc(call->arena, sizeof *c);
    struct slice key = slice_trim(http_header(call->http, "Idempotency-Key"));
    if (!c)
        return ERR_OUT_OF_MEMORY;
    *c = (struct changing){ .args = args };
    call->state = c;
    args->dry_run = change_is_dry(call);
    if (read_if_match(call, &args->version) != ERR_OK)
        return rest_failf(call, ERR_INVALID_FIELD, "If-Match: should name one version");
    if (!is_key(key))
        return rest_failf(call, ERR_INVALID_FIELD,
                          "Idempotency-Key: should be at most %d printable characters",
                          LIMIT_idempotency_key_bytes_max);
    if (!key.len || args->dry_run)
        return rest_submit(call, run, args, answer);
    remember(call, c, run, key);
    if (!c->once.key.at || !c->once.fingerprint.at)
        return ERR_OUT_OF_MEMORY;
    return rest_submit(call, catalog_once, &c->once, answer);
}

/* ---- the common changes ---- */

static enum err change(struct rest_call *call, command_fn *run, bool with_id, bool partial)
{
    struct catalog_change *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    *args = config_change(call);
    args->body = call->body ? call->body->raw : SLICE("");
    args->partial = partial;
    enum err e = with_id ? config_id(call, &args->id) : ERR_OK;
    if (e == ERR_OK)
        e = gate_change(call, args->id);
    return e == ERR_OK ? change_submit(call, run, args) : e;
}

enum err rest_config_create(struct rest_call *call)
{
    return change(call, catalog_create, false, false);
}

enum err rest_config_update(struct rest_call *call)
{
    return change(call, catalog_update, true, false);
}

enum err rest_config_patch(struct rest_call *call)
{
    return change(call, catalog_update, true, true);
}

enum err rest_config_delete(struct rest_call *call)
{
    return change(call, catalog_delete, true, false);
}

enum err rest_config_delete_all(struct rest_call *call)
{
    enum err e = gate_change_all(call);
    return e ? e : change(call, catalog_delete_all, false, false);
}
