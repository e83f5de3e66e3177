/* From the journal to deliveries.
 *
 * The engine tells every event on the store thread. There we only note its number, and whether
 * anybody wants it at all; the thread then reads the journal from the first wanted one. Without
 * subscriptions nothing is read.
 *
 * Every event is handed out once, to all receivers, and the cursor moves behind it. A receiver
 * whose window is full stops taking part: it remembers where (`behind`), and reads the journal by
 * itself once it has room, until it is level with the cursor again. So a dead receiver costs its
 * window, not the memory of all it has missed, and never holds up the others. */
#include "api/webhook/webhooks_priv.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "base/log.h"

enum { READ_AT_ONCE = 128 };

static bool is_for(const struct subscription *s, const struct event *e, uint64_t bits)
{
    return s->active && (s->events & bits) && e->at_ms >= s->active_since_ms;
}

static bool anybody_wants(struct webhooks *w, const struct event *e)
{
    uint64_t bits = webhook_events_of(e->type);
    struct uuid org;
    bool wanted = false;
    if (!bits || !uuid_parse(e->org, &org))
        return false;
    epoch_enter();
    const struct subscription_set *set = subscriptions_published(w->options.subscriptions, org);
    for (size_t i = 0; i < set->count && !wanted; i++)
        wanted = is_for(&set->items[i], e, bits);
    epoch_leave();
    return wanted;
}

void webhooks_on_event(void *ctx, const struct event *e)
{
    struct webhooks *w = ctx;
    if (!e->seq)
        return; /* a notice */
    bool wanted = anybody_wants(w, e);
    pthread_mutex_lock(&w->lock);
    w->seen = e->seq;
    if (wanted && !w->interesting)
        w->interesting = e->seq;
    pthread_mutex_unlock(&w->lock);
    if (wanted)
        webhooks_nudge(w);
}

/* ---- handing out ---- */

struct handing {
    struct webhooks *webhooks;
    struct receiver *only; /* NULL: to all */
    uint64_t last;         /* number of the last event that was dealt with */
    size_t count;
};

static size_t count_wanted(const struct subscription *s, const struct webhook_news *news, size_t n)
{
    size_t wanted = 0;
    for (size_t i = 0; i < n; i++)
        wanted += subscription_wants(s, news[i].type);
    return wanted;
}

/* False: its window is full. */
static bool hand_to(struct receiver *r, const struct subscription *s, const struct event *e,
                    const struct webhook_news *news, size_t n)
{
    size_t wanted = count_wanted(s, news, n);
    if (r->count && r->count + wanted > LIMIT_webhook_window_max)
        return false;
    for (size_t i = 0; i < n; i++)
        if (subscription_wants(s, news[i].type) &&
            delivery_add(r, e->seq, (unsigned)i, &news[i]) != ERR_OK)
            return false;
    return true;
}

static void fall_behind(struct receiver *r, uint64_t seq)
{
    if (!r->behind)
        r->webhooks->behind_count++;
    r->behind = seq - 1;
    r->dirty = true;
    r->webhooks->state_dirty = true;
}

static void hand_out(struct webhooks *w, const struct subscription_set *set, const struct event *e,
                     const struct webhook_news *news, size_t n)
{
    uint64_t bits = webhook_events_of(e->type);
    for (size_t i = 0; i < set->count; i++) {
        const struct subscription *s = &set->items[i];
        if (!is_for(s, e, bits) || !count_wanted(s, news, n))
            continue;
        struct receiver *r = receiver_get(w, s->org, s->id);
        if (!r)
            log_write(LOG_ERROR, "webhook_lost", LOG_NUM("seq", (long long)e->seq));
        else if (!r->behind && !hand_to(r, s, e, news, n))
            fall_behind(r, e->seq);
    }
}

static bool read_news(struct webhooks *w, const struct event *e, const struct webhook_news **news,
                      size_t *n)
{
    enum err err = webhook_news_of(e, w->arena, news, n);
    if (err != ERR_OK)
        log_write(LOG_ERROR, "webhook_event_unreadable", LOG_NUM("seq", (long long)e->seq),
                  LOG_TEXT("why", slice_of(err_code(err))));
    return err == ERR_OK;
}

static enum err take_event(void *ctx, const struct event *e)
{
    struct handing *h = ctx;
    struct webhooks *w = h->webhooks;
    const struct webhook_news *news;
    struct uuid org;
    size_t n;
    h->last = e->seq;
    h->count++;
    arena_reset(w->arena);
    if (anybody_wants(w, e) && uuid_parse(e->org, &org) && read_news(w, e, &news, &n)) {
        epoch_enter();
        hand_out(w, subscriptions_published(w->options.subscriptions, org), e, news, n);
        epoch_leave();
    }
    return ERR_OK;
}

