/* All entities of one resource in one organisation: pointers in order of id, and the hashes of
 * their unique keys beside them. The core thread's set changes in place; a published one is a
 * copy that nobody changes. */
#ifndef DOMAIN_CATALOG_SET_H
#define DOMAIN_CATALOG_SET_H
#include <stdatomic.h>

#include "domain/catalog/catalog.h"
struct set_index;
struct entity_set {
    _Atomic(struct set_index *) index; /* of a published set, once readers made one: index.h */
    size_t count, cap;
    unsigned key_count;
    uint32_t *keys; /* key k of item i: keys[k * cap + i] */
    const struct entity *items[];
};
/* NULL: out of memory. */
struct entity_set *entity_set_new(enum resource r, size_t cap);
void entity_set_free(void *s); /* not the entities; NULL is fine; fits epoch_retire */
/* With room for `more` entities beyond those of `s` (NULL: none). */
struct entity_set *entity_set_copy(const struct entity_set *s, enum resource r, size_t more);
/* Position of the id, or where it would stand with *found false. */
size_t entity_set_position(const struct entity_set *s, struct uuid id, bool *found);
const struct entity *entity_set_get(const struct entity_set *s,
                                    struct uuid id); /* NULL set: NULL */
/* Puts it in, or in the place of the one with its id; room must be there. */
void entity_set_put(struct entity_set *s, const struct entity *e);
void entity_set_remove(struct entity_set *s, struct uuid id);
/* Another entity than `self_id` with the same key k as `e`; NULL: none. */
const struct entity *entity_set_taken(const struct entity_set *s, const struct entity *e,
                                      unsigned k);
/* By key k, which has one field. */
const struct entity *entity_set_find(const struct entity_set *s, enum field f, unsigned k,
                                     struct slice value);
#endif
