/* Everything between the HTTP server and a handler, with a fake server, identity and core. */
#include <unistd.h>

#include "api/rest/dispatch.h"
#include "api/services.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "domain/core/core.h"
#include "domain/identity/identity.h"
#include "unit/api/rest/fake_http.h"

#define ORG   "01932f3e-6a00-7000-8000-000000000001"
#define OTHER "01932f3e-6a00-7000-8000-000000000002"

/* ---- fakes ---- */

enum err identity_check(struct identity *id, struct slice token, int64_t now_ms,
                        struct principal *out)
{
    struct principal p = { .role = ROLE_AGENT, .scopes = 1 << SCOPE_USER };
    (void)id;
    cr_assert_eq(now_ms, 1000);
    uuid_parse(SLICE(ORG), &p.org);
    if (slice_is(token, "expired"))
        return ERR_TOKEN_EXPIRED;
    if (slice_is(token, "reader"))
        p.scopes = 1 << SCOPE_CONFIG_READ;
    else if (!slice_is(token, "agent"))
        return ERR_UNAUTHORIZED;
    *out = p;
    return ERR_OK;
}

static enum err command_err;
static struct core_command held; /* submitted and not yet done */

static enum err fake_submit(struct core_port *port, const struct core_command *command)
{
    (void)port;
    if (command_err == ERR_LIMIT)
        return ERR_LIMIT;
    held = *command;
    return ERR_OK;
}

static void finish(struct slice result, struct slice detail)
{
    char bytes[64]; /* gone when `done` returns, as the core's are */
    memcpy(bytes, result.at, result.len);
    held.done(held.ctx, &(struct core_answer){ command_err, { bytes, result.len }, detail });
    memset(bytes, 'x', sizeof bytes);
}

/* ---- handlers ---- */

static struct rest_call seen;

static enum err echo(struct rest_call *call)
{
    seen = *call;
    rest_reply(call, 0, SLICE("{}"));
    return ERR_OK;
}

static enum err fail(struct rest_call *call)
{
    return rest_failf(call, ERR_CONFLICT, "%s is busy", call->operation->id);
}

static enum err run_nothing(struct world *w, const void *args, struct effects *fx)
{
    (void)w, (void)args, (void)fx;
    return ERR_OK;
}

static enum err submit(struct rest_call *call)
{
    return rest_submit(call, run_nothing, NULL, NULL);
}

static void then_text(struct rest_call *call, const struct core_answer *answer)
{
    rest_reply_text(call, 207, SLICE("text/plain"), answer->err ? SLICE("refused") : SLICE("done"),
                    NULL, 0);
}

static enum err submit_then(struct rest_call *call)
{
    return rest_submit(call, run_nothing, NULL, then_text);
}

#define USER (1 << SCOPE_USER)
static const struct body_rule inner[] = { { "n", BODY_INTEGER, false, 0, 9, NULL, 0 } };
static const struct body_rule ruled[] = { { "a", BODY_TEXT, false, 0, 0, NULL, 0 },
                                          { "list", BODY_OBJECT, true, 0, 0, inner, 1 } };
static const char *const switches[] = { "dry", "wet", NULL };
static const struct operation rows[] = {
    { .id = "open", .path = "/open", .handler = echo, .auth = AUTH_NONE, .success = 200 },
    { .id = "maybe", .path = "/maybe", .handler = echo, .auth = AUTH_OPTIONAL, .success = 200 },
    { .id = "mine",
      .path = "/organization/{orgid}/x",
      .handler = echo,
      .success = 200,
      .scopes = USER | 1 << SCOPE_CONFIG },
    { .id = "admins", .path = "/admins", .handler = echo, .roles = 1 << ROLE_ADMIN },
    { .id = "json",
      .path = "/json",
      .method = METHOD_POST,
      .handler = echo,
      .body = BODY_JSON,
      .family = FAMILY_DESKTOP,
      .success = 201 },
    { .id = "ruled",
      .path = "/ruled",
      .method = METHOD_POST,
      .handler = echo,
      .body = BODY_JSON,
      .family = FAMILY_DESKTOP,
      .success = 201,
      .rules = ruled,
      .rule_count = 2 },
    { .id = "switched",
      .path = "/switched",
      .handler = echo,
      .success = 200,
      .switches = switches },
    { .id = "maybeJson",
      .path = "/json",
      .method = METHOD_PUT,
      .handler = echo,
      .body = BODY_OPTIONAL_JSON,
      .success = 200 },
    { .id = "form",
      .path = "/form",
      .method = METHOD_POST,
      .handler = echo,
      .body = BODY_FORM,
      .auth = AUTH_NONE,
      .family = FAMILY_OAUTH,
      .success = 200 },
    { .id = "fail", .path = "/fail", .handler = fail, .auth = AUTH_NONE, .family = FAMILY_DESKTOP },
    { .id = "submit", .path = "/submit", .handler = submit, .auth = AUTH_NONE, .success = 201 },
    { .id = "submitThen", .path = "/then", .handler = submit_then, .auth = AUTH_NONE },
};
static struct rest *rest;
static struct clock clock_1000;
static struct core_port port = { fake_submit };
static struct services services = { .clock = &clock_1000, .core = &port };

