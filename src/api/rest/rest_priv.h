/* What the files of this room share. */
#ifndef API_REST_REST_PRIV_H
#define API_REST_REST_PRIV_H
#include "api/rest/operation.h"
#include "api/rest/router.h"
/* The request's TrackingId when it is usable in a header, else a new one; {NULL, 0}: out of memory.
 * `family` < 0: no operation yet. */
struct slice rest_tracking_id(struct http_request *http, int family, int64_t now_ms);
/* Token, organisation, scopes and roles; fills call->principal and call->org. On failure *detail
 * may say more. */
enum err rest_access_check(struct rest_call *call, const struct route *route, struct slice *detail);
/* The organisation that the body may name (orgId), after it was read: ERR_FORBIDDEN. */
enum err rest_access_body(const struct rest_call *call);
/* Are the switches in the query true or false? A misspelt dryRun must not change anything. */
enum err rest_query_check(struct rest_call *call, struct slice *detail);
/* Content type and JSON; fills call->body. */
enum err rest_body_read(struct rest_call *call, struct slice *detail);
/* Are the members of the body of the types that the operation's rules say? *detail names the first
 * that is not. */
enum err rest_body_check(struct rest_call *call, struct slice *detail);
/* Error without an operation: `allowed` goes into Allow when it is not 0. */
void rest_reply_unrouted(struct rest_call *call, enum err e, unsigned allowed);
/* The answer to a CORS preflight request. */
void rest_reply_preflight(struct rest_call *call);
#endif
