#include "domain/subscription/commands.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "domain/subscription/set_priv.h"

static enum err refuse_flaws(const struct subscription_draft *d, bool creating, struct effects *fx)
{
    struct buf flaws;
    buf_init_arena(&flaws, fx->arena);
    subscription_flaws(d, creating, &flaws);
    if (buf_failed(&flaws))
        return ERR_OUT_OF_MEMORY;
    if (flaws.len == 0)
        return ERR_OK;
    fx->detail = buf_slice(&flaws);
    return ERR_INVALID_FIELD;
}

static enum err print(const struct subscription *s, bool with_secret, struct arena *a,
                      struct slice *out)
{
    struct buf b;
    struct json_writer w;
    buf_init_arena(&b, a);
    json_writer_init(&w, &b);
    subscription_write(&w, s, with_secret);
    *out = buf_slice(&b);
    return buf_failed(&b) ? ERR_OUT_OF_MEMORY : ERR_OK;
}

static struct slice id_text(struct uuid id, char text[UUID_TEXT_LEN + 1])
{
    uuid_format(id, text);
    return (struct slice){ text, UUID_TEXT_LEN };
}

/* The changed subscription becomes the working one, a row, and the result. */
static enum err keep(struct world *w, const struct subscription *s, struct effects *fx)
{
    char org[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    struct slice row;
    enum err e = print(s, true, fx->arena, &row);
    if (e == ERR_OK)
        e = print(s, false, fx->arena, &fx->result);
    if (e == ERR_OK)
        e = subscriptions_change(subscriptions_of_world(w), s->org, s, NULL, fx);
    if (e == ERR_OK)
        effects_put(fx, SLICE("subscription"), id_text(s->org, org), id_text(s->id, id), row);
    return e;
}

static void set_events(struct subscription *s, const struct subscription_draft *d)
{
    s->events = 0;
    s->listed_count = 0;
    for (size_t i = 0; i < d->event_count; i++) {
        enum webhook_event e;
        if (!webhook_event_find(d->events[i], &e) || (s->events >> e & 1))
            continue;
        s->listed[s->listed_count++] = (uint8_t)e;
        s->events |= (uint64_t)1 << e;
    }
}

static void set_active(struct subscription *s, bool active, int64_t now)
{
    if (active && !s->active)
        s->active_since_ms = now;
    s->active = active;
}

static void take(struct slice *field, struct slice sent)
{
    if (sent.at)
        *field = sent;
}

static void apply(struct subscription *s, const struct subscription_draft *d, int64_t now)
{
    take(&s->description, d->description);
    take(&s->url, d->url);
    take(&s->secret, d->secret);
    if (d->has_events)
        set_events(s, d);
    if (d->status.at)
        set_active(s, slice_is(d->status, "active"), now);
    s->updated_by = d->by;
    s->updated_ms = now;
}

enum err subscription_create(struct world *w, const void *args, struct effects *fx)
{
    const struct subscription_draft *d = args;
    int64_t now = world_now_ms(w);
    enum err e = refuse_flaws(d, true, fx);
    if (e != ERR_OK)
        return e;
    const int64_t most = world_org_limit(w, d->org, ORG_LIMIT_SUBSCRIPTIONS);
    if ((int64_t)subscriptions_working(subscriptions_of_world(w), d->org)->count >= most) {
        effects_detail(fx, "The organisation has %lld subscriptions already, which is the limit",
                       (long long)most);
        return ERR_BAD_REQUEST;
    }
    struct subscription s = { .id = world_new_id(w),
                              .org = d->org,
                              .generation = d->generation,
                              .name = d->name,
                              .resource_version =
                                  d->generation == 2 ? d->resource_version : SLICE(""),
                              .created_by = d->by,
                              .created_ms = now };
    set_active(&s, true, now);
    apply(&s, d, now);
    return keep(w, &s, fx);
}

/* The subscription a command names; of the other generation: not found. */
static const struct subscription *find(struct world *w, struct uuid org, struct uuid id,
                                       int generation)
{
    const struct subscription *s =
        subscription_in(subscriptions_working(subscriptions_of_world(w), org), id);
    return s && s->generation == generation ? s : NULL;
}

enum err subscription_update(struct world *w, const void *args, struct effects *fx)
{
    const struct subscription_change *c = args;
    const struct subscription_draft *d = &c->draft;
    const struct subscription *old = find(w, d->org, c->id, d->generation);
    if (!old)
        return ERR_NOT_FOUND;
    enum err e = refuse_flaws(d, false, fx);
    if (e != ERR_OK)
        return e;
    if (d->generation == 2 && d->resource_version.at &&
        !slice_eq(d->resource_version, old->resource_version)) {
        effects_detail(fx, "resourceVersion: cannot be changed");
        return ERR_INVALID_FIELD;
    }
    struct subscription s = *old;
    apply(&s, d, world_now_ms(w));
    return keep(w, &s, fx);
}

enum err subscription_delete(struct world *w, const void *args, struct effects *fx)
{
    const struct subscription_name *n = args;
    const struct subscription *old = find(w, n->org, n->id, n->generation);
    char org[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1];
    if (!old)
        return ERR_NOT_FOUND;
    enum err e = print(old, false, fx->arena, &fx->result);
    if (e == ERR_OK)
        e = subscriptions_change(subscriptions_of_world(w), n->org, NULL, &n->id, fx);
    if (e == ERR_OK)
        effects_delete(fx, SLICE("subscription"), id_text(n->org, org), id_text(n->id, id));
    return e;
}

enum err subscription_deactivate(struct world *w, const void *args, struct effects *fx)
{
    const struct subscription_name *n = args;
    const struct subscription *old =
        subscription_in(subscriptions_working(subscriptions_of_world(w), n->org), n->id);
    if (!old)
        return ERR_NOT_FOUND;
    if (!old->active)
        return ERR_CONFLICT;
    struct subscription s = *old;
    s.active = false;
    s.updated_ms = world_now_ms(w);
    return keep(w, &s, fx);
}
