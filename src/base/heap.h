/* Binary min-heap of deadlines with removal. A node is a member of the owner's struct; the heap
 * never owns it. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
struct heap_node {
    int64_t key;    /* e.g. due time in ms */
    int64_t then;   /* among equal keys the lower comes first */
    uint64_t order; /* and among those */
    size_t index;   /* 0: not in a heap; kept by the heap */
};
struct heap {
    struct heap_node **nodes; /* 1-based */
    size_t count, cap;
};
bool heap_before(const struct heap_node *a, const struct heap_node *b); /* a comes first */
void heap_init(struct heap *h);
void heap_release(struct heap *h);
enum err heap_add(struct heap *h, struct heap_node *n); /* n->key and n->order set, not in a heap */
void heap_remove(struct heap *h, struct heap_node *n);  /* no-op when not in it */
struct heap_node *heap_first(const struct heap *h);     /* NULL: empty; stays in the heap */
#endif
