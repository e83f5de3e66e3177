/* Kinds of entities as resource collections name them. */
#ifndef DOMAIN_CATALOG_KINDS_H
#define DOMAIN_CATALOG_KINDS_H
#include <stdbool.h>

#include "base/slice.h"
#include "domain/catalog/tables.h"
struct collection_kind {
    const char *name;
    enum resource resource; /* RESOURCE_COUNT: we keep none of it */
    bool needed;            /* a collection must hold some */
};
extern const struct collection_kind collection_kinds[];
extern const unsigned collection_kind_count;
const struct collection_kind *collection_kind(struct slice name); /* NULL: there is no such kind */
#endif
