/* Everything that leaves: headers common to all answers, error bodies, metrics and the access log.
 *
 * After http_reply the request, its arena and the call may be gone: it is always the last word. */
#include <stdarg.h>
#include <stdio.h>

#include "api/rest/error_body.h"
#include "api/rest/rest_priv.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"

enum { COMMON_HEADERS = 10 };

/* The log names the operation and its template, not the path: some paths hold secrets. */
static void count(const struct rest_call *call, int status)
{
    const struct operation *op = call->operation;
    int64_t us = (clock_mono_ns() - call->http->started_ns) / 1000;
    metric_add(METRIC_HTTP_REQUESTS, 1);
    if (status >= 500)
        metric_add(METRIC_HTTP_ERRORS, 1);
    metric_observe_us(METRIC_HTTP_SECONDS, us);
    if (!log_enabled(LOG_DEBUG))
        return;
    log_write(LOG_DEBUG, "request", LOG_TEXT("method", call->http->method),
              LOG_TEXT("operation", slice_of(op ? op->id : "none")),
              LOG_TEXT("template", slice_of(op ? op->path : "none")), LOG_NUM("status", status),
              LOG_NUM("us", us), LOG_TEXT("trackingId", call->tracking_id));
}

static bool has_header(const struct http_header *headers, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (slice_eq_nocase(headers[i].name, slice_of(name)))
            return true;
    return false;
}

/* `"default";r=299;t=60` and `"default";q=300;w=60`: draft-ietf-httpapi-ratelimit-headers-10. */
static size_t add_quota(const struct rest_call *call, struct http_header *to)
{
    const struct quota_view *q = &call->quota;
    if (!q->policy || q->limit == RATE_OFF)
        return 0;
    struct slice now =
        arena_printf(call->arena, "\"%s\";r=%u;t=%u", q->policy, q->left, q->reset_s);
    struct slice policy =
        arena_printf(call->arena, "\"%s\";q=%u;w=%d", q->policy, q->limit, QUOTA_WINDOW_S);
    if (!now.at || !policy.at)
        return 0;
    to[0] = (struct http_header){ SLICE("RateLimit"), now };
    to[1] = (struct http_header){ SLICE("RateLimit-Policy"), policy };
    return 2;
}

/* Any page may read answers, but not those to requests with cookies (there is no
 * Allow-Credentials): it has to bring a token. */
static size_t add_common(const struct rest_call *call, struct http_header *to)
{
    size_t n = 0;
    to[n++] = (struct http_header){ SLICE("trackingid"), call->tracking_id };
    to[n++] = (struct http_header){ SLICE("Access-Control-Allow-Origin"), SLICE("*") };
    to[n++] = (struct http_header){ SLICE("Access-Control-Expose-Headers"),
                                    SLICE("trackingid, Retry-After, Location, RateLimit, "
                                          "RateLimit-Policy, ETag, Idempotency-Replayed") };
    to[n++] = (struct http_header){ SLICE("X-Content-Type-Options"), SLICE("nosniff") };
    if (call->http->secure)
        to[n++] =
            (struct http_header){ SLICE("Strict-Transport-Security"), SLICE("max-age=31536000") };
    if (call->replayed)
        to[n++] = (struct http_header){ SLICE("Idempotency-Replayed"), SLICE("true") };
    return n + add_quota(call, to + n);
}

void rest_reply_text(struct rest_call *call, int status, struct slice content_type,
                     struct slice body, const struct http_header *headers, size_t header_count)
{
    static const struct http_reply no_memory = { .status = 503 };
    struct http_header *all =
        arena_alloc(call->arena, (header_count + COMMON_HEADERS) * sizeof *all);
    if (!status && call->operation)
        status = call->operation->success;
    count(call, all ? status : no_memory.status);
    if (!all) {
        http_reply(call->http, &no_memory);
        return;
    }
    size_t n = add_common(call, all);
    for (size_t i = 0; i < header_count; i++)
        all[n++] = headers[i];
    if (!has_header(headers, header_count, "Cache-Control"))
        all[n++] = (struct http_header){ SLICE("Cache-Control"), SLICE("no-store") };
    http_reply(call->http, &(struct http_reply){ status, content_type, body, all, n });
}

