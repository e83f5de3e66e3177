/* Name -> row, of a size known beforehand. Lives in an arena; read by any thread once filled. */
#ifndef GRAPHQL_NAMES_H
#define GRAPHQL_NAMES_H
#include <stdbool.h>

#include "base/slice.h"
struct arena;
struct graphql_names;
struct graphql_names *graphql_names_new(struct arena *a, size_t count); /* NULL: out of memory */
/* False: the name was there and stays what it was. At most `count` different names. */
bool graphql_names_put(struct graphql_names *n, struct slice name, void *row);
void *graphql_names_get(const struct graphql_names *n,
                        struct slice name); /* NULL: none (or n is NULL) */
#endif
