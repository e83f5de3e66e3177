/* Making entities; for the catalogue's own files and its tests. */
#ifndef DOMAIN_CATALOG_ENTITY_PRIV_H
#define DOMAIN_CATALOG_ENTITY_PRIV_H
#include "domain/catalog/entity.h"
/* `canonical`: a JSON object whose members are fields of the resource in the order of the table,
 * without white space (document.h writes it). Copied. NULL: out of memory. */
struct entity *entity_new(enum resource r, struct uuid id, const struct json *canonical);
void entity_free(void *e); /* NULL is fine; fits epoch_retire */
/* Hash of unique key number k, letters in lower case; 0: a field of it is not set. */
uint32_t entity_key(const struct entity *e, unsigned k);
bool entity_same_key(const struct entity *a, const struct entity *b, unsigned k);
uint32_t entity_text_key(struct slice value); /* of a key of one field */
/* "a, b": compares as unique fields do. */
bool entity_text_same(struct slice a, struct slice b);
#endif
