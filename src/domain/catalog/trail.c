#include "domain/catalog/trail.h"

#include <stdlib.h>
#include <string.h>

#include "domain/core/effects.h"

void trail_release(struct trail *t)
{
    for (size_t i = 0; i < t->count; i++)
        free((char *)(uintptr_t)trail_at(t, i)->key.at);
    free(t->room);
    t->room = NULL;
    t->first = t->count = t->cap = t->bytes = 0;
}

static size_t weight(const struct trail_item *item)
{
    return item->key.len + item->text.len;
}

/* Room behind the newest: what the oldest left in front, or more. */
static enum err make_room(struct trail *t)
{
    if (t->first + t->count < t->cap)
        return ERR_OK;
    if (t->first > t->count) {
        memcpy(t->room, t->room + t->first, t->count * sizeof *t->room);
        t->first = 0;
        return ERR_OK;
    }
    size_t cap = t->cap ? t->cap * 2 : 8;
    struct trail_item *room = realloc(t->room, cap * sizeof *room);
    if (!room)
        return ERR_OUT_OF_MEMORY;
    t->room = room;
    t->cap = cap;
    return ERR_OK;
}

/* Key and text in one block, which starts with the key. */
static enum err append(struct trail *t, const struct trail_item *item)
{
    enum err e = make_room(t);
    char *block = e == ERR_OK ? malloc(weight(item) + 1) : NULL;
    if (!block)
        return ERR_OUT_OF_MEMORY;
    if (item->key.len)
        memcpy(block, item->key.at, item->key.len);
    memcpy(block + item->key.len, item->text.at, item->text.len);
    t->room[t->first + t->count++] =
        (struct trail_item){ item->id,
                             item->row,
                             item->at_ms,
                             { block, item->key.len },
                             { block + item->key.len, item->text.len } };
    t->bytes += weight(item);
    return ERR_OK;
}

/* The oldest go, and their rows but those of the first `kept`. */
static void take(struct trail *t, size_t oldest, size_t kept, struct uuid org, struct effects *fx)
{
    char org_text[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    uuid_format(org, org_text);
    for (size_t i = 0; i < oldest; i++) {
        const struct trail_item *item = trail_at(t, i);
        uuid_format(item->row, id);
        if (i >= kept)
            effects_delete(fx, slice_of(t->kind), slice_of(org_text), slice_of(id));
        t->bytes -= weight(item);
        free((char *)(uintptr_t)item->key.at);
    }
    t->count -= oldest;
    t->first += oldest;
}

/* How many of the oldest are too many. The newest always stays. */
static size_t excess(const struct trail *t)
{
    size_t n = t->count > t->count_max ? t->count - t->count_max : 0, bytes = t->bytes;
    for (size_t i = 0; i < n; i++)
        bytes -= weight(trail_at(t, i));
    while (bytes > t->bytes_max && n + 1 < t->count)
        bytes -= weight(trail_at(t, n++));
    return n;
}

enum err trail_add(struct trail *t, struct uuid org, const struct trail_item *item,
                   struct slice body, struct effects *fx)
{
    char org_text[UUID_TEXT_LEN + 1], row[UUID_TEXT_LEN + 1];
    enum err e = append(t, item);
    if (e != ERR_OK)
        return e;
    size_t n = excess(t);
    struct trail_item *added = &t->room[t->first + t->count - 1];
    added->row = n ? trail_at(t, 0)->row : item->id;
    uuid_format(org, org_text);
    uuid_format(added->row, row);
    effects_put(fx, slice_of(t->kind), slice_of(org_text), slice_of(row), body);
    take(t, n, 1, org, fx);
    return ERR_OK;
}

void trail_expire(struct trail *t, struct uuid org, int64_t since_ms, struct effects *fx)
{
    size_t n = 0;
    while (n < t->count && trail_at(t, n)->at_ms < since_ms)
        n++;
    take(t, n, 0, org, fx);
}

bool trail_clear(struct trail *t, struct uuid org, size_t max, struct effects *fx)
{
    size_t n = t->count < max ? t->count : max;
    take(t, n, 0, org, fx);
    return t->count == 0;
}

const struct trail_item *trail_find(const struct trail *t, struct slice key)
{
    for (size_t i = t->count; i > 0; i--) {
        if (slice_eq(trail_at(t, i - 1)->key, key))
            return trail_at(t, i - 1);
    }
    return NULL;
}

enum err trail_load(struct trail *t, const struct trail_item *item)
{
    return append(t, item);
}

static int by_time(const void *x, const void *y)
{
    const struct trail_item *a = x, *b = y;
    int order = (a->at_ms > b->at_ms) - (a->at_ms < b->at_ms);
    return order ? order : uuid_cmp(a->id, b->id);
}

void trail_sort(struct trail *t)
{
    if (t->count)
        qsort(t->room + t->first, t->count, sizeof *t->room, by_time);
}
