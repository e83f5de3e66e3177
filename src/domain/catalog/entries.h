/* Entities inside the body of their parent (`entries` in spec/resources): the list in the body
 * replaces all of them. An element with an id changes that entity, one without makes a new one,
 * and what the list does not name goes. A body without the list leaves them alone.
 *
 * The steps follow the command's: check all rules, make all entities, then change. */
#ifndef DOMAIN_CATALOG_ENTRIES_H
#define DOMAIN_CATALOG_ENTRIES_H
#include "domain/catalog/check.h"
struct effects;
struct entries {
    struct check *parent;
    enum field field;     /* FIELD_COUNT: nothing to do */
    struct check *checks; /* one for each element */
    struct entity **made; /* by position; owned until kept */
    size_t count;
};
/* Adds violations to those of the parent, which entity_make then refuses. */
void entries_check(struct check *parent, struct entries *out);
/* ERR_DUPLICATE and what entity_make says; frees what was made. */
enum err entries_make(struct entries *e, struct effects *fx);
void entries_free(struct entries *e);
/* ERR_LIMIT, ERR_OUT_OF_MEMORY: only some of them are changed. */
enum err entries_keep(struct entries *e, struct effects *fx);
/* All children of an entity that goes. */
enum err entries_drop(struct world *w, struct uuid org, const struct entity *parent,
                      struct effects *fx);
#endif
