/* Hash map with one writer at a time (the caller sees to that) and any number of lock-free readers.
 * Readers must be between epoch_enter and epoch_leave while they use the map or a value from it.
 * Keys are borrowed from the value. */
#ifndef BASE_CMAP_H
#define BASE_CMAP_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"
struct cmap;
struct cmap *cmap_new(void); /* NULL: out of memory */
void cmap_free(struct cmap *m,
               void (*free_value)(void *));       /* no readers left; free_value may be NULL */
void *cmap_get(struct cmap *m, struct slice key); /* NULL: none */
/* Replaces; *old (may be NULL) gets the former value, which the caller retires by epoch_retire. */
enum err cmap_put(struct cmap *m, struct slice key, void *value, void **old);
void *cmap_remove(struct cmap *m,
                  struct slice key); /* the former value, to be retired by the caller */
size_t cmap_count(const struct cmap *m);
/* Calls fn for each value until it returns false. */
void cmap_each(struct cmap *m, bool (*fn)(void *ctx, struct slice key, void *value), void *ctx);
#endif
