/* The dictionary in code point order: rows hold codes, but sort by text. A snapshot, shared by the
 * queries that run while the dictionary has not grown. */
#ifndef FACTS_DUCKDB_RANKS_H
#define FACTS_DUCKDB_RANKS_H
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct facts_dictionary;
struct ranks;
struct ranks_cache;
enum err ranks_cache_new(const struct facts_dictionary *dictionary, struct ranks_cache **out);
void ranks_cache_free(struct ranks_cache *c); /* no snapshot is held any more; NULL is fine */
/* A snapshot that knows every code there is now; give it back with ranks_release. */
enum err ranks_hold(struct ranks_cache *c, struct ranks **out);
void ranks_release(struct ranks_cache *c, struct ranks *r); /* NULL is fine */
/* Odd and rising with the text. Codes younger than the snapshot come last. */
int64_t ranks_of_code(const struct ranks *r, uint32_t code);
/* The same for a text with a code; for one without, the even number between its neighbours. */
int64_t ranks_of_text(const struct ranks *r, struct slice text);
#endif
