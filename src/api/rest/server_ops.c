/* The server's own operations: is it alive, is it ready, how is it doing, what can it do. */
#include "api/rest/openapi.h"
#include "api/rest/routes.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json_write.h"
#include "base/metrics.h"

enum err rest_healthz(struct rest_call *call)
{
    rest_reply(call, 200, SLICE("{\"status\":\"ok\"}"));
    return ERR_OK;
}

enum err rest_readyz(struct rest_call *call)
{
    const struct services *s = call->services;
    const char *why = NULL;
    struct json_writer w;
    struct buf out;
    if (!s->ready || s->ready(s, &why)) {
        rest_reply(call, 200, SLICE("{\"status\":\"ready\"}"));
        return ERR_OK;
    }
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_cstr(&w, "status", "not ready");
    json_member_cstr(&w, "why", why);
    json_object_end(&w);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 503, buf_slice(&out));
    return ERR_OK;
}

enum err rest_metrics(struct rest_call *call)
{
    struct buf out;
    buf_init_arena(&out, call->arena);
    metrics_print(&out);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply_text(call, 200, SLICE("text/plain; version=0.0.4; charset=utf-8"), buf_slice(&out),
                    NULL, 0);
    return ERR_OK;
}

/* The document is made at build time; only the address it is served at is known now. */
enum err rest_openapi(struct rest_call *call)
{
    static const struct http_header cache = { SLICE_INIT("Cache-Control"),
                                              SLICE_INIT("max-age=300") };
    struct slice url = call->services->public_url;
    struct buf out;
    buf_init_arena(&out, call->arena);
    if (!buf_reserve(&out, openapi_head_len + url.len + openapi_tail_len))
        return ERR_OUT_OF_MEMORY;
    buf_add(&out, (struct slice){ openapi_head, openapi_head_len });
    buf_add(&out, url);
    buf_add(&out, (struct slice){ openapi_tail, openapi_tail_len });
    rest_reply_text(call, 200, SLICE("application/json"), buf_slice(&out), &cache, 1);
    return ERR_OK;
}
