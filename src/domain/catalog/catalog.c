/* Two versions of one truth. The core thread changes org->working in place and, in the same
 * command, takes a snapshot of the changed set; when the command's rows are durable the store
 * thread hangs the snapshot out for the readers (org->published) and retires the former one, and
 * the entity that was replaced, by epoch.
 *
 *     core thread                         store thread              readers
 *     working' = working + change
 *     snapshot = copy of working'    -->  published = snapshot  --> epoch_enter, load, epoch_leave
 *     (command's rows)                    (after the commit)
 *
 * Publications run in the order of the commands, so what readers see only moves forward. A
 * replaced entity is out of `working` before its publication is even queued: only readers can still
 * hold it. When a commit fails, readers keep what they have; the working version is then ahead of
 * the store and the engine must start again from it. */
#include "domain/catalog/catalog.h"

#include <stdlib.h>

#include "base/cmap.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/security.h"
#include "domain/catalog/standing_priv.h"
#include "domain/core/effects.h"

static struct slice key_of(const struct uuid *id)
{
    return (struct slice){ (const char *)id->bytes, sizeof id->bytes };
}

struct catalog *catalog_new(void)
{
    struct catalog *c = calloc(1, sizeof *c);
    if (c && (c->orgs = cmap_new()))
        return c;
    free(c);
    return NULL;
}

void catalog_org_free(void *value)
{
    struct org *o = value;
    for (unsigned r = 0; r < RESOURCE_COUNT; r++) {
        struct entity_set *s = o->working[r];
        for (size_t i = 0; s && i < s->count; i++)
            entity_free((void *)(uintptr_t)s->items[i]);
        entity_set_free(s);
        entity_set_free(atomic_load(&o->published[r]));
    }
    trail_release(&o->audit);
    trail_release(&o->once);
    trail_release(&o->security);
    trail_release(&o->tokens);
    free(o);
}

void catalog_free(struct catalog *c)
{
    if (!c)
        return;
    cmap_free(c->orgs, catalog_org_free);
    free(c);
}

struct org *catalog_org(struct catalog *c, struct uuid id, bool make)
{
    struct org *o = cmap_get(c->orgs, key_of(&id));
    if (o || !make)
        return o;
    o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->id = id;
    standing_init(o);
    o->audit = (struct trail){ .kind = "config-audit",
                               .count_max = LIMIT_audit_entries_per_org_max,
                               .bytes_max = LIMIT_audit_bytes_per_org_max };
    o->once = (struct trail){ .kind = "config-once",
                              .count_max = LIMIT_idempotency_keys_per_org_max,
                              .bytes_max = LIMIT_idempotency_bytes_per_org_max };
    security_init(o);
    if (cmap_put(c->orgs, key_of(&o->id), o, NULL) == ERR_OK)
        return o;
    free(o);
    return NULL;
}

/* ---- changes ---- */

/* Room for one more; doubles. */
static enum err make_room(struct entity_set **s, enum resource r)
{
    size_t count = *s ? (*s)->count : 0;
    if (*s && count < (*s)->cap)
        return ERR_OK;
    struct entity_set *larger = entity_set_copy(*s, r, count < 4 ? 4 : count);
    if (!larger)
        return ERR_OUT_OF_MEMORY;
    entity_set_free(*s);
    *s = larger;
    return ERR_OK;
}

/* What one command does to one set: a snapshot, however many entities change, because a bulk
 * command may change a thousand of twenty thousand. */
struct publication {
    struct org *org;
    enum resource resource;
    struct entity_set *snapshot;    /* the command's own until it is hung out */
    const struct entity **replaced; /* out of `working`, perhaps still with readers */
    size_t replaced_count, replaced_cap;
};

static void publish(void *arg, bool durable)
{
    struct publication *p = arg;
    if (durable) {
        struct entity_set *old = atomic_exchange(&p->org->published[p->resource], p->snapshot);
        if (old)
            epoch_retire(entity_set_free, old);
        for (size_t i = 0; i < p->replaced_count; i++)
            epoch_retire(entity_free, (void *)(uintptr_t)p->replaced[i]);
    } else {
        entity_set_free(p->snapshot);
    }
    free(p->replaced);
    free(p);
}

static struct publication *publication_new(struct org *o, enum resource r, struct effects *fx)
{
    struct publication *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    *p = (struct publication){ .org = o, .resource = r };
    p->snapshot = entity_set_copy(o->working[r], r, 1);
    if (!p->snapshot) {
        free(p);
        return NULL;
    }
    size_t before = fx->after_count;
    effects_after(fx, publish, p);
    return fx->after_count > before ? p : NULL; /* else it is freed already */
}

/* The command's publication of this set, with room for one more change. */
static struct publication *publication_need(struct org *o, enum resource r, struct effects *fx)
{
    struct publication *p = NULL;
    for (size_t i = fx->after_count; i-- > 0 && !p;) {
        struct publication *made = fx->after[i].fn == publish ? fx->after[i].arg : NULL;
        if (made && made->org == o && made->resource == r)
            p = made;
    }
    p = p ? p : publication_new(o, r, fx);
    if (!p || (make_room(&p->snapshot, r) != ERR_OK))
        return NULL;
    if (p->replaced_count < p->replaced_cap)
        return p;
    size_t cap = p->replaced_cap ? p->replaced_cap * 2 : 4;
    const struct entity **more = realloc(p->replaced, cap * sizeof *more);
    if (!more)
        return NULL;
    p->replaced = more;
    p->replaced_cap = cap;
    return p;
}

