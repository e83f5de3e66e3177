/* Who changed what: one entry a change, as journaled event config.changed, as row of the store, and
 * the newest of each organisation in memory to be read. An entry is
 *
 *   {id, time, by?, byName?, action: CREATE | UPDATE | DELETE, entityType, entityId, entityName,
 *    version, changes: [{field, before?, after?}]}
 *
 * What the server does on its own, such as the defaults of a new organisation, leaves none. */
#ifndef DOMAIN_CATALOG_AUDIT_H
#define DOMAIN_CATALOG_AUDIT_H
#include "domain/catalog/catalog.h"
#include "domain/catalog/trail.h"
#include "domain/core/core.h"
struct json_writer;
/* An array of {field, before, after}: what `now` has other than `before` (either may be NULL);
 * common fields are left out. */
void audit_put_changes(struct json_writer *w, const struct entity *before,
                       const struct entity *now);
/* Who acts from now on in this step; nil and silent: the server itself. */
void audit_actor(struct catalog *c, struct uuid by, bool silent);
/* In the step that changes it, both versions still there. */
void audit_note(struct world *w, struct uuid org, const struct entity *before,
                const struct entity *now, struct effects *fx);
/* Command: the newest first. args: struct audit_question; result: the array of entries; *total is
 * filled. */
struct audit_question {
    struct uuid org;
    struct slice type; /* only of this resource; empty: all */
    struct uuid id;    /* only of this entity; nil: all */
    size_t first, count;
    size_t *total;
};
command_fn audit_read;
#endif
