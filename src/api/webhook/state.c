/* The state of deliveries as rows: "cursor" {"seq"} and, for each receiver that owes something,
 * {"orgId","behind","pending":[{"seq","index","attempts","due"}]}. All that changed goes in one
 * commit, so that after a crash an event is handed out already or will be, never neither. What was
 * delivered since the last save is delivered again: at least once. */
#include "api/webhook/webhooks_priv.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/log.h"

enum { CURSOR_STEP = 1000 }; /* events nobody wanted, before the cursor is worth a write */

static int64_t mono_ms(void)
{
    return clock_mono_ns() / 1000000;
}

/* ---- writing ---- */

static void put_pending(struct json_writer *w, const struct delivery *d)
{
    json_object_begin(w);
    json_member_i64(w, "seq", (int64_t)d->seq);
    json_member_i64(w, "index", d->index);
    if (d->attempts)
        json_member_i64(w, "attempts", d->attempts);
    if (d->state == DELIVERY_WAITING)
        json_member_i64(w, "due", d->node.key);
    json_object_end(w);
}

static struct slice print_receiver(const struct receiver *r, struct arena *a)
{
    char org[UUID_TEXT_LEN + 1];
    struct buf b;
    struct json_writer w;
    uuid_format(r->org, org);
    buf_init_arena(&b, a);
    json_writer_init(&w, &b);
    json_object_begin(&w);
    json_member_cstr(&w, "orgId", org);
    if (r->behind)
        json_member_i64(&w, "behind", (int64_t)r->behind);
    json_key(&w, "pending");
    json_array_begin(&w);
    for (const struct delivery *d = r->first; d; d = d->next)
        put_pending(&w, d);
    json_array_end(&w);
    json_object_end(&w);
    return buf_failed(&b) ? (struct slice){ NULL, 0 } : buf_slice(&b);
}

static struct slice print_id(struct uuid id, struct arena *a)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    return arena_copy(a, slice_of(text));
}

/* False: nothing to write for this one. */
static bool make_row(struct receiver *r, struct arena *a, struct webhook_row *row)
{
    bool owes = r->count || r->behind;
    r->dirty = false;
    if (!owes && !r->has_row)
        return false;
    row->id = print_id(r->id, a);
    row->body = owes ? print_receiver(r, a) : (struct slice){ NULL, 0 };
    if (!row->id.at || (owes && !row->body.at))
        return false; /* no memory: it stays as it was, and is delivered again */
    r->has_row = owes;
    return true;
}

static size_t make_rows(struct webhooks *w, struct webhook_row *rows)
{
    size_t n = 0, at = 0;
    struct slice key;
    void *value;
    rows[n++] =
        (struct webhook_row){ SLICE("cursor"), arena_printf(w->arena, "{\"seq\":%llu}",
                                                            (unsigned long long)w->cursor) };
    while (map_next(&w->receivers, &at, &key, &value)) {
        struct receiver *r = value;
        if (r->dirty && make_row(r, w->arena, &rows[n]))
            n++;
        receiver_release_if_done(r);
    }
    return n;
}

static void save_done(void *arg, enum err result)
{
    struct webhooks *w = arg;
    pthread_mutex_lock(&w->lock);
    w->saving = false;
    w->save_result = result;
    pthread_cond_broadcast(&w->saved);
    pthread_mutex_unlock(&w->lock);
}

static bool begin_saving(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    bool was = w->saving, failed = w->save_result != ERR_OK;
    w->saving = true;
    w->save_result = ERR_OK;
    pthread_mutex_unlock(&w->lock);
    if (!was && failed)
        log_write(LOG_ERROR, "webhook_state_not_saved", LOG_NUM("seq", (long long)w->cursor));
    return !was;
}

static void save(struct webhooks *w)
{
    if (!begin_saving(w))
        return;
    arena_reset(w->arena);
    struct webhook_row *rows = arena_alloc(w->arena, (w->receivers.count + 1) * sizeof *rows);
    if (!rows) {
        save_done(w, ERR_OUT_OF_MEMORY);
        return;
    }
    size_t n = make_rows(w, rows);
    w->state_dirty = w->cursor_dirty = false;
    w->saved_cursor = w->cursor;
    w->saved_at_ms = mono_ms();
    w->rows.save(w->rows.ctx, rows, n, save_done, w);
}

bool state_is_dirty(const struct webhooks *w)
{
    return w->state_dirty || w->cursor_dirty || w->cursor >= w->saved_cursor + CURSOR_STEP;
}

void state_save_if_due(struct webhooks *w)
{
    if (state_is_dirty(w) && mono_ms() - w->saved_at_ms >= LIMIT_webhook_save_ms_min)
        save(w);
}

static void wait_saved(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->saving)
        pthread_cond_wait(&w->saved, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

void state_save_last(struct webhooks *w)
{
    wait_saved(w);
    if (state_is_dirty(w) || w->cursor != w->saved_cursor)
        save(w);
    wait_saved(w);
}

/* ---- reading ---- */

static uint64_t number_of(const struct json *v, const char *name)
{
    int64_t n = json_i64(json_get(v, name), 0);
    return n > 0 ? (uint64_t)n : 0;
}

static enum err read_receiver(struct webhooks *w, struct slice id_text, const struct json *v)
{
    struct uuid id, org;
    if (!uuid_parse(id_text, &id) || !uuid_parse(json_text(json_get(v, "orgId"), SLICE("")), &org))
        return ERR_CORRUPT;
    struct receiver *r = receiver_get(w, org, id);
    if (!r)
        return ERR_OUT_OF_MEMORY;
    r->has_row = true;
    r->behind = number_of(v, "behind");
    w->behind_count += r->behind != 0;
    JSON_EACH(d, json_get(v, "pending"))
    {
        if (number_of(d, "seq"))
            delivery_restore(r, number_of(d, "seq"), (unsigned)number_of(d, "index"),
                             (unsigned)number_of(d, "attempts"), json_i64(json_get(d, "due"), 0));
    }
    r->dirty = false;
    return ERR_OK;
}

static enum err read_row(void *ctx, struct slice id, struct slice body)
{
    struct webhooks *w = ctx;
    struct json *v;
    arena_reset(w->arena);
    enum err e = json_parse(w->arena, body, &v, NULL);
    if (e == ERR_OK && slice_is(id, "cursor"))
        w->cursor = w->saved_cursor = number_of(v, "seq");
    else if (e == ERR_OK)
        e = read_receiver(w, id, v);
    if (e == ERR_OK || e == ERR_OUT_OF_MEMORY)
        return e;
    log_write(LOG_ERROR, "webhook_row_unreadable", LOG_TEXT("id", id));
    return ERR_CORRUPT;
}

enum err state_load(struct webhooks *w)
{
    enum err e = w->rows.load(w->rows.ctx, read_row, w);
    w->state_dirty = false;
    return e;
}
