/* Fields that are shown to those who ask for them (`asked` in spec/resources). */
#ifndef API_CONFIG_ASKED_H
#define API_CONFIG_ASKED_H
#include "api/config/config.h"
#include "base/json_write.h"
/* Is the query parameter true? */
bool query_is_on(struct http_request *req, const char *name);
/* Is one of the field's parameters true? */
bool asked_for(struct http_request *req, enum field f);
/* A field as a member, derived if it is; nothing when it is not set. */
void put_field(struct json_writer *w, const struct catalog_view *view, const struct entity *e,
               enum field f);
/* The served entity with those of its fields that the query asks for. {NULL, 0}: out of memory.
 * Between epoch_enter and epoch_leave. */
struct slice asked_with(struct http_request *req, const struct catalog_view *view,
                        const struct entity *e, struct slice served, struct arena *a);
/* skill_details.c: the served entity, in its lists of skills with values the names of the skills.
 */
struct slice skill_details(const struct catalog_view *view, struct slice served, struct arena *a);
/* names.c: the served entity with the names of what it points at and the caller may see, where the
 * contract has that. */
struct slice names_included(struct rest_call *call, const struct catalog_view *view,
                            const struct entity *e, struct slice served);
/* A JSON object with the members of another behind its own. */
struct slice joined(struct slice object, struct slice more, struct arena *a);
#endif
