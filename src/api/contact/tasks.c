/* Tasks API: see agents.c for how calls are answered. */
#include "api/contact/accepted.h"
#include "api/rest/fields.h"
#include "api/rest/rest.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "domain/task/commands.h"

enum { REASON_MAX = 128 };

static bool read_call(struct rest_call *call, struct task_call *out)
{
    *out = (struct task_call){ .org = call->principal.org,
                               .user = call->principal.user,
                               .tracking_id = call->tracking_id };
    if (!uuid_is_nil(out->user))
        return rest_path_id(call, 0, &out->task);
    rest_failf(call, ERR_FORBIDDEN, "a machine account handles no contacts");
    return false;
}

static enum err plain(struct rest_call *call, command_fn *run)
{
    struct task_call *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    return read_call(call, args) ? submit_accepted(call, run, args) : ERR_OK;
}

/* The one media of a contact is the contact itself; another id is a mistake of the caller. */
static bool media_is_main(struct rest_call *call, bool required)
{
    struct slice media;
    if (!field_optional_text(call, "mediaResourceId", UUID_TEXT_LEN, &media))
        return false;
    if (media.len ? slice_eq_nocase(media, call->params[0]) : !required)
        return true;
    rest_failf(call, ERR_BAD_REQUEST, "mediaResourceId is invalid (%.*s)", SLICE_ARG(media));
    return false;
}

static enum err with_media(struct rest_call *call, command_fn *run, bool required)
{
    return media_is_main(call, required) ? plain(call, run) : ERR_OK;
}

enum err rest_task_accept(struct rest_call *call)
{
    return plain(call, task_accept);
}

enum err rest_task_reject(struct rest_call *call)
{
    return with_media(call, task_reject, false);
}

enum err rest_task_hold(struct rest_call *call)
{
    return with_media(call, task_hold, true);
}

enum err rest_task_unhold(struct rest_call *call)
{
    return with_media(call, task_unhold, true);
}

enum err rest_task_end(struct rest_call *call)
{
    return plain(call, task_end);
}

enum err rest_task_wrapup(struct rest_call *call)
{
    struct task_wrapup_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!read_call(call, &args->call) || !field_id(call, "auxCodeId", &args->code) ||
        !field_text(call, "wrapUpReason", REASON_MAX, &args->reason))
        return ERR_OK;
    return submit_accepted(call, task_wrapup, args);
}

enum err rest_task_update(struct rest_call *call)
{
    struct task_update_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!read_call(call, &args->call) ||
        !field_attributes(call, "attributes", &args->attributes, &args->attribute_count))
        return ERR_OK;
    if (!args->attribute_count)
        return rest_failf(call, ERR_INVALID_FIELD, "attributes: should not be null or empty");
    return submit_accepted(call, task_update, args);
}
