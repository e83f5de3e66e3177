/* Memory by lifetime: everything one request or one command makes, freed at once. Not thread-safe;
 * one owner at a time. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct arena *
arena_new(size_t limit);           /* `limit`: bytes it may hand out; NULL when memory is short */
void arena_free(struct arena *a);  /* NULL is fine */
void arena_reset(struct arena *a); /* empty, usable again; keeps its first chunk */
/* Zeroed bytes, aligned for any type, that live until reset or free; NULL once `limit` is reached.
 */
void *arena_alloc(struct arena *a, size_t size) __attribute__((alloc_size(2), warn_unused_result));
/* The same, not zeroed. */
void *arena_take(struct arena *a, size_t size) __attribute__((alloc_size(2), warn_unused_result));
/* Copies; the copy ends in a NUL that len does not count. {NULL, 0} when memory is short. */
struct slice arena_copy(struct arena *a, struct slice s) __attribute__((warn_unused_result));
/* Formatted text as in printf; {NULL, 0} when memory is short. */
struct slice arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));
/* Runs fn(arg) at reset or free, newest first. ERR_OUT_OF_MEMORY: not registered. */
enum err arena_defer(struct arena *a, void (*fn)(void *arg), void *arg)
    __attribute__((warn_unused_result));
size_t arena_used(const struct arena *a);
#endif
