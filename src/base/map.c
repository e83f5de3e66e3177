/* Open addressing, linear probing. A removed entry leaves a tombstone (value NULL, key at a mark of
 * ours), so that a walk may remove what it stands on; tombstones go when the table is rebuilt. */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_CAP = 16 };
static const char tombstone[1];

void map_init(struct map *m)
{
    *m = (struct map){ 0 };
}

void map_release(struct map *m)
{
    free(m->slots);
    map_init(m);
}

static bool is_tombstone(const struct map_entry *e)
{
    return !e->value && e->key.at == tombstone;
}

static struct map_entry *find(const struct map *m, struct slice key, uint64_t hash)
{
    if (!m->cap)
        return NULL;
    for (size_t at = hash & (m->cap - 1);; at = (at + 1) & (m->cap - 1)) {
        struct map_entry *e = &m->slots[at];
        if (e->value && e->hash == hash && slice_eq(e->key, key))
            return e;
        if (!e->value && !is_tombstone(e))
            return NULL;
    }
}

/* First place on the key's way that holds nothing; the key is not in the table. */
static struct map_entry *find_free(struct map_entry *slots, size_t cap, uint64_t hash)
{
    size_t at = hash & (cap - 1);
    while (slots[at].value)
        at = (at + 1) & (cap - 1);
    return &slots[at];
}

static enum err rebuild(struct map *m)
{
    size_t cap = FIRST_CAP;
    while (cap < (m->count + 1) * 2)
        cap *= 2;
    struct map_entry *slots = calloc(cap, sizeof *slots);
    if (!slots)
        return ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].value)
            *find_free(slots, cap, m->slots[i].hash) = m->slots[i];
    free(m->slots);
    m->slots = slots;
    m->cap = cap;
    m->used = m->count;
    return ERR_OK;
}

void *map_get(const struct map *m, struct slice key)
{
    struct map_entry *e = find(m, key, slice_hash(key));
    return e ? e->value : NULL;
}

enum err map_put(struct map *m, struct slice key, void *value)
{
    assert(value);
    uint64_t hash = slice_hash(key);
    struct map_entry *e = find(m, key, hash);
    if (e) {
        e->key = key;
        e->value = value;
        return ERR_OK;
    }
    if ((m->used + 1) * 4 > m->cap * 3 && rebuild(m))
        return ERR_OUT_OF_MEMORY;
    e = find_free(m->slots, m->cap, hash);
    m->used += !is_tombstone(e);
    m->count++;
    *e = (struct map_entry){ key, value, hash };
    return ERR_OK;
}

void *map_remove(struct map *m, struct slice key)
{
    struct map_entry *e = find(m, key, slice_hash(key));
    if (!e)
        return NULL;
    void *value = e->value;
    *e = (struct map_entry){ .key = { tombstone, 0 } };
    m->count--;
    return value;
}

bool map_next(const struct map *m, size_t *at, struct slice *key, void **value)
{
    for (; *at < m->cap; ++*at) {
        const struct map_entry *e = &m->slots[*at];
        if (!e->value)
            continue;
        if (key)
            *key = e->key;
        if (value)
            *value = e->value;
        ++*at;
        return true;
    }
    return false;
}
