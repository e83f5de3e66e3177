/* An organisation's configuration as one document, and what it takes to make an organisation like
 * the document. Pure: reads one version of the catalogue, changes nothing.
 *
 *   {"format": 1, "organization": NAME, "resources": {"site": [{"id": .., "name": ..}, ..], ..}}
 *
 * Rows are the entities without version and times; a sub-resource's tell their `parentId`. A row
 * stands for the entity with its id, else for the one with the same unique fields; references to
 * its id then mean that one, so that a document of one organisation can be applied to another. */
#ifndef DOMAIN_CATALOG_TRANSFER_H
#define DOMAIN_CATALOG_TRANSFER_H
#include "domain/catalog/commands.h"
#include "domain/catalog/references.h"
struct json_writer;
void transfer_export(const struct catalog_view *view, struct json_writer *w); /* into an arena */
struct transfer_step {
    enum catalog_verb verb; /* create, update or delete */
    struct catalog_change change;
    struct slice name, changes; /* changes: the array of audit_put_changes, as the row sees it */
    enum err err;               /* for who applies it */
    struct slice detail;
    bool done;
};
struct transfer_plan {
    struct transfer_step *steps;
    size_t count, cap;
};
/* `prune`: what the document does not have is deleted (not what the system made). Memory of the
 * arena and of the document. ERR_INVALID_FIELD: *why tells. Between epoch_enter and epoch_leave;
 * the plan may be used afterwards. */
enum err transfer_plan(const struct catalog_view *view, const struct json *document, bool prune,
                       struct arena *a, struct transfer_plan *out, struct slice *why);
#endif
