#include "server/webhook_wiring.h"

#include "api/webhook/webhooks.h"
#include "base/arena.h"
#include "base/limits.h"
#include "server/engine.h"
#include "server/house.h"
#include "store/store.h"
#include "store/writer.h"

#define CURSOR_KIND SLICE("webhook-cursor")

struct loading {
    webhook_row_fn *fn;
    void *ctx;
};

static enum err load_row(void *ctx, struct slice org, struct slice id, struct slice body)
{
    const struct loading *l = ctx;
    (void)org;
    return l->fn(l->ctx, id, body);
}

static enum err load_rows(void *ctx, webhook_row_fn *fn, void *fn_ctx)
{
    struct house *h = ctx;
    struct loading l = { fn, fn_ctx };
    return h->store->ops->scan(h->store, CURSOR_KIND, (struct slice){ 0 }, load_row, &l);
}

/* A commit nobody waits for; it owns its memory. */
struct saving {
    struct store_ticket ticket; /* first */
    struct arena *arena;
    void (*done)(void *arg, enum err result);
    void *arg;
};

static void saved(struct store_ticket *t, enum err result)
{
    struct saving *s = (struct saving *)t;
    s->done(s->arg, result);
    arena_free(s->arena);
}

static enum err copy_rows(struct saving *s, const struct webhook_row *rows, size_t count)
{
    struct store_write *writes = arena_alloc(s->arena, count * sizeof *writes + 1);
    if (!writes)
        return ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        writes[i] =
            (struct store_write){ .kind = CURSOR_KIND, .id = arena_copy(s->arena, rows[i].id) };
        if (rows[i].body.at)
            writes[i].body = arena_copy(s->arena, rows[i].body);
        if (!writes[i].id.at || (rows[i].body.at && !writes[i].body.at))
            return ERR_OUT_OF_MEMORY;
    }
    s->ticket =
        (struct store_ticket){ .batch = { .writes = writes, .write_count = count }, .done = saved };
    return ERR_OK;
}

static enum err save_rows_later(void *ctx, const struct webhook_row *rows, size_t count,
                                void (*done)(void *arg, enum err result), void *arg)
{
    struct house *h = ctx;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    struct saving *s = a ? arena_alloc(a, sizeof *s) : NULL;
    enum err err = ERR_OUT_OF_MEMORY;
    if (s) {
        *s = (struct saving){ .arena = a, .done = done, .arg = arg };
        err = copy_rows(s, rows, count);
    }
    if (err == ERR_OK)
        err = store_writer_push(h->writer, &s->ticket);
    if (err != ERR_OK) {
        arena_free(a);
        done(arg, err);
    }
    return err;
}

enum err webhooks_wire(struct house *h, const struct journal_source *journal, bool allow_private,
                       struct webhooks **out)
{
    struct webhook_rows rows = { .ctx = h, .load = load_rows, .save = save_rows_later };
    struct webhooks_options options = { .clock = &h->clock,
                                        .subscriptions = h->subscriptions,
                                        .core = engine_port(h->engine),
                                        .journal = journal,
                                        .rows = &rows,
                                        .allow_private = allow_private };
    return webhooks_open(&options, out);
}
