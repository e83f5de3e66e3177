/* Chains in a table. Readers follow atomic pointers; a node's key and value never change after it
 * is published. The writer replaces a node by a new one, and the whole table by a larger copy with
 * its own nodes; the old ones are retired and stay readable to those who still walk them. */
#include "base/cmap.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/epoch.h"

enum { FIRST_CAP = 16 };

struct node {
    _Atomic(struct node *) next;
    struct slice key;
    void *value;
    uint64_t hash;
};
struct table {
    size_t cap; /* power of two */
    _Atomic(struct node *) chains[];
};
struct cmap {
    _Atomic(struct table *) table;
    _Atomic size_t count;
};

static struct table *table_new(size_t cap)
{
    struct table *t = calloc(1, sizeof *t + cap * sizeof t->chains[0]);
    if (t)
        t->cap = cap;
    return t;
}

static void table_free(void *table)
{
    struct table *t = table;
    for (size_t i = 0; i < t->cap; i++) {
        struct node *n = atomic_load_explicit(&t->chains[i], memory_order_relaxed);
        while (n) {
            struct node *next = atomic_load_explicit(&n->next, memory_order_relaxed);
            free(n);
            n = next;
        }
    }
    free(t);
}

struct cmap *cmap_new(void)
{
    struct cmap *m = calloc(1, sizeof *m);
    struct table *t = m ? table_new(FIRST_CAP) : NULL;
    if (!t) {
        free(m);
        return NULL;
    }
    atomic_init(&m->table, t);
    return m;
}

void cmap_free(struct cmap *m, void (*free_value)(void *))
{
    if (!m)
        return;
    struct table *t = atomic_load(&m->table);
    for (size_t i = 0; free_value && i < t->cap; i++)
        for (struct node *n = atomic_load(&t->chains[i]); n; n = atomic_load(&n->next))
            free_value(n->value);
    table_free(t);
    free(m);
}

/* The link that points at the key's node, or at the end of its chain. */
static _Atomic(struct node *) *find(struct table *t, struct slice key, uint64_t hash)
{
    _Atomic(struct node *) *link = &t->chains[hash & (t->cap - 1)];
    for (;;) {
        struct node *n = atomic_load_explicit(link, memory_order_acquire);
        if (!n || (n->hash == hash && slice_eq(n->key, key)))
            return link;
        link = &n->next;
    }
}

/* Walks by itself instead of using find: the link may change between two loads. */
void *cmap_get(struct cmap *m, struct slice key)
{
    uint64_t hash = slice_hash(key);
    struct table *t = atomic_load_explicit(&m->table, memory_order_acquire);
    struct node *n = atomic_load_explicit(&t->chains[hash & (t->cap - 1)], memory_order_acquire);
    while (n && !(n->hash == hash && slice_eq(n->key, key)))
        n = atomic_load_explicit(&n->next, memory_order_acquire);
    return n ? n->value : NULL;
}

static struct node *node_new(struct slice key, void *value, uint64_t hash)
{
    struct node *n = malloc(sizeof *n);
    if (!n)
        return NULL;
    n->key = key;
    n->value = value;
    n->hash = hash;
    atomic_init(&n->next, NULL);
    return n;
}

static bool copy_chain(struct table *to, struct node *n)
{
    for (; n; n = atomic_load(&n->next)) {
        struct node *copy = node_new(n->key, n->value, n->hash);
        if (!copy)
            return false;
        _Atomic(struct node *) *chain = &to->chains[n->hash & (to->cap - 1)];
        atomic_init(&copy->next, atomic_load(chain));
        atomic_store(chain, copy);
    }
    return true;
}

/* Failing is no harm: the chains only get longer. */
static void grow(struct cmap *m)
{
    struct table *old = atomic_load(&m->table);
    struct table *t = table_new(old->cap * 2);
    if (!t)
        return;
    for (size_t i = 0; i < old->cap; i++)
        if (!copy_chain(t, atomic_load(&old->chains[i]))) {
            table_free(t);
            return;
        }
    atomic_store_explicit(&m->table, t, memory_order_release);
    epoch_retire(table_free, old);
}

enum err cmap_put(struct cmap *m, struct slice key, void *value, void **old)
{
    assert(value);
    struct table *t = atomic_load(&m->table);
    if (atomic_load(&m->count) >= t->cap) {
        grow(m);
        t = atomic_load(&m->table);
    }
    struct node *fresh = node_new(key, value, slice_hash(key));
    if (!fresh)
        return ERR_OUT_OF_MEMORY;
    _Atomic(struct node *) *link = find(t, key, fresh->hash);
    struct node *former = atomic_load(link);
    if (old)
        *old = former ? former->value : NULL;
    if (former)
        atomic_init(&fresh->next, atomic_load(&former->next));
    else
        atomic_fetch_add(&m->count, 1);
    atomic_store_explicit(link, fresh, memory_order_release);
    if (former)
        epoch_retire(free, former);
    return ERR_OK;
}

void *cmap_remove(struct cmap *m, struct slice key)
{
    _Atomic(struct node *) *link = find(atomic_load(&m->table), key, slice_hash(key));
    struct node *n = atomic_load(link);
    if (!n)
        return NULL;
    void *value = n->value;
    atomic_store_explicit(link, atomic_load(&n->next), memory_order_release);
    atomic_fetch_sub(&m->count, 1);
    epoch_retire(free, n);
    return value;
}

size_t cmap_count(const struct cmap *m)
{
    return atomic_load(&m->count);
}

void cmap_each(struct cmap *m, bool (*fn)(void *ctx, struct slice key, void *value), void *ctx)
{
    struct table *t = atomic_load_explicit(&m->table, memory_order_acquire);
    for (size_t i = 0; i < t->cap; i++) {
        struct node *n = atomic_load_explicit(&t->chains[i], memory_order_acquire);
        for (; n; n = atomic_load_explicit(&n->next, memory_order_acquire))
            if (!fn(ctx, n->key, n->value))
                return;
    }
}
