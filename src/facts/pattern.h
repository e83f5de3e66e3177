/* Regular expressions of filters, for every adapter the same: PCRE2 with UTF-8, case sensitive,
 * without look-behind tricks that cost more than LIMIT_facts_pattern_steps_max steps (such a text
 * simply does not match). */
#ifndef FACTS_PATTERN_H
#define FACTS_PATTERN_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"
struct facts_pattern;
/* `whole`: the value from begin to end, else any part. ERR_BAD_REQUEST: not a regex. */
enum err facts_pattern_new(struct slice text, bool whole, struct facts_pattern **out);
void facts_pattern_free(struct facts_pattern *p);                     /* NULL is fine */
bool facts_pattern_test(struct facts_pattern *p, struct slice value); /* one thread at a time */
#endif
