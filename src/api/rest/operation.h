/* One operation of the contract as the router and the checks in front of its handler see it. Rows
 * are generated from spec/operations and spec/resources (tools/gen_routes.py); tests make their
 * own.
 */
#ifndef API_REST_OPERATION_H
#define API_REST_OPERATION_H
#include <stddef.h>
#include <stdint.h>

#include "api/rest/rest.h"
enum rest_method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_COUNT };
enum rest_auth {
    AUTH_TOKEN,
    AUTH_NONE,
    AUTH_OPTIONAL /* a token that is sent must be valid, but none is needed */
};
enum rest_body {
    BODY_NONE,          /* whatever comes is ignored */
    BODY_JSON,          /* needed; an object, parsed into call->body */
    BODY_ANY_JSON,      /* the same, but it may be a list as well */
    BODY_OPTIONAL_JSON, /* call->body is NULL when it is empty */
    BODY_FORM,          /* application/x-www-form-urlencoded; the handler reads it */
    BODY_RAW,           /* any type; the handler's */
    BODY_UPLOAD         /* the same, up to LIMIT_upload_bytes_max */
};
struct operation {
    const char *id;   /* operationId */
    const char *path; /* template: "/v1/tasks/{taskId}/hold" */
    enum rest_method method;
    rest_handler *handler;
    enum rest_auth auth;
    uint64_t scopes; /* bits of enum scope, one of which is needed; 0: any token */
    unsigned roles;  /* bits of enum role; 0: any */
    enum rest_family family;
    enum rest_body body;
    int success;  /* status of rest_reply unless it is given one */
    int resource; /* enum resource of domain/catalog/tables.h, or -1 */
    int field;    /* enum field: what it is about within the resource, or -1 */
};
#endif
