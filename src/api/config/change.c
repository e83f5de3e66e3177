#include "api/config/change.h"

#include <inttypes.h>

#include "api/config/gate.h"
#include "api/config/once.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"

bool change_is_dry(const struct rest_call *call)
{
    struct slice text;
    return http_query(call->http, "dryRun", &text) && slice_is(text, "true");
}

/* ---- answers ---- */

void change_reply(struct rest_call *call, struct slice json, int64_t version)
{
    struct http_header headers[1];
    size_t n = 0;
    if (version)
        headers[n++] =
            (struct http_header){ SLICE("ETag"),
                                  arena_printf(call->arena, "\"%" PRId64 "\"", version) };
    rest_reply_text(call, 0, json.len ? SLICE("application/json") : SLICE(""), json, headers, n);
}

/* Entities begin with organisation, id and version, so that it can be read without the rest. */
static bool version_in_head(struct slice result, int64_t *version)
{
    static const char mark[] = ",\"version\":";
    enum { HEAD_BYTES = 160 };
    struct slice head = slice_sub(result, 0, HEAD_BYTES);
    if (!slice_starts(head, SLICE("{\"organizationId\":")))
        return false;
    const char *at = memmem(head.at, head.len, mark, sizeof mark - 1);
    if (!at)
        return false;
    struct slice rest = slice_sub(head, (size_t)(at - head.at) + sizeof mark - 1, head.len), number;
    return slice_cut(&rest, ',', &number) && slice_to_i64(number, version);
}

static int64_t version_in(struct arena *a, struct slice result)
{
    struct json *node;
    int64_t version;
    if (version_in_head(result, &version))
        return version;
    if (!result.len || json_parse(a, result, &node, NULL) != ERR_OK)
        return 0;
    return json_i64(json_get(node, "version"), 0);
}

static void answer(struct rest_call *call, const struct core_answer *answered)
{
    const struct catalog_change *args = call->state;
    struct slice result = arena_copy(call->arena, answered->result);
    if (answered->err)
        rest_fail(call, answered->err, answered->detail);
    else if (answered->result.len && !result.at)
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
    else if (args->dry_run)
        rest_reply_text(call, 200, SLICE("application/vnd.cordboard.dry-run+json"), result, NULL,
                        0);
    else
        change_reply(call, result, version_in(call->arena, result));
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

enum err change_submit(struct rest_call *call, command_fn *run, struct catalog_change *args)
{
    call->state = args;
    args->dry_run = change_is_dry(call);
    if (read_if_match(call, &args->version) != ERR_OK)
        return rest_failf(call, ERR_INVALID_FIELD, "If-Match: should name one version");
    return args->dry_run ? rest_submit(call, run, args, answer)
                         : once_submit(call, run, args, answer, args->body, args->blob);
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
