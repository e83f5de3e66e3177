/* An organisation as every room sees it: whether it is open, what it may have, and how it closes
 * and goes. The parts of the world (world.h) do the work; the catalogue keeps the state. A world
 * without a catalogue (tests, the simulator) has every organisation, active, with the server's
 * limits. Core thread only. */
#ifndef DOMAIN_CORE_ORG_H
#define DOMAIN_CORE_ORG_H
#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
#include "domain/core/core.h"
enum org_state { /* rows and moves: spec/org_states.def */
#define ORG_STATE(symbol, word) ORG_##symbol,
#include "org_states.def"
                 ORG_STATE_COUNT
};
enum org_limit { /* rows: spec/org_limits.def */
#define ORG_LIMIT(symbol, name, limit) ORG_LIMIT_##symbol,
#include "org_limits.def"
                 ORG_LIMIT_COUNT
};
const char *org_state_word(enum org_state s);
const char *org_limit_name(enum org_limit l);
int64_t org_limit_default(enum org_limit l); /* the server's own */
bool org_may_become(enum org_state from, enum org_state to);

enum org_state world_org_state(const struct world *w, struct uuid org);
int64_t world_org_limit(const struct world *w, struct uuid org, enum org_limit l);
/* Ends a piece of what lives in the organisation: offers, talks, sessions. True: nothing lives. */
bool world_close_org(struct world *w, struct uuid org, struct effects *fx);

/* Runs a command for an organisation, unless that is not open any more: between the check of a
 * request's token and its turn here it may have been closed. ERR_ORG_SUSPENDED, ERR_UNAUTHORIZED
 * (gone). A nil organisation: just run it. args: struct core_org_call, which lives as the
 * command's. */
struct core_org_call {
    struct uuid org;
    command_fn *run;
    const void *args;
};
command_fn core_in_org;
/* Removes a piece of all that the parts keep of an organisation that is being deleted, with the
 * rows; the organisation itself stays (catalog_forget_organization). Result: "more" as long as
 * something may be left. ERR_CONFLICT: it is not being deleted; ERR_UNAVAILABLE: something in it
 * cannot be ended now. args: struct core_erase. */
struct core_erase {
    struct uuid org;
};
command_fn core_erase_org;
#endif
