/* What a REST operation's handler gets and how it answers. The routes come from spec/ (generated:
 * api/rest/routes.h): an operation without a handler does not link, a handler without an operation
 * does not compile. */
#ifndef API_REST_REST_H
#define API_REST_REST_H
#include <stdbool.h>

#include "api/rest/quota.h"
#include "base/err.h"
#include "base/json_read.h"
#include "base/slice.h"
#include "domain/core/submit.h"
#include "domain/identity/principal.h"
#include "net/http_server.h"
struct operation;
struct services;
enum rest_family { /* the shape of an error body: ../reference errors, docs/parity.md */
                   FAMILY_CONFIG,
                   FAMILY_DESKTOP,
                   FAMILY_SEARCH,
                   FAMILY_SUBSCRIPTION,
                   FAMILY_OAUTH,
                   FAMILY_SANDBOX
};
enum { REST_PARAM_MAX = 4 };
struct rest_call {
    struct http_request *http;
    struct arena *arena; /* http->arena */
    const struct operation *operation;
    const struct services *services; /* server/services.h fills it; api/services.h declares it */
    struct principal principal;      /* who calls; operation->auth says whether there is one */
    struct slice org; /* the organisation acted on: path, query or token; already checked against
                         the token */
    struct slice params[REST_PARAM_MAX]; /* decoded path parameters, in order of the template */
    struct slice tracking_id;            /* of the request, or made */
    struct quota_view quota; /* what is left to the caller; no policy: nobody was counted */
    const struct json *body; /* parsed when the operation takes JSON; NULL when there was none */
    void *state;             /* the handler's own, for its rest_then; memory of the arena */
    bool replayed;           /* the answer is that of an earlier request (api/config/once.h) */
};
/* Answers now (rest_reply*, rest_fail), or later after rest_submit. Returning an error is the same
 * as rest_fail. */
typedef enum err rest_handler(struct rest_call *call);
/* JSON body (memory of the arena or static); status of the operation's success unless given. */
void rest_reply(struct rest_call *call, int status, struct slice json);
void rest_reply_text(struct rest_call *call, int status, struct slice content_type,
                     struct slice body, const struct http_header *headers, size_t header_count);
/* Error in the family's shape. `detail` may be empty: then the error's title is used. */
void rest_fail(struct rest_call *call, enum err e, struct slice detail);
/* printf into the arena, then rest_fail; returns ERR_OK so that a handler can `return
 * rest_failf(...)`. */
enum err rest_failf(struct rest_call *call, enum err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Hands a command to the core; `then` runs when it is durable and must answer (NULL: rest_reply
 * with the operation's success status and the result; failures are answered by rest_fail with the
 * detail). */
typedef void rest_then(struct rest_call *call, const struct core_answer *answer);
enum err rest_submit(struct rest_call *call, command_fn *run, const void *args, rest_then *then);
#endif
