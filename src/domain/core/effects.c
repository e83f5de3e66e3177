#include "domain/core/effects.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

void effects_init(struct effects *fx, struct arena *a)
{
    *fx = (struct effects){ .arena = a };
}

/* Room for one more item; NULL marks the step as failed. */
static void *grow(struct effects *fx, void *list, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return list;
    size_t wanted = *cap ? *cap * 2 : 8;
    void *more = arena_alloc(fx->arena, wanted * size);
    if (!more) {
        fx->failed = true;
        return NULL;
    }
    if (count > 0)
        memcpy(more, list, count * size);
    *cap = wanted;
    return more;
}

static struct slice keep(struct effects *fx, struct slice s)
{
    struct slice copy = arena_copy(fx->arena, s);
    if (!copy.at)
        fx->failed = true;
    return copy;
}

/* The body is copied by the caller, if it must be. */
static void add_write(struct effects *fx, struct store_write w)
{
    struct store_write *list =
        grow(fx, fx->writes, fx->write_count, &fx->write_cap, sizeof *fx->writes);
    if (!list)
        return;
    fx->writes = list;
    w.kind = keep(fx, w.kind);
    w.org = keep(fx, w.org);
    w.id = keep(fx, w.id);
    fx->writes[fx->write_count++] = w;
}

void effects_put_made(struct effects *fx, struct slice kind, struct slice org, struct slice id,
                      struct slice body)
{
    add_write(fx, (struct store_write){ kind, org, id, body });
}

void effects_put(struct effects *fx, struct slice kind, struct slice org, struct slice id,
                 struct slice body)
{
    effects_put_made(fx, kind, org, id, keep(fx, body));
}

void effects_delete(struct effects *fx, struct slice kind, struct slice org, struct slice id)
{
    add_write(fx, (struct store_write){ kind, org, id, { NULL, 0 } });
}

void effects_event_made(struct effects *fx, const struct event *e)
{
    struct event *list = grow(fx, fx->events, fx->event_count, &fx->event_cap, sizeof *fx->events);
    if (!list)
        return;
    fx->events = list;
    struct event *copy = &fx->events[fx->event_count++];
    *copy = *e;
    copy->org = keep(fx, e->org);
    copy->agent = keep(fx, e->agent);
}

void effects_event(struct effects *fx, const struct event *e)
{
    struct event copy = *e;
    copy.body = keep(fx, e->body);
    effects_event_made(fx, &copy);
}

void effects_after(struct effects *fx, void (*fn)(void *arg, bool durable), void *arg)
{
    struct effect_after *list =
        grow(fx, fx->after, fx->after_count, &fx->after_cap, sizeof *fx->after);
    if (!list) {
        fn(arg, false);
        return;
    }
    fx->after = list;
    fx->after[fx->after_count++] = (struct effect_after){ fn, arg };
}

bool effects_have_room(const struct effects *fx)
{
    return arena_used(fx->arena) < LIMIT_step_full_bytes;
}

void effects_detail(struct effects *fx, const char *format, ...)
{
    struct buf b;
    buf_init_arena(&b, fx->arena);
    va_list ap;
    va_start(ap, format);
    buf_vprintf(&b, format, ap);
    va_end(ap);
    if (buf_failed(&b))
        fx->failed = true;
    else
        fx->detail = buf_slice(&b);
}
