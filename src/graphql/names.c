#include "graphql/names.h"

#include <assert.h>

#include "base/arena.h"

struct slot {
    struct slice name;
    void *row;
};
struct graphql_names {
    size_t mask, room; /* slots - 1; names that may still come */
    struct slot slots[];
};

struct graphql_names *graphql_names_new(struct arena *a, size_t count)
{
    size_t slots = 4;
    while (slots < count * 2)
        slots *= 2;
    struct graphql_names *n = arena_alloc(a, sizeof *n + slots * sizeof n->slots[0]);
    if (n) {
        n->mask = slots - 1;
        n->room = slots - 1;
    }
    return n;
}

/* The name's slot, or the free one where it would stand. */
static size_t find(const struct graphql_names *n, struct slice name)
{
    size_t at = slice_hash(name) & n->mask;
    while (n->slots[at].row && !slice_eq(n->slots[at].name, name))
        at = (at + 1) & n->mask;
    return at;
}

bool graphql_names_put(struct graphql_names *n, struct slice name, void *row)
{
    struct slot *slot = &n->slots[find(n, name)];
    assert(row);
    if (slot->row)
        return false;
    assert(n->room > 0);
    n->room--;
    *slot = (struct slot){ name, row };
    return true;
}

void *graphql_names_get(const struct graphql_names *n, struct slice name)
{
    return n ? n->slots[find(n, name)].row : NULL;
}
