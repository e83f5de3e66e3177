/* The agent's calls besides login and logout. */
#include "domain/agent/agent.h"
#include "domain/agent/agent_call.h"
#include "domain/core/publish.h"

enum { REASON_CODE_AGENT_NOT_FOUND = 1038 };

enum err agent_refuse(const struct centre *c, const struct agent_call *call, enum event_type type,
                      enum err err, const char *why, struct effects *fx)
{
    struct slice reason = slice_of(why);
    publish(fx,
            &(struct news){
                .type = type,
                .centre = c,
                .user = call->user,
                .reason = reason,
                .reason_code = slice_is(reason, AGENT_NOT_FOUND) ? REASON_CODE_AGENT_NOT_FOUND : 0,
                .tracking_id = call->tracking_id,
            });
    return err;
}

/* ---- state ---- */

/* Who changed it: nothing when it was the agent itself. */
static void note_changer(const struct centre *c, const struct agent_set_state_args *in,
                         struct config_user *by, struct agent_move *m)
{
    const struct config_view *view = &c->all->view;
    if (uuid_is_nil(in->by) || uuid_eq(in->by, in->call.user))
        return;
    m->by = in->by;
    if (view->ops->user(view->ctx, c->org, in->by, by))
        m->by_name = by->name;
}

/* False: no such idle code. */
static bool note_code(const struct centre *c, struct uuid id, struct agent_move *m)
{
    const struct config_view *view = &c->all->view;
    struct config_aux_code code;
    if (!view->ops->aux_code(view->ctx, c->org, id, &code) || !code.active || !code.is_idle)
        return false;
    m->idle_code = id;
    m->idle_code_name = code.name;
    return true;
}

enum err agent_set_state(struct world *w, const void *args, struct effects *fx)
{
    const struct agent_set_state_args *in = args;
    const enum event_type failed = EVENT_AGENT_STATE_FAILED;
    const struct agent_call asker = agent_call_by(&in->call, in->by);
    struct centre *c = centre_make(centres_of(w), in->call.org);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    struct agent *a = agent_find(c, in->call.user);
    struct agent_move m = { .to = in->state,
                            .reason = in->reason,
                            .tracking_id = in->call.tracking_id };
    if (!a)
        return agent_refuse(c, &asker, failed, ERR_NOT_FOUND, AGENT_NOT_FOUND, fx);
    if (in->state != AGENT_IDLE && in->state != AGENT_AVAILABLE)
        return agent_refuse(c, &asker, failed, ERR_INVALID_FIELD, "INVALID_STATE", fx);
    if (in->reason.len > LIMIT_reason_bytes_max)
        return agent_refuse(c, &asker, failed, ERR_INVALID_FIELD, "INVALID_REASON", fx);
    if (in->state == AGENT_AVAILABLE && !agent_is_welcome(a))
        return agent_refuse(c, &asker, failed, ERR_INVALID_FIELD, "INVALID_USER", fx);
    if (in->state == AGENT_IDLE && !note_code(c, in->idle_code, &m))
        return agent_refuse(c, &asker, failed, ERR_INVALID_FIELD, "INVALID_AUX_CODE", fx);
    struct config_user by;
    note_changer(c, in, &by, &m);
    agent_move_to(a, &m, fx);
    return ERR_OK;
}

/* ---- sockets ---- */

static void lose_socket(struct agent *a, struct effects *fx)
{
    struct centres *all = a->centre->all;
    agent_touch(a);
    a->s.recovery_due = world_now_ms(all->world) + all->settings.recovery_ms;
    if (timer_set(all->world, &a->recovery, a->s.recovery_due, agent_recovery_over) != ERR_OK)
        fx->failed = true;
}

enum err agent_socket_lost(struct world *w, const void *args, struct effects *fx)
{
    const struct agent_call *call = args;
    struct centre *c = centre_find(centres_of(w), call->org);
    struct agent *a = c ? agent_find(c, call->user) : NULL;
    if (a && a->s.recovery_due == 0)
        lose_socket(a, fx);
    return ERR_OK;
}

/* A centre that is not finished is looked up again by the next step: `centre` stays before it. */
enum err agent_all_sockets_lost(struct world *w, const void *args, struct effects *fx)
{
    struct agent_lost_cursor *at = ((const struct agent_lost_args *)args)->cursor;
    size_t next = at->centre;
    struct slice key;
    struct centre *c;
    void *agent;
    int left = LOST_SOCKETS_PER_STEP;
    for (; centres_next(centres_of(w), &next, &c); at->centre = next, at->agent = 0)
        while (map_next(&c->agents, &at->agent, &key, &agent)) {
            lose_socket(agent, fx);
            if (--left == 0)
                return ERR_OK;
        }
    at->over = true;
    return ERR_OK;
}

enum err agent_socket_back(struct world *w, const void *args, struct effects *fx)
{
    (void)fx;
    const struct agent_call *call = args;
    struct centre *c = centre_find(centres_of(w), call->org);
    struct agent *a = c ? agent_find(c, call->user) : NULL;
    if (!a || a->s.recovery_due == 0)
        return ERR_OK;
    agent_touch(a);
    a->s.recovery_due = 0;
    timer_cancel(w, &a->recovery);
    return ERR_OK;
}
