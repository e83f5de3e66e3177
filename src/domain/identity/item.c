/* Where the items hang. One item is at once
 *
 *     items[kind]      by key, the core's newest
 *     shelf            by owner and kind, oldest first: limits and "all of this user's"
 *     due              by the time it expires
 *     published[kind]  by key, what other threads see: set after the row is durable
 *
 * A replaced or removed item leaves the first three at once, and the fourth when its successor's
 * (or its removal's) row is durable; the thread that takes it from there retires it. Effects become
 * durable in the order of the commands, so whatever the published map held for the key is exactly
 * the item that the command took away. When a commit fails no further command runs (the engine),
 * therefore nothing is ever undone here. */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "base/log.h"
#include "domain/identity/identity_priv.h"

static const size_t sizes[ITEM_KIND_COUNT] = {
    [ITEM_TOKEN] = sizeof(struct token),           [ITEM_CODE] = sizeof(struct code),
    [ITEM_SESSION] = sizeof(struct session),       [ITEM_CLIENT] = sizeof(struct client),
    [ITEM_CREDENTIAL] = sizeof(struct credential), [ITEM_CONSENT] = sizeof(struct consent),
    [ITEM_DEVICE] = sizeof(struct device),
};

size_t identity_item_size(enum item_kind kind)
{
    return sizes[kind];
}

void *identity_item_new(enum item_kind kind, size_t size)
{
    assert(size == sizes[kind]);
    struct item *it = calloc(1, size);
    if (!it)
        return NULL;
    it->kind = kind;
    it->expires_ms = INT64_MAX;
    return it;
}

static void client_clear(struct client *c)
{
    for (size_t i = 0; i < c->redirect_count; i++)
        free(c->redirects[i]);
    free(c->redirects);
    free(c->name);
}

void identity_item_free(void *item)
{
    struct item *it = item;
    if (!it)
        return;
    if (it->kind == ITEM_CODE) {
        free(((struct code *)it)->redirect);
        free(((struct code *)it)->challenge);
    } else if (it->kind == ITEM_CLIENT) {
        client_clear((struct client *)it);
    } else if (it->kind == ITEM_CREDENTIAL) {
        free(((struct credential *)it)->hash);
        free(((struct credential *)it)->was);
    }
    free(it);
}

struct item *identity_item_find(struct identity *id, enum item_kind kind,
                                const uint8_t key[ITEM_KEY_LEN])
{
    return map_get(&id->items[kind], (struct slice){ (const char *)key, ITEM_KEY_LEN });
}

/* ---- shelves ---- */

static struct slice shelf_key(const struct shelf *s)
{
    return (struct slice){ (const char *)s->key, ITEM_KEY_LEN };
}

static struct shelf *shelf_find(struct identity *id, struct uuid org, struct uuid owner)
{
    uint8_t key[ITEM_KEY_LEN];
    identity_key_of_ids(org, owner, key);
    return map_get(&id->shelves, (struct slice){ (const char *)key, ITEM_KEY_LEN });
}

static struct shelf *shelf_need(struct identity *id, struct uuid org, struct uuid owner)
{
    struct shelf *s = shelf_find(id, org, owner);
    if (s)
        return s;
    s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    identity_key_of_ids(org, owner, s->key);
    if (map_put(&id->shelves, shelf_key(s), s) != ERR_OK) {
        free(s);
        return NULL;
    }
    return s;
}

struct shelf_list *identity_shelf_list(struct identity *id, struct uuid org, struct uuid owner,
                                       enum item_kind kind)
{
    struct shelf *s = shelf_find(id, org, owner);
    return s ? &s->lists[kind] : NULL;
}

/* By age; what comes from the store comes in no order, so look for the place from the young end. */
static void shelf_add(struct shelf *s, struct item *it)
{
    struct shelf_list *list = &s->lists[it->kind];
    struct item *before = list->newest;
    while (before &&
           (before->created_ms > it->created_ms ||
            (before->created_ms == it->created_ms && before->core.due.order > it->core.due.order)))
        before = before->core.older;
    struct item *after = before ? before->core.newer : list->oldest;
    it->core.older = before;
    it->core.newer = after;
    *(before ? &before->core.newer : &list->oldest) = it;
    *(after ? &after->core.older : &list->newest) = it;
    it->core.shelf = s;
    list->count++;
}

static void shelf_take(struct identity *id, struct item *it)
{
    struct shelf *s = it->core.shelf;
    struct shelf_list *list = &s->lists[it->kind];
    *(it->core.older ? &it->core.older->core.newer : &list->oldest) = it->core.newer;
    *(it->core.newer ? &it->core.newer->core.older : &list->newest) = it->core.older;
    it->core.shelf = NULL;
    list->count--;
    for (size_t k = 0; k < ITEM_KIND_COUNT; k++)
        if (s->lists[k].count)
            return;
    map_remove(&id->shelves, shelf_key(s));
    free(s);
}

/* ---- in and out ---- */

/* How long what has expired stays known, so that a client is told so. */
static const int64_t grace_ms[ITEM_KIND_COUNT] = {
    [ITEM_TOKEN] = LIMIT_token_grace_ms_max,
    [ITEM_DEVICE] = LIMIT_device_grace_ms_max,
};

/* The user code leads to its device only as long as nobody has decided. */
static bool has_user_code(const struct item *it)
{
    return it->kind == ITEM_DEVICE && ((const struct device *)it)->state == DEVICE_PENDING;
}

