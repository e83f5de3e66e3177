/* needs: store/memory domain/core */
/* The whole way of a browser and its client through dispatch and pages, without a socket: sign in,
 * consent, code, token, refresh, and the requests that must not get through. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/dispatch.h"
#include "api/rest/routes.h"
#include "unit/api/rest/fake_http.h"
#include "unit/domain/identity/house.h"

static struct house h;
static struct oauth *o;
static struct rest *rest;
static struct clock the_clock;
static struct services services;
static char jar[2][256]; /* cookies: "name=value" of form and session */

#define ROW(path_, method_, handler_, auth_, body_)                                         \
    {                                                                                       \
        .id = #handler_, .path = path_, .method = METHOD_##method_, .handler = handler_,    \
        .auth = AUTH_##auth_, .body = BODY_##body_, .family = FAMILY_OAUTH, .success = 200, \
        .resource = -1                                                                      \
    }
static const struct operation rows[] = {
    ROW("/v1/authorize", GET, rest_authorize, NONE, NONE),
    ROW("/v1/authorize/login", POST, rest_login, NONE, FORM),
    ROW("/v1/authorize/consent", POST, rest_consent, NONE, FORM),
    ROW("/v1/access_token", POST, rest_access_token, NONE, FORM),
    ROW("/v1/revoke", POST, rest_revoke, NONE, FORM),
    ROW("/v1/people/me", GET, rest_people_me, TOKEN, NONE),
    ROW("/.well-known/oauth-authorization-server", GET, rest_oauth_metadata, NONE, NONE),
    ROW("/account", GET, rest_account, NONE, NONE),
    ROW("/account/token", POST, rest_account_token, NONE, FORM),
    ROW("/account/sign-out", POST, rest_sign_out, NONE, FORM),
    ROW("/login", GET, rest_login_page, NONE, NONE),
    ROW("/", GET, rest_landing, NONE, NONE),
};

static enum err submit(struct core_port *port, const struct core_command *c)
{
    (void)port;
    enum err e = house_run(&h, c->run, c->args);
    struct core_answer answer = { .err = e, .result = h.result, .detail = h.detail };
    c->done(c->ctx, &answer);
    return ERR_OK;
}
static struct core_port port = { submit };

static void begin(void)
{
    static const struct oauth_options options = { .password_threads = 1 };
    char hash[PASSWORD_HASH_MAX];
    house_open(&h);
    clock_init_virtual(&the_clock, NOW);
    cr_assert_eq(oauth_new(&options, &o), ERR_OK);
    o->cost = (struct password_cost){ .passes = 1, .memory_kib = 64, .lanes = 1 };
    services = (struct services){ .clock = &the_clock,
                                  .core = &port,
                                  .identity = h.id,
                                  .oauth = o,
                                  .public_url = SLICE("http://127.0.0.1:8080") };
    cr_assert_eq(rest_new(rows, sizeof rows / sizeof *rows, &services, &rest), ERR_OK);
    cr_assert_eq(password_hash(SLICE("open sesame"), o->cost, hash), ERR_OK);
    struct identity_set_password_args args = {
        .base = house_base(&h, NOW), .org = h.org, .user = uuid_of(ADA), .hash = slice_of(hash)
    };
    cr_assert_eq(house_run(&h, identity_set_password, &args), ERR_OK);
}

static void end(void)
{
    fake_end();
    rest_free(rest);
    oauth_free(o);
    house_close(&h);
}
TestSuite(flow, .init = begin, .fini = end);

static bool holds(struct slice s, const char *text)
{
    return memmem(s.at, s.len, text, strlen(text)) != NULL;
}

static void keep_cookie(void)
{
    struct slice cookie = fake_answer_header("Set-Cookie"), pair;
    if (!slice_cut(&cookie, ';', &pair))
        return;
    int which = slice_starts(pair, SLICE("cordboard-session")) ? 1 : 0;
    snprintf(jar[which], sizeof jar[which], "%.*s", SLICE_ARG(pair));
    cr_assert(holds(cookie, "HttpOnly; SameSite=Lax"));
}

/* The answer's status; what it holds lives until the next call. */
static int ask(const char *method, const char *target, struct slice body)
{
    static char cookies[600];
    fake_end();
    fake_begin(method, target);
    fake_request.peer = SLICE("192.0.2.1");
    fake_request.body = arena_copy(h.arena, body);
    snprintf(cookies, sizeof cookies, "other=1; %s; %s", jar[0], jar[1]);
    fake_header("Cookie", cookies);
    fake_header("Host", "127.0.0.1:8080");
    if (body.len)
        fake_header("Content-Type", "application/x-www-form-urlencoded");
    rest_handle(rest, &fake_request);
    if (!fake_answers) { /* on a password thread: let it finish */
        workers_stop(o->pool);
        cr_assert_eq(workers_start(1, LIMIT_password_jobs_max, &o->pool), ERR_OK);
    }
    cr_assert_eq(fake_answers, 1);
    keep_cookie();
    return fake_answer.status;
}