static void setup(void)
{
    clock_init_virtual(&clock_1000, 1000);
    cr_assert_eq(rest_new(rows, sizeof rows / sizeof *rows, &services, &rest), ERR_OK);
}
static void teardown(void)
{
    fake_end();
    rest_free(rest);
}
TestSuite(dispatch, .init = setup, .fini = teardown);

static int call(const char *method, const char *target, const char *token)
{
    char bearer[64];
    fake_end();
    fake_begin(method, target);
    snprintf(bearer, sizeof bearer, "bearer  %s", token ? token : "");
    if (token)
        fake_header("Authorization", bearer);
    seen = (struct rest_call){ 0 };
    rest_handle(rest, &fake_request);
    cr_assert_eq(fake_answers, 1);
    return fake_answer.status;
}

static int post(const char *method, const char *target, const char *type, const char *body)
{
    fake_end();
    fake_begin(method, target);
    fake_header("authorization", "Bearer agent");
    if (type)
        fake_header("Content-Type", type);
    fake_request.body = slice_of(body);
    seen = (struct rest_call){ 0 };
    rest_handle(rest, &fake_request);
    cr_assert_eq(fake_answers, 1);
    return fake_answer.status;
}

static struct slice text_at(const char *path)
{
    return json_text(json_path(fake_answer_json(), path), SLICE(""));
}

/* ---- tokens and organisations ---- */

Test(dispatch, a_valid_token_brings_principal_and_organisation)
{
    cr_assert_eq(call("GET", "/organization/" ORG "/x", "agent"), 200);
    cr_assert(slice_is(seen.org, ORG));
    cr_assert_eq(seen.principal.role, ROLE_AGENT);
    cr_assert(slice_is(seen.params[0], ORG));
    cr_assert_eq(call("GET", "/organization/01932F3E-6A00-7000-8000-000000000001/x", "agent"), 200);
    cr_assert(slice_is(seen.org, ORG));
}

Test(dispatch, no_or_bad_tokens_are_401_with_a_challenge)
{
    cr_assert_eq(call("GET", "/organization/" ORG "/x", NULL), 401);
    cr_assert(slice_is(fake_answer_header("WWW-Authenticate"), "Bearer"));
    cr_assert(slice_is(text_at("error.key"), "401"));
    cr_assert_null(seen.http);
    cr_assert_eq(call("GET", "/organization/" ORG "/x", "nonsense"), 401);
    cr_assert_eq(call("GET", "/organization/" ORG "/x", ""), 401);
    cr_assert_eq(call("GET", "/organization/" ORG "/x", "expired"), 401);
    cr_assert(slice_is(fake_answer_header("WWW-Authenticate"), "Bearer error=\"invalid_token\""));
}

Test(dispatch, tokens_in_the_query_are_never_taken)
{
    cr_assert_eq(call("GET", "/organization/" ORG "/x?access_token=agent", NULL), 401);
    cr_assert_eq(call("GET", "/organization/" ORG "/x?access_token=agent", "agent"), 400);
    cr_assert_eq(call("GET", "/maybe?access_token=agent", NULL), 401);
}

Test(dispatch, other_schemes_are_no_token)
{
    fake_begin("GET", "/admins");
    fake_header("Authorization", "Basic agent");
    rest_handle(rest, &fake_request);
    cr_assert_eq(fake_answer.status, 401);
}

