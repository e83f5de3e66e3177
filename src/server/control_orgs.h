/* The requests of `cordboard org` on the control socket:
 *
 *     {"command":"org","verb":"create","name":..,"email":..,"firstName"?,"lastName"?,"password"?,
 *      "timezone"?,"orgId"?}     {orgId, name, adminId, adminEmail, password?}: one that was made
 *     {"command":"org","verb":"list"}                     an array, as show
 *     {"command":"org","verb":"show|suspend|resume|delete","org":ID}
 *         {orgId, name, timezone, state, since, users, limits}
 *     {"command":"org","verb":"limits","org":ID,"tasks"?:10,..}   the same
 *     {"command":"org","verb":"token"}   the token answer: for the operator's API */
#ifndef SERVER_CONTROL_ORGS_H
#define SERVER_CONTROL_ORGS_H
#include "base/json_read.h"
#include "domain/core/submit.h"
struct arena;
struct control;
/* As control_config. */
enum err control_org(const struct control *c, const struct json *request, struct arena *a,
                     struct core_answer *answer);
#endif
