/* The last steps of every change: from a checked body to an entity, and into the working version
 * and the effects. For the catalogue's own files. */
#ifndef DOMAIN_CATALOG_MAKE_H
#define DOMAIN_CATALOG_MAKE_H
#include "domain/catalog/check.h"
struct document;
struct effects;
/* Fills in id, version, times and whose child it is (`before`: the former version, or NULL). */
void document_common(struct document *d, struct uuid org, struct uuid id,
                     const struct entity *before, int64_t now_ms, struct arena *a);
/* The entity of a check that has run; the caller's. ERR_INVALID_FIELD: it found violations;
 * ERR_DUPLICATE: a unique value is taken. Both with the reasons in the effects. */
enum err entity_make(struct check *c, struct uuid org, struct effects *fx, struct entity **out);
/* The working version takes it, or loses it, and a row says so. Whatever happens, the catalogue
 * owns `now`. */
enum err entity_keep(struct world *w, struct uuid org, struct entity *now, struct effects *fx);
enum err entity_drop(struct world *w, struct uuid org, const struct entity *e, struct effects *fx);
/* To be called in the step. The living contact centre hears of what it keeps in a form of its own:
 * who may serve whom, and how many at once. All else it reads when it needs it. */
void entity_changed(struct world *w, struct uuid org, enum resource r, struct uuid id);
/* The bytes beside it, if it has any; for what drops entities in another way. */
void entity_drop_blob(struct effects *fx, struct uuid org, const struct entity *e);
#endif
