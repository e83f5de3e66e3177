/* The regular expressions of the field rules (PCRE2), compiled once in a process, with match and
 * depth limits so that no text can hold a thread. */
#ifndef DOMAIN_CATALOG_PATTERN_H
#define DOMAIN_CATALOG_PATTERN_H
#include <stdbool.h>

#include "base/slice.h"
/* `pattern`: index in pattern_texts. A text that needs more than LIMIT_pattern_steps_max steps does
 * not match. Any thread. Aborts when a pattern of the tables does not compile: a bug of the spec.
 */
bool pattern_matches(int pattern, struct slice text);
#endif
