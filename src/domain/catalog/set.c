#include "domain/catalog/set.h"

#include <assert.h>
#include <stdlib.h>

#include "domain/catalog/entity_priv.h"
#include "domain/catalog/index.h"
#include "domain/catalog/schema.h"

struct entity_set *entity_set_new(enum resource r, size_t cap)
{
    unsigned key_count = resource_rules[r].unique_count;
    size_t head = sizeof(struct entity_set) + cap * sizeof(struct entity *);
    struct entity_set *s = malloc(head + cap * key_count * sizeof(uint32_t));
    if (!s)
        return NULL;
    atomic_init(&s->index, NULL);
    s->count = 0;
    s->cap = cap;
    s->key_count = key_count;
    s->keys = (uint32_t *)((char *)s + head);
    return s;
}

void entity_set_free(void *set)
{
    struct entity_set *s = set;
    if (s)
        set_index_free(atomic_load(&s->index));
    free(s);
}

struct entity_set *entity_set_copy(const struct entity_set *s, enum resource r, size_t more)
{
    struct entity_set *copy = entity_set_new(r, (s ? s->count : 0) + more);
    if (!copy || !s)
        return copy;
    copy->count = s->count;
    memcpy(copy->items, s->items, s->count * sizeof *s->items);
    for (unsigned k = 0; k < s->key_count; k++)
        memcpy(copy->keys + k * copy->cap, s->keys + k * s->cap, s->count * sizeof *s->keys);
    return copy;
}

/* Binary search of the first item whose id is not below. */
static size_t position(const struct entity *const *items, size_t count, struct uuid id)
{
    size_t low = 0;
    for (size_t high = count; low < high;) {
        size_t mid = low + (high - low) / 2;
        if (uuid_cmp(entity_id(items[mid]), id) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

size_t entity_set_position(const struct entity_set *s, struct uuid id, bool *found)
{
    size_t at = s ? position(s->items, s->count, id) : 0;
    *found = s && at < s->count && uuid_eq(entity_id(s->items[at]), id);
    return at;
}

const struct entity *entity_set_get(const struct entity_set *s, struct uuid id)
{
    bool found;
    size_t at = entity_set_position(s, id, &found);
    return found ? s->items[at] : NULL;
}

size_t catalog_set_position(struct catalog_set set, struct uuid id)
{
    size_t at = position(set.items, set.count, id);
    return at < set.count && uuid_eq(entity_id(set.items[at]), id) ? at : set.count;
}

const struct entity *catalog_set_get(struct catalog_set set, struct uuid id)
{
    size_t at = catalog_set_position(set, id);
    return at < set.count ? set.items[at] : NULL;
}

static void shift(struct entity_set *s, size_t from, size_t to)
{
    size_t n = s->count - from;
    memmove(s->items + to, s->items + from, n * sizeof *s->items);
    for (unsigned k = 0; k < s->key_count; k++) {
        uint32_t *keys = s->keys + k * s->cap;
        memmove(keys + to, keys + from, n * sizeof *keys);
    }
}

void entity_set_put(struct entity_set *s, const struct entity *e)
{
    bool found;
    size_t at = entity_set_position(s, entity_id(e), &found);
    if (!found) {
        assert(s->count < s->cap);
        shift(s, at, at + 1);
        s->count++;
    }
    s->items[at] = e;
    for (unsigned k = 0; k < s->key_count; k++)
        s->keys[k * s->cap + at] = entity_key(e, k);
}

void entity_set_remove(struct entity_set *s, struct uuid id)
{
    bool found;
    size_t at = entity_set_position(s, id, &found);
    if (!found)
        return;
    shift(s, at + 1, at);
    s->count--;
}

/* The next place from `i` on that has the key, or `count`. In blocks, which compilers make one
 * instruction for several keys of: a bulk looks for a thousand among twenty thousand. */
static size_t next_key(const uint32_t *keys, size_t i, size_t count, uint32_t key)
{
    enum { BLOCK = 16 };
    for (; i + BLOCK <= count; i += BLOCK) {
        uint32_t found = 0;
        for (unsigned j = 0; j < BLOCK; j++)
            found |= keys[i + j] == key;
        if (found)
            break;
    }
    while (i < count && keys[i] != key)
        i++;
    return i;
}

const struct entity *entity_set_taken(const struct entity_set *s, const struct entity *e,
                                      unsigned k)
{
    uint32_t key = entity_key(e, k);
    if (!s || !key)
        return NULL;
    const uint32_t *keys = s->keys + k * s->cap;
    for (size_t i = 0; (i = next_key(keys, i, s->count, key)) < s->count; i++) {
        if (!uuid_eq(entity_id(s->items[i]), entity_id(e)) && entity_same_key(s->items[i], e, k))
            return s->items[i];
    }
    return NULL;
}

const struct entity *entity_set_find(const struct entity_set *s, enum field f, unsigned k,
                                     struct slice value)
{
    uint32_t key = entity_text_key(value);
    const uint32_t *keys = s ? s->keys + k * s->cap : NULL;
    for (size_t i = 0; s && (i = next_key(keys, i, s->count, key)) < s->count; i++) {
        if (entity_text_same(entity_text(s->items[i], f), value))
            return s->items[i];
    }
    return NULL;
}
