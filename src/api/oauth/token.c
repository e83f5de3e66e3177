/* POST /v1/access_token, /v1/device/token and /v1/revoke: RFC 6749 3.2, 4.1.3, 5, 6; RFC 8628 3.4;
 * RFC 7009. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"

/* ---- grants ---- */

/* A command that changed something, and yet refuses, has succeeded and says so in its result. */
static enum err refusal_of(struct rest_call *call, const struct core_answer *answer)
{
    static const enum err words[] = { ERR_INVALID_GRANT, ERR_PENDING, ERR_SLOW_DOWN };
    if (answer->err != ERR_OK || !slice_starts(answer->result, SLICE("{\"error\"")))
        return answer->err;
    struct slice word = oauth_result_text(call, answer, "error");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is(word, err_code(words[i])))
            return words[i];
    return ERR_INTERNAL;
}

void oauth_token_made(struct rest_call *call, const struct core_answer *answer)
{
    enum err e = refusal_of(call, answer);
    if (e == ERR_OK) {
        struct slice body = arena_copy(call->arena, answer->result);
        if (body.at)
            oauth_reply_private(call, body);
        else
            rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
        return;
    }
    const struct slice *client = call->state; /* NULL: a service app, whose tokens need no grant */
    if (e == ERR_INVALID_GRANT && answer->err == e && client)
        oauth_note_client_failure(call, EVENT_SECURITY_TOKEN_REFUSED, *client,
                                  "code or refresh token");
    struct slice why =
        answer->detail.len ? arena_copy(call->arena, answer->detail) : slice_of(err_title(e));
    e = oauth_fail(call, e, err_status(e) < 500 ? why : SLICE(""));
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

static enum err grant_code(struct rest_call *call, const struct form *f,
                           const struct client_proof *p)
{
    struct identity_exchange_code_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->code = form_get(f, "code");
    args->redirect = form_get(f, "redirect_uri");
    args->verifier = form_get(f, "code_verifier");
    args->client = p->id;
    args->authenticated = p->authenticated;
    if (args->code.len == 0 || args->redirect.len == 0)
        return oauth_bad_request(call, "code and redirect_uri are required");
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_exchange_code, args, oauth_token_made) : e;
}

static enum err grant_refresh(struct rest_call *call, const struct form *f,
                              const struct client_proof *p)
{
    struct identity_refresh_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->refresh_token = form_get(f, "refresh_token");
    args->client = p->id;
    args->authenticated = p->authenticated;
    if (args->refresh_token.len == 0)
        return oauth_bad_request(call, "refresh_token is required");
    if (identity_scopes_parse(form_get(f, "scope"), &args->scopes) != ERR_OK)
        return oauth_fail(call, ERR_INVALID_SCOPE, SLICE("A scope is unknown"));
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_refresh, args, oauth_token_made) : e;
}

static enum err grant_device(struct rest_call *call, const struct form *f,
                             const struct client_proof *p)
{
    struct identity_poll_device_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->device_code = form_get(f, "device_code");
    args->client = p->id;
    args->authenticated = p->authenticated;
    if (args->device_code.len == 0)
        return oauth_bad_request(call, "device_code is required");
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_poll_device, args, oauth_token_made) : e;
}

/* The device endpoint takes the last one alone. */
static const struct grant_type {
    const char *name;
    enum err (*run)(struct rest_call *, const struct form *, const struct client_proof *);
} grants[] = {
    { "authorization_code", grant_code },
    { "refresh_token", grant_refresh },
    { OAUTH_DEVICE_GRANT, grant_device },
};
enum { GRANT_COUNT = sizeof grants / sizeof *grants };

/* oauth_token_made wants to know whom it is about. */
static bool prove(struct rest_call *call, const struct form *f, struct client_proof *proof)
{
    if (!oauth_client_proven(call, f, proof))
        return false;
    *(struct slice *)call->state = proof->id;
    return true;
}

static enum err give_token(struct rest_call *call, size_t first)
{
    struct form f;
    struct client_proof proof = { 0 };
    struct slice *client = arena_alloc(call->arena, sizeof *client);
    if (!client)
        return ERR_OUT_OF_MEMORY;
    call->state = client;
    if (!oauth_read_form(call, &f))
        return ERR_OK;
    struct slice type = form_get(&f, "grant_type");
    if (type.len == 0)
        return oauth_bad_request(call, "grant_type is required");
    for (size_t i = first; i < GRANT_COUNT; i++)
        if (slice_is(type, grants[i].name))
            return prove(call, &f, &proof) ? grants[i].run(call, &f, &proof) : ERR_OK;
    return oauth_fail(call, ERR_UNSUPPORTED_GRANT, SLICE(""));
}

enum err rest_access_token(struct rest_call *call)
{
    return give_token(call, 0);
}

enum err rest_device_token(struct rest_call *call)
{
    return give_token(call, GRANT_COUNT - 1);
}

static void revoked(struct rest_call *call, const struct core_answer *answer)
{
    if (answer->err == ERR_OK)
        oauth_reply_private(call, SLICE(""));
    else
        rest_fail(call, answer->err, SLICE(""));
}

enum err rest_revoke(struct rest_call *call)
{
    struct form f;
    struct client_proof proof = { 0 };
    if (!oauth_read_form(call, &f) || !oauth_client_proven(call, &f, &proof))
        return ERR_OK;
    struct identity_revoke_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->token = form_get(&f, "token");
    args->client = proof.id;
    if (args->token.len == 0)
        return oauth_bad_request(call, "token is required");
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_revoke, args, revoked) : e;
}