static int get(const char *target)
{
    return ask("GET", target, SLICE(""));
}

static bool shows(const char *text)
{
    return holds(fake_answer.body, text);
}

/* What stands between `before` and the next `until`; copied. */
static struct slice between(struct slice s, const char *before, char until)
{
    const char *at = memmem(s.at, s.len, before, strlen(before));
    cr_assert_not_null(at, "no %s", before);
    at += strlen(before);
    const char *stop = memchr(at, until, (size_t)(s.at + s.len - at));
    return arena_copy(
        h.arena, (struct slice){ at, stop ? (size_t)(stop - at) : (size_t)(s.at + s.len - at) });
}

static struct slice form_token(void)
{
    return between(fake_answer.body, "name=\"form_token\" value=\"", '"');
}

static int post(const char *target, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int post(const char *target, const char *format, ...)
{
    char body[4096];
    va_list ap;
    va_start(ap, format);
    vsnprintf(body, sizeof body, format, ap);
    va_end(ap);
    return ask("POST", target, slice_of(body));
}

static struct slice query_for(struct slice client)
{
    return arena_printf(h.arena,
                        "response_type=code&client_id=%.*s&redirect_uri=%.*s&scope=cjp:user"
                        "&state=s%%201&code_challenge=%s&code_challenge_method=S256",
                        SLICE_ARG(client), SLICE_ARG(form_encode(h.arena, SLICE(REDIRECT))),
                        CHALLENGE);
}

static int sign_in(struct slice query, const char *email, const char *password)
{
    struct slice token = form_token();
    return post("/v1/authorize/login", "form_token=%.*s&query=%.*s&email=%s&password=%s",
                SLICE_ARG(token), SLICE_ARG(form_encode(h.arena, query)), email, password);
}

static const char *authorize_url(struct slice query)
{
    return arena_printf(h.arena, "/v1/authorize?%.*s", SLICE_ARG(query)).at;
}

/* Signed in and consented: the code. */
static struct slice code_by_browser(struct slice client)
{
    struct slice query = query_for(client);
    cr_assert_eq(get(authorize_url(query)), 200);
    cr_assert_eq(sign_in(query, "ada%40example.com", "open+sesame"), 303);
    cr_assert(slice_eq(fake_answer_header("Location"), slice_of(authorize_url(query))));
    cr_assert_eq(get(authorize_url(query)), 200);
    cr_assert(shows("<strong id=\"client\">Wallboard</strong>") && shows("<code>cjp:user</code>"));
    cr_assert(shows("60 days after it was last used"));
    struct slice token = form_token();
    cr_assert_eq(post("/v1/authorize/consent", "form_token=%.*s&query=%.*s&decision=allow",
                      SLICE_ARG(token), SLICE_ARG(form_encode(h.arena, query))),
                 303);
    struct slice location = fake_answer_header("Location");
    cr_assert(slice_starts(location, SLICE(REDIRECT "?code=")));
    cr_assert(holds(location, "&state=s%201&iss=http%3A%2F%2F127.0.0.1%3A8080"));
    return between(location, "code=", '&');
}

Test(flow, public_client_all_the_way)
{
    struct slice client = house_client(&h, false), code = code_by_browser(client);
    cr_assert_eq(
        post("/v1/access_token",
             "grant_type=authorization_code&client_id=%.*s&code=%.*s&redirect_uri=" REDIRECT
             "&code_verifier=" VERIFIER,
             SLICE_ARG(client), SLICE_ARG(code)),
        200);
    cr_assert(slice_is(fake_answer_header("Cache-Control"), "no-store"));
    const struct json *json = fake_answer_json();
    struct slice access = arena_copy(h.arena, json_text(json_get(json, "access_token"), SLICE("")));
    struct slice refresh =
        arena_copy(h.arena, json_text(json_get(json, "refresh_token"), SLICE("")));
    cr_assert_eq(json_i64(json_get(json, "expires_in"), 0), 43200);
    cr_assert_eq(json_i64(json_get(json, "refresh_token_expires_in"), 0), 5184000);
    cr_assert(slice_is(json_text(json_get(json, "scope"), SLICE("")), "cjp:user"));
    cr_assert_eq(house_check(&h, access, NOW), ERR_OK);
    cr_assert_eq(post("/v1/access_token",
                      "grant_type=refresh_token&client_id=%.*s&refresh_token=%.*s",
                      SLICE_ARG(client), SLICE_ARG(refresh)),
                 200);
    cr_assert_eq(post("/v1/access_token",
                      "grant_type=refresh_token&client_id=%.*s&refresh_token=%.*s",
                      SLICE_ARG(client), SLICE_ARG(refresh)),
                 400);
    cr_assert(shows("\"error\":\"invalid_grant\"") && shows("\"trackingId\""));
    cr_assert_eq(house_check(&h, access, NOW), ERR_UNAUTHORIZED, "reuse ended the family");
    struct slice query = query_for(client);
    cr_assert_eq(get(authorize_url(query)), 200, "a public client's user is asked each time");
}

Test(flow, confidential_client_needs_its_secret)
{
    struct slice client = house_client(&h, true), secret = house_member(&h, "clientSecret");
    struct slice code = code_by_browser(client);
    cr_assert_eq(post("/v1/access_token",
                      "grant_type=authorization_code&client_id=%.*s&client_secret=wrong&code=%.*s"
                      "&redirect_uri=" REDIRECT "&code_verifier=" VERIFIER,
                      SLICE_ARG(client), SLICE_ARG(code)),
                 401);
    cr_assert(shows("\"error\":\"invalid_client\""));
    cr_assert(slice_starts(fake_answer_header("WWW-Authenticate"), SLICE("Basic")));
    cr_assert_eq(
        post("/v1/access_token",
             "grant_type=authorization_code&client_id=%.*s&code=%.*s&redirect_uri=" REDIRECT
             "&code_verifier=" VERIFIER,
             SLICE_ARG(client), SLICE_ARG(code)),
        401, "no secret at all");
    cr_assert_eq(post("/v1/access_token",
                      "grant_type=authorization_code&client_id=%.*s&client_secret=%.*s&code=%.*s"
                      "&redirect_uri=" REDIRECT "&code_verifier=" VERIFIER,
                      SLICE_ARG(client), SLICE_ARG(secret), SLICE_ARG(code)),
                 200);
}

Test(flow, token_endpoint_refuses)
{
    static const char *const bad[][2] = {
        { "grant_type=refresh_token&grant_type=refresh_token&client_id=x", "invalid_request" },
        { "client_id=x", "invalid_request" },
        { "grant_type=client_credentials&client_id=x", "unsupported_grant_type" },
        { "grant_type=password&client_id=x&username=u&password=p", "unsupported_grant_type" },
        { "grant_type=refresh_token&client_id=x&refresh_token=y", "invalid_client" },
        { "grant_type=%zz", "invalid_request" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int status = post("/v1/access_token", "%s", bad[i][0]);
        cr_assert(status == 400 || status == 401, "%s: %d", bad[i][0], status);
        cr_assert(slice_is(json_text(json_get(fake_answer_json(), "error"), SLICE("")), bad[i][1]),
                  "%s", bad[i][0]);
    }
}

Test(flow, authorize_never_redirects_to_a_stranger)
{
    struct slice client = house_client(&h, true);
    static const char *const targets[] = {
        "https%3A%2F%2Fevil.example%2F",
        "https%3A%2F%2Fapp.example.com%2Fcb%2F",
        "https%3A%2F%2Fapp.example.com%2Fcb%3Fx",
        "https%3A%2F%2FAPP.example.com%2Fcb",
        "",
        "https%3A%2F%2Fapp.example.com%2Fcb&redirect_uri=https%3A%2F%2Fevil.example%2F",
    };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct slice url =
            arena_printf(h.arena, "/v1/authorize?response_type=code&client_id=%.*s&redirect_uri=%s",
                         SLICE_ARG(client), targets[i]);
        cr_assert_eq(get(url.at), 400, "%s", targets[i]);
        cr_assert_null(fake_answer_header("Location").at);
    }
    cr_assert_eq(get("/v1/authorize?response_type=code&client_id=nobody&redirect_uri=" REDIRECT),
                 400);
}

static void expect_error(struct slice client, const char *more, const char *error)
{
    struct slice url =
        arena_printf(h.arena, "/v1/authorize?client_id=%.*s&redirect_uri=%s&state=x%%0D%%0AY&%s",
                     SLICE_ARG(client), form_encode(h.arena, SLICE(REDIRECT)).at, more);
    cr_assert_eq(get(url.at), 302, "%s", more);
    struct slice location = fake_answer_header("Location");
    struct slice want = arena_printf(h.arena, REDIRECT "?error=%s&", error);
    cr_assert(slice_starts(location, want), "%.*s", SLICE_ARG(location));
    cr_assert(holds(location, "&state=x%0D%0AY&iss="));
}

Test(flow, authorize_tells_the_client_what_is_wrong)
{
    struct slice open = house_client(&h, false);
    expect_error(open, "response_type=token", "unsupported_response_type");
    expect_error(open, "response_type=code", "invalid_request");
    expect_error(open, "response_type=code&code_challenge=" CHALLENGE, "invalid_request");
    expect_error(open, "response_type=code&code_challenge_method=plain&code_challenge=" CHALLENGE,
                 "invalid_request");
    expect_error(open,
                 "response_type=code&code_challenge_method=S256&code_challenge=" CHALLENGE
                 "&scope=cordboard:sandbox",
                 "invalid_scope");
}

Test(flow, pages_are_closed_in)
{
    cr_assert_eq(get("/login"), 200);
    cr_assert(shows("id=\"email\"") && shows("id=\"password\"") && shows("id=\"sign-in\""));
    struct slice policy = fake_answer_header("Content-Security-Policy");
    cr_assert(
        slice_starts(policy, SLICE("default-src 'none'; style-src 'self'; form-action 'self'; "
                                   "frame-ancestors 'none'")));
    cr_assert(slice_is(fake_answer_header("X-Frame-Options"), "DENY"));
    cr_assert(slice_is(fake_answer_header("Referrer-Policy"), "no-referrer"));
    cr_assert_eq(get("/"), 200);
    cr_assert(shows("/openapi.json") && !shows("<script"));
    cr_assert_eq(get("/account"), 302, "not signed in");
}

Test(flow, wrong_password_and_unknown_account_look_the_same)
{
    cr_assert_eq(get("/login"), 200);
    cr_assert_eq(sign_in(SLICE(""), "ada%40example.com", "wrong"), 403);
    struct slice one = between(fake_answer.body, "<main>", '\0');
    cr_assert(shows("not right") && !shows("wrong"));
    cr_assert_eq(sign_in(SLICE(""), "nobody%40example.com", "wrong"), 403);
    cr_assert(slice_eq(one, between(fake_answer.body, "<main>", '\0')));
    cr_assert_eq(sign_in(SLICE(""), "bob%40example.com", "wrong"), 403, "has no password");
}

Test(flow, too_many_failures_wait)
{
    cr_assert_eq(get("/login"), 200);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(sign_in(SLICE(""), "ada%40example.com", "wrong"), 403);
    cr_assert_eq(sign_in(SLICE(""), "ada%40example.com", "open+sesame"), 429);
    cr_assert(fake_answer_header("Retry-After").len > 0);
}

Test(flow, forms_need_their_token)
{
    cr_assert_eq(get("/login"), 200);
    cr_assert_eq(post("/v1/authorize/login", "email=ada%%40example.com&password=open+sesame"), 403);
    cr_assert_eq(get("/login"), 200);
    struct slice token = form_token();
    jar[0][20] ^= 1; /* another browser */
    cr_assert_eq(post("/v1/authorize/login",
                      "form_token=%.*s&email=ada%%40example.com&password=open+sesame",
                      SLICE_ARG(token)),
                 403);
    cr_assert_eq(post("/account/sign-out", "form_token=x"), 403);
    cr_assert_eq(post("/v1/authorize/consent", "decision=allow"), 403);
}

Test(flow, account_makes_a_token_and_signs_out)
{
    cr_assert_eq(get("/login"), 200);
    cr_assert_eq(sign_in(SLICE(""), "ada%40example.com", "open+sesame"), 303);
    cr_assert(slice_is(fake_answer_header("Location"), "/account"));
    cr_assert_eq(get("/account"), 200);
    cr_assert(shows("Ada &lt;b&gt;") && shows(ORG));
    struct slice token = form_token();
    cr_assert_eq(post("/account/token", "form_token=%.*s", SLICE_ARG(token)), 200);
    struct slice access = between(fake_answer.body, "readonly>", '<');
    cr_assert_eq(house_check(&h, access, NOW), ERR_OK);
    cr_assert_eq(post("/account/sign-out", "form_token=%.*s", SLICE_ARG(token)), 303);
    cr_assert_eq(get("/account"), 302);
}

Test(flow, saying_no)
{
    struct slice query = query_for(house_client(&h, false));
    cr_assert_eq(get(authorize_url(query)), 200);
    cr_assert_eq(sign_in(query, "ada%40example.com", "open+sesame"), 303);
    cr_assert_eq(get(authorize_url(query)), 200);
    struct slice token = form_token();
    cr_assert_eq(post("/v1/authorize/consent", "form_token=%.*s&query=%.*s&decision=deny",
                      SLICE_ARG(token), SLICE_ARG(form_encode(h.arena, query))),
                 303);
    cr_assert(slice_starts(fake_answer_header("Location"), SLICE(REDIRECT "?error=access_denied")));
}
