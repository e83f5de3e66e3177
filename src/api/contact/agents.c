/* Agents API: each call is checked for form, handed to the core and answered with 202; what came of
 * it, also a refusal, is told on the notification WebSocket. */
#include "api/contact/accepted.h"
#include "api/rest/fields.h"
#include "api/rest/rest.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "domain/agent/commands.h"

enum { DIAL_NUMBER_MAX = 43, REASON_MAX = 128 };

static struct agent_call caller(const struct rest_call *call)
{
    return (struct agent_call){ .org = call->principal.org,
                                .user = call->principal.user,
                                .tracking_id = call->tracking_id };
}

static bool read_roles(struct rest_call *call, struct agent_login_args *args)
{
    const struct json *roles = json_get(call->body, "roles");
    JSON_EACH(role, roles)
    {
        struct slice text = json_text(role, SLICE(""));
        args->as_agent |= slice_is(text, "agent");
        args->as_supervisor |= slice_is(text, "supervisor");
    }
    if (!roles || roles->type != JSON_ARRAY || (!args->as_agent && !args->as_supervisor)) {
        rest_failf(call, ERR_INVALID_FIELD, "roles: must name agent or supervisor");
        return false;
    }
    return true;
}

/* The type of device may be left out: then isExtension tells. */
static bool read_device(struct rest_call *call, struct agent_login_args *args)
{
    struct slice type;
    int word =
        json_bool(json_get(call->body, "isExtension"), false) ? DEVICE_EXTENSION : DEVICE_AGENT_DN;
    if (!field_optional_text(call, "deviceType", DIAL_NUMBER_MAX, &type) ||
        !field_optional_text(call, "deviceId", DIAL_NUMBER_MAX, &args->device_id))
        return false;
    if (type.len && !words_find(&words_device_type, type, &word)) {
        rest_failf(call, ERR_INVALID_FIELD, "deviceType: not one of the allowed values");
        return false;
    }
    args->device_type = (enum device_type)word;
    return true;
}

enum err rest_agent_login(struct rest_call *call)
{
    struct agent_login_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->call = caller(call);
    if (!field_text(call, "dialNumber", DIAL_NUMBER_MAX, &args->dial_number) ||
        !read_roles(call, args) || !field_optional_id(call, "teamId", &args->team) ||
        !read_device(call, args))
        return ERR_OK;
    return submit_accepted(call, agent_login, args);
}

/* The agent a call is about: the caller, or another one when a supervisor or administrator says so.
 */
static bool read_whom(struct rest_call *call, struct agent_call *whom, struct uuid *by)
{
    struct uuid other;
    *whom = caller(call);
    *by = (struct uuid){ { 0 } };
    if (!field_optional_id(call, "agentId", &other))
        return false;
    if (uuid_is_nil(other) || uuid_eq(other, whom->user))
        return true;
    if (call->principal.role != ROLE_SUPERVISOR && call->principal.role != ROLE_ADMIN) {
        rest_failf(call, ERR_FORBIDDEN,
                   "agentId: only a supervisor or administrator may act for another agent");
        return false;
    }
    *by = whom->user;
    whom->user = other;
    return true;
}

enum err rest_agent_logout(struct rest_call *call)
{
    struct agent_logout_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!read_whom(call, &args->call, &args->by) ||
        !field_text(call, "logoutReason", REASON_MAX, &args->reason))
        return ERR_OK;
    return submit_accepted(call, agent_logout, args);
}

enum err rest_agent_state(struct rest_call *call)
{
    struct agent_set_state_args *args = arena_alloc(call->arena, sizeof *args);
    int state;
    struct slice code;
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!read_whom(call, &args->call, &args->by) ||
        !field_word(call, "state", &words_agent_state, &state) ||
        !field_text(call, "auxCodeId", UUID_TEXT_LEN, &code) ||
        !field_optional_text(call, "lastStateChangeReason", REASON_MAX, &args->reason))
        return ERR_OK;
    if (state != AGENT_IDLE && state != AGENT_AVAILABLE)
        return rest_failf(call, ERR_INVALID_FIELD, "state: not one of the allowed values");
    args->state = (enum agent_state)state;
    /* An Idle code of another form is the core's to refuse, like one that does not exist. */
    if (state == AGENT_IDLE)
        (void)uuid_parse(code, &args->idle_code);
    return submit_accepted(call, agent_set_state, args);
}

enum err rest_agent_reload(struct rest_call *call)
{
    struct agent_call *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    *args = caller(call);
    return submit_accepted(call, agent_reload, args);
}

enum err rest_agent_buddies(struct rest_call *call)
{
    struct agent_buddies_args *args = arena_alloc(call->arena, sizeof *args);
    int media, state = AGENT_AVAILABLE;
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->call = caller(call);
    args->any_state = json_get(call->body, "state") == NULL;
    if (!field_id(call, "agentProfileId", &args->agent_profile) ||
        !field_word(call, "mediaType", &words_channel_type, &media) ||
        (!args->any_state && !field_word(call, "state", &words_agent_state, &state)))
        return ERR_OK;
    args->media = (enum channel_type)media;
    args->state = (enum agent_state)state;
    return submit_accepted(call, agent_buddies, args);
}
