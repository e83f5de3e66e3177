#include "domain/routing/routes.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

struct routes *routes_new(void)
{
    struct arena *a = arena_new(LIMIT_routes_bytes_max);
    struct routes *r = a ? arena_alloc(a, sizeof *r) : NULL;
    if (r) {
        r->arena = a;
        r->scratch = arena_new(LIMIT_request_arena_bytes_max);
    }
    if (r && r->scratch)
        return r;
    arena_free(a);
    return NULL;
}

void routes_free(struct routes *r)
{
    if (!r)
        return;
    for (struct pool *p = r->pools; p; p = p->next)
        heap_release(&p->able);
    map_release(&r->staff);
    map_release(&r->shared);
    map_release(&r->asks);
    map_release(&r->verdicts);
    map_release(&r->rankings);
    arena_free(r->scratch);
    arena_free(r->arena);
}

void *routes_grow(struct arena *a, void *list, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return list;
    size_t wanted = *cap ? *cap * 2 : 4;
    void *more = arena_alloc(a, wanted * size);
    if (!more)
        return NULL;
    if (count > 0)
        memcpy(more, list, count * size);
    *cap = wanted;
    return more;
}

/* ---- what is asked for ---- */

/* Bytes that are equal when the same is asked for. */
static void put_ask(struct buf *b, const struct skill_ask *ask)
{
    buf_add(b, id_key(&ask->skill));
    buf_printf(b, "%d %lld %lld %d %zu:", (int)ask->condition, (long long)ask->level,
               (long long)ask->weight, ask->dynamic, ask->value.len);
    buf_add(b, ask->value);
}

/* NULL: out of memory. What is asked for is copied, for it outlives the step. */
static struct ask_set *copy_asks(struct routes *r, const struct config_routing *c)
{
    struct ask_set *set = arena_alloc(r->arena, sizeof *set);
    struct skill_ask *asks = arena_alloc(r->arena, c->ask_count * sizeof *asks);
    if (!set || !asks)
        return NULL;
    for (size_t i = 0; i < c->ask_count; i++) {
        asks[i] = c->asks[i];
        asks[i].value = arena_copy(r->arena, c->asks[i].value);
        if (!asks[i].value.at)
            return NULL;
    }
    *set = (struct ask_set){ r->ask_sets, r->ask_count++, asks, c->ask_count };
    r->ask_sets = set;
    return set;
}

/* False: out of memory. */
static bool find_asks(struct routes *r, const struct config_routing *c, struct ask_set **out)
{
    struct buf b;
    *out = NULL;
    if (c->ask_count == 0)
        return true;
    buf_init_arena(&b, r->scratch);
    for (size_t i = 0; i < c->ask_count; i++)
        put_ask(&b, &c->asks[i]);
    if (buf_failed(&b))
        return false;
    *out = map_get(&r->asks, buf_slice(&b));
    if (*out)
        return true;
    struct slice key = arena_copy(r->arena, buf_slice(&b));
    *out = key.at ? copy_asks(r, c) : NULL;
    return *out && map_put(&r->asks, key, *out) == ERR_OK;
}

/* ---- pools ---- */

struct adding {
    struct routes *routes;
    struct queue *queue;
    const struct config_routing *from;
    const struct strategy *strategy;
    const struct ask_set *asks;
};

/* What makes two queues share a pool. Compared byte by byte, so without holes. */
struct pool_key {
    struct uuid staff, owner;
    const struct strategy *strategy;
    const struct ask_set *asks;
    size_t type, of_list;
};

static struct pool *pool_new(const struct adding *add, bool owned)
{
    struct pool *p = arena_alloc(add->routes->arena, sizeof *p);
    if (!p)
        return NULL;
    *p = (struct pool){ .next = add->routes->pools,
                        .type = add->from->channel,
                        .strategy = add->strategy,
                        .asks = add->asks,
                        .owner = owned ? add->queue : NULL };
    heap_init(&p->able);
    add->routes->pools = p;
    return p;
}

/* NULL: out of memory. */
static struct pool *find_pool(const struct adding *add, struct uuid staff)
{
    struct routes *r = add->routes;
    bool of_list = add->from->staffing == STAFF_AGENTS;
    bool owned = of_list || add->strategy->by_position;
    const struct pool_key key = { staff,
                                  owned ? add->queue->id : (struct uuid){ { 0 } },
                                  add->strategy,
                                  add->asks,
                                  (size_t)add->from->channel,
                                  of_list };
    struct pool *p = map_get(&r->shared, (struct slice){ (const char *)&key, sizeof key });
    if (p)
        return p;
    struct slice kept = arena_copy(r->arena, (struct slice){ (const char *)&key, sizeof key });
    p = kept.at ? pool_new(add, owned) : NULL;
    return p && map_put(&r->shared, kept, p) == ERR_OK ? p : NULL;
}

