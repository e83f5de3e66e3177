/* Sets are immutable, each in one piece of memory with all its texts. A change makes a new set and
 * never touches the old one.
 *
 *     org -> holder { working    the newest; read and replaced by the core thread
 *                   { published  what everybody sees; replaced on the store thread after the commit
 *
 * Sets are published in the order in which they were made, so the working set is never one that
 * has been retired: it is the published one, or one still to come. Holders stay until the end. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/cmap.h"
#include "base/epoch.h"
#include "base/json_read.h"
#include "base/log.h"
#include "domain/core/world.h"
#include "domain/subscription/set_priv.h"
#include "store/store.h"

static const struct subscription_set no_subscriptions = { 0 };

struct holder {
    struct uuid org;
    struct subscription_set *working;
    _Atomic(struct subscription_set *) published;
};

struct subscriptions {
    struct cmap *by_org;
};

enum err subscriptions_new(struct subscriptions **out)
{
    struct subscriptions *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_OUT_OF_MEMORY;
    s->by_org = cmap_new();
    if (!s->by_org) {
        free(s);
        return ERR_OUT_OF_MEMORY;
    }
    *out = s;
    return ERR_OK;
}

static void holder_free(void *value)
{
    struct holder *h = value;
    struct subscription_set *published = atomic_load(&h->published);
    if (h->working != published)
        free(h->working);
    free(published);
    free(h);
}

void subscriptions_free(struct subscriptions *s)
{
    if (!s)
        return;
    cmap_free(s->by_org, holder_free);
    free(s);
}

static struct slice key_of(const struct uuid *org)
{
    return (struct slice){ (const char *)org->bytes, sizeof org->bytes };
}

const struct subscription_set *subscriptions_published(struct subscriptions *s, struct uuid org)
{
    struct holder *h = cmap_get(s->by_org, key_of(&org));
    struct subscription_set *set = h ? atomic_load(&h->published) : NULL;
    return set ? set : &no_subscriptions;
}

const struct subscription_set *subscriptions_working(struct subscriptions *s, struct uuid org)
{
    struct holder *h = cmap_get(s->by_org, key_of(&org));
    return h && h->working ? h->working : &no_subscriptions;
}

const struct subscription *subscription_in(const struct subscription_set *set, struct uuid id)
{
    for (size_t i = 0; i < set->count; i++)
        if (uuid_eq(set->items[i].id, id))
            return &set->items[i];
    return NULL;
}

/* ---- making a set ---- */

enum { TEXTS = 7 };

static void texts_of(struct subscription *s, struct slice *out[TEXTS])
{
    struct slice *all[TEXTS] = { &s->name,      &s->description,      &s->url,
                                 &s->secret,    &s->resource_version, &s->created_by,
                                 &s->updated_by };
    memcpy(out, all, sizeof all);
}

static size_t text_bytes(const struct subscription *s)
{
    return s->name.len + s->description.len + s->url.len + s->secret.len + s->resource_version.len +
           s->created_by.len + s->updated_by.len;
}

/* Copies the subscription into the set; its texts behind the items, at *space. */
static void add_copy(struct subscription_set *set, const struct subscription *s, char **space)
{
    struct subscription *copy = &set->items[set->count++];
    struct slice *texts[TEXTS];
    *copy = *s;
    texts_of(copy, texts);
    for (int i = 0; i < TEXTS; i++) {
        if (texts[i]->len)
            memcpy(*space, texts[i]->at, texts[i]->len);
        texts[i]->at = *space;
        *space += texts[i]->len;
    }
}

static struct subscription_set *make_set(const struct subscription_set *old,
                                         const struct subscription *put, const struct uuid *remove)
{
    size_t bytes = put ? text_bytes(put) : 0, room = old->count + 1;
    for (size_t i = 0; i < old->count; i++)
        bytes += text_bytes(&old->items[i]);
    struct subscription_set *set = calloc(1, sizeof *set + room * sizeof *set->items + bytes);
    if (!set)
        return NULL;
    char *space = (char *)&set->items[room];
    bool replaced = false;
    for (size_t i = 0; i < old->count; i++) {
        const struct subscription *s = &old->items[i];
        if (remove && uuid_eq(s->id, *remove))
            continue;
        bool same = put && uuid_eq(s->id, put->id);
        replaced = replaced || same;
        add_copy(set, same ? put : s, &space);
    }
    if (put && !replaced)
        add_copy(set, put, &space);
    return set;
}

