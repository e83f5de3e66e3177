/* Changes that come twice but act once: the header Idempotency-Key (ours), for every operation of
 * the family that changes something. */
#ifndef API_CONFIG_ONCE_H
#define API_CONFIG_ONCE_H
#include "api/rest/rest.h"
/* rest_submit; with the header the command runs only the first time, and later calls with the same
 * key and the same request get its `result` (domain/catalog/once.h), with call->replayed set.
 * `then` has to make its answer of the result alone. `body` and `blob`: what the request says
 * beside method, path and query; the same key with another one is a conflict. */
enum err once_submit(struct rest_call *call, command_fn *run, const void *args, rest_then *then,
                     struct slice body, struct slice blob);
#endif
