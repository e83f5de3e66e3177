/* What the handlers of the configuration family share. The handlers themselves are declared with
 * the routes (api/rest/routes.h). */
#ifndef API_CONFIG_CONFIG_H
#define API_CONFIG_CONFIG_H
#include "api/rest/rest.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/references.h"
struct buf;
enum resource config_resource(const struct rest_call *call);
struct catalog_view config_view(const struct rest_call *call);     /* the published version */
enum err config_id(const struct rest_call *call, struct uuid *id); /* of the path; ERR_NOT_FOUND */
struct uuid config_parent(const struct rest_call *call);           /* nil: the path names none */
/* A change of the call's resource in its organisation by its caller; id and body are still to say.
 */
struct catalog_change config_change(const struct rest_call *call);
/* The JSON text as the answer, or ERR_OUT_OF_MEMORY when writing it failed. */
enum err config_answer(struct rest_call *call, const struct buf *json);
/* Answers a bulk request; `read` fills verb, body and id of each item from its row. */
typedef enum err config_item_fn(struct rest_call *call, struct catalog_bulk_item *out,
                                const struct json *row);
enum err config_bulk(struct rest_call *call, config_item_fn *read, bool partial);
#endif
