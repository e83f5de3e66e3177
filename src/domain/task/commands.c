/* Calls on contacts: find it, look whether the caller has it and its state fits, then flow.c. */
#include "domain/task/commands.h"

#include "base/arena.h"
#include "base/limits.h"
#include "domain/core/publish.h"
#include "domain/task/task_priv.h"
#include "domain/telephony/device.h"

/* ---- arrival ---- */

static enum err check_attributes(const struct attribute *list, uint32_t count, struct effects *fx)
{
    if (count > LIMIT_task_attributes_max) {
        effects_detail(fx, "attributes: at most %d", LIMIT_task_attributes_max);
        return ERR_INVALID_FIELD;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (list[i].name.len > 0 && list[i].name.len <= LIMIT_attribute_name_bytes_max &&
            list[i].value.len <= LIMIT_attribute_value_bytes_max)
            continue;
        effects_detail(fx, "attributes: name 1 to %d bytes, value at most %d bytes",
                       LIMIT_attribute_name_bytes_max, LIMIT_attribute_value_bytes_max);
        return ERR_INVALID_FIELD;
    }
    return ERR_OK;
}

static enum err check_arrival(const struct centre *c, const struct task_create_args *in,
                              struct config_entry_point *ep, struct config_queue *q,
                              struct effects *fx)
{
    const struct config_view *view = &c->all->view;
    const char *wrong = NULL;
    if (in->from.len == 0 || in->from.len > LIMIT_contact_address_bytes_max)
        wrong = "from: must be given and not too long";
    else if (in->to.len > LIMIT_contact_address_bytes_max)
        wrong = "to: too long";
    else if (!view->ops->entry_point(view->ctx, c->org, in->entry_point, ep) || !ep->active)
        wrong = "entryPointId: no such active entry point";
    else if (ep->channel != in->channel)
        wrong = "channel: not the entry point's channel";
    else if (!view->ops->queue(view->ctx, c->org, ep->default_queue, q) || !q->active)
        wrong = "entryPointId: has no active default queue";
    else if (q->channel != in->channel)
        wrong = "entryPointId: its default queue is for another channel";
    if (wrong) {
        effects_detail(fx, "%s", wrong);
        return ERR_INVALID_FIELD;
    }
    return check_attributes(in->attributes, in->attribute_count, fx);
}

static void set_result(struct effects *fx, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    fx->result = arena_printf(fx->arena, "{\"taskId\":\"%s\"}", text);
    if (!fx->result.at)
        fx->failed = true;
}

static struct task *arrive(struct centre *c, const struct task_create_args *in,
                           const struct config_entry_point *ep)
{
    int64_t now = centre_now(c);
    struct task_snapshot s = {
        .id = world_new_id(c->all->world),
        .org = c->org,
        .state = TASK_NEW,
        .status = STATUS_NEW,
        .channel_type = in->channel,
        .direction = DIRECTION_INBOUND,
        .is_active = true,
        .origin = in->from,
        .destination = in->to.len > 0 ? in->to : ep->name,
        .entry_point_id = in->entry_point,
        .entry_point_name = ep->name,
        .created_time = now,
        .state_time = now,
        .attributes = in->attributes,
        .attribute_count = in->attribute_count,
    };
    return task_new(c, &s);
}

/* No contact more for now. */
static bool is_busy(const struct centre *c, const struct task_create_args *in,
                    const struct config_entry_point *ep, const struct config_queue *q,
                    struct effects *fx)
{
    if (task_entry_is_full(c, in->entry_point, ep->max_contacts))
        effects_detail(fx, "maximumActiveContacts: the entry point is busy");
    else if (task_queue_is_full(c, ep->default_queue, q->max_contacts))
        effects_detail(fx, "maxActiveContacts: the queue of the entry point is full");
    else
        return (int64_t)c->tasks.count >= world_org_limit(c->all->world, c->org, ORG_LIMIT_TASKS);
    return true;
}

