/* The catalogue's inside, for its own files. */
#ifndef DOMAIN_CATALOG_CATALOG_PRIV_H
#define DOMAIN_CATALOG_CATALOG_PRIV_H
#include <stdatomic.h>

#include "domain/catalog/catalog.h"
#include "domain/catalog/set.h"
struct cmap;
struct effects;
struct org {
    struct uuid id;
    struct entity_set *working[RESOURCE_COUNT];             /* core thread; NULL: empty */
    _Atomic(struct entity_set *) published[RESOURCE_COUNT]; /* NULL: empty */
};
struct catalog {
    struct cmap *orgs; /* written by the core thread alone */
};
/* NULL: none (make false) or out of memory. Core thread. */
struct org *catalog_org(struct catalog *c, struct uuid id, bool make);
/* The working version takes `now` (NULL: the entity `id` goes), readers get it once durable. The
 * catalogue owns `now` from ERR_OK on; ERR_OUT_OF_MEMORY and ERR_LIMIT change nothing. */
enum err catalog_apply(struct catalog *c, struct uuid org, enum resource r, struct uuid id,
                       struct entity *now, struct effects *fx);
#endif
