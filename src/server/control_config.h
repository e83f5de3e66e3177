/* The requests of `cordboard config` on the control socket:
 *
 *     {"command":"config","verb":"export","org":ID?}        the document of transfer.h
 *     {"command":"config","verb":"plan","document":{..},"prune":bool?,"org":ID?}
 *         {"steps":[{action, entityType, entityId, entityName, changes}]}
 *     {"command":"config","verb":"apply", as plan}
 *         the same, each step with "done" and, when it could not be done, "reason" */
#ifndef SERVER_CONTROL_CONFIG_H
#define SERVER_CONTROL_CONFIG_H
#include "base/json_read.h"
#include "base/uuid.h"
#include "domain/core/submit.h"
#include "server/control.h"
/* Result and detail of the answer are memory of the arena. Not on the core or store thread. */
enum err control_config(const struct control *c, const struct json *request, struct uuid org,
                        struct arena *a, struct core_answer *answer);
#endif
