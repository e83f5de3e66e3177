#include "api/rest/dispatch.h"

#include <stdlib.h>

#include "api/rest/error_body.h"
#include "api/rest/rest_priv.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/metrics.h"

struct rest {
    struct router *router;
    const struct services *services;
};

enum err rest_new(const struct operation *operations, size_t count, const struct services *services,
                  struct rest **out)
{
    struct rest *r = calloc(1, sizeof *r);
    if (!r)
        return ERR_OUT_OF_MEMORY;
    enum err e = router_new(operations, count, &r->router);
    if (e) {
        free(r);
        return e;
    }
    r->services = services;
    *out = r;
    return ERR_OK;
}

void rest_free(struct rest *r)
{
    if (!r)
        return;
    router_free(r->router);
    free(r);
}

/* The handler answers itself, or says by an error that it has not. */
static void run(struct rest_call *call, const struct route *route)
{
    struct slice detail = { NULL, 0 };
    enum err e = rest_access_check(call, route, &detail);
    if (e == ERR_OK)
        e = rest_query_check(call, &detail);
    if (e == ERR_OK)
        e = rest_body_read(call, &detail);
    if (e == ERR_OK)
        e = call->operation->handler(call);
    if (e)
        rest_fail(call, e, detail);
}

/* Files only from those who may send them: others get the ordinary limit, and the refusal of their
 * token if they keep to it. */
size_t rest_body_max(void *ctx, struct http_request *http)
{
    const struct rest *r = ctx;
    struct route route;
    struct slice detail;
    struct rest_call *call = arena_alloc(http->arena, sizeof *call);
    if (!call || router_find(r->router, http->method, http->path, http->arena, &route) != ERR_OK ||
        route.operation->body != BODY_UPLOAD)
        return LIMIT_body_bytes_max;
    *call = (struct rest_call){
        .http = http, .arena = http->arena, .operation = route.operation, .services = r->services
    };
    return rest_access_check(call, &route, &detail) == ERR_OK ? LIMIT_upload_bytes_max
                                                              : LIMIT_body_bytes_max;
}

/* Without memory for a call there is none for a body either. */
static void refuse_for_memory(struct http_request *http)
{
    metric_add(METRIC_HTTP_REQUESTS, 1);
    metric_add(METRIC_HTTP_ERRORS, 1);
    http_reply(http, &(struct http_reply){ .status = err_status(ERR_OUT_OF_MEMORY) });
}

void rest_handle(void *ctx, struct http_request *http)
{
    const struct rest *r = ctx;
    struct route route;
    struct rest_call *call = arena_alloc(http->arena, sizeof *call);
    if (!call) {
        refuse_for_memory(http);
        return;
    }
    enum err e = router_find(r->router, http->method, http->path, http->arena, &route);
    *call = (struct rest_call){
        .http = http, .arena = http->arena, .operation = route.operation, .services = r->services
    };
    memcpy(call->params, route.params, sizeof call->params);
    call->tracking_id = rest_tracking_id(http, route.operation ? (int)route.operation->family : -1,
                                         clock_now_ms(r->services->clock));
    if (!call->tracking_id.at)
        refuse_for_memory(http);
    else if (slice_is(http->method, "OPTIONS"))
        rest_reply_preflight(call);
    else if (e)
        rest_reply_unrouted(call, e, route.allowed);
    else
        run(call, &route);
}

/* What a request of a known operation is told, as if it had got there. */
static void refuse_operation(const struct operation *op, struct http_request *http,
                             struct error_body *body, struct http_reply *out)
{
    struct http_header *tracking = arena_alloc(http->arena, sizeof *tracking);
    body->tracking_id = rest_tracking_id(http, (int)op->family, body->now_ms);
    if (tracking && body->tracking_id.at) {
        *tracking = (struct http_header){ SLICE("trackingid"), body->tracking_id };
        out->headers = tracking;
        out->header_count = 1;
    }
    out->content_type = error_content_type(op->family);
    out->body = error_body_write(http->arena, op->family, body);
}

void rest_refuse(void *ctx, struct http_request *http, enum err why, struct http_reply *out)
{
    const struct rest *r = ctx;
    struct route route;
    struct error_body body = { .err = why,
                               .path = http->path,
                               .now_ms = clock_now_ms(r->services->clock) };
    metric_add(METRIC_HTTP_REFUSED, 1);
    out->status = err_status(why);
    if (http->path.len &&
        router_find(r->router, http->method, http->path, http->arena, &route) == ERR_OK) {
        refuse_operation(route.operation, http, &body, out);
        return;
    }
    out->content_type = SLICE("application/json");
    out->body = error_body_unrouted(http->arena, &body);
}