enum err task_create(struct world *w, const void *args, struct effects *fx)
{
    const struct task_create_args *in = args;
    struct centre *c = centre_make(centres_of(w), in->org);
    struct config_entry_point ep = { 0 };
    struct config_queue q = { 0 };
    if (!c)
        return ERR_OUT_OF_MEMORY;
    enum err err = check_arrival(c, in, &ep, &q, fx);
    if (err != ERR_OK)
        return err;
    if (is_busy(c, in, &ep, &q, fx))
        return ERR_LIMIT;
    struct task *t = arrive(c, in, &ep);
    if (!t)
        return ERR_OUT_OF_MEMORY;
    if (!task_entry_take(t))
        fx->failed = true;
    task_touch(t);
    task_tell(t, EVENT_TASK_NEW, NULL, fx);
    task_park(t, ep.default_queue, &q, fx);
    set_result(fx, t->s.id);
    return ERR_OK;
}

/* ---- an agent's calls ---- */

static enum err refuse(struct world *w, const struct task_call *call, const struct task *t,
                       const char *operation, const char *why, struct effects *fx)
{
    struct centre *c = centre_make(centres_of(w), call->org);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    if (uuid_is_nil(call->user))
        return t ? ERR_CONFLICT : ERR_NOT_FOUND;
    publish(fx, &(struct news){ .type = EVENT_TASK_REFUSED,
                                .centre = c,
                                .task = t,
                                .task_id = call->task,
                                .user = call->user,
                                .operation = slice_of(operation),
                                .reason = slice_of(why),
                                .tracking_id = call->tracking_id });
    return t ? ERR_CONFLICT : ERR_NOT_FOUND;
}

static struct task *find(struct world *w, const struct task_call *call)
{
    struct centre *c = centre_find(centres_of(w), call->org);
    return c ? task_find(c, call->task) : NULL;
}

/* The contact if the caller has it, else NULL; nobody has none. */
static struct task *find_own(struct world *w, const struct task_call *call)
{
    struct task *t = find(w, call);
    bool own = t && !uuid_is_nil(call->user) && uuid_eq(t->s.agent_id, call->user);
    return own ? t : NULL;
}

static const char not_found[] = "TASK_NOT_FOUND";
static const char wrong_state[] = "TASK_NOT_IN_STATE";

/* The caller may have missed the first answer, and waits for one. */
static enum err answered_already(struct task *t, const struct task_call *call, struct effects *fx)
{
    publish(fx, &(struct news){ .type = EVENT_TASK_ASSIGNED_AGAIN,
                                .centre = t->centre,
                                .task = t,
                                .agent = t->agent,
                                .channel = t->agent->channels[t->channel].id,
                                .tracking_id = call->tracking_id });
    return ERR_OK;
}

/* Clients take the notice of a refused accept or reject (AgentContactAssignFailed) for the end of
 * the contact and forget it. So a caller who has the contact past the offer gets none. */
enum err task_accept(struct world *w, const void *args, struct effects *fx)
{
    const struct task_call *call = args;
    struct task *t = find_own(w, call);
    if (!t)
        return refuse(w, call, NULL, "accept", not_found, fx);
    if (t->s.state == TASK_CONNECTED || t->s.state == TASK_HELD)
        return answered_already(t, call, fx);
    if (t->s.state != TASK_OFFERED)
        return ERR_CONFLICT;
    if (t->s.channel_type == CHANNEL_TELEPHONY)
        t->centre->all->port->connect(t->centre, t->agent->s.dial_number, fx);
    task_answered(t, fx);
    return ERR_OK;
}

enum err task_reject(struct world *w, const void *args, struct effects *fx)
{
    const struct task_call *call = args;
    struct task *t = find_own(w, call);
    if (!t)
        return refuse(w, call, NULL, "reject", not_found, fx);
    if (t->s.state != TASK_OFFERED)
        return ERR_CONFLICT;
    task_declined(t, fx);
    return ERR_OK;
}

