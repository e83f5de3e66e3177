#include "api/config/response.h"

#include "api/config/config.h"
#include "base/json_write.h"

void response_reply(struct rest_call *call, const struct core_answer *answered)
{
    struct buf out;
    struct json_writer w;
    if (answered->err) {
        rest_fail(call, answered->err, answered->detail);
        return;
    }
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_i64(&w, "code", 200);
    json_member_raw(&w, "details", answered->result);
    json_key(&w, "links");
    json_array_begin(&w);
    json_array_end(&w);
    json_object_end(&w);
    if (config_answer(call, &out) != ERR_OK)
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
}
