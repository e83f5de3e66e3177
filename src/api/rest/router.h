/* Finds the operation for a method and a path. Built once, then read by any thread. A lookup costs
 * one step a path segment; literal segments come before parameters; one slash at the end is
 * tolerated, because Cisco's SDK posts to "/v1/tasks/". */
#ifndef API_REST_ROUTER_H
#define API_REST_ROUTER_H
#include "api/rest/operation.h"
struct arena;
struct router;
/* The rows must outlive the router. ERR_DUPLICATE: two rows have the same method and shape. */
enum err router_new(const struct operation *operations, size_t count, struct router **out);
void router_free(struct router *r); /* NULL is fine */
struct route {
    const struct operation *operation;
    struct slice params[REST_PARAM_MAX]; /* decoded, in order of the template */
    size_t param_count;
    int org_param;    /* which of them is the organisation; -1: none */
    unsigned allowed; /* bits of enum rest_method that the path knows, also on failure */
};
/* ERR_NOT_FOUND; ERR_METHOD_NOT_ALLOWED: out->allowed says what would do; ERR_BAD_REQUEST: a bad
 * percent escape; ERR_OUT_OF_MEMORY. Decoded text lives in `a` or in the path. */
enum err router_find(const struct router *r, struct slice method, struct slice path,
                     struct arena *a, struct route *out);
/* "GET, PUT" in the arena. */
struct slice router_methods(struct arena *a, unsigned allowed);
#endif