/* Queues are added one after another, so a pool's newest link tells. */
static bool serves(const struct queue *q, const struct pool *p)
{
    return p->link_count > 0 && p->links[p->link_count - 1].queue == q;
}

/* The soonest time counts: groups come in their order. */
static bool link_pool(const struct adding *add, struct pool *p, int64_t after_ms, size_t *cap)
{
    struct queue *q = add->queue;
    if (serves(q, p))
        return true;
    struct link *links =
        routes_grow(add->routes->arena, q->links, q->link_count, cap, sizeof *links);
    if (!links)
        return false;
    q->links = links;
    q->links[q->link_count++] = (struct link){ q, p, after_ms };
    struct link *back =
        routes_grow(add->routes->arena, p->links, p->link_count, &p->link_cap, sizeof *back);
    if (!back)
        return false;
    p->links = back;
    p->links[p->link_count++] = (struct link){ q, p, after_ms };
    return true;
}

/* ---- staff ---- */

static struct staff *staff_make(struct routes *r, struct uuid id)
{
    struct staff *s = map_get(&r->staff, id_key(&id));
    if (s)
        return s;
    s = arena_alloc(r->arena, sizeof *s);
    if (!s)
        return NULL;
    s->id = id;
    return map_put(&r->staff, id_key(&s->id), s) == ERR_OK ? s : NULL;
}

const struct staff *routes_staff(const struct routes *r, struct uuid id)
{
    return map_get(&r->staff, id_key(&id));
}

/* False: out of memory. */
static bool staff_pool(struct routes *r, struct uuid id, struct pool *p, int64_t position)
{
    struct staff *s = staff_make(r, id);
    if (!s)
        return false;
    struct place *places = routes_grow(r->arena, s->places, s->count, &s->cap, sizeof *places);
    if (!places)
        return false;
    s->places = places;
    s->places[s->count++] = (struct place){ p, position };
    return true;
}

/* The pool of a queue's own list is filled in one go, so the newest place tells. */
static bool has_place(const struct staff *s, const struct pool *p)
{
    return s && s->count > 0 && s->places[s->count - 1].pool == p;
}

static bool add_source(const struct adding *add, struct uuid id, int64_t position, int64_t after_ms,
                       size_t *cap)
{
    struct pool *p = find_pool(add, id);
    if (!p)
        return false;
    bool placed = p->link_count > 0; /* by a queue that shares it */
    return link_pool(add, p, after_ms, cap) && (placed || staff_pool(add->routes, id, p, position));
}

static bool add_agents(const struct adding *add, size_t *cap)
{
    struct pool *p = find_pool(add, (struct uuid){ { 0 } });
    bool ok = p && link_pool(add, p, 0, cap);
    for (size_t i = 0; ok && i < add->from->agent_count; i++)
        if (!has_place(routes_staff(add->routes, add->from->agents[i]), p))
            ok = staff_pool(add->routes, add->from->agents[i], p, (int64_t)i);
    return ok;
}

bool routes_full(const struct routes *r)
{
    enum { LIST_BYTES_MAX = 2 << 20 }; /* of the queues of one agent, doubled */
    return arena_used(r->arena) >= (size_t)LIMIT_routes_bytes_max - LIST_BYTES_MAX;
}

bool routes_add(struct routes *r, struct queue *q, const struct config_routing *c)
{
    struct adding add = { .routes = r, .queue = q, .from = c };
    struct ask_set *asks;
    size_t cap = 0;
    bool ok = find_asks(r, c, &asks);
    add.asks = asks;
    add.strategy = strategy_find(c->strategy);
    if (!add.strategy) /* no configuration says so: its rules know the words */
        add.strategy = &strategies[0];
    if (ok && c->staffing == STAFF_AGENTS)
        return add_agents(&add, &cap);
    if (ok && c->staffing == STAFF_SKILLED)
        return add_source(&add, (struct uuid){ { 0 } }, 0, 0, &cap);
    for (size_t i = 0; ok && i < c->team_count; i++)
        ok = add_source(&add, c->teams[i].team, (int64_t)i, c->teams[i].after_ms, &cap);
    return ok;
}
