/* GET /v1/authorize and the consent form: RFC 6749 4.1.1, hardened by RFC 9700. The order of the
 * checks matters: as long as client and redirect URI are not both known to be good, the answer is a
 * page of ours and never a redirect, or the endpoint would send people anywhere. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"
#include "domain/identity/secret.h"

static bool refuse_by_page(struct rest_call *call, const char *sentence)
{
    oauth_page_fail(call, 400, sentence);
    return false;
}

static bool refuse_by_redirect(struct rest_call *call, const struct authorization *auth,
                               const char *error, const char *description)
{
    struct slice target = authorization_answer(call, auth, "error", slice_of(error), description);
    enum err e = web_redirect(call, target, SLICE(""));
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
    return false;
}

struct slice authorization_answer(struct rest_call *call, const struct authorization *auth,
                                  const char *name, struct slice value, const char *description)
{
    struct arena *a = call->arena;
    struct buf out;
    buf_init_arena(&out, a);
    buf_add(&out, auth->redirect);
    buf_add_char(&out, slice_find(auth->redirect, '?') >= 0 ? '&' : '?');
    buf_printf(&out, "%s=%.*s", name, SLICE_ARG(form_encode(a, value)));
    if (description)
        buf_printf(&out, "&error_description=%.*s",
                   SLICE_ARG(form_encode(a, slice_of(description))));
    if (auth->state.len)
        buf_printf(&out, "&state=%.*s", SLICE_ARG(form_encode(a, auth->state)));
    buf_printf(&out, "&iss=%.*s", SLICE_ARG(form_encode(a, call->services->public_url)));
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

/* The characters were checked when the URI was registered, so none can end the CSP source. A
 * literal IPv6 host cannot be written as a source; its scheme has to do. */
struct slice oauth_redirect_source(struct arena *a, struct slice uri)
{
    ptrdiff_t colon = slice_find(uri, ':');
    struct slice scheme = slice_sub(uri, 0, colon > 0 ? (size_t)colon : 0);
    struct slice rest = slice_sub(uri, scheme.len + 1, uri.len);
    bool web = slice_is(scheme, "https") || slice_is(scheme, "http");
    if (!web || slice_find(rest, '[') >= 0 || slice_find(rest, ';') >= 0 ||
        slice_find(rest, ',') >= 0)
        return arena_printf(a, "%.*s:", SLICE_ARG(scheme));
    size_t end = 2;
    while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?')
        end++;
    return arena_printf(a, "%.*s:%.*s", SLICE_ARG(scheme), SLICE_ARG(slice_sub(rest, 0, end)));
}

static bool read_challenge(struct rest_call *call, const struct form *f, struct authorization *auth)
{
    auth->challenge = form_get(f, "code_challenge");
    struct slice method = form_get(f, "code_challenge_method");
    bool needed = !auth->client.confidential || call->services->require_pkce;
    if (auth->challenge.len == 0 && method.len == 0 && !needed)
        return true;
    if (auth->challenge.len == 0)
        return refuse_by_redirect(call, auth, "invalid_request", "code_challenge is required");
    if (!slice_is(method, "S256"))
        return refuse_by_redirect(call, auth, "invalid_request",
                                  "code_challenge_method must be S256");
    if (!secret_is_challenge(auth->challenge))
        return refuse_by_redirect(call, auth, "invalid_request", "code_challenge is malformed");
    return true;
}

bool authorization_read(struct rest_call *call, struct slice query, struct authorization *out)
{
    struct form f;
    struct authorization auth = { .query = query };
    struct identity *id = call->services->identity;
    if (form_parse(call->arena, query, &f) != ERR_OK)
        return refuse_by_page(call, "The request cannot be read, or holds a parameter twice.");
    if (identity_client(id, form_get(&f, "client_id"), call->arena, &auth.client) != ERR_OK)
        return refuse_by_page(call, "The application that sent you here is not registered.");
    auth.redirect = form_get(&f, "redirect_uri");
    if (!identity_client_may_redirect(&auth.client, auth.redirect))
        return refuse_by_page(call, "The application asked to return to an address that is not "
                                    "registered for it.");
    auth.state = form_get(&f, "state");
    if (!slice_is(form_get(&f, "response_type"), "code"))
        return refuse_by_redirect(call, &auth, "unsupported_response_type",
                                  "response_type must be code");
    if (!read_challenge(call, &f, &auth))
        return false;
    struct slice scope = form_get(&f, "scope");
    auth.scopes = auth.client.scopes;
    if (scope.len && (identity_scopes_parse(scope, &auth.scopes) != ERR_OK || auth.scopes == 0 ||
                      (auth.scopes & ~auth.client.scopes)))
        return refuse_by_redirect(call, &auth, "invalid_scope",
                                  "a scope is unknown or not registered for this client");
    *out = auth;
    return true;
}

/* ---- consent ---- */

static const char *const scope_abouts[] = {
#define SCOPE(symbol, name, about) about,
#include "scopes.def"
};
static const char *const scope_words[] = {
#define SCOPE(symbol, name, about) name,
#include "scopes.def"
};

#define DAY_MS INT64_C(86400000)

void oauth_list_scopes(struct rest_call *call, struct buf *out, uint64_t scopes)
{
    buf_add(out, SLICE("<ul>\n"));
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (scopes >> i & 1)
            buf_printf(out, "<li>%s <code>%s</code></li>\n", scope_abouts[i], scope_words[i]);
    buf_printf(
        out,
        "</ul>\n<p>This lasts until %lld days after it was last used, or until you withdraw it "
        "on the page of your account.</p>\n",
        (long long)(identity_refresh_ms(call->services->identity) / DAY_MS));
}

