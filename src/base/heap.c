#include "base/heap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

enum { FIRST_CAP = 16 };

void heap_init(struct heap *h)
{
    *h = (struct heap){ 0 };
}

void heap_release(struct heap *h)
{
    free(h->nodes);
    heap_init(h);
}

bool heap_before(const struct heap_node *a, const struct heap_node *b)
{
    if (a->key != b->key)
        return a->key < b->key;
    return a->then != b->then ? a->then < b->then : a->order < b->order;
}

static void place(struct heap *h, size_t at, struct heap_node *n)
{
    h->nodes[at] = n;
    n->index = at;
}

static void sift_up(struct heap *h, size_t at, struct heap_node *n)
{
    for (; at > 1 && heap_before(n, h->nodes[at / 2]); at /= 2)
        place(h, at, h->nodes[at / 2]);
    place(h, at, n);
}

static void sift_down(struct heap *h, size_t at, struct heap_node *n)
{
    for (;;) {
        size_t child = at * 2;
        if (child > h->count)
            break;
        if (child < h->count && heap_before(h->nodes[child + 1], h->nodes[child]))
            child++;
        if (!heap_before(h->nodes[child], n))
            break;
        place(h, at, h->nodes[child]);
        at = child;
    }
    place(h, at, n);
}

enum err heap_add(struct heap *h, struct heap_node *n)
{
    assert(n->index == 0);
    if (h->count + 1 >= h->cap) {
        size_t cap = h->cap ? h->cap * 2 : FIRST_CAP;
        struct heap_node **nodes = realloc(h->nodes, cap * sizeof *nodes);
        if (!nodes)
            return ERR_OUT_OF_MEMORY;
        h->nodes = nodes;
        h->cap = cap;
    }
    sift_up(h, ++h->count, n);
    return ERR_OK;
}

void heap_remove(struct heap *h, struct heap_node *n)
{
    size_t at = n->index;
    if (!at)
        return;
    assert(at <= h->count && h->nodes[at] == n);
    struct heap_node *last = h->nodes[h->count--];
    n->index = 0;
    if (last == n)
        return;
    if (at > 1 && heap_before(last, h->nodes[at / 2]))
        sift_up(h, at, last);
    else
        sift_down(h, at, last);
}

struct heap_node *heap_first(const struct heap *h)
{
    return h->count ? h->nodes[1] : NULL;
}
