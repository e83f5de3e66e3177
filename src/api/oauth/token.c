/* POST /v1/access_token and /v1/revoke: RFC 6749 3.2, 4.1.3, 5, 6; RFC 7009. The error body
 * (api/rest/error_body.c) has RFC 6749's members beside the gateway's, so that both an OAuth
 * library and a client written for the contract can read it. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/error_body.h"
#include "api/rest/routes.h"

static const struct http_header no_store[] = {
    { { "Cache-Control", 13 }, { "no-store", 8 } },
    { { "Pragma", 6 }, { "no-cache", 8 } },
    { { "WWW-Authenticate", 16 }, { "Basic realm=\"cordboard\"", 23 } }, /* 401 only */
};

/* rest_fail with the headers that RFC 6749 5.2 asks for. */
static enum err oauth_fail(struct rest_call *call, enum err why, struct slice description)
{
    struct error_body body = { .err = why,
                               .detail = description,
                               .tracking_id = call->tracking_id };
    struct slice json = error_body_write(call->arena, FAMILY_OAUTH, &body);
    if (!json.at)
        return ERR_OUT_OF_MEMORY;
    rest_reply_text(call, err_status(why), error_content_type(FAMILY_OAUTH), json, no_store,
                    err_status(why) == 401 ? 3 : 2);
    return ERR_OK;
}

static enum err bad_request(struct rest_call *call, const char *why)
{
    return oauth_fail(call, ERR_BAD_REQUEST, slice_of(why));
}

/* ---- who asks ---- */

struct client_proof {
    struct slice id, secret;
    bool authenticated;
};

/* From the header or the body, never both (RFC 6749 2.3). NULL: fine, else what is wrong. */
static const char *find_proof(struct rest_call *call, const struct form *f, struct client_proof *p)
{
    struct slice header = http_header(call->http, "authorization");
    p->id = form_get(f, "client_id");
    p->secret = form_get(f, "client_secret");
    if (header.len == 0)
        return NULL;
    struct slice id, secret;
    if (form_basic(call->arena, header, &id, &secret) != ERR_OK)
        return "the Authorization header is not HTTP Basic";
    if (p->secret.len || (p->id.len && !slice_eq(p->id, id)))
        return "client authentication stands in the header and in the body";
    p->id = id;
    p->secret = secret;
    return NULL;
}

/* False: it has answered. */
static bool client_proven(struct rest_call *call, const struct form *f, struct client_proof *p)
{
    struct client_view client;
    struct identity *id = call->services->identity;
    const char *flaw = find_proof(call, f, p);
    if (flaw) {
        bad_request(call, flaw);
        return false;
    }
    bool known = identity_client(id, p->id, call->arena, &client) == ERR_OK;
    p->authenticated = identity_client_secret_is(id, p->id, p->secret);
    if (known && (client.confidential ? p->authenticated : p->secret.len == 0))
        return true;
    oauth_fail(call, ERR_INVALID_CLIENT, SLICE("Client authentication failed"));
    return false;
}

/* The form of a call to these endpoints; false: it has answered. */
static bool read_form(struct rest_call *call, struct form *f)
{
    struct slice type = http_header(call->http, "content-type"), kind = type;
    slice_cut(&type, ';', &kind);
    if (!slice_eq_nocase(slice_trim(kind), SLICE("application/x-www-form-urlencoded"))) {
        bad_request(call, "The body must be application/x-www-form-urlencoded");
        return false;
    }
    enum err e = form_parse(call->arena, call->http->body, f);
    if (e == ERR_OK)
        return true;
    bad_request(call, f->twice.len         ? "A parameter stands there twice"
                      : e == ERR_TOO_LARGE ? "A parameter is too long, or there are too many"
                                           : "The body cannot be decoded");
    return false;
}

/* ---- grants ---- */

static void token_made(struct rest_call *call, const struct core_answer *answer)
{
    enum err e = answer->err;
    if (e == ERR_OK && slice_starts(answer->result, SLICE("{\"error\"")))
        e = ERR_INVALID_GRANT;
    if (e == ERR_OK) {
        struct slice body = arena_copy(call->arena, answer->result);
        if (body.at)
            rest_reply_text(call, 200, SLICE("application/json"), body, no_store, 2);
        else
            rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
        return;
    }
    struct slice why =
        answer->detail.len ? arena_copy(call->arena, answer->detail) : slice_of(err_title(e));
    if (e == ERR_INVALID_GRANT || e == ERR_INVALID_CLIENT || e == ERR_INVALID_SCOPE)
        e = oauth_fail(call, e, why);
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
        return bad_request(call, "code and redirect_uri are required");
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_exchange_code, args, token_made) : e;
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
        return bad_request(call, "refresh_token is required");
    if (identity_scopes_parse(form_get(f, "scope"), &args->scopes) != ERR_OK)
        return oauth_fail(call, ERR_INVALID_SCOPE, SLICE("A scope is unknown"));
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_refresh, args, token_made) : e;
}

enum err rest_access_token(struct rest_call *call)
{
    static const struct {
        const char *grant_type;
        enum err (*run)(struct rest_call *, const struct form *, const struct client_proof *);
    } grants[] = {
        { "authorization_code", grant_code },
        { "refresh_token", grant_refresh },
    };
    struct form f;
    struct client_proof proof = { 0 };
    if (!read_form(call, &f))
        return ERR_OK;
    struct slice type = form_get(&f, "grant_type");
    if (type.len == 0)
        return bad_request(call, "grant_type is required");
    for (size_t i = 0; i < sizeof grants / sizeof *grants; i++)
        if (slice_is(type, grants[i].grant_type))
            return client_proven(call, &f, &proof) ? grants[i].run(call, &f, &proof) : ERR_OK;
    return oauth_fail(call, ERR_UNSUPPORTED_GRANT,
                      SLICE("grant_type must be authorization_code or refresh_token"));
}

static void revoked(struct rest_call *call, const struct core_answer *answer)
{
    if (answer->err == ERR_OK)
        rest_reply_text(call, 200, SLICE(""), SLICE(""), no_store, 2);
    else
        rest_fail(call, answer->err, SLICE(""));
}

enum err rest_revoke(struct rest_call *call)
{
    struct form f;
    struct client_proof proof = { 0 };
    if (!read_form(call, &f) || !client_proven(call, &f, &proof))
        return ERR_OK;
    struct identity_revoke_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->token = form_get(&f, "token");
    args->client = proof.id;
    if (args->token.len == 0)
        return bad_request(call, "token is required");
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_revoke, args, revoked) : e;
}
