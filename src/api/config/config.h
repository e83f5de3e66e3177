/* What the handlers of the configuration family share. The handlers themselves are declared with
 * the routes (api/rest/routes.h). */
#ifndef API_CONFIG_CONFIG_H
#define API_CONFIG_CONFIG_H
#include "api/rest/rest.h"
#include "domain/catalog/references.h"
enum resource config_resource(const struct rest_call *call);
struct catalog_view config_view(const struct rest_call *call);     /* the published version */
enum err config_id(const struct rest_call *call, struct uuid *id); /* of the path; ERR_NOT_FOUND */
#endif
