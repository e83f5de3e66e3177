/* Hash map from bytes to a pointer. Keys are borrowed: they must live as long as their entry
 * (usually inside the value). Heap memory, one owner thread. For many lock-free readers see cmap.h.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"
struct map_entry {
    struct slice key;
    void *value; /* NULL: free slot */
    uint64_t hash;
};
struct map {
    struct map_entry *slots;
    size_t cap, count, used; /* used counts tombstones too */
};
void map_init(struct map *m); /* no memory yet */
void map_release(struct map *m);
void *map_get(const struct map *m, struct slice key); /* NULL: none */
enum err map_put(struct map *m, struct slice key,
                 void *value);                     /* replaces; ERR_OUT_OF_MEMORY changes nothing */
void *map_remove(struct map *m, struct slice key); /* the value that was there, or NULL */
/* Walks in no order; start with *at = 0; false at the end. The map may not grow meanwhile;
 * map_remove is allowed. */
bool map_next(const struct map *m, size_t *at, struct slice *key, void **value);
#endif
