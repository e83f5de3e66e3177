/* The standing of an organisation: open or not (spec/org_states.def), and what it may have
 * (spec/org_limits.def). Kept by the catalogue: row kind "organization-standing", id the
 * organisation's; one that was never touched has none. */
#ifndef DOMAIN_CATALOG_STANDING_H
#define DOMAIN_CATALOG_STANDING_H
#include "domain/catalog/catalog.h"
#include "domain/core/org.h"
enum { STANDING_DEFAULT = -1 };
struct catalog_standing {
    enum org_state state;
    int64_t since_ms;                /* in this state; 0: since it was made */
    int64_t limits[ORG_LIMIT_COUNT]; /* STANDING_DEFAULT: the server's */
};
/* Any thread, between epoch_enter and epoch_leave. ORG_ABSENT: there is none; on the path of every
 * request. */
enum org_state catalog_org_state(const struct catalog *c, struct uuid org);
struct catalog_standing catalog_standing(const struct catalog *c, struct uuid org);
/* Commands. ERR_NOT_FOUND: no such organisation, or it is being deleted (but deleting it again is
 * fine); ERR_CONFLICT: no such move. Closing goes on in steps of its own after the command; when
 * nothing lives any more organization.closed is told. Moving to where it is already: ERR_OK. */
struct catalog_move {
    struct uuid org;
    enum org_state to;
};
command_fn catalog_move_organization; /* args: struct catalog_move */
/* Limits that are STANDING_KEEP stay. ERR_INVALID_FIELD: negative, or more than the server's. */
enum { STANDING_KEEP = -2 };
struct catalog_limits {
    struct uuid org;
    int64_t limits[ORG_LIMIT_COUNT];
};
command_fn catalog_limit_organization; /* args: struct catalog_limits */
/* The last step of a deletion: nothing of it is kept but itself. ERR_CONFLICT: it is not being
 * deleted; ERR_NOT_FOUND: it is gone already. args: struct catalog_move (`to` is not read). */
command_fn catalog_forget_organization;
#endif