void rest_reply(struct rest_call *call, int status, struct slice json)
{
    rest_reply_text(call, status, json.len ? SLICE("application/json") : SLICE(""), json, NULL, 0);
}

/* RFC 6750, section 3: what a 401 or 403 says about the token. */
static bool challenge(enum err e, struct slice *out)
{
    if (e == ERR_FORBIDDEN)
        *out = SLICE("Bearer error=\"insufficient_scope\"");
    else if (e == ERR_TOKEN_EXPIRED)
        *out = SLICE("Bearer error=\"invalid_token\"");
    else if (e == ERR_UNAUTHORIZED)
        *out = SLICE("Bearer");
    else if (e == ERR_INVALID_CLIENT)
        *out = SLICE("Basic realm=\"cordboard\"");
    else
        return false;
    return true;
}

static struct error_body error_of(const struct rest_call *call, enum err e, struct slice detail)
{
    return (struct error_body){ .err = e,
                                .detail = detail,
                                .tracking_id = call->tracking_id,
                                .path = call->http->path,
                                .now_ms = clock_now_ms(call->services->clock) };
}

/* Of the rate limit it is known when to come back; what else was too much may be over at once. */
static struct slice retry_after(const struct rest_call *call, enum err e)
{
    struct slice seconds = { NULL, 0 };
    if (e == ERR_RATE_LIMITED && call->quota.policy)
        seconds = arena_printf(call->arena, "%u", call->quota.reset_s);
    return seconds.at ? seconds : SLICE("1");
}

void rest_fail(struct rest_call *call, enum err e, struct slice detail)
{
    struct http_header extra[2];
    size_t n = 0;
    if (!call->operation) {
        rest_reply_unrouted(call, e, 0);
        return;
    }
    if (e == ERR_OK) /* a bug of the caller, but the client must not wait for ever */
        e = ERR_INTERNAL;
    struct error_body body = error_of(call, e, detail);
    if (challenge(e, &extra[n].value))
        extra[n++].name = SLICE("WWW-Authenticate");
    if (err_status(e) == 429 || err_status(e) == 503)
        extra[n++] = (struct http_header){ SLICE("Retry-After"), retry_after(call, e) };
    if (err_status(e) >= 500)
        log_write(LOG_ERROR, "call-failed", LOG_TEXT("operation", slice_of(call->operation->id)),
                  LOG_TEXT("error", slice_of(err_code(e))),
                  LOG_TEXT("detail", detail.at ? detail : SLICE("")),
                  LOG_TEXT("trackingId", call->tracking_id));
    enum rest_family family = call->operation->family;
    rest_reply_text(call, err_status(e), error_content_type(family),
                    error_body_write(call->arena, family, &body), extra, n);
}

enum err rest_failf(struct rest_call *call, enum err e, const char *format, ...)
{
    struct buf text;
    va_list ap;
    buf_init_arena(&text, call->arena);
    va_start(ap, format);
    buf_vprintf(&text, format, ap);
    va_end(ap);
    rest_fail(call, e, buf_slice(&text));
    return ERR_OK;
}

void rest_reply_unrouted(struct rest_call *call, enum err e, unsigned allowed)
{
    struct http_header allow = { SLICE("Allow"), router_methods(call->arena, allowed) };
    struct error_body body = error_of(call, e, SLICE(""));
    rest_reply_text(call, err_status(e), SLICE("application/json"),
                    error_body_unrouted(call->arena, &body), &allow, allowed ? 1 : 0);
}

void rest_reply_preflight(struct rest_call *call)
{
    static const struct http_header headers[] = {
        { SLICE_INIT("Access-Control-Allow-Methods"), SLICE_INIT("GET, POST, PUT, PATCH, DELETE") },
        { SLICE_INIT("Access-Control-Allow-Headers"),
          SLICE_INIT("accept, authorization, cisco-device-url, cisco-no-http-redirect, "
                     "content-type, idempotency-key, if-match, spark-user-agent, trackingid, "
                     "x-organization-id") },
        { SLICE_INIT("Access-Control-Max-Age"), SLICE_INIT("600") },
    };
    rest_reply_text(call, 204, SLICE(""), SLICE(""), headers, sizeof headers / sizeof *headers);
}