static enum err hold_call(struct world *w, const struct task_call *call, bool begins,
                          struct effects *fx)
{
    const char *operation = begins ? "hold" : "unhold";
    struct task *t = find_own(w, call);
    if (!t)
        return refuse(w, call, NULL, operation, not_found, fx);
    if (t->s.channel_type != CHANNEL_TELEPHONY)
        return refuse(w, call, t, operation, "NOT_A_VOICE_CONTACT", fx);
    if (t->s.state != (begins ? TASK_CONNECTED : TASK_HELD))
        return refuse(w, call, t, operation, wrong_state, fx);
    if (begins)
        task_hold_begin(t, fx);
    else
        task_hold_end(t, fx);
    return ERR_OK;
}

enum err task_hold(struct world *w, const void *args, struct effects *fx)
{
    return hold_call(w, args, true, fx);
}

enum err task_unhold(struct world *w, const void *args, struct effects *fx)
{
    return hold_call(w, args, false, fx);
}

enum err task_end(struct world *w, const void *args, struct effects *fx)
{
    const struct task_call *call = args;
    struct task *t = find_own(w, call);
    if (!t)
        return refuse(w, call, NULL, "end", not_found, fx);
    if (t->s.state != TASK_CONNECTED && t->s.state != TASK_HELD)
        return refuse(w, call, t, "end", wrong_state, fx);
    task_over(t, PARTY_AGENT, fx);
    return ERR_OK;
}

enum err task_wrapup(struct world *w, const void *args, struct effects *fx)
{
    const struct task_wrapup_args *in = args;
    struct task *t = find_own(w, &in->call);
    struct config_aux_code code;
    if (!t)
        return refuse(w, &in->call, NULL, "wrapup", not_found, fx);
    if (t->s.state != TASK_WRAPUP)
        return refuse(w, &in->call, t, "wrapup", wrong_state, fx);
    const struct config_view *view = &t->centre->all->view;
    if (!view->ops->aux_code(view->ctx, t->centre->org, in->code, &code) || !code.active ||
        code.is_idle || in->reason.len > LIMIT_reason_bytes_max) {
        refuse(w, &in->call, t, "wrapup", "INVALID_AUX_CODE", fx);
        return ERR_INVALID_FIELD;
    }
    code.id = in->code;
    task_wrapped_up(t, &code, in->reason, fx);
    return ERR_OK;
}

/* ---- from elsewhere ---- */

enum err task_hangup(struct world *w, const void *args, struct effects *fx)
{
    struct task *t = find(w, args);
    if (!t)
        return ERR_NOT_FOUND;
    if (t->s.is_terminated)
        return ERR_CONFLICT;
    task_over(t, PARTY_CUSTOMER, fx);
    return ERR_OK;
}

/* How many there would be afterwards: new names less removed ones. */
static uint32_t count_after(const struct task *t, const struct task_update_args *in)
{
    uint32_t n = t->s.attribute_count;
    for (uint32_t i = 0; i < in->attribute_count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < t->s.attribute_count; k++)
            known |= slice_eq(t->attributes[k].name, in->attributes[i].name);
        n += !known && in->attributes[i].value.len > 0;
        n -= known && in->attributes[i].value.len == 0;
    }
    return n;
}

enum err task_update(struct world *w, const void *args, struct effects *fx)
{
    const struct task_update_args *in = args;
    struct task *t = find(w, &in->call);
    if (!t)
        return ERR_NOT_FOUND;
    if (t->s.is_terminated)
        return ERR_CONFLICT;
    enum err err = check_attributes(in->attributes, in->attribute_count, fx);
    if (err != ERR_OK)
        return err;
    if (count_after(t, in) > LIMIT_task_attributes_max) {
        effects_detail(fx, "attributes: at most %d", LIMIT_task_attributes_max);
        return ERR_INVALID_FIELD;
    }
    task_touch(t);
    for (uint32_t i = 0; i < in->attribute_count; i++)
        if (!task_attribute_set(t, &in->attributes[i]))
            fx->failed = true;
    task_tell(t, EVENT_TASK_UPDATED, t->agent, fx);
    return ERR_OK;
}

enum err task_describe(struct world *w, const void *args, struct effects *fx)
{
    struct task *t = find(w, args);
    if (!t)
        return ERR_NOT_FOUND;
    publish_result_task(fx, t);
    return ERR_OK;
}
