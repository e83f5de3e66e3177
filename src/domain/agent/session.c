/* Login and logout. */
#include <assert.h>

#include "domain/agent/agent.h"
#include "domain/agent/agent_call.h"
#include "domain/agent/commands.h"
#include "domain/core/publish.h"

/* ---- checks: each NULL or the reason of the contract ---- */

static bool is_dialable(struct slice number)
{
    size_t i = number.len > 0 && number.at[0] == '+' ? 1 : 0;
    if (i == number.len)
        return false;
    for (; i < number.len; i++)
        if (!strchr("0123456789*#,", number.at[i]) || number.at[i] == '\0')
            return false;
    return true;
}

static const char *check_device(const struct agent_login_args *in)
{
    if (in->dial_number.len > LIMIT_dial_number_bytes_max ||
        in->device_id.len > LIMIT_dial_number_bytes_max)
        return "INVALID_DIAL_NUMBER";
    switch (in->device_type) {
    case DEVICE_NONE:
        return in->as_agent || in->dial_number.len > 0 ? "INVALID_DIAL_NUMBER" : NULL;
    case DEVICE_AGENT_DN:
    case DEVICE_EXTENSION:
        return is_dialable(in->dial_number) ? NULL : "INVALID_DIAL_NUMBER";
    case DEVICE_BROWSER:
        return in->dial_number.len > 0 ? NULL : "INVALID_DIAL_NUMBER";
    case device_type_count:
    default:
        return "INVALID_DIAL_NUMBER";
    }
}

static const char *check_team(const struct centre *c, const struct agent_login_args *in,
                              struct config_team *team)
{
    const struct config_view *view = &c->all->view;
    if (uuid_is_nil(in->team))
        return in->as_agent ? "INVALID_TEAM" : NULL;
    if (!view->ops->team(view->ctx, c->org, in->team, team) || !team->active)
        return "INVALID_TEAM";
    if (in->as_agent && !view->ops->user_in_team(view->ctx, c->org, in->call.user, in->team))
        return "INVALID_TEAM";
    return NULL;
}

struct login {
    struct config_user user;
    struct config_team team;
    struct config_capacity capacity;
    struct config_aux_code idle;
};

/* ERR_OK, or the error with *why set. */
static enum err check_login(const struct centre *c, const struct agent_login_args *in,
                            struct login *l, const char **why)
{
    const struct config_view *view = &c->all->view;
    if (!view->ops->user(view->ctx, c->org, in->call.user, &l->user) || !l->user.active)
        *why = "INVALID_USER";
    else if (!in->as_agent && !in->as_supervisor)
        *why = "INVALID_ROLE";
    else if (!(*why = check_device(in)))
        *why = check_team(c, in, &l->team);
    if (*why)
        return ERR_INVALID_FIELD;
    if (agent_find(c, in->call.user)) {
        *why = "AGENT_SESSION_ALREADY_EXISTS";
        return ERR_DUPLICATE;
    }
    if (in->dial_number.len > 0 && map_get(&c->numbers, in->dial_number)) {
        *why = "DUPLICATE_LOCATION";
        return ERR_DUPLICATE;
    }
    if ((int64_t)c->agents.count >= world_org_limit(c->all->world, c->org, ORG_LIMIT_AGENTS)) {
        *why = "AGENT_LIMIT_REACHED";
        return ERR_LIMIT;
    }
    return ERR_OK;
}

/* ---- the session ---- */

/* Into `out`, which has room for all. */
static uint32_t make_channels(struct world *w, const struct config_capacity *cap,
                              struct channel_snapshot *out)
{
    uint32_t n = 0;
    for (int type = 0; type < channel_type_count; type++)
        for (unsigned i = 0; i < cap->units[type] && i < AGENT_UNITS_MAX; i++)
            out[n++] = (struct channel_snapshot){
                .id = world_new_id(w),
                .type = (enum channel_type)type,
                .state = CHANNEL_IDLE,
                .state_time = world_now_ms(w),
                .idle_count = 1,
            };
    return n;
}

static struct agent_snapshot session_of(struct centre *c, const struct agent_login_args *in,
                                        const struct login *l)
{
    int64_t now = centre_now(c);
    struct agent_snapshot s = {
        .id = world_new_id(c->all->world),
        .org = c->org,
        .agent_id = in->call.user,
        .agent_name = l->user.name,
        .sign_in = l->user.sign_in,
        .is_agent = in->as_agent,
        .is_supervisor = in->as_supervisor,
        .team_id = in->team,
        .team_name = l->team.name,
        .site_id = l->team.site,
        .site_name = l->team.site_name,
        .agent_profile_id = l->user.agent_profile,
        .multimedia_profile_id = l->capacity.profile,
        .blending = l->capacity.blending,
        .device_type = in->device_type,
        .dial_number = in->dial_number,
        .device_id = in->device_id.len > 0 ? in->device_id : in->dial_number,
        .idle_code_id = l->idle.id,
        .idle_code_name = l->idle.name,
        .login_time = now,
        .state_time = now,
        .idle_code_time = now,
        .login_order = ++c->all->last_login,
    };
    enum err err = agent_step(&s.state, AGENT_ON_LOGIN);
    assert(err == ERR_OK);
    (void)err;
    return s;
}

