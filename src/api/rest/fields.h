/* Reading request bodies of agent, task and sandbox calls: each function answers with an error that
 * names the field, and says so by returning false. */
#ifndef API_REST_FIELDS_H
#define API_REST_FIELDS_H
#include <stdbool.h>
#include <stdint.h>

#include "api/rest/rest.h"
#include "base/uuid.h"
#include "domain/event/snapshot.h"
#include "domain/event/words.h"
/* Text of 1 to `max` characters. */
bool field_text(struct rest_call *call, const char *name, size_t max, struct slice *out);
/* The same, but may be missing, null or empty: then empty. */
bool field_optional_text(struct rest_call *call, const char *name, size_t max, struct slice *out);
bool field_id(struct rest_call *call, const char *name, struct uuid *out);
/* Missing, null or empty: nil. */
bool field_optional_id(struct rest_call *call, const char *name, struct uuid *out);
bool field_word(struct rest_call *call, const char *name, const struct words *words, int *out);
/* Object of texts, at most LIMIT_task_attributes_max of bounded length; missing gives none. */
bool field_attributes(struct rest_call *call, const char *name, const struct attribute **out,
                      uint32_t *count);
/* A path parameter that is an id; anything else is not found. */
bool rest_path_id(struct rest_call *call, unsigned index, struct uuid *out);
#endif
