#include "api/rest/dispatch.h"
#include "api/rest/routes.h"
#include "api/services.h"
#include "base/clock.h"
#include "domain/identity/identity.h"
#include "unit/api/rest/fake_http.h"

enum err identity_check(struct identity *id, struct slice token, int64_t now_ms,
                        struct principal *out)
{
    (void)id, (void)token, (void)now_ms, (void)out;
    return ERR_UNAUTHORIZED;
}

static const struct operation rows[] = {
    { .id = "h", .path = "/healthz", .handler = rest_healthz, .auth = AUTH_NONE },
    { .id = "r", .path = "/readyz", .handler = rest_readyz, .auth = AUTH_NONE },
    { .id = "m", .path = "/metrics", .handler = rest_metrics, .auth = AUTH_NONE },
    { .id = "o", .path = "/openapi.json", .handler = rest_openapi, .auth = AUTH_NONE },
};
static bool is_ready;
static bool ready(const struct services *s, const char **why)
{
    (void)s;
    *why = "store";
    return is_ready;
}
static struct rest *rest;
static struct clock now;
static struct services services = { .clock = &now, .ready = ready };

static void setup(void)
{
    clock_init_virtual(&now, 1000);
    services.public_url = SLICE("https://cc.example.org");
    cr_assert_eq(rest_new(rows, sizeof rows / sizeof *rows, &services, &rest), ERR_OK);
}
static void teardown(void)
{
    fake_end();
    rest_free(rest);
}
TestSuite(server_ops, .init = setup, .fini = teardown);

static int get(const char *path)
{
    fake_end();
    fake_begin("GET", path);
    arena_free(fake_request.arena);
    fake_request.arena = arena_new(64 << 20); /* the document is large */
    rest_handle(rest, &fake_request);
    cr_assert_eq(fake_answers, 1);
    return fake_answer.status;
}

Test(server_ops, health_needs_nothing)
{
    cr_assert_eq(get("/healthz"), 200);
    cr_assert(slice_is(fake_answer.body, "{\"status\":\"ok\"}"));
}

Test(server_ops, readiness_says_what_is_missing)
{
    cr_assert_eq(get("/readyz"), 503);
    cr_assert(slice_is(json_text(json_get(fake_answer_json(), "why"), SLICE("")), "store"));
    is_ready = true;
    cr_assert_eq(get("/readyz"), 200);
}

Test(server_ops, metrics_are_prometheus_text)
{
    cr_assert_eq(get("/metrics"), 200);
    cr_assert(slice_starts(fake_answer.content_type, SLICE("text/plain; version=0.0.4")));
    cr_assert(slice_starts(fake_answer.body, SLICE("# HELP cordboard_")));
}

Test(server_ops, the_document_names_this_server_and_its_operations)
{
    cr_assert_eq(get("/openapi.json"), 200);
    const struct json *root = fake_answer_json();
    cr_assert(slice_is(json_text(json_get(root, "openapi"), SLICE("")), "3.1.0"));
    const struct json *server = json_get(root, "servers")->first;
    cr_assert(slice_is(json_text(json_get(server, "url"), SLICE("")), "https://cc.example.org"));
    const struct json *paths = json_get(root, "paths");
    cr_assert_not_null(json_get(json_get(paths, "/healthz"), "get"));
    cr_assert(slice_is(fake_answer_header("Cache-Control"), "max-age=300"));
}
