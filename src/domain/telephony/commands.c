/* The hand at the simulated telephone. */
#include "domain/telephony/commands.h"

#include "base/limits.h"
#include "domain/core/publish.h"
#include "domain/telephony/phones_priv.h"

static bool is_number(struct slice number)
{
    return number.len > 0 && number.len <= LIMIT_dial_number_bytes_max;
}

enum err device_set(struct world *w, const void *args, struct effects *fx)
{
    const struct device_set_args *in = args;
    struct centre *c = centre_make(centres_of(w), in->call.org);
    if (!is_number(in->call.number) || (in->answers && in->answer_after_ms < 0)) {
        effects_detail(fx, "dialNumber: 1 to %d bytes; answerAfterMs: null or not negative",
                       LIMIT_dial_number_bytes_max);
        return ERR_INVALID_FIELD;
    }
    if (c && !device_find(c, in->call.number) &&
        (int64_t)c->devices.count >= world_org_limit(w, in->call.org, ORG_LIMIT_DEVICES))
        return ERR_LIMIT;
    struct device *d = c ? device_make(c, in->call.number, DEVICE_NONE) : NULL;
    if (!d)
        return ERR_OUT_OF_MEMORY;
    device_touch(d);
    d->s.is_set = true;
    d->s.answers = in->answers;
    d->s.answer_after = in->answers ? in->answer_after_ms : 0;
    d->s.is_unreachable = in->unreachable;
    publish_result_device(fx, &d->s);
    return ERR_OK;
}

static struct device *find(struct world *w, const struct device_call *call)
{
    struct centre *c = centre_find(centres_of(w), call->org);
    return c ? device_find(c, call->number) : NULL;
}

enum err device_answer(struct world *w, const void *args, struct effects *fx)
{
    struct device *d = find(w, args);
    if (!d || d->s.ringing_time == 0)
        return ERR_CONFLICT;
    device_pick_up(d);
    device_heard(d->centre, d->s.task_id, DEVICE_ANSWERED, fx);
    return ERR_OK;
}

static enum err put_down(struct device *d, enum device_event what, struct effects *fx)
{
    struct uuid task = d->s.task_id;
    device_put_down(d);
    device_heard(d->centre, task, what, fx);
    return ERR_OK;
}

enum err device_decline(struct world *w, const void *args, struct effects *fx)
{
    struct device *d = find(w, args);
    if (!d || d->s.ringing_time == 0)
        return ERR_CONFLICT;
    return put_down(d, DEVICE_DECLINED, fx);
}

enum err device_hangup(struct world *w, const void *args, struct effects *fx)
{
    struct device *d = find(w, args);
    if (!d || uuid_is_nil(d->s.task_id) || d->s.ringing_time != 0)
        return ERR_CONFLICT;
    return put_down(d, DEVICE_HUNG_UP, fx);
}

enum err device_describe(struct world *w, const void *args, struct effects *fx)
{
    const struct device_call *call = args;
    struct device *d = find(w, call);
    int64_t after = centres_of(w)->settings.device_answer_ms;
    struct device_snapshot plain = { .number = call->number,
                                     .answers = after >= 0,
                                     .answer_after = after >= 0 ? after : 0 };
    if (!is_number(call->number))
        return ERR_INVALID_FIELD;
    publish_result_device(fx, d ? &d->s : &plain);
    return ERR_OK;
}
