/* See standing.h. The working standing belongs to the core thread; the one that readers see follows
 * once the step is durable. A suspended or leaving organisation has a timer (`closing`) that ends
 * piece by piece what still lives in it, each piece a step of its own, so that no step grows with
 * the organisation; after a crash the timer is set again by standing_resume. */
#include "domain/catalog/standing.h"

#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/security.h"
#include "domain/catalog/standing_priv.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

void standing_init(struct org *o)
{
    o->standing = (struct catalog_standing){ .state = ORG_ACTIVE };
    atomic_init(&o->shown_state, ORG_ACTIVE);
    atomic_init(&o->shown_since, 0);
    for (int i = 0; i < ORG_LIMIT_COUNT; i++) {
        o->standing.limits[i] = STANDING_DEFAULT;
        atomic_init(&o->shown_limits[i], STANDING_DEFAULT);
    }
}

/* ---- readers ---- */

static struct org *find(const struct catalog *c, struct uuid org)
{
    return catalog_org((struct catalog *)(uintptr_t)c, org, false);
}

static enum org_state shown(struct org *o)
{
    bool there = o && atomic_load(&o->published[RESOURCE_ORGANIZATION]) != NULL;
    return there ? (enum org_state)atomic_load(&o->shown_state) : ORG_ABSENT;
}

enum org_state catalog_org_state(const struct catalog *c, struct uuid org)
{
    return shown(find(c, org));
}

struct catalog_standing catalog_standing(const struct catalog *c, struct uuid org)
{
    struct org *o = find(c, org);
    struct catalog_standing s = { .state = shown(o) };
    if (!o)
        return s;
    s.since_ms = atomic_load(&o->shown_since);
    for (int i = 0; i < ORG_LIMIT_COUNT; i++)
        s.limits[i] = atomic_load(&o->shown_limits[i]);
    return s;
}

/* ---- what the world asks ---- */

static struct org *working(const void *catalog, struct uuid org)
{
    struct org *o = find(catalog, org);
    return o && o->working[RESOURCE_ORGANIZATION] ? o : NULL;
}

enum org_state standing_state(const void *catalog, struct uuid org)
{
    struct org *o = working(catalog, org);
    return o ? o->standing.state : ORG_ABSENT;
}

int64_t standing_limit(const void *catalog, struct uuid org, enum org_limit l)
{
    struct org *o = find(catalog, org);
    return o && o->standing.limits[l] >= 0 ? o->standing.limits[l] : org_limit_default(l);
}

/* ---- rows ---- */

static void put_limits(struct json_writer *w, const struct catalog_standing *s)
{
    json_key(w, "limits");
    json_object_begin(w);
    for (int i = 0; i < ORG_LIMIT_COUNT; i++)
        if (s->limits[i] >= 0)
            json_member_i64(w, org_limit_name((enum org_limit)i), s->limits[i]);
    json_object_end(w);
}

static void put_row(const struct org *o, struct effects *fx)
{
    char id[UUID_TEXT_LEN + 1];
    struct buf body;
    struct json_writer w;
    uuid_format(o->id, id);
    buf_init_arena(&body, fx->arena);
    json_writer_init(&w, &body);
    json_object_begin(&w);
    json_member_cstr(&w, "state", org_state_word(o->standing.state));
    json_member_i64(&w, "since", o->standing.since_ms);
    put_limits(&w, &o->standing);
    json_object_end(&w);
    fx->failed = fx->failed || buf_failed(&body);
    effects_put(fx, SLICE(STANDING_KIND), slice_of(id), slice_of(id), buf_slice(&body));
}

enum err standing_read(struct org *o, const struct json *row)
{
    const struct json *limits = json_get(row, "limits");
    struct slice word = json_text(json_get(row, "state"), SLICE(""));
    int state = ORG_STATE_COUNT;
    for (int i = 0; i < ORG_STATE_COUNT; i++)
        if (slice_is(word, org_state_word((enum org_state)i)))
            state = i;
    if (state == ORG_STATE_COUNT)
        return ERR_CORRUPT;
    o->standing.state = (enum org_state)state;
    o->standing.since_ms = json_i64(json_get(row, "since"), 0);
    for (int i = 0; i < ORG_LIMIT_COUNT; i++) {
        o->standing.limits[i] =
            json_i64(json_get(limits, org_limit_name((enum org_limit)i)), STANDING_DEFAULT);
        atomic_store(&o->shown_limits[i], o->standing.limits[i]);
    }
    atomic_store(&o->shown_state, state);
    atomic_store(&o->shown_since, o->standing.since_ms);
    return ERR_OK;
}

/* ---- changes ---- */

struct publication {
    struct org *org;
    struct catalog_standing now;
};

