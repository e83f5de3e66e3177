/* What can be asked of a contact (reference: Tasks API). The answers come as events
 * (spec/events.yaml); a call of an agent that does not fit returns the error and leaves a notice
 * task.refused for that agent's sockets. */
#ifndef DOMAIN_TASK_COMMANDS_H
#define DOMAIN_TASK_COMMANDS_H
#include "base/slice.h"
#include "base/uuid.h"
#include "domain/core/core.h"
#include "domain/event/snapshot.h"
/* An agent's call. `user` nil: nobody's (sandbox, machine accounts), who has no contact: only
 * task_hangup and task_describe do not ask for an agent. */
struct task_call {
    struct uuid org, task, user;
    struct slice tracking_id;
};
struct task_create_args {
    struct uuid org;
    enum channel_type channel;
    struct uuid entry_point;
    struct slice from, to; /* `to` empty: the entry point's name */
    const struct attribute *attributes;
    uint32_t attribute_count;
    struct slice tracking_id;
};
/* Result {"taskId":"..."}. ERR_INVALID_FIELD with detail: unknown or inactive entry point, other
 * channel, no queue to go to, attributes beyond the limits; ERR_LIMIT: LIMIT_tasks_per_org_max. */
command_fn task_create;
/* The customer leaves. args: struct task_call. ERR_NOT_FOUND; ERR_CONFLICT: gone already. */
command_fn task_hangup;
/* args: struct task_call. ERR_NOT_FOUND: no such contact, or not this agent's; ERR_CONFLICT: does
 * not fit its state or channel; without a notice when the agent has the contact and accepts or
 * rejects it after the offer. Accept of an answered contact is ERR_OK, changes nothing and leaves
 * the notice task.assigned-again; accept of a ringing one answers the telephone, whatever the
 * device. */
command_fn task_accept, task_reject, task_hold, task_unhold, task_end;
struct task_wrapup_args {
    struct task_call call;
    struct uuid code; /* an active wrap-up code */
    struct slice reason;
};
command_fn task_wrapup; /* ERR_INVALID_FIELD: no such code */
struct task_update_args {
    struct task_call call;
    const struct attribute *attributes; /* added or replaced by name; empty value removes */
    uint32_t attribute_count;
};
command_fn task_update;
/* Result: the contact as JSON (spec/snapshots.def). ERR_NOT_FOUND. args: struct task_call. */
command_fn task_describe;
#endif
