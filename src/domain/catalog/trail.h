/* Texts kept for a while: the newest of an organisation, bounded in number and bytes, each also a
 * row of the store. Behind the audit trail and the answers to idempotent requests. Core thread. */
#ifndef DOMAIN_CATALOG_TRAIL_H
#define DOMAIN_CATALOG_TRAIL_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "base/uuid.h"
struct effects;
struct trail_item {
    struct uuid id;  /* UUIDv7: in order of time */
    struct uuid row; /* of the store: that of an item that went, overwritten, or a new one */
    int64_t at_ms;
    struct slice key; /* what it is found by; may be empty */
    struct slice text;
};
struct trail {
    const char *kind; /* of its rows */
    size_t count_max, bytes_max;
    struct trail_item *room;
    size_t first, count, cap, bytes;
};
static inline const struct trail_item *trail_at(const struct trail *t, size_t i) /* 0: the oldest */
{
    return &t->room[t->first + i];
}
void trail_release(struct trail *t);
/* Copies key and text; what no longer fits goes, with its row. `body` is the row's (it must tell
 * all of the item). ERR_OUT_OF_MEMORY changes nothing. */
enum err trail_add(struct trail *t, struct uuid org, const struct trail_item *item,
                   struct slice body, struct effects *fx);
/* Takes what is older than `since_ms` out, with its rows. */
void trail_expire(struct trail *t, struct uuid org, int64_t since_ms, struct effects *fx);
/* Takes all out, at most `max` of them; true: it is empty. */
bool trail_clear(struct trail *t, struct uuid org, size_t max, struct effects *fx);
const struct trail_item *trail_find(const struct trail *t, struct slice key); /* NULL: none */
/* A row read at the start; when all are there, trail_sort puts them in order of time. */
enum err trail_load(struct trail *t, const struct trail_item *item);
void trail_sort(struct trail *t);
#endif
