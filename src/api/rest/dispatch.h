/* The one handler of the HTTP server: from a request to the operation's handler, and everything
 * that is checked in between. In this order: path and method, token, organisation, scopes and
 * roles, content type, body. */
#ifndef API_REST_DISPATCH_H
#define API_REST_DISPATCH_H
#include "api/rest/operation.h"
struct rest;
/* The rows and services must outlive it. Errors as of router_new. */
enum err rest_new(const struct operation *operations, size_t count, const struct services *services,
                  struct rest **out);
void rest_free(struct rest *r);
/* For struct http_server_options, with the struct rest as ctx. */
http_handler rest_handle;
/* http_server_options.body_max: more for operations that take a file. */
size_t rest_body_max(void *ctx, struct http_request *http);
/* http_server_options.refuse: in the shape of the operation's family when its path is known. */
void rest_refuse(void *ctx, struct http_request *http, enum err why, struct http_reply *out);
#endif
