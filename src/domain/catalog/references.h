/* One version of the catalogue for code that works on either, and who points at whom. */
#ifndef DOMAIN_CATALOG_REFERENCES_H
#define DOMAIN_CATALOG_REFERENCES_H
#include "domain/catalog/catalog.h"
struct catalog_view {
    const struct catalog *catalog;
    struct uuid org;
    struct catalog_set (*set)(const struct catalog *c, struct uuid org,
                              enum resource r); /* catalog_published or catalog_working */
};
/* The set with what index.h knows about it; NULL: it knows nothing of this version. */
const struct entity_set *view_set(const struct catalog_view *v, enum resource r,
                                  struct catalog_set *set);
const struct entity *view_get(const struct catalog_view *v, enum resource r, struct uuid id);
/* Is it a sub-resource of this parent? What has no parent, and a nil parent: yes. */
bool is_child_of(const struct entity *e, struct uuid parent);
bool resource_is_target(enum resource r); /* is there a rule of a field that points at it? */
/* Calls fn for every entity with a field that holds the id of this `r`, until it returns false.
 * Walks all entities of the organisation: for deletes and questions of administrators. */
void view_references(const struct catalog_view *v, enum resource r, struct uuid id,
                     bool (*fn)(void *ctx, const struct entity *e), void *ctx);
/* The entity as served, with its derived fields and without what must be asked for. Memory of the
 * arena or the entity; empty: out of memory. */
struct slice view_served_as(const struct catalog_view *v, const struct entity *e, bool bare,
                            struct arena *a); /* bare: without the entities inside it */
struct slice view_served(const struct catalog_view *v, const struct entity *e, struct arena *a);
#endif