Test(dispatch, optional_tokens_must_be_valid_when_sent)
{
    cr_assert_eq(call("GET", "/maybe", NULL), 200);
    cr_assert_eq(seen.org.len, 0);
    cr_assert_eq(call("GET", "/maybe", "agent"), 200);
    cr_assert(slice_is(seen.org, ORG));
    cr_assert_eq(call("GET", "/maybe", "expired"), 401);
}

Test(dispatch, another_organisation_is_403_wherever_it_is_named)
{
    cr_assert_eq(call("GET", "/organization/" OTHER "/x", "agent"), 403);
    cr_assert_eq(call("GET", "/organization/not-an-id/x", "agent"), 403);
    cr_assert_eq(call("GET", "/maybe?orgId=" OTHER, "agent"), 403);
    cr_assert_eq(call("GET", "/maybe?orgId=" ORG, "agent"), 200);
    fake_begin("GET", "/maybe");
    fake_header("Authorization", "Bearer agent");
    fake_header("x-organization-id", OTHER);
    rest_handle(rest, &fake_request);
    cr_assert_eq(fake_answer.status, 403);
}

Test(dispatch, scopes_and_roles_are_checked)
{
    cr_assert_eq(call("GET", "/organization/" ORG "/x", "reader"), 403);
    cr_assert(
        slice_is(fake_answer_header("WWW-Authenticate"), "Bearer error=\"insufficient_scope\""));
    cr_assert_eq(call("GET", "/admins", "agent"), 403);
    cr_assert_null(seen.http);
}

/* ---- routing ---- */

Test(dispatch, unrouted_calls_get_the_frameworks_answer)
{
    cr_assert_eq(call("GET", "/nowhere", NULL), 404);
    cr_assert(slice_is(text_at("error"), "Not Found"));
    cr_assert(slice_is(text_at("path"), "/nowhere"));
    cr_assert_eq(call("DELETE", "/json", NULL), 405);
    cr_assert(slice_is(fake_answer_header("Allow"), "POST, PUT"));
    cr_assert_eq(call("GET", "/%zz", NULL), 400);
}

Test(dispatch, preflight_is_answered_without_a_token)
{
    cr_assert_eq(call("OPTIONS", "/json", NULL), 204);
    struct slice allowed = fake_answer_header("Access-Control-Allow-Headers");
    const char *needed[] = { "authorization", "cisco-device-url", "cisco-no-http-redirect",
                             "content-type",  "spark-user-agent", "trackingid" };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        cr_assert(memmem(allowed.at, allowed.len, needed[i], strlen(needed[i])), "%s", needed[i]);
    cr_assert(slice_is(fake_answer_header("Access-Control-Allow-Methods"),
                       "GET, POST, PUT, PATCH, DELETE"));
    cr_assert(slice_is(fake_answer_header("Access-Control-Allow-Origin"), "*"));
    cr_assert_null(fake_answer_header("Access-Control-Allow-Credentials").at);
}

Test(dispatch, tracking_id_is_echoed_or_made)
{
    fake_begin("GET", "/open");
    fake_header("TRACKINGID", "webex-js-sdk_1_2");
    rest_handle(rest, &fake_request);
    cr_assert(slice_is(fake_answer_header("trackingid"), "webex-js-sdk_1_2"));
    fake_end();
    fake_begin("GET", "/open");
    fake_header("TrackingId", "bad id");
    rest_handle(rest, &fake_request);
    struct slice made = fake_answer_header("TrackingID");
    cr_assert(slice_starts(made, SLICE("ccconfig_"))); /* FAMILY_CONFIG */
    cr_assert_eq(made.len, 9 + UUID_TEXT_LEN);
    cr_assert_eq(call("GET", "/organization/" ORG "/x", NULL), 401);
    cr_assert(slice_eq(text_at("trackingId"), fake_answer_header("trackingid")));
}

Test(dispatch, a_switch_is_true_or_false)
{
    cr_assert_eq(call("GET", "/switched?dry=true&wet=false", "agent"), 200);
    cr_assert_eq(call("GET", "/switched?dry=&other=yes", "agent"), 200);
    cr_assert_eq(call("GET", "/switched?wet=yes", "agent"), 400);
}

