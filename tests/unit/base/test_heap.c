#include <criterion/criterion.h>

#include "base/heap.h"
#include "base/random.h"

enum { NODES = 2000 };
static struct heap_node nodes[NODES];

Test(heap, gives_keys_in_order_and_equal_keys_by_order)
{
    struct heap h;
    struct random r;
    heap_init(&h);
    random_seed(&r, 2);
    cr_assert_null(heap_first(&h));
    for (size_t i = 0; i < NODES; i++) {
        nodes[i] = (struct heap_node){ .key = (int64_t)random_below(&r, 20),
                                       .then = (int64_t)random_below(&r, 5),
                                       .order = i };
        cr_assert_eq(heap_add(&h, &nodes[i]), ERR_OK);
    }
    int64_t key = INT64_MIN, then = INT64_MIN;
    uint64_t order = 0;
    for (size_t i = 0; i < NODES; i++) {
        struct heap_node *n = heap_first(&h);
        cr_assert(n->key > key ||
                  (n->key == key && (n->then > then || (n->then == then && n->order > order))));
        key = n->key;
        then = n->then;
        order = n->order;
        heap_remove(&h, n);
        cr_assert_eq(n->index, 0);
    }
    cr_assert_null(heap_first(&h));
    heap_release(&h);
}

static void assert_is_heap(const struct heap *h)
{
    for (size_t i = 1; i <= h->count; i++) {
        cr_assert_eq(h->nodes[i]->index, i);
        if (i > 1)
            cr_assert_leq(h->nodes[i / 2]->key, h->nodes[i]->key);
    }
}

Test(heap, any_node_may_leave)
{
    struct heap h;
    struct random r;
    heap_init(&h);
    random_seed(&r, 4);
    for (int step = 0; step < 20000; step++) {
        struct heap_node *n = &nodes[random_below(&r, 200)];
        heap_remove(&h, n); /* no-op when it is not in */
        if (random_below(&r, 3)) {
            n->key = (int64_t)random_below(&r, 1000) - 500;
            cr_assert_eq(heap_add(&h, n), ERR_OK);
        }
        if (step % 100 == 0)
            assert_is_heap(&h);
    }
    assert_is_heap(&h);
    heap_release(&h);
}
