/* Canonical documents: the members of a resource in the order of its table, without white space. */
#ifndef DOMAIN_CATALOG_DOCUMENT_H
#define DOMAIN_CATALOG_DOCUMENT_H
#include "base/json_read.h"
#include "domain/catalog/tables.h"
struct entity;
/* The JSON text of each field of a resource, by position in its table; at NULL: not set. */
struct document {
    enum resource resource;
    struct slice values[];
};
struct document *document_new(enum resource r, struct arena *a);             /* NULL: memory */
struct document *document_of(const struct entity *e, struct arena *a);       /* NULL: memory */
void document_set(struct document *d, enum field f, struct slice json_text); /* not copied */
struct slice document_value(const struct document *d, enum field f);
/* The canonical object, parsed. ERR_OUT_OF_MEMORY; ERR_TOO_LARGE: LIMIT_entity_bytes_max. */
enum err document_finish(const struct document *d, struct arena *a, struct json **out);
/* Known members of `row` in canonical form. ERR_CORRUPT: not an object. */
enum err document_reorder(enum resource r, const struct json *row, struct arena *a,
                          struct json **out);
#endif
