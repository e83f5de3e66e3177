/* See phones.h. A device has at most one contact: it rings (ringing_time set) or is in the call.
 * Devices with neither contact nor settings of their own are forgotten at the end of the step. */
#include "domain/telephony/phones.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "domain/telephony/phones_priv.h"
#include "store/store.h"

struct device *device_find(const struct centre *c, struct slice number)
{
    return map_get(&c->devices, number);
}

bool device_is_plain(const struct device *d)
{
    return !d->s.is_set && uuid_is_nil(d->s.task_id);
}

void device_free(struct device *d)
{
    textbox_release(&d->box);
    free(d);
}

void device_forget(struct device *d)
{
    timer_cancel(d->centre->all->world, &d->answer);
    map_remove(&d->centre->devices, d->s.number);
    device_free(d);
}

struct device *device_new(struct centre *c, const struct device_snapshot *s)
{
    struct device *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->centre = c;
    d->s = *s;
    d->s.number = textbox_put(&d->box, s->number);
    if (d->s.number.at && map_put(&c->devices, d->s.number, d) == ERR_OK)
        return d;
    device_free(d);
    return NULL;
}

/* As it is, or as a number that was never set. */
struct device *device_make(struct centre *c, struct slice number, enum device_type type)
{
    struct device *d = device_find(c, number);
    int64_t after = c->all->settings.device_answer_ms;
    struct device_snapshot s = { .number = number };
    if (d)
        return d;
    if (type != DEVICE_BROWSER && after >= 0) {
        s.answers = true;
        s.answer_after = after;
    }
    return device_new(c, &s);
}

void device_touch(struct device *d)
{
    struct centres *all = d->centre->all;
    if (d->dirty)
        return;
    d->dirty = true;
    d->next_dirty = NULL;
    *all->dirty_devices_end = d;
    all->dirty_devices_end = &d->next_dirty;
}

/* ---- the port ---- */

static void answer_due(struct world *w, struct timer *t, struct effects *fx)
{
    (void)w;
    struct device *d = (struct device *)(void *)((char *)t - offsetof(struct device, answer));
    device_pick_up(d);
    device_heard(d->centre, d->s.task_id, DEVICE_ANSWERED, fx);
}

static enum err phones_ring(const struct device_ring *r, struct effects *fx)
{
    struct world *w = r->centre->all->world;
    struct device *d = device_make(r->centre, r->number, r->type);
    if (!d) {
        fx->failed = true;
        return ERR_OUT_OF_MEMORY;
    }
    device_touch(d);
    if (d->s.is_unreachable || !uuid_is_nil(d->s.task_id))
        return ERR_UNAVAILABLE;
    d->s.task_id = r->task;
    d->s.ringing_time = world_now_ms(w);
    if (!d->s.answers)
        return ERR_OK;
    d->s.answer_due = d->s.ringing_time + d->s.answer_after;
    if (timer_set(w, &d->answer, d->s.answer_due, answer_due) != ERR_OK)
        fx->failed = true;
    return ERR_OK;
}

void device_pick_up(struct device *d)
{
    device_touch(d);
    d->s.ringing_time = 0;
    d->s.answer_due = 0;
    timer_cancel(d->centre->all->world, &d->answer);
}

void device_put_down(struct device *d)
{
    device_pick_up(d);
    d->s.task_id = (struct uuid){ { 0 } };
}

void device_clear(struct device *d)
{
    device_put_down(d);
    d->s.is_set = false;
}

static void phones_stop(struct centre *c, struct slice number, struct effects *fx)
{
    (void)fx;
    struct device *d = device_find(c, number);
    if (d)
        device_put_down(d);
}

static void phones_connect(struct centre *c, struct slice number, struct effects *fx)
{
    (void)fx;
    struct device *d = device_find(c, number);
    if (d)
        device_pick_up(d);
}

const struct device_port phones_port = {
    .ring = phones_ring,
    .stop = phones_stop,
    .connect = phones_connect,
    .hang_up = phones_stop,
};

/* ---- from rows ---- */

static enum err restore(struct centre *c, const struct device_snapshot *s)
{
    struct device *d = c ? device_new(c, s) : NULL;
    if (!d)
        return ERR_OUT_OF_MEMORY;
    if (s->answer_due == 0)
        return ERR_OK;
    return timer_set(c->all->world, &d->answer, s->answer_due, answer_due);
}

static enum err load_row(void *ctx, struct slice org_text, struct slice id, struct slice body)
{
    (void)id;
    struct uuid org;
    if (!uuid_parse(org_text, &org))
        return ERR_CORRUPT;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    struct device_snapshot s;
    struct json *v;
    if (!a)
        return ERR_OUT_OF_MEMORY;
    enum err err = json_parse(a, body, &v, NULL);
    if (err == ERR_OK)
        err = device_snapshot_read(v, a, &s);
    if (err == ERR_OK)
        err = restore(centre_make(ctx, org), &s);
    arena_free(a);
    return err == ERR_BAD_JSON || err == ERR_BAD_ENCODING ? ERR_CORRUPT : err;
}

enum err devices_load(struct centres *all, struct store *s)
{
    return s->ops->scan(s, SLICE("device"), SLICE(""), load_row, all);
}
