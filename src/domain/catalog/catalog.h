/* The catalogue: every organisation's configuration, in memory, in two versions.
 *
 * - The working version belongs to the core thread: commands (commands.h) check against it and
 *   change it, and the living contact centre reads it (catalog_working*).
 * - The published version is for everybody else (catalog_published*, catalog_get, catalog_find):
 *   immutable sorted arrays behind atomic pointers. Readers stand between epoch_enter() and
 *   epoch_leave() (base/epoch.h) for as long as they use what they got. A change is published
 *   after it is durable (effects.after), never before.
 *
 * The catalogue owns all entities. Organisations are resource RESOURCE_ORGANIZATION in their own
 * set, with the organisation's id as entity id. */
#ifndef DOMAIN_CATALOG_CATALOG_H
#define DOMAIN_CATALOG_CATALOG_H
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "domain/catalog/entity.h"
struct catalog;
struct entity_set;
struct store;
struct world;
/* All entities of one resource in one organisation, in order of id (ids are UUIDv7, so in order of
 * creation). */
struct catalog_set {
    size_t count;
    const struct entity *const *items;
};
struct catalog *catalog_new(void);    /* NULL: out of memory */
void catalog_free(struct catalog *c); /* no readers left */
/* Fills working and published version from the rows of the store; once, before anything else.
 * ERR_CORRUPT: a row is no entity of its kind. */
enum err catalog_load(struct catalog *c, struct store *s);

/* Readers on any thread, between epoch_enter and epoch_leave. Never NULL: an unknown organisation
 * has empty sets. */
struct catalog_set catalog_published(const struct catalog *c, struct uuid org, enum resource r);
/* The same set to ask index.h about; NULL: empty. *set is filled either way. */
const struct entity_set *catalog_published_set(const struct catalog *c, struct uuid org,
                                               enum resource r, struct catalog_set *set);
const struct entity *catalog_get(const struct catalog *c, struct uuid org, enum resource r,
                                 struct uuid id); /* NULL: none */
/* By a unique field of one column (FIELD_USER_EMAIL, FIELD_USER_CI_USER_ID, FIELD_SITE_NAME ...:
 * the fields spec/resources marks unique), compared as the resource compares it (email: any case).
 * NULL: none. */
const struct entity *catalog_find(const struct catalog *c, struct uuid org, enum field f,
                                  struct slice value);
bool catalog_has_org(const struct catalog *c, struct uuid org);
/* Calls fn for each organisation, in no order, until it returns false. */
void catalog_each_org(const struct catalog *c, bool (*fn)(void *ctx, struct uuid org), void *ctx);

/* The same of the working version; core thread only (no epoch needed). */
struct catalog_set catalog_working(const struct catalog *c, struct uuid org, enum resource r);
const struct entity *catalog_working_get(const struct catalog *c, struct uuid org, enum resource r,
                                         struct uuid id);
const struct entity *catalog_working_find(const struct catalog *c, struct uuid org, enum field f,
                                          struct slice value);
bool catalog_working_has_org(const struct catalog *c, struct uuid org);
void catalog_working_each_org(const struct catalog *c, bool (*fn)(void *ctx, struct uuid org),
                              void *ctx);

/* In any set got above. */
const struct entity *catalog_set_get(struct catalog_set set, struct uuid id); /* NULL: none */
size_t catalog_set_position(struct catalog_set set, struct uuid id);          /* set.count: none */

/* Makes the catalogue part of the world (domain/core/world.h), which loads it and frees it in the
 * end. */
void catalog_attach(struct world *w, struct catalog *c);
struct catalog *world_catalog(struct world *w); /* NULL: not attached */
#endif