static struct slice user_code_of(const struct item *it)
{
    return (struct slice){ (const char *)((const struct device *)it)->user_code, SECRET_HASH_LEN };
}

static enum err index_add(struct identity *id, struct item *it)
{
    if (map_put(&id->items[it->kind], item_key(it), it) != ERR_OK)
        return ERR_OUT_OF_MEMORY;
    if (!has_user_code(it) || map_put(&id->user_codes, user_code_of(it), it) == ERR_OK)
        return ERR_OK;
    map_remove(&id->items[it->kind], item_key(it));
    return ERR_OUT_OF_MEMORY;
}

static void index_remove(struct identity *id, struct item *it)
{
    map_remove(&id->items[it->kind], item_key(it));
    if (has_user_code(it))
        map_remove(&id->user_codes, user_code_of(it));
}

enum err identity_item_adopt(struct identity *id, struct item *it)
{
    struct shelf *s = shelf_need(id, it->org, it->user);
    if (!s || index_add(id, it) != ERR_OK)
        return ERR_OUT_OF_MEMORY;
    it->core.due.key = it->expires_ms;
    if (it->expires_ms != INT64_MAX)
        it->core.due.key += grace_ms[it->kind];
    it->core.due.order = ++id->order;
    if (it->expires_ms != INT64_MAX && heap_add(&id->due, &it->core.due) != ERR_OK) {
        index_remove(id, it);
        return ERR_OUT_OF_MEMORY;
    }
    shelf_add(s, it);
    return ERR_OK;
}

static void item_let_go(struct identity *id, struct item *it)
{
    index_remove(id, it);
    heap_remove(&id->due, &it->core.due);
    shelf_take(id, it);
}

struct publication {
    struct identity *identity;
    struct item *item;
    bool removed;
};

static void publish(void *arg, bool durable)
{
    const struct publication *p = arg;
    if (!durable)
        return;
    struct cmap *map = p->identity->published[p->item->kind];
    void *old = NULL;
    if (p->removed)
        old = cmap_remove(map, item_key(p->item));
    else if (cmap_put(map, item_key(p->item), p->item, &old) != ERR_OK)
        log_write(LOG_ERROR, "identity.publish", LOG_TEXT("error", SLICE("out of memory")));
    if (old)
        epoch_retire(identity_item_free, old);
}

static void announce(struct identity *id, struct item *it, bool removed, struct effects *fx)
{
    struct publication *p = arena_alloc(fx->arena, sizeof *p);
    if (!p) {
        fx->failed = true;
        return;
    }
    *p = (struct publication){ id, it, removed };
    effects_after(fx, publish, p);
}

static void write_row(const struct item *it, bool removed, struct effects *fx)
{
    struct slice row;
    struct buf body;
    char org[UUID_TEXT_LEN + 1];
    uuid_format(it->org, org);
    identity_row_id(it, fx->arena, &row);
    if (removed) {
        effects_delete(fx, slice_of(identity_row_kind(it->kind)), slice_of(org), row);
        return;
    }
    buf_init_arena(&body, fx->arena);
    identity_row_write(it, &body);
    if (buf_failed(&body) || !row.at)
        fx->failed = true;
    else
        effects_put(fx, slice_of(identity_row_kind(it->kind)), slice_of(org), row,
                    buf_slice(&body));
}

void identity_item_put(struct identity *id, void *fresh, struct effects *fx)
{
    struct item *it = fresh;
    if (!it) {
        fx->failed = true;
        return;
    }
    struct item *old = identity_item_find(id, it->kind, it->key);
    if (old)
        item_let_go(id, old);
    if (identity_item_adopt(id, it) != ERR_OK) {
        identity_item_free(it);
        fx->failed = true;
        return;
    }
    write_row(it, false, fx);
    announce(id, it, false, fx);
}

void identity_item_remove(struct identity *id, struct item *it, struct effects *fx)
{
    item_let_go(id, it);
    write_row(it, true, fx);
    announce(id, it, true, fx);
}

void identity_item_sweep(struct identity *id, int64_t now_ms, size_t max, struct effects *fx)
{
    for (size_t n = 0; n < max; n++) {
        struct heap_node *first = heap_first(&id->due);
        if (!first || first->key > now_ms)
            return;
        identity_item_remove(id, (struct item *)((char *)first - offsetof(struct item, core.due)),
                             fx);
    }
}

/* A live refresh token is worth more than an access token, which the client can get anew. */
static struct item *least_worth(const struct shelf_list *list)
{
    for (struct item *it = list->oldest; it && it->kind == ITEM_TOKEN; it = it->core.newer)
        if (((struct token *)it)->use != TOKEN_REFRESH)
            return it;
    return list->oldest;
}

void identity_shelf_make_room(struct identity *id, struct uuid org, struct uuid owner,
                              enum item_kind kind, size_t max, struct effects *fx)
{
    struct shelf_list *list;
    while ((list = identity_shelf_list(id, org, owner, kind)) && list->count >= max)
        identity_item_remove(id, least_worth(list), fx);
}

void identity_shelf_clear(struct identity *id, struct uuid org, struct uuid owner,
                          enum item_kind kind, struct effects *fx)
{
    struct shelf_list *list = identity_shelf_list(id, org, owner, kind);
    struct item *it = list ? list->oldest : NULL;
    while (it) {
        struct item *next = it->core.newer; /* the shelf may go with its last item */
        identity_item_remove(id, it, fx);
        it = next;
    }
}
