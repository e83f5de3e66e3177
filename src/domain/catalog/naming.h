/* What people call an entity: for lists of references, exports and look-ups. */
#ifndef DOMAIN_CATALOG_NAMING_H
#define DOMAIN_CATALOG_NAMING_H
#include "domain/catalog/entity.h"
/* `name`, or first and last name of a user; the id when it has neither. Memory of the arena; empty:
 * out of memory. */
struct slice entity_name(const struct entity *e, struct arena *a);
#endif
