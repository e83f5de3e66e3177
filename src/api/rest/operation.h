/* One operation of the contract as the router and the checks in front of its handler see it. Rows
 * are generated from spec/operations and spec/resources (tools/gen_routes.py); tests make their
 * own.
 */
#ifndef API_REST_OPERATION_H
#define API_REST_OPERATION_H
#include <stdbool.h>
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
    BODY_OPTIONAL_JSON, /* call->body is NULL when it is empty */
    BODY_FORM,          /* application/x-www-form-urlencoded; the handler reads it */
    BODY_RAW,           /* any type; the handler's */
    BODY_UPLOAD         /* the same, up to LIMIT_upload_bytes_max */
};
/* A member of a JSON body by its request's schema: of that type, or a list of such; numbers from
 * min to max. All else about its value is the handler's matter, and so is whether it has to be
 * there; null is no value. */
enum body_type { BODY_TEXT, BODY_INTEGER, BODY_BOOLEAN, BODY_OBJECT, BODY_ANYTHING };
struct body_rule {
    const char *name;
    enum body_type type;
    bool list;
    int64_t min, max;
    const struct body_rule *members; /* of an object */
    unsigned member_count;
};

struct operation {
    const char *id;   /* operationId */
    const char *path; /* template: "/v1/tasks/{taskId}/hold" */
    enum rest_method method;
    rest_handler *handler;
    enum rest_auth auth;
    uint64_t scopes;  /* bits of enum scope, one of which is needed; 0: any token */
    unsigned roles;   /* bits of enum role; 0: any but the operator */
    unsigned instead; /* roles that need none of the scopes */
    enum rest_family family;
    enum rest_body body;
    int success;  /* status of rest_reply unless it is given one */
    int resource; /* enum resource of domain/catalog/tables.h, or -1 */
    int field;    /* enum field: what it is about within the resource, or -1 */
    const char *const
        *switches; /* query parameters that are true or false; NULL ends, NULL: none */
    const struct body_rule *rules;
    unsigned rule_count;
};
#endif
