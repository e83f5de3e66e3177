#include "domain/catalog/trail.h"

#include <stdlib.h>
#include <string.h>

#include "domain/core/effects.h"

void trail_release(struct trail *t)
{
    for (size_t i = 0; i < t->count; i++)
        free((char *)(uintptr_t)t->items[i].key.at);
    free(t->items);
    t->items = NULL;
    t->count = t->cap = t->bytes = 0;
}

static size_t weight(const struct trail_item *item)
{
    return item->key.len + item->text.len;
}

/* Key and text in one block, which starts with the key. */
static enum err append(struct trail *t, const struct trail_item *item)
{
    if (t->count == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 8;
        struct trail_item *items = realloc(t->items, cap * sizeof *items);
        if (!items)
            return ERR_OUT_OF_MEMORY;
        t->items = items;
        t->cap = cap;
    }
    char *block = malloc(weight(item) + 1);
    if (!block)
        return ERR_OUT_OF_MEMORY;
    if (item->key.len)
        memcpy(block, item->key.at, item->key.len);
    memcpy(block + item->key.len, item->text.at, item->text.len);
    t->items[t->count++] = (struct trail_item){
        item->id, item->at_ms, { block, item->key.len }, { block + item->key.len, item->text.len }
    };
    t->bytes += weight(item);
    return ERR_OK;
}

static void take(struct trail *t, size_t oldest, struct uuid org, struct effects *fx)
{
    char org_text[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    uuid_format(org, org_text);
    for (size_t i = 0; i < oldest; i++) {
        uuid_format(t->items[i].id, id);
        effects_delete(fx, slice_of(t->kind), slice_of(org_text), slice_of(id));
        t->bytes -= weight(&t->items[i]);
        free((char *)(uintptr_t)t->items[i].key.at);
    }
    t->count -= oldest;
    memmove(t->items, t->items + oldest, t->count * sizeof *t->items);
}

/* How many of the oldest are too many. The newest always stays. */
static size_t excess(const struct trail *t)
{
    size_t n = t->count > t->count_max ? t->count - t->count_max : 0, bytes = t->bytes;
    for (size_t i = 0; i < n; i++)
        bytes -= weight(&t->items[i]);
    while (bytes > t->bytes_max && n + 1 < t->count)
        bytes -= weight(&t->items[n++]);
    return n;
}

enum err trail_add(struct trail *t, struct uuid org, const struct trail_item *item,
                   struct slice body, struct effects *fx)
{
    char org_text[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    enum err e = append(t, item);
    if (e != ERR_OK)
        return e;
    uuid_format(org, org_text);
    uuid_format(item->id, id);
    effects_put(fx, slice_of(t->kind), slice_of(org_text), slice_of(id), body);
    size_t n = excess(t);
    if (n)
        take(t, n, org, fx);
    return ERR_OK;
}

void trail_expire(struct trail *t, struct uuid org, int64_t since_ms, struct effects *fx)
{
    size_t n = 0;
    while (n < t->count && t->items[n].at_ms < since_ms)
        n++;
    if (n)
        take(t, n, org, fx);
}

bool trail_clear(struct trail *t, struct uuid org, size_t max, struct effects *fx)
{
    size_t n = t->count < max ? t->count : max;
    if (n)
        take(t, n, org, fx);
    return t->count == 0;
}

const struct trail_item *trail_find(const struct trail *t, struct slice key)
{
    for (size_t i = t->count; i > 0; i--) {
        if (slice_eq(t->items[i - 1].key, key))
            return &t->items[i - 1];
    }
    return NULL;
}

enum err trail_load(struct trail *t, const struct trail_item *item)
{
    return append(t, item);
}