/* ---- a receiver that is behind ---- */

static bool catch_up_with(struct handing *h, const struct event *e)
{
    struct webhooks *w = h->webhooks;
    struct receiver *r = h->only;
    const struct webhook_news *news;
    size_t n;
    bool fits = true;
    arena_reset(w->arena);
    epoch_enter();
    const struct subscription *s =
        subscription_in(subscriptions_published(w->options.subscriptions, r->org), r->id);
    if (s && is_for(s, e, webhook_events_of(e->type)) && read_news(w, e, &news, &n))
        fits = hand_to(r, s, e, news, n);
    epoch_leave();
    return fits;
}

static enum err take_old_event(void *ctx, const struct event *e)
{
    struct handing *h = ctx;
    struct uuid org;
    if (e->seq > h->webhooks->cursor)
        return ERR_CONFLICT; /* level again: from here on with the others */
    if (uuid_parse(e->org, &org) && uuid_eq(org, h->only->org) && !catch_up_with(h, e))
        return ERR_LIMIT;
    h->last = e->seq;
    h->count++;
    return ERR_OK;
}

static void catch_up(struct receiver *r)
{
    struct webhooks *w = r->webhooks;
    struct handing h = { .webhooks = w, .only = r, .last = r->behind };
    enum err e = w->journal.read(w->journal.ctx, r->behind, READ_AT_ONCE, take_old_event, &h);
    r->dirty = w->state_dirty = true;
    r->behind = h.last;
    bool level = e == ERR_CONFLICT || (e == ERR_OK && h.count == 0) || h.last >= w->cursor;
    if (!level)
        return;
    r->behind = 0;
    w->behind_count--;
}

static void catch_up_all(struct webhooks *w)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (w->behind_count && map_next(&w->receivers, &at, &key, &value)) {
        struct receiver *r = value;
        if (r->behind && r->count <= LIMIT_webhook_window_max / 2)
            catch_up(r);
        receiver_release_if_done(r);
    }
}

/* ---- reading ---- */

/* Reads up to `until`, or to the journal's end when it is 0. */
static void read_on(struct webhooks *w, uint64_t until)
{
    for (;;) {
        struct handing h = { .webhooks = w, .last = w->cursor };
        enum err e = w->journal.read(w->journal.ctx, w->cursor, READ_AT_ONCE, take_event, &h);
        if (h.last != w->cursor)
            w->cursor_dirty = true;
        w->cursor = h.last;
        if (e != ERR_OK)
            log_write(LOG_ERROR, "webhook_journal", LOG_TEXT("why", slice_of(err_code(e))));
        if (e != ERR_OK || h.count == 0 || (until && w->cursor >= until))
            return;
    }
}

void events_read(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    uint64_t first = w->interesting, seen = w->seen;
    w->interesting = 0;
    pthread_mutex_unlock(&w->lock);
    if (!w->is_caught_up) {
        read_on(w, 0);
        w->is_caught_up = true;
    } else if (first > 0 && seen > w->cursor) {
        if (first - 1 > w->cursor)
            w->cursor = first - 1; /* nobody wanted those between */
        read_on(w, seen);
    }
    if (seen > w->cursor)
        w->cursor = seen;
    if (w->behind_count)
        catch_up_all(w);
}

/* One whose window is full of deliveries that wait for their time does not count. */
static bool can_catch_up(struct webhooks *w)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (w->behind_count && map_next(&w->receivers, &at, &key, &value)) {
        const struct receiver *r = value;
        if (r->behind && r->count <= LIMIT_webhook_window_max / 2)
            return true;
    }
    return false;
}

bool events_are_pending(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    bool pending = w->interesting != 0;
    pthread_mutex_unlock(&w->lock);
    return pending || !w->is_caught_up || can_catch_up(w);
}

struct finding {
    struct webhooks *webhooks;
    uint64_t seq;
    unsigned index;
    enum webhook_event *type;
    struct slice *data;
    bool found;
};

static enum err find_news(void *ctx, const struct event *e)
{
    struct finding *f = ctx;
    const struct webhook_news *news;
    size_t n;
    if (e->seq == f->seq && read_news(f->webhooks, e, &news, &n) && f->index < n) {
        *f->type = news[f->index].type;
        *f->data = news[f->index].data;
        f->found = true;
    }
    return ERR_OK;
}

enum err event_find_news(struct webhooks *w, uint64_t seq, unsigned index, enum webhook_event *type,
                         struct slice *data)
{
    struct finding f = { w, seq, index, type, data, false };
    enum err e = w->journal.read(w->journal.ctx, seq - 1, 1, find_news, &f);
    if (e != ERR_OK)
        return e;
    return f.found ? ERR_OK : ERR_NOT_FOUND;
}
