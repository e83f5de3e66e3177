/* What bounds the caller: the rate limit with what is left of it, and the named limits of
 * spec/limits.def. */
#include "base/limits.h"

#include "api/rest/quota.h"
#include "api/rest/rest.h"
#include "api/rest/routes.h"
#include "api/services.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json_write.h"

static void put_quota(struct json_writer *w, const struct rest_call *call)
{
    struct quota_view q;
    quota_look(call->services->quota, &call->principal, clock_now_ms(call->services->clock), &q);
    json_key(w, "rateLimit");
    json_object_begin(w);
    json_member_cstr(w, "policy", q.policy);
    json_member_cstr(w, "countedBy", uuid_is_nil(call->principal.client) ? "user" : "client");
    json_member_bool(w, "limited", q.limit != RATE_OFF);
    if (q.limit != RATE_OFF) {
        json_member_i64(w, "requestsPerMinute", q.limit);
        json_member_i64(w, "left", q.left);
        json_member_i64(w, "resetSeconds", q.reset_s);
    }
    json_object_end(w);
}

static void put_rows(struct json_writer *w)
{
    json_key(w, "limits");
    json_array_begin(w);
    for (const struct limit_row *row = limit_rows; row->name; row++) {
        json_object_begin(w);
        json_member_cstr(w, "name", row->name);
        json_member_i64(w, "value", row->value);
        json_member_cstr(w, "about", row->about);
        json_object_end(w);
    }
    json_array_end(w);
}

enum err rest_sandbox_limits(struct rest_call *call)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    put_quota(&w, call);
    put_rows(&w);
    json_object_end(&w);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 200, buf_slice(&out));
    return ERR_OK;
}
