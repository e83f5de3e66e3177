/* The handlers with a real catalogue and core behind them; only the HTTP server is a stand-in.
 * Tests that use it need: net domain/core domain/event store/memory */
#ifndef TESTS_CONFIG_HANDLER_KIT_H
#define TESTS_CONFIG_HANDLER_KIT_H
#include "../../domain/catalog/kit.h"
#include "../rest/fake_http.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "api/services.h"
#include "base/clock.h"

static struct kit k;
static struct clock now_clock;
static struct services services;
static char org[UUID_TEXT_LEN + 1];
/* Of the calls that follow. */
static struct principal caller;
static enum rest_method method;
static const char *op_path = "/organization/{orgid}/v2/site";

/* The engine of these tests: every command is a step and durable at once. */
static enum err submit(struct core_port *port, const struct core_command *command)
{
    (void)port;
    struct core_answer answer = { .err = kit_run(&k, command->run, command->args) };
    answer.result = k.fx.result;
    answer.detail = k.fx.detail;
    command->done(command->ctx, &answer);
    return ERR_OK;
}

static struct core_port port = { submit };

static inline void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
    clock_init_virtual(&now_clock, 1000);
    uuid_format(k.org, org);
    services = (struct services){ .clock = &now_clock, .core = &port, .catalog = k.catalog };
}

static inline void teardown(void)
{
    fake_end();
    kit_stop(&k, true);
}

/* Of the next call alone. */
static const char *header_name, *header_value;
static inline void request_header(const char *name, const char *value)
{
    header_name = name;
    header_value = value;
}

/* Calls the handler as the dispatcher would; the answer's status. */
static inline int call(rest_handler *handler, enum resource r, int success, const char *query,
                       struct uuid id, const char *body)
{
    static char target[512], id_text[UUID_TEXT_LEN + 1];
    static struct operation operation;
    static struct rest_call c;
    struct json *node = NULL;
    uuid_format(id, id_text);
    snprintf(target, sizeof target, "/organization/%s/v2/site?%s", org, query);
    fake_end(); /* of the call before */
    struct http_request *req = fake_begin("GET", target);
    if (header_name)
        fake_header(header_name, header_value);
    header_name = NULL;
    operation = (struct operation){ .id = "op",
                                    .path = op_path,
                                    .method = method,
                                    .success = success,
                                    .resource = (int)r,
                                    .family = FAMILY_CONFIG };
    if (body)
        cr_assert_eq(json_parse(req->arena, slice_of(body), &node, NULL), ERR_OK);
    c = (struct rest_call){ .http = req,
                            .arena = req->arena,
                            .operation = &operation,
                            .services = &services,
                            .principal = caller,
                            .org = slice_of(org),
                            .params = { slice_of(org), slice_of(id_text) },
                            .tracking_id = SLICE("ccconfig_1"),
                            .body = node };
    enum err e = handler(&c);
    if (e != ERR_OK)
        rest_fail(&c, e, (struct slice){ NULL, 0 });
    cr_assert_eq(fake_answers, 1);
    return fake_answer.status;
}

static inline bool answered(const char *text)
{
    bool found = fake_answer.body.len &&
                 memmem(fake_answer.body.at, fake_answer.body.len, text, strlen(text));
    if (!found)
        fprintf(stderr, "wanted %s in %.*s\n", text, SLICE_ARG(fake_answer.body));
    return found;
}

static const struct uuid none = { { 0 } };
#endif