/* ---- bodies ---- */

Test(dispatch, json_is_parsed_before_the_handler)
{
    cr_assert_eq(post("POST", "/json", "application/json", "{\"a\":7}"), 201);
    cr_assert_eq(json_i64(json_get(seen.body, "a"), 0), 7);
    cr_assert_eq(post("POST", "/json", "application/json;charset=\"UTF-8\"", "{}"), 201);
    cr_assert_eq(post("POST", "/json", "application/merge-patch+json", "{}"), 201);
}

Test(dispatch, a_body_is_an_object)
{
    cr_assert_eq(post("POST", "/json", "application/json", "[]"), 400);
    cr_assert(slice_is(text_at("errorType"), "BAD_REQUEST"));
    cr_assert_eq(post("POST", "/json", "application/json", "7"), 400);
    cr_assert_null(seen.http);
}

Test(dispatch, members_of_a_body_have_the_types_of_its_rules)
{
    const char *type = "application/json";
    cr_assert_eq(post("POST", "/ruled", type, "{\"a\":\"x\",\"list\":[{\"n\":1}],\"z\":[]}"), 201);
    cr_assert_eq(post("POST", "/ruled", type, "{\"a\":null,\"list\":null}"), 201);
    cr_assert_eq(post("POST", "/ruled", type, "{\"a\":7}"), 400);
    cr_assert(slice_is(text_at("errorMessage"), "a: should be text"));
    cr_assert_eq(post("POST", "/ruled", type, "{\"list\":{}}"), 400);
    cr_assert(slice_is(text_at("errorMessage"), "list: should be a list"));
    cr_assert_eq(post("POST", "/ruled", type, "{\"list\":[{},{\"n\":1.5}]}"), 400);
    cr_assert(slice_is(text_at("errorMessage"), "list[1].n: should be a whole number"));
    cr_assert_eq(post("POST", "/ruled", type, "{\"list\":[{\"n\":10}]}"), 400);
    cr_assert(slice_is(text_at("errorMessage"), "list[0].n: should not be more than 9"));
    cr_assert_eq(post("POST", "/ruled", type, "{\"list\":[{\"n\":-1}]}"), 400);
    cr_assert(slice_is(text_at("errorMessage"), "list[0].n: should not be less than 0"));
    cr_assert_eq(post("POST", "/ruled", type, "{\"list\":[true]}"), 400);
    cr_assert(slice_is(text_at("errorMessage"), "list[0]: should be an object"));
    cr_assert_null(seen.http);
}

Test(dispatch, bad_json_is_400_and_says_where)
{
    cr_assert_eq(post("POST", "/json", "application/json", "{\"a\":7,}"), 400);
    cr_assert(slice_is(text_at("errorType"), "BAD_JSON"));
    cr_assert(slice_ends(text_at("errorMessage"), SLICE("at byte 7")));
    cr_assert_eq(post("POST", "/json", "application/json", "{\"a\":1,\"a\":2}"), 400);
    cr_assert_eq(post("POST", "/json", "application/json", "\"\xff\""), 400);
    cr_assert(slice_is(text_at("errorType"), "BAD_ENCODING"));
    cr_assert_eq(post("POST", "/json", "application/json", ""), 400);
    cr_assert_null(seen.http);
}

Test(dispatch, other_types_are_415)
{
    cr_assert_eq(post("POST", "/json", "text/plain", "{}"), 415);
    cr_assert_eq(post("POST", "/json", NULL, "{}"), 415);
    cr_assert_eq(post("POST", "/json", "application/json; charset=utf-16", "{}"), 415);
    cr_assert_eq(post("POST", "/json", "application/+json", "{}"), 415);
    cr_assert_eq(post("POST", "/form", "application/json", "a=b"), 415);
    cr_assert_eq(post("POST", "/form", "application/x-www-form-urlencoded", "a=b"), 200);
}

Test(dispatch, optional_json_may_be_missing_but_not_wrong)
{
    cr_assert_eq(post("PUT", "/json", NULL, ""), 200);
    cr_assert_null(seen.body);
    cr_assert_eq(post("PUT", "/json", "application/json", "{}"), 200);
    cr_assert_not_null(seen.body);
    cr_assert_eq(post("PUT", "/json", "application/json", "{"), 400);
}