void oauth_decision_end(struct buf *out)
{
    buf_add(out,
            SLICE("\">\n<button id=\"allow\" name=\"decision\" value=\"allow\">Allow</button>\n"
                  "<button id=\"deny\" name=\"decision\" value=\"deny\" "
                  "class=\"quiet\">Deny</button>\n</form>\n"));
}

static enum err consent_page(struct rest_call *call, const struct authorization *auth,
                             const struct identity_user *user)
{
    struct buf body;
    struct oauth_page page = { .title = "Allow access?",
                               .form_target = oauth_redirect_source(call->arena, auth->redirect) };
    buf_init_arena(&body, call->arena);
    buf_add(&body, SLICE("<p><strong id=\"client\">"));
    oauth_html_text(&body, auth->client.name);
    buf_add(&body, SLICE("</strong> asks to act for you, "));
    oauth_html_text(&body, slice_of(user->email));
    buf_add(&body, SLICE(":</p>\n"));
    oauth_list_scopes(call, &body, identity_role_scopes(user->role, auth->scopes));
    buf_add(&body, SLICE("<p>You will return to <code>"));
    oauth_html_text(&body, auth->redirect);
    buf_add(&body, SLICE("</code></p>\n<form method=\"post\" action=\"/v1/authorize/consent\">\n"));
    web_form_token(call, &body, "consent", auth->query);
    buf_add(&body, SLICE("<input type=\"hidden\" name=\"query\" value=\""));
    oauth_html_text(&body, auth->query);
    oauth_decision_end(&body);
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

static void code_made(struct rest_call *call, const struct core_answer *answer)
{
    const struct authorization *auth = call->state;
    struct slice code = answer->err == ERR_OK ? oauth_result_text(call, answer, "code") : SLICE("");
    if (code.len == 0) {
        const char *error = answer->err == ERR_INVALID_SCOPE ? "invalid_scope"
                            : answer->err == ERR_NOT_FOUND   ? "access_denied"
                                                             : "server_error";
        refuse_by_redirect(call, auth, error, "no code could be made");
        return;
    }
    enum err e =
        web_redirect(call, authorization_answer(call, auth, "code", code, NULL), SLICE(""));
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

static enum err sign_in_first(struct rest_call *call, const struct authorization *auth)
{
    struct login_way way = { .goal = GOAL_AUTHORIZE, .query = auth->query };
    return oauth_login_page(call, &way);
}

static enum err make_code(struct rest_call *call, const struct authorization *auth,
                          const struct identity_user *user)
{
    struct identity_issue_code_args *args = arena_alloc(call->arena, sizeof *args);
    struct authorization *kept = arena_alloc(call->arena, sizeof *kept);
    if (!args || !kept)
        return ERR_OUT_OF_MEMORY;
    *kept = *auth;
    call->state = kept;
    args->org = user->org;
    args->user = user->id;
    args->client = auth->client.id;
    args->redirect = auth->redirect;
    args->challenge = auth->challenge;
    args->scopes = auth->scopes;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_issue_code, args, code_made) : e;
}

/* A client of another organisation, or nothing that the user's role may pass on. */
static bool may_use(struct rest_call *call, const struct authorization *auth,
                    const struct identity_user *user)
{
    bool same = uuid_is_nil(auth->client.org) || uuid_eq(auth->client.org, user->org);
    if (same && identity_role_scopes(user->role, auth->scopes))
        return true;
    return refuse_by_redirect(call, auth, "access_denied",
                              "the user may not give this client access");
}

enum err rest_authorize(struct rest_call *call)
{
    struct authorization auth;
    struct identity_user user;
    if (!authorization_read(call, call->http->query, &auth))
        return ERR_OK;
    if (web_session(call, &user) != ERR_OK)
        return sign_in_first(call, &auth);
    if (!may_use(call, &auth, &user))
        return ERR_OK;
    uint64_t allowed =
        identity_consented(call->services->identity, user.org, user.id, auth.client.id);
    /* A public client's id proves nothing: its user is asked each time (RFC 8252 8.6). */
    if ((auth.scopes & ~allowed) || !auth.client.confidential)
        return consent_page(call, &auth, &user);
    return make_code(call, &auth, &user);
}

enum err rest_consent(struct rest_call *call)
{
    struct form form;
    struct authorization auth;
    struct identity_user user;
    if (!web_form_about(call, "consent", "query", COOKIE_SESSION, &form) ||
        !authorization_read(call, form_get(&form, "query"), &auth))
        return ERR_OK;
    if (web_session(call, &user) != ERR_OK)
        return sign_in_first(call, &auth);
    if (!may_use(call, &auth, &user))
        return ERR_OK;
    if (!slice_is(form_get(&form, "decision"), "allow")) {
        oauth_note_failure(call,
                           &(struct identity_failure_args){ .type = EVENT_SECURITY_CONSENT_DENIED,
                                                            .org = user.org,
                                                            .user = user.id,
                                                            .client = auth.client.id,
                                                            .detail = "" });
        refuse_by_redirect(call, &auth, "access_denied", "the user said no");
        return ERR_OK;
    }
    return make_code(call, &auth, &user);
}
