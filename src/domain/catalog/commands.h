/* Changes of the configuration, as core commands (domain/core/core.h). `result` of the effects is
 * the entity as served (empty after a delete); `detail` names every violated rule, one a line
 * (ERR_REFERENCED: the resources that point at the entity, "team"). Rows written: kind = resource
 * name ("site"), id = entity id, body = the served JSON.
 *
 * ERR_BAD_JSON, ERR_INVALID_FIELD (400), ERR_NOT_FOUND (404), ERR_DUPLICATE (409: a unique value is
 * taken), ERR_REFERENCED (412: others point at it), ERR_FORBIDDEN. */
#ifndef DOMAIN_CATALOG_COMMANDS_H
#define DOMAIN_CATALOG_COMMANDS_H
#include <stdbool.h>

#include "base/slice.h"
#include "base/uuid.h"
#include "domain/catalog/tables.h"
#include "domain/core/core.h"
struct catalog_change {
    struct uuid org;
    enum resource resource;
    struct uuid id;     /* create: nil, or (system only) the id to give */
    struct slice body;  /* JSON object; not read by delete */
    struct slice blob;  /* bytes kept beside it (`blob` in spec/resources); not copied, so they
                           stay until `done`; at NULL: none, or as before */
    struct uuid parent; /* of a sub-resource: what stands in the path; nil: any */
    bool bare;       /* entities inside the body are not read and those of the result not shown */
    bool partial;    /* update: fields that are not in the body stay as they are */
    int64_t version; /* update and delete: ERR_STALE_VERSION unless the entity has it; 0: any */
    bool dry_run;    /* only check; result: {dryRun, action, changes, entity} */
    struct uuid by;  /* the user who changes it; nil: nobody a token names */
    bool system;     /* the server itself acts: read-only fields and system defaults may be set */
};
/* args: struct catalog_change. */
command_fn catalog_create, catalog_update, catalog_delete;
/* Deletes all entities of the resource, or none (ERR_REFERENCED: one is pointed at). */
command_fn catalog_delete_all;
/* Many changes in one step, each on its own: one that is refused leaves the others alone. args:
 * struct catalog_bulk; every item gets its err, detail (memory of the effects' arena, so use them
 * in the command's `done`) and id. An item that comes with an err is refused with it. Always
 * ERR_OK. */
enum catalog_verb { CATALOG_CREATE, CATALOG_UPDATE, CATALOG_DELETE, CATALOG_RESKILL };
/* What an item that was left out says (ERR_TOO_LARGE): effects_have_room. */
#define CHANGES_LEFT "the changes before it fill what one request may change; send it in another"
struct catalog_bulk_item {
    enum catalog_verb verb;
    struct catalog_change change;
    enum err err;
    struct slice detail;
    struct uuid id;
};
struct catalog_bulk {
    struct catalog_bulk_item *items;
    size_t count;
    bool told; /* the result says what became of each item, for catalog_bulk_recall */
};
command_fn catalog_bulk;
/* Gives the items the outcomes of an earlier run with as many of them. False: `result` is none of a
 * told run, or memory is short. */
bool catalog_bulk_recall(struct catalog_bulk *bulk, struct slice result, struct arena *a);
/* Edits of lists; args: struct catalog_change with the entity's id. Reassign: agents of an
 * AGENT_BASED queue, body {add: [ids], remove: [ids]}. Reskill: a user, body {skillProfileId,
 * dynamicSkills: {add: [{skillId, value}], remove: [skillIds]}}; adding replaces the value. */
command_fn catalog_reassign_agents, catalog_reskill;
/* Takes references out of all entities of the resource. Body: {references: {field: value}}, the
 * field by its name at any depth. Result: {changed, deleted: [ids], refused: [{id, reason}]}; at
 * most LIMIT_bulk_items_max entities a field, so many may need it again. ERR_INVALID_FIELD: a name
 * that is no field that refers. */
command_fn catalog_release;
/* Fills in what values of a skill (the change's id) and entries that give it to users lack because
 * they are old: organisation, version, times. Up to LIMIT_bulk_items_max users. */
command_fn catalog_populate_skill;
/* Takes a new entity into a resource collection (the change's id). Body: {resourceType,
 * resourceId}. ERR_INVALID_FIELD: it is older than LIMIT_collect_age_ms_max or has changed;
 * ERR_DUPLICATE: a collection holds it. */
command_fn catalog_collect;
/* Deletes what is inactive, not referenced and unchanged for LIMIT_purge_age_days_min, looking at
 * LIMIT_purge_batch_max such entities from the id `from` on. Result: {purged: [ids], nextStartId}
 * (none: that was all). args: struct catalog_purge. */
struct catalog_purge {
    struct uuid org;
    enum resource resource;
    struct uuid from; /* nil: from the first */
    bool dry_run;     /* only tell what would go */
    struct uuid by;
};
command_fn catalog_purge;
/* A new organisation with the defaults of spec/defaults.yaml (system idle codes, work types,
 * multimedia and desktop profile, user profiles). args: struct catalog_organization. Result: the
 * organisation. ERR_DUPLICATE: the id is taken. */
struct catalog_organization {
    struct uuid id; /* nil: made */
    struct slice name;
    struct slice timezone; /* empty: UTC */
};
command_fn catalog_create_organization;
#endif
