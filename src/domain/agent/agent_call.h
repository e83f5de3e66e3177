/* What the commands of an agent share. */
#ifndef DOMAIN_AGENT_AGENT_CALL_H
#define DOMAIN_AGENT_AGENT_CALL_H
#include "domain/agent/commands.h"
#include "domain/core/centre_state.h"
#define AGENT_NOT_FOUND "AGENT_NOT_FOUND" /* reason code 1038 */
/* Leaves the notice, for the user of the call, and returns `err`. */
enum err agent_refuse(const struct centre *c, const struct agent_call *call, enum event_type type,
                      enum err err, const char *why, struct effects *fx);
/* The same call, to be answered to whoever asked: `by`, or nil for the agent itself. */
static inline struct agent_call agent_call_by(const struct agent_call *call, struct uuid by)
{
    return (struct agent_call){ call->org, uuid_is_nil(by) ? call->user : by, call->tracking_id };
}
#endif
