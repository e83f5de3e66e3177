/* What can be asked of an agent (reference: Agents API; the answers come as events,
 * spec/events.yaml).
 *
 * A refused command returns the error and leaves one notice for the sockets of the agent, or of who
 * asked in its place,
 * (agent.login-failed ...), which carries the contract's reason; the HTTP layer answers 202 all the
 * same. `tracking_id` comes back in the event or notice. */
#ifndef DOMAIN_AGENT_COMMANDS_H
#define DOMAIN_AGENT_COMMANDS_H
#include <stdbool.h>

#include "base/slice.h"
#include "base/uuid.h"
#include "domain/core/core.h"
#include "domain/event/words.h"
struct agent_call {
    struct uuid org, user;
    struct slice tracking_id;
};
struct agent_login_args {
    struct agent_call call;
    bool as_agent, as_supervisor; /* at least one */
    struct uuid team;             /* nil: none (supervisors only) */
    struct slice dial_number;
    enum device_type device_type;
    struct slice device_id; /* empty: the dial number */
};
/* ERR_DUPLICATE: logged in already (AGENT_SESSION_ALREADY_EXISTS) or the number is taken
 * (DUPLICATE_LOCATION); ERR_INVALID_FIELD: dial number (INVALID_DIAL_NUMBER), team or user
 * (INVALID_TEAM, INVALID_USER). */
command_fn agent_login;
struct agent_logout_args {
    struct agent_call call;
    struct slice reason;
    struct uuid by; /* nil or the same user: the agent itself */
};
/* ERR_CONFLICT: AGENT_HAS_ASSIGNED_CONTACTS; ERR_NOT_FOUND: AGENT_NOT_FOUND. */
command_fn agent_logout;
struct agent_set_state_args {
    struct agent_call call;
    enum agent_state state; /* AGENT_IDLE or AGENT_AVAILABLE */
    struct uuid idle_code;  /* AGENT_IDLE: an active idle code */
    struct slice reason;
    struct uuid by; /* nil or the same user: the agent itself */
};
/* ERR_NOT_FOUND: AGENT_NOT_FOUND; ERR_INVALID_FIELD: no such idle code (INVALID_AUX_CODE). */
command_fn agent_set_state;
/* Notice agent.reload (or agent.reload-failed, ERR_NOT_FOUND). args: struct agent_call. */
command_fn agent_reload;
struct agent_buddies_args {
    struct agent_call call;
    struct uuid agent_profile;
    enum channel_type media;
    bool any_state; /* else only those in `state` */
    enum agent_state state;
};
command_fn agent_buddies;
/* The user's last socket closed: from now runs the time to come back, after which the agent goes
 * Idle with reason "agent-wss-disconnect". A socket is there again: the time stops. Not logged in:
 * ERR_OK, nothing happens. args: struct agent_call. */
command_fn agent_socket_lost, agent_socket_back;
/* After a restart no socket is left: everybody's time to come back begins anew, for at most
 * LOST_SOCKETS_PER_STEP agents in one step. The caller runs it again until `over`, before anybody
 * may come in. args: struct agent_lost_args; the command moves the cursor on. */
enum { LOST_SOCKETS_PER_STEP = 256 };
struct agent_lost_cursor {
    size_t centre, agent; /* where to look next; 0 to begin with */
    bool over;
};
struct agent_lost_args {
    struct agent_lost_cursor *cursor;
};
command_fn agent_all_sockets_lost;
/* Result: the session as JSON (spec/snapshots.def). ERR_NOT_FOUND. args: struct agent_call. */
command_fn agent_describe;
#endif