static struct holder *holder_for(struct subscriptions *s, struct uuid org)
{
    struct holder *h = cmap_get(s->by_org, key_of(&org));
    void *old = NULL;
    if (h)
        return h;
    h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->org = org;
    if (cmap_put(s->by_org, key_of(&h->org), h, &old) == ERR_OK)
        return h;
    free(h);
    return NULL;
}

struct publication {
    struct holder *holder;
    struct subscription_set *set;
};

/* Store thread. When the step was not durable the process is at its end anyway. */
static void publish_set(void *arg, bool durable)
{
    struct publication *p = arg;
    if (!durable)
        return;
    struct subscription_set *old = atomic_exchange(&p->holder->published, p->set);
    if (old)
        epoch_retire(free, old);
}

enum err subscriptions_change(struct subscriptions *s, struct uuid org,
                              const struct subscription *put, const struct uuid *remove,
                              struct effects *fx)
{
    struct holder *h = holder_for(s, org);
    struct publication *p = arena_alloc(fx->arena, sizeof *p);
    struct subscription_set *set =
        h && p ? make_set(subscriptions_working(s, org), put, remove) : NULL;
    if (!set)
        return ERR_OUT_OF_MEMORY;
    *p = (struct publication){ h, set };
    h->working = set;
    effects_after(fx, publish_set, p);
    return ERR_OK;
}

/* ---- a part of the world ---- */

struct loading {
    struct subscriptions *all;
    struct arena *arena;
};

static enum err load_one(struct loading *l, const struct subscription *sub)
{
    struct holder *h = holder_for(l->all, sub->org);
    if (!h)
        return ERR_OUT_OF_MEMORY;
    struct subscription_set *set = make_set(h->working ? h->working : &no_subscriptions, sub, NULL);
    if (!set)
        return ERR_OUT_OF_MEMORY;
    free(h->working);
    h->working = set;
    atomic_store(&h->published, set);
    return ERR_OK;
}

static enum err load_row(void *ctx, struct slice org, struct slice id, struct slice body)
{
    struct loading *l = ctx;
    struct json *v;
    struct subscription sub;
    (void)org;
    arena_reset(l->arena);
    enum err e = json_parse(l->arena, body, &v, NULL);
    if (e == ERR_OK)
        e = subscription_read(v, &sub);
    if (e == ERR_OK)
        return load_one(l, &sub);
    log_write(LOG_ERROR, "subscription_row_unreadable", LOG_TEXT("id", id));
    return e == ERR_OUT_OF_MEMORY ? e : ERR_CORRUPT;
}

static enum err part_load(struct world *w, void *state, struct store *s)
{
    struct loading l = { state, arena_new(1 << 20) };
    (void)w;
    if (!l.arena)
        return ERR_OUT_OF_MEMORY;
    enum err e = s->ops->scan(s, SLICE("subscription"), (struct slice){ "", 0 }, load_row, &l);
    arena_free(l.arena);
    return e;
}

static void part_free(void *state)
{
    subscriptions_free(state);
}

/* The step is through, and with it every publication before it. */
static void retire_holder(void *arg, bool durable)
{
    (void)durable;
    epoch_retire(holder_free, arg);
}

/* There are few of them: all in one step. */
static bool part_erase(struct world *w, void *state, struct uuid org, size_t max,
                       struct effects *fx)
{
    struct subscriptions *all = state;
    struct holder *h = cmap_get(all->by_org, key_of(&org));
    const struct subscription_set *set = subscriptions_working(all, org);
    char org_text[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    (void)w, (void)max;
    uuid_format(org, org_text);
    for (size_t i = 0; i < set->count; i++) {
        uuid_format(set->items[i].id, id);
        effects_delete(fx, SLICE("subscription"), slice_of(org_text), slice_of(id));
    }
    if (h) {
        cmap_remove(all->by_org, key_of(&org));
        effects_after(fx, retire_holder, h);
    }
    return true;
}

void subscriptions_attach(struct world *w, struct subscriptions *s)
{
    static const struct world_part_ops ops = { .load = part_load,
                                               .erase_org = part_erase,
                                               .free = part_free };
    world_attach(w, WORLD_SUBSCRIPTIONS, s, &ops);
}

struct subscriptions *subscriptions_of_world(const struct world *w)
{
    return world_state(w, WORLD_SUBSCRIPTIONS);
}