/* ---- answers ---- */

Test(dispatch, failures_of_handlers_have_the_familys_shape)
{
    cr_assert_eq(call("GET", "/fail", NULL), 409);
    cr_assert(slice_is(text_at("errorMessage"), "fail is busy"));
}

Test(dispatch, submitted_calls_answer_when_the_command_is_done)
{
    fake_begin("GET", "/submit");
    rest_handle(rest, &fake_request);
    cr_assert_eq(fake_answers, 0);
    cr_assert_eq(held.run, run_nothing);
    finish(SLICE("{\"id\":1}"), SLICE(""));
    cr_assert_eq(fake_answers, 1);
    cr_assert_eq(fake_answer.status, 201);
    cr_assert(slice_is(fake_answer.body, "{\"id\":1}")); /* a copy */
}

Test(dispatch, refused_commands_fail_with_their_detail)
{
    command_err = ERR_STALE_VERSION;
    fake_begin("GET", "/submit");
    rest_handle(rest, &fake_request);
    finish(SLICE(""), SLICE("version: 3 is not 4"));
    cr_assert_eq(fake_answer.status, 412);
    cr_assert(slice_is(text_at("error.reason"), "version: 3 is not 4"));
}

Test(dispatch, then_sees_success_and_refusal)
{
    fake_begin("GET", "/then");
    rest_handle(rest, &fake_request);
    finish(SLICE(""), SLICE(""));
    cr_assert_eq(fake_answer.status, 207);
    cr_assert(slice_is(fake_answer.body, "done"));
    command_err = ERR_CONFLICT;
    fake_end();
    fake_begin("GET", "/then");
    rest_handle(rest, &fake_request);
    finish(SLICE(""), SLICE(""));
    cr_assert(slice_is(fake_answer.body, "refused"));
}

Test(dispatch, a_full_core_queue_is_answered_at_once)
{
    command_err = ERR_LIMIT;
    cr_assert_eq(call("GET", "/submit", NULL), 429);
    cr_assert(slice_is(fake_answer_header("Retry-After"), "1"));
}

Test(dispatch, every_answer_is_counted)
{
    int64_t before = metric_get(METRIC_HTTP_REQUESTS);
    call("GET", "/open", NULL);
    call("GET", "/nowhere", NULL);
    cr_assert_eq(metric_get(METRIC_HTTP_REQUESTS), before + 2);
}

/* Paths and queries may hold secrets: the log gets the template. */
Test(dispatch, the_access_log_has_no_paths)
{
    char line[2048] = "";
    int ends[2], saved = dup(STDERR_FILENO);
    cr_assert_eq(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    log_set_level(LOG_DEBUG);
    call("GET", "/organization/" ORG "/x?code=secret", "agent");
    dup2(saved, STDERR_FILENO);
    cr_assert_gt(read(ends[0], line, sizeof line - 1), 0);
    cr_assert(strstr(line, "\"template\":\"/organization/{orgid}/x\""), "%s", line);
    cr_assert(strstr(line, "\"status\":200"));
    cr_assert_null(strstr(line, "secret"));
    cr_assert_null(strstr(line, ORG));
}

Test(dispatch, refusals_of_the_http_layer_have_a_body)
{
    struct http_reply reply = { 0 };
    fake_begin("GET", "/nowhere");
    rest_refuse(rest, &fake_request, ERR_TOO_LARGE, &reply);
    cr_assert_eq(reply.status, 413);
    cr_assert(memmem(reply.body.at, reply.body.len, "\"status\":413", 12));
    fake_end();
    fake_begin("POST", "/json");
    rest_refuse(rest, &fake_request, ERR_TOO_LARGE, &reply);
    cr_assert(memmem(reply.body.at, reply.body.len, "\"reasonCode\":413", 16)); /* its family's */
    cr_assert_eq(reply.header_count, 1);
    cr_assert(slice_is(reply.headers[0].name, "trackingid"));
}

Test(dispatch, short_memory_is_503_not_silence)
{
    fake_begin("GET", "/open");
    arena_free(fake_request.arena);
    fake_request.arena = arena_new(16);
    rest_handle(rest, &fake_request);
    cr_assert_eq(fake_answers, 1);
    cr_assert_eq(fake_answer.status, 503);
}
