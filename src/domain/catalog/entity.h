/* One configuration entity: an immutable JSON document as it is served, with the place of every
 * top-level field, in one block of memory. Slices point into the entity and live as long as it
 * does: for published ones until epoch_leave(), for working ones until the end of the step.
 * Keep the id, not the pointer.
 *
 * Fields are named by the generated enum field (domain/catalog/tables.h, made from
 * spec/resources): FIELD_TEAM_SITE_ID is `siteId` of a team. Asking an entity for a field of
 * another resource is a bug (asserted). */
#ifndef DOMAIN_CATALOG_ENTITY_H
#define DOMAIN_CATALOG_ENTITY_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json_read.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "domain/catalog/tables.h"
struct entity;
enum resource entity_resource(const struct entity *e);
struct uuid entity_id(const struct entity *e);
int64_t entity_version(const struct entity *e);
struct slice entity_json(const struct entity *e); /* the whole document */
bool entity_has(const struct entity *e, enum field f);
/* The field's value as JSON text (strings with their quotes); {NULL, 0}: not set. */
struct slice entity_raw(const struct entity *e, enum field f);
/* Text of a string field; empty when not set. Escapes (rare: quotes, backslashes and control
 * characters) are undone by the second form only; the first gives the bytes between the quotes. */
struct slice entity_text(const struct entity *e, enum field f);
struct slice entity_text_copy(const struct entity *e, enum field f, struct arena *a);
bool entity_is(const struct entity *e, enum field f, const char *text);
int64_t entity_i64(const struct entity *e, enum field f, int64_t fallback);
bool entity_bool(const struct entity *e, enum field f, bool fallback);
/* A reference; nil when not set. */
struct uuid entity_ref(const struct entity *e, enum field f);
/* Walks an array of strings (ids, enum words); start with *at = 0; false at the end. */
bool entity_next_text(const struct entity *e, enum field f, size_t *at, struct slice *text);
bool entity_next_ref(const struct entity *e, enum field f, size_t *at, struct uuid *id);
bool entity_lists_ref(const struct entity *e, enum field f, struct uuid id); /* array holds id? */
/* Arrays of objects and objects: parsed into the arena (text may point into the entity).
 * ERR_NOT_FOUND: not set. */
enum err entity_parse(const struct entity *e, enum field f, struct arena *a, struct json **out);
#endif
