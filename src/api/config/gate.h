/* What the caller's profile lets through (domain/catalog/access.h), asked by every handler of the
 * family before it shows or changes anything. */
#ifndef API_CONFIG_GATE_H
#define API_CONFIG_GATE_H
#include "api/config/config.h"
#include "domain/catalog/access.h"
/* Between epoch_enter and epoch_leave. ERR_FORBIDDEN: the module is closed. */
enum err gate_read(struct rest_call *call, enum resource r, struct access *out);
/* May the caller change entities of the call's resource, and the one with this id (nil: a new one,
 * or none in particular)? ERR_FORBIDDEN, ERR_NOT_FOUND: it cannot be seen. Enters the epoch. */
enum err gate_change(struct rest_call *call, struct uuid id);
/* The audit trail and the security events, which tell of everything. ERR_FORBIDDEN. Enters the
 * epoch.
 */
enum err gate_trail(struct rest_call *call);
/* May the caller change all of them at once? */
enum err gate_change_all(struct rest_call *call);
#endif
