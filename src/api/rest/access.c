/* Who may call what. Nothing here locks: identity publishes immutable items. */
#include <stdatomic.h>
#include <stdlib.h>

#include "api/rest/rest_priv.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/epoch.h"
#include "domain/identity/identity.h"

/* RFC 6750, section 2.1. False: there is no Authorization header, or it is of another scheme. */
static bool bearer_token(const struct rest_call *call, struct slice *token)
{
    const struct slice scheme = SLICE("Bearer ");
    struct slice header = slice_trim(http_header(call->http, "Authorization"));
    if (!slice_eq_nocase(slice_sub(header, 0, scheme.len), scheme))
        return false;
    *token = slice_trim(slice_sub(header, scheme.len, header.len));
    return token->len > 0;
}

/* Addresses are logged, remembered and sent on as referrers: a token there is never taken, and one
 * beside the header is refused (RFC 6750, section 2 and 3.1). */
static bool has_token_in_query(struct rest_call *call)
{
    return http_query_count(call->http, "access_token") > 0;
}

static enum err check(struct rest_call *call, struct slice token)
{
    epoch_enter();
    enum err e = identity_check(call->services->identity, token,
                                clock_now_ms(call->services->clock), &call->principal);
    epoch_leave();
    return e ? e : quota_take(call);
}

#ifdef BENCH_WITHOUT_TOKEN_CHECK
/* Only in the program `cordboard_unchecked` of bench/run, to see what the check costs: after the
 * first one everybody is who came first. */
static _Atomic(struct principal *) first;
static enum err authenticate(struct rest_call *call, struct slice *detail)
{
    struct slice token;
    struct principal *known = atomic_load(&first);
    (void)detail, (void)has_token_in_query;
    if (known) {
        call->principal = *known;
        return ERR_OK;
    }
    enum err e = bearer_token(call, &token) ? check(call, token) : ERR_UNAUTHORIZED;
    if (e == ERR_OK && (known = malloc(sizeof *known))) {
        *known = call->principal;
        atomic_store(&first, known);
    }
    return e;
}
#else
static enum err authenticate(struct rest_call *call, struct slice *detail)
{
    struct slice token;
    bool in_query = has_token_in_query(call);
    if (!bearer_token(call, &token)) {
        if (call->operation->auth == AUTH_OPTIONAL && !in_query)
            return ERR_OK;
        if (in_query)
            *detail =
                SLICE("The access token belongs in the Authorization header, not in the query");
        return ERR_UNAUTHORIZED;
    }
    if (in_query) {
        *detail = SLICE("The access token was sent twice");
        return ERR_BAD_REQUEST;
    }
    return check(call, token);
}
#endif

static bool is_own(const struct rest_call *call, struct slice org)
{
    struct uuid id;
    return uuid_parse(org, &id) && uuid_eq(id, call->principal.org);
}

/* Wherever the caller names an organisation, it must be the token's. */
static enum err check_org(struct rest_call *call, const struct route *route)
{
    struct slice named;
    if (route->org_param >= 0 && !is_own(call, route->params[route->org_param]))
        return ERR_FORBIDDEN;
    if (http_query(call->http, "orgId", &named) && named.len && !is_own(call, named))
        return ERR_FORBIDDEN;
    named = slice_trim(http_header(call->http, "X-ORGANIZATION-ID"));
    return named.len && !is_own(call, named) ? ERR_FORBIDDEN : ERR_OK;
}

static enum err set_org(struct rest_call *call)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(call->principal.org, text);
    call->org = arena_copy(call->arena, slice_of(text));
    return call->org.at ? ERR_OK : ERR_OUT_OF_MEMORY;
}

static enum err check_rights(const struct rest_call *call, struct slice *detail)
{
    const struct operation *op = call->operation;
    const unsigned role = 1u << call->principal.role;
    if (op->scopes && !(op->scopes & call->principal.scopes) && !(op->instead & role)) {
        *detail = SLICE("The access token lacks the scope of this operation");
        return ERR_FORBIDDEN;
    }
    const unsigned may = op->roles ? op->roles : ~(1u << ROLE_OPERATOR);
    if (!(may & role)) {
        *detail = SLICE("The user's role may not do this");
        return ERR_FORBIDDEN;
    }
    return ERR_OK;
}

enum err rest_access_check(struct rest_call *call, const struct route *route, struct slice *detail)
{
    if (call->operation->auth == AUTH_NONE) {
        if (route->org_param >= 0)
            call->org = route->params[route->org_param];
        return ERR_OK;
    }
    enum err e = authenticate(call, detail);
    bool came = call->principal.role == ROLE_OPERATOR || !uuid_is_nil(call->principal.org);
    if (e || !came) /* the token was optional */
        return e;
    e = check_org(call, route);
    if (e == ERR_OK)
        e = check_rights(call, detail);
    return e ? e : set_org(call);
}

/* The operator's own operations name organisations there; nobody else acts for another one. */
enum err rest_access_body(const struct rest_call *call)
{
    struct slice named = json_text(json_get(call->body, "orgId"), SLICE(""));
    bool free = call->operation->auth == AUTH_NONE || call->principal.role == ROLE_OPERATOR;
    return free || !named.len || is_own(call, named) ? ERR_OK : ERR_FORBIDDEN;
}