enum err catalog_apply(struct catalog *c, struct uuid org, enum resource r, struct uuid id,
                       struct entity *now, struct effects *fx)
{
    struct org *o = catalog_org(c, org, true);
    if (!o)
        return ERR_OUT_OF_MEMORY;
    const struct entity *replaced = entity_set_get(o->working[r], id);
    bool more = now && !replaced;
    int64_t count = o->working[r] ? (int64_t)o->working[r]->count : 0;
    if (more && count >= standing_limit(c, org, ORG_LIMIT_ENTITIES))
        return ERR_LIMIT;
    enum err e = more ? make_room(&o->working[r], r) : ERR_OK;
    if (e != ERR_OK)
        return e;
    struct publication *p = publication_need(o, r, fx);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    struct entity_set *const both[] = { o->working[r], p->snapshot };
    for (unsigned i = 0; i < 2; i++) {
        if (now)
            entity_set_put(both[i], now);
        else if (both[i])
            entity_set_remove(both[i], id);
    }
    if (replaced)
        p->replaced[p->replaced_count++] = replaced;
    return ERR_OK;
}

struct clearing {
    struct org *org;
    enum resource resource;
    struct entity_set *former; /* the working set; its entities go with it */
};

static void clear(void *arg, bool durable)
{
    struct clearing *c = arg;
    if (durable) {
        struct entity_set *old = atomic_exchange(&c->org->published[c->resource], NULL);
        if (old)
            epoch_retire(entity_set_free, old);
        for (size_t i = 0; i < c->former->count; i++)
            epoch_retire(entity_free, (void *)(uintptr_t)c->former->items[i]);
    }
    entity_set_free(c->former);
    free(c);
}

enum err catalog_clear(struct catalog *c, struct uuid org, enum resource r, struct effects *fx)
{
    struct org *o = catalog_org(c, org, false);
    if (!o || !o->working[r])
        return ERR_OK;
    struct clearing *after = malloc(sizeof *after);
    if (!after)
        return ERR_OUT_OF_MEMORY;
    *after = (struct clearing){ o, r, o->working[r] };
    o->working[r] = NULL;
    effects_after(fx, clear, after);
    return ERR_OK;
}

/* ---- readers ---- */

static const struct entity_set *published(const struct catalog *c, struct uuid org, enum resource r)
{
    struct org *o = cmap_get(c->orgs, key_of(&org));
    return o ? atomic_load(&o->published[r]) : NULL;
}

static const struct entity_set *working(const struct catalog *c, struct uuid org, enum resource r)
{
    struct org *o = cmap_get(c->orgs, key_of(&org));
    return o ? o->working[r] : NULL;
}

static struct catalog_set as_set(const struct entity_set *s)
{
    return (struct catalog_set){ s ? s->count : 0, s ? s->items : NULL };
}

static const struct entity *find(const struct entity_set *s, enum resource r, enum field f,
                                 struct slice value)
{
    const struct resource_rule *rule = &resource_rules[r];
    for (unsigned k = 0; k < rule->unique_count; k++) {
        if (rule->unique[k].count == 1 && rule->unique[k].fields[0] == f)
            return entity_set_find(s, f, k, value);
    }
    return NULL;
}

struct catalog_set catalog_published(const struct catalog *c, struct uuid org, enum resource r)
{
    return as_set(published(c, org, r));
}

const struct entity_set *catalog_published_set(const struct catalog *c, struct uuid org,
                                               enum resource r, struct catalog_set *set)
{
    const struct entity_set *s = published(c, org, r);
    *set = as_set(s);
    return s;
}

struct catalog_set catalog_working(const struct catalog *c, struct uuid org, enum resource r)
{
    return as_set(working(c, org, r));
}

const struct entity *catalog_get(const struct catalog *c, struct uuid org, enum resource r,
                                 struct uuid id)
{
    return entity_set_get(published(c, org, r), id);
}

const struct entity *catalog_working_get(const struct catalog *c, struct uuid org, enum resource r,
                                         struct uuid id)
{
    return entity_set_get(working(c, org, r), id);
}

const struct entity *catalog_find(const struct catalog *c, struct uuid org, enum field f,
                                  struct slice value)
{
    enum resource r = schema_resource_of(f);
    return find(published(c, org, r), r, f, value);
}

const struct entity *catalog_working_find(const struct catalog *c, struct uuid org, enum field f,
                                          struct slice value)
{
    enum resource r = schema_resource_of(f);
    return find(working(c, org, r), r, f, value);
}

bool catalog_has_org(const struct catalog *c, struct uuid org)
{
    return catalog_get(c, org, RESOURCE_ORGANIZATION, org) != NULL;
}

bool catalog_working_has_org(const struct catalog *c, struct uuid org)
{
    return catalog_working_get(c, org, RESOURCE_ORGANIZATION, org) != NULL;
}

struct each {
    bool (*fn)(void *ctx, struct uuid org);
    void *ctx;
    bool working;
};

static bool each_org(void *ctx, struct slice key, void *value)
{
    const struct each *each = ctx;
    struct org *o = value;
    (void)key;
    bool there = each->working ? o->working[RESOURCE_ORGANIZATION] != NULL
                               : atomic_load(&o->published[RESOURCE_ORGANIZATION]) != NULL;
    return !there || each->fn(each->ctx, o->id);
}

void catalog_each_org(const struct catalog *c, bool (*fn)(void *ctx, struct uuid org), void *ctx)
{
    cmap_each(c->orgs, each_org, &(struct each){ fn, ctx, false });
}

void catalog_working_each_org(const struct catalog *c, bool (*fn)(void *ctx, struct uuid org),
                              void *ctx)
{
    cmap_each(c->orgs, each_org, &(struct each){ fn, ctx, true });
}
