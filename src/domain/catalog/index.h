/* The order of one published set by the values of a field: which entities have a value, and how a
 * list sorts by it, without looking at every entity. A published set never changes, so neither does
 * its index: readers build one when the searches it saves are worth it, and it goes with its set
 * when a change publishes the next one. Between epoch_enter and epoch_leave, as the set. */
#ifndef DOMAIN_CATALOG_INDEX_H
#define DOMAIN_CATALOG_INDEX_H
#include "domain/catalog/catalog.h"
struct arena;
struct entity_set;
struct field_index;
/* Some entities of an index, in its order. */
struct index_range {
    const struct field_index *index;
    size_t from, count;
};
/* Scalars and lists of texts; not objects, not what is worked out when read. */
bool index_takes(enum field f);
/* The index of the field. NULL: not worth it (yet), index_takes does not, LIMIT_index_fields_max or
 * out of memory; then look at every entity. `saved`: about how many comparisons with entities it
 * saves; built once these sum up to what building costs. */
const struct field_index *index_want(const struct entity_set *s, enum field f, size_t saved);
/* The entities whose field is the value, or has it in its list, in order of id; texts unescaped,
 * references in any case, numbers by value. */
struct index_range index_equal(const struct field_index *x, struct slice value);
/* All, as index_sort has them. Not for lists. */
struct index_range index_all(const struct field_index *x);
/* Position in the set. */
size_t index_position(struct index_range range, size_t i);
/* Sorts positions: texts without regard to ASCII case, then by bytes, then by id; what is not set
 * comes last. Not for lists. */
enum err index_sort(struct catalog_set set, enum field f, uint32_t *positions, size_t count);
void set_index_free(void *index); /* NULL is fine */
#endif
