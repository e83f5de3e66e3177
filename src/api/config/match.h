/* Text against patterns, in time linear in the text. Case means ASCII letters. */
#ifndef API_CONFIG_MATCH_H
#define API_CONFIG_MATCH_H
#include <stdbool.h>

#include "base/slice.h"
struct arena;
/* The text with small letters, in the arena; {NULL, 0}: out of memory. */
struct slice config_match_lower(struct arena *a, struct slice text);
bool config_match_contains(struct slice text, struct slice part);
/* `part` in small letters, `text` as it is. */
bool config_match_contains_nocase(struct arena *scratch, struct slice text, struct slice part);
/* `pattern` with '*' for any text; the whole text must match. */
bool config_match_wildcard(struct slice text, struct slice pattern);
#endif