enum err agent_login(struct world *w, const void *args, struct effects *fx)
{
    const struct agent_login_args *in = args;
    struct centre *c = centre_make(centres_of(w), in->call.org);
    struct channel_snapshot channels[channel_type_count * AGENT_UNITS_MAX];
    struct login l = { 0 };
    const char *why = NULL;
    if (!c)
        return ERR_OUT_OF_MEMORY;
    enum err err = check_login(c, in, &l, &why);
    if (err != ERR_OK)
        return agent_refuse(c, &in->call, EVENT_AGENT_LOGIN_FAILED, err, why, fx);
    const struct config_view *view = &c->all->view;
    view->ops->default_idle_code(view->ctx, c->org, &l.idle);
    if (in->as_agent)
        view->ops->capacity(view->ctx, c->org, in->call.user, in->team, &l.capacity);
    struct agent_snapshot s = session_of(c, in, &l);
    s.channels = channels;
    s.channel_count = make_channels(w, &l.capacity, channels);
    struct agent *a = agent_new(c, &s);
    if (!a)
        return ERR_OUT_OF_MEMORY;
    agent_units_note(a, &l.capacity);
    agent_touch(a);
    publish(fx, &(struct news){ .type = EVENT_AGENT_LOGIN,
                                .centre = c,
                                .agent = a,
                                .tracking_id = in->call.tracking_id });
    return ERR_OK;
}

/* ---- logout ---- */

static void close_session(struct agent *a, struct slice reason, struct effects *fx)
{
    int64_t now = centre_now(a->centre);
    agent_touch(a);
    for (uint32_t i = 0; i < a->s.channel_count; i++)
        if (a->channels[i].state != CHANNEL_IDLE)
            agent_channel_move(a, i, CHANNEL_EVENT_REST);
    /* Close the running stretch of idle time too. */
    for (uint32_t i = 0; i < a->s.channel_count; i++) {
        a->channels[i].idle_duration += centre_since(a->centre, a->channels[i].state_time);
        a->channels[i].state_time = now;
    }
    enum err err = agent_step(&a->s.state, AGENT_ON_LOGOUT);
    assert(err == ERR_OK);
    (void)err;
    a->s.logout_time = now;
    a->s.state_time = now;
    a->s.available_since = 0;
    a->s.recovery_due = 0;
    if (!textbox_set(&a->box, &a->s.logout_reason, reason))
        fx->failed = true;
    agent_retire(a);
}

bool agent_is_welcome(const struct agent *a)
{
    const struct config_view *view = &a->centre->all->view;
    struct config_user u;
    if (world_org_state(a->centre->all->world, a->centre->org) != ORG_ACTIVE)
        return false;
    return view->ops->user(view->ctx, a->centre->org, a->s.agent_id, &u) && u.active;
}

void agent_dismiss(struct agent *a, struct slice reason, struct effects *fx)
{
    assert(a->engaged == 0);
    close_session(a, reason, fx);
    publish(fx, &(struct news){ .type = EVENT_AGENT_LOGOUT, .centre = a->centre, .agent = a });
}

enum err agent_logout(struct world *w, const void *args, struct effects *fx)
{
    const struct agent_logout_args *in = args;
    const enum event_type failed = EVENT_AGENT_LOGOUT_FAILED;
    const struct agent_call asker = agent_call_by(&in->call, in->by);
    struct centre *c = centre_make(centres_of(w), in->call.org);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    struct agent *a = agent_find(c, in->call.user);
    if (!a)
        return agent_refuse(c, &asker, failed, ERR_NOT_FOUND, AGENT_NOT_FOUND, fx);
    if (a->engaged > 0)
        return agent_refuse(c, &asker, failed, ERR_CONFLICT, "AGENT_HAS_ASSIGNED_CONTACTS", fx);
    if (in->reason.len > LIMIT_reason_bytes_max)
        return agent_refuse(c, &asker, failed, ERR_INVALID_FIELD, "INVALID_REASON", fx);
    close_session(a, in->reason, fx);
    publish(fx,
            &(struct news){ .type = EVENT_AGENT_LOGOUT,
                            .centre = c,
                            .agent = a,
                            .logged_out_by =
                                uuid_eq(in->by, in->call.user) ? (struct uuid){ { 0 } } : in->by,
                            .tracking_id = in->call.tracking_id });
    return ERR_OK;
}
