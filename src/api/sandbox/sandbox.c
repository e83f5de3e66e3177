/* Our own API for integrators: simulated customers, the simulated telephones' hands, the clock. */
#include "api/rest/fields.h"
#include "api/rest/rest.h"
#include "api/rest/routes.h"
#include "api/sandbox/clock.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json_write.h"
#include "domain/task/commands.h"
#include "domain/telephony/commands.h"

enum { DIAL_NUMBER_MAX = 43, ADDRESS_MAX = 256 };
static const int64_t ANSWER_AFTER_MS_MAX = 86400000; /* a day */
static const int64_t ADVANCE_MS_MAX = 31622400000;   /* a leap year */

/* ---- contacts ---- */

enum err rest_sandbox_contact(struct rest_call *call)
{
    struct task_create_args *args = arena_alloc(call->arena, sizeof *args);
    int channel;
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = call->principal.org;
    args->tracking_id = call->tracking_id;
    if (!field_word(call, "channel", &words_channel_type, &channel) ||
        !field_id(call, "entryPointId", &args->entry_point) ||
        !field_text(call, "from", ADDRESS_MAX, &args->from) ||
        !field_optional_text(call, "to", ADDRESS_MAX, &args->to) ||
        !field_attributes(call, "attributes", &args->attributes, &args->attribute_count))
        return ERR_OK;
    args->channel = (enum channel_type)channel;
    return rest_submit(call, task_create, args, NULL);
}

enum err rest_sandbox_contact_hangup(struct rest_call *call)
{
    struct task_call *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    *args = (struct task_call){ .org = call->principal.org, .tracking_id = call->tracking_id };
    return rest_path_id(call, 0, &args->task) ? rest_submit(call, task_hangup, args, NULL) : ERR_OK;
}

/* ---- devices ---- */

static bool read_device(struct rest_call *call, struct device_call *out)
{
    *out = (struct device_call){ .org = call->principal.org,
                                 .number = call->params[0],
                                 .tracking_id = call->tracking_id };
    if (out->number.len && out->number.len <= DIAL_NUMBER_MAX)
        return true;
    rest_failf(call, ERR_INVALID_FIELD, "dialNumber: must have 1 to %d characters",
               DIAL_NUMBER_MAX);
    return false;
}

static enum err device(struct rest_call *call, command_fn *run)
{
    struct device_call *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    return read_device(call, args) ? rest_submit(call, run, args, NULL) : ERR_OK;
}

enum err rest_sandbox_device_answer(struct rest_call *call)
{
    return device(call, device_answer);
}

enum err rest_sandbox_device_decline(struct rest_call *call)
{
    return device(call, device_decline);
}

enum err rest_sandbox_device_hangup(struct rest_call *call)
{
    return device(call, device_hangup);
}

static void then_device(struct rest_call *call, const struct core_answer *answer)
{
    if (answer->err != ERR_OK) {
        rest_fail(call, answer->err, answer->detail);
        return;
    }
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_text(&w, "dialNumber", call->params[0]);
    json_key(&w, "answerAfterMs");
    json_put_node(&w, json_get(call->body, "answerAfterMs"));
    json_object_end(&w);
    rest_reply(call, 200, buf_slice(&out));
}

enum err rest_sandbox_device_set(struct rest_call *call)
{
    struct device_set_args *args = arena_alloc(call->arena, sizeof *args);
    const struct json *after = json_get(call->body, "answerAfterMs");
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!read_device(call, &args->call))
        return ERR_OK;
    bool is_number = after && after->type == JSON_INT && after->integer >= 0 &&
                     after->integer <= ANSWER_AFTER_MS_MAX;
    if (!after || (!is_number && after->type != JSON_NULL))
        return rest_failf(call, ERR_INVALID_FIELD, "answerAfterMs: must be null or 0 to %lld",
                          (long long)ANSWER_AFTER_MS_MAX);
    args->answers = is_number;
    args->answer_after_ms = is_number ? after->integer : 0;
    args->unreachable = json_bool(json_get(call->body, "unreachable"), false);
    return rest_submit(call, device_set, args, then_device);
}

/* ---- clock ---- */

static void reply_clock(struct rest_call *call)
{
    struct clock *clock = call->services->clock;
    int64_t now = clock_now_ms(clock);
    char text[TIME_TEXT_LEN + 1];
    time_format(now, text);
    rest_reply(call, 200,
               arena_printf(call->arena, "{\"clock\":\"%s\",\"now\":%lld,\"time\":\"%s\"}",
                            clock->is_virtual ? "virtual" : "real", (long long)now, text));
}

enum err rest_sandbox_clock(struct rest_call *call)
{
    reply_clock(call);
    return ERR_OK;
}

static void then_advanced(void *ctx, enum err result)
{
    struct rest_call *call = ctx;
    if (result == ERR_OK)
        reply_clock(call);
    else
        rest_fail(call, result, (struct slice){ 0 });
}

enum err rest_sandbox_clock_advance(struct rest_call *call)
{
    const struct json *ms = json_get(call->body, "advanceMs");
    if (!ms || ms->type != JSON_INT || ms->integer < 0 || ms->integer > ADVANCE_MS_MAX)
        return rest_failf(call, ERR_INVALID_FIELD, "advanceMs: must be 0 to %lld",
                          (long long)ADVANCE_MS_MAX);
    struct sandbox_clock *clock = call->services->sandbox_clock;
    enum err err = clock->advance(clock, ms->integer, then_advanced, call);
    if (err == ERR_CONFLICT)
        return rest_failf(call, err,
                          "The real clock cannot be moved; start the server with --clock virtual");
    return err;
}
