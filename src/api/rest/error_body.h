/* Error bodies: one error, many shapes, because the contract's families each have their own. Which
 * one a call gets is a property of its operation; a path that no operation has gets the shape of
 * the framework in front of the original. */
#ifndef API_REST_ERROR_BODY_H
#define API_REST_ERROR_BODY_H
#include <stdint.h>

#include "api/rest/rest.h"
struct arena;
struct error_body {
    enum err err;
    struct slice detail; /* lines, one a problem; empty: the error's title */
    struct slice tracking_id;
    struct slice path; /* shapes of unrouted calls only */
    int64_t now_ms;    /* the same */
};
/* JSON in the arena; {NULL, 0} when memory is short. */
struct slice error_body_write(struct arena *a, enum rest_family family,
                              const struct error_body *body);
struct slice error_body_unrouted(struct arena *a, const struct error_body *body);
struct slice error_content_type(enum rest_family family);
/* What made-up tracking ids of the family begin with: "ccconfig_". */
struct slice error_tracking_prefix(enum rest_family family);
#endif