static void publish(void *arg, bool durable)
{
    const struct publication *p = arg;
    if (!durable)
        return;
    for (int i = 0; i < ORG_LIMIT_COUNT; i++)
        atomic_store(&p->org->shown_limits[i], p->now.limits[i]);
    atomic_store(&p->org->shown_since, p->now.since_ms);
    atomic_store(&p->org->shown_state, (int)p->now.state);
}

static void change(struct org *o, const struct catalog_standing *now, struct effects *fx)
{
    struct publication *p = arena_alloc(fx->arena, sizeof *p);
    if (!p) {
        fx->failed = true;
        return;
    }
    o->standing = *now;
    *p = (struct publication){ o, *now };
    effects_after(fx, publish, p);
    put_row(o, fx);
}

static void tell(struct world *w, const struct org *o, enum event_type type, struct effects *fx)
{
    char id[UUID_TEXT_LEN + 1];
    uuid_format(o->id, id);
    struct slice body =
        arena_printf(fx->arena, "{\"state\":\"%s\"}", org_state_word(o->standing.state));
    struct event e = { .type = type,
                       .at_ms = world_now_ms(w),
                       .org = slice_of(id),
                       .agent = SLICE(""),
                       .body = body };
    effects_event(fx, &e);
}

/* ---- closing ---- */

enum { CLOSE_PAUSE_MS = 1000 };

/* Whatever ends tells so. If nothing does, there is something that cannot be ended now: then not at
 * once again, for others wait for their turn. */
static void close_on(struct world *w, struct timer *t, struct effects *fx)
{
    struct org *o = (struct org *)(void *)((char *)t - offsetof(struct org, closing));
    if (o->standing.state == ORG_ACTIVE)
        return;
    bool closed = world_close_org(w, o->id, fx);
    int64_t pause_ms = fx->event_count ? 0 : CLOSE_PAUSE_MS;
    if (closed)
        tell(w, o, EVENT_ORGANIZATION_CLOSED, fx);
    else if (timer_set(w, &o->closing, world_now_ms(w) + pause_ms, close_on) != ERR_OK)
        fx->failed = true;
}

struct resuming {
    struct world *world;
    struct catalog *catalog;
    enum err err;
};

static bool resume_one(void *ctx, struct uuid org)
{
    struct resuming *r = ctx;
    struct org *o = find(r->catalog, org);
    if (o->standing.state != ORG_ACTIVE)
        r->err = timer_set(r->world, &o->closing, world_now_ms(r->world), close_on);
    return r->err == ERR_OK;
}

enum err standing_resume(struct world *w, struct catalog *c)
{
    struct resuming r = { w, c, ERR_OK };
    catalog_working_each_org(c, resume_one, &r);
    return r.err;
}

/* ---- commands ---- */

enum err catalog_move_organization(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_move *move = args;
    struct org *o = working(world_catalog(w), move->org);
    if (o && o->standing.state == move->to)
        return ERR_OK;
    if (!o || o->standing.state == ORG_DELETING)
        return ERR_NOT_FOUND;
    if (!org_may_become(o->standing.state, move->to)) {
        effects_detail(fx, "an organisation that is %s cannot become %s",
                       org_state_word(o->standing.state), org_state_word(move->to));
        return ERR_CONFLICT;
    }
    struct catalog_standing now = o->standing;
    now.state = move->to;
    now.since_ms = world_now_ms(w);
    change(o, &now, fx);
    tell(w, o, EVENT_ORGANIZATION_STATE, fx);
    security_note(w,
                  &(struct security_note){ .type = EVENT_SECURITY_ORGANIZATION,
                                           .org = o->id,
                                           .detail = slice_of(org_state_word(move->to)) },
                  fx);
    timer_cancel(w, &o->closing);
    if (move->to != ORG_ACTIVE && timer_set(w, &o->closing, now.since_ms, close_on) != ERR_OK)
        fx->failed = true;
    return ERR_OK;
}

enum err catalog_limit_organization(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_limits *wish = args;
    struct org *o = working(world_catalog(w), wish->org);
    if (!o || o->standing.state == ORG_DELETING)
        return ERR_NOT_FOUND;
    struct catalog_standing now = o->standing;
    for (int i = 0; i < ORG_LIMIT_COUNT; i++) {
        int64_t most = org_limit_default((enum org_limit)i);
        if (wish->limits[i] == STANDING_KEEP)
            continue;
        now.limits[i] = wish->limits[i];
        if (wish->limits[i] >= STANDING_DEFAULT && wish->limits[i] <= most)
            continue;
        effects_detail(fx, "%s: should be from 0 to %lld", org_limit_name((enum org_limit)i),
                       (long long)most);
        return ERR_INVALID_FIELD;
    }
    change(o, &now, fx);
    return ERR_OK;
}
