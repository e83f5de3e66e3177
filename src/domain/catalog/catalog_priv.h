/* The catalogue's inside, for its own files. */
#ifndef DOMAIN_CATALOG_CATALOG_PRIV_H
#define DOMAIN_CATALOG_CATALOG_PRIV_H
#include <stdatomic.h>

#include "domain/catalog/catalog.h"
#include "domain/catalog/set.h"
#include "domain/catalog/standing.h"
#include "domain/catalog/trail.h"
#include "domain/core/world.h"
#define STANDING_KIND "organization-standing"
struct cmap;
struct effects;
struct org {
    struct uuid id;
    struct entity_set *working[RESOURCE_COUNT];             /* core thread; NULL: empty */
    _Atomic(struct entity_set *) published[RESOURCE_COUNT]; /* NULL: empty */
    struct trail security, tokens;                          /* core thread: security.h */
    struct trail audit, once;                               /* core thread: audit.h, once.h */
    struct catalog_standing standing;                       /* core thread; readers see: */
    _Atomic int shown_state;
    _Atomic int64_t shown_since, shown_limits[ORG_LIMIT_COUNT];
    struct timer closing;
};
struct catalog {
    struct cmap *orgs; /* written by the core thread alone */
    struct uuid actor; /* of the step: audit.h */
    bool silent;
};
void catalog_org_free(void *org);
/* NULL: none (make false) or out of memory. Core thread. */
struct org *catalog_org(struct catalog *c, struct uuid id, bool make);
/* The working version takes `now` (NULL: the entity `id` goes), readers get it once durable. The
 * catalogue owns `now` from ERR_OK on; ERR_OUT_OF_MEMORY and ERR_LIMIT change nothing. */
enum err catalog_apply(struct catalog *c, struct uuid org, enum resource r, struct uuid id,
                       struct entity *now, struct effects *fx);
/* The same for all entities of a resource at once. */
enum err catalog_clear(struct catalog *c, struct uuid org, enum resource r, struct effects *fx);
#endif
