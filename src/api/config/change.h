/* Single changes over HTTP, with what is ours around them: ETag and If-Match, dryRun,
 * Idempotency-Key. */
#ifndef API_CONFIG_CHANGE_H
#define API_CONFIG_CHANGE_H
#include "api/config/config.h"
/* Submits a change whose id and body are set; answers with the entity. */
enum err change_submit(struct rest_call *call, command_fn *run, struct catalog_change *args);
/* Replies with an entity and its version as ETag. */
void change_reply(struct rest_call *call, struct slice json, int64_t version);
/* ?dryRun=true */
bool change_is_dry(const struct rest_call *call);
#endif
