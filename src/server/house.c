#include "server/house.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "domain/catalog/catalog.h"
#include "domain/core/centre.h"
#include "domain/core/core.h"
#include "domain/core/world.h"
#include "domain/identity/identity.h"
#include "domain/identity/users.h"
#include "domain/subscription/subscription.h"
#include "server/engine.h"
#include "server/save.h"
#include "server/settings.h"
#include "store/sqlite/store_sqlite.h"
#include "store/store.h"
#include "store/writer.h"

static enum err complain(const char *what, enum err err)
{
    if (err != ERR_OK)
        fprintf(stderr, "cordboard: %s: %s\n", what, err_title(err));
    return err;
}

/* ---- time ---- */

static enum err note_time(void *ctx, const struct store_event *event)
{
    *(int64_t *)ctx = event->at_ms;
    return ERR_OK;
}

/* When the last kept event happened: the clock must not stand before it, or deadlines would run
 * backwards. */
static enum err last_event_ms(struct store *s, uint64_t *seq, int64_t *at_ms)
{
    *at_ms = 0;
    enum err err = s->ops->journal_last(s, seq);
    if (err == ERR_OK && *seq > 0)
        err = s->ops->journal_read(s, *seq - 1, 1, note_time, at_ms);
    return err;
}

static int64_t saved_clock_ms(struct store *s)
{
    struct slice text;
    int64_t ms = 0;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    if (a &&
        s->ops->get(s, SLICE("clock"), (struct slice){ 0 }, SLICE("virtual"), a, &text) == ERR_OK)
        (void)slice_to_i64(text, &ms);
    arena_free(a);
    return ms;
}

static void set_clock(struct house *h, int64_t not_before_ms)
{
    clock_init_real(&h->clock);
    if (strcmp(h->settings->clock, "real") == 0)
        return;
    int64_t start = clock_now_ms(&h->clock), saved = saved_clock_ms(h->store);
    if (strcmp(h->settings->clock, CLOCK_AS_KEPT) == 0 && saved <= 0)
        return;
    start = saved > 0 ? saved : start;
    clock_init_virtual(&h->clock, start > not_before_ms ? start : not_before_ms);
}

enum err house_save_clock(struct house *h)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)clock_now_ms(&h->clock));
    struct store_write write = { .kind = SLICE("clock"),
                                 .id = SLICE("virtual"),
                                 .body = slice_of(text) };
    return save_rows(h->writer, &write, 1);
}

/* ---- opening ---- */

/* What is kept there is for the server alone: mended when it is its own, else refused. */
static enum err make_private(const char *dir)
{
    unsigned changed;
    enum err err = file_make_private(dir, &changed);
    if (err == ERR_FORBIDDEN)
        fprintf(stderr, "cordboard: %s: belongs to another user; run the server as its owner\n",
                dir);
    else if (err != ERR_OK)
        fprintf(stderr, "cordboard: %s: %s\n", dir,
                strerror(errno)); // NOLINT(concurrency-mt-unsafe): one thread yet
    if (changed)
        log_write(LOG_WARN, "data_directory_was_open", LOG_TEXT("path", slice_of(dir)),
                  LOG_NUM("narrowed", changed));
    return err;
}

static enum err open_store(struct house *h)
{
    const char *dir = h->settings->data;
    if (!*dir) {
        fprintf(stderr, "cordboard: --data DIR is needed\n");
        return ERR_BAD_REQUEST;
    }
    enum err err = file_make_dir(dir);
    if (err != ERR_OK) {
        fprintf(stderr, "cordboard: %s: %s\n", dir,
                strerror(errno)); // NOLINT(concurrency-mt-unsafe): one thread yet
        return err;
    }
    err = make_private(dir);
    if (err != ERR_OK)
        return err;
    err = store_sqlite_open(dir, &h->store);
    return err == ERR_OK
               ? err
               : complain("the data directory cannot be opened (is a server running on it?)", err);
}

#define DAY_MS INT64_C(86400000)

/* 0 is identity's own default. */
static int64_t life_ms(int64_t seconds, int64_t otherwise_ms)
{
    return seconds ? seconds * 1000 : otherwise_ms;
}

/* The real clock may have been set back since the last event: the world then waits at that event's
 * time until the clock has caught up. */
static enum err make_world(struct house *h, int64_t not_before_ms)
{
    int64_t now_ms = clock_now_ms(&h->clock);
    struct world_options options = { .now_ms = now_ms > not_before_ms ? now_ms : not_before_ms };
    enum err err = random_secret(&options.seed, sizeof options.seed);
    if (err != ERR_OK)
        return err;
    h->world = world_new(&options);
    h->catalog = catalog_new();
    if (!h->world || !h->catalog)
        return ERR_OUT_OF_MEMORY;
    catalog_attach(h->world, h->catalog);
    const struct settings *s = h->settings;
    bool parity = strcmp(s->lifetimes, "parity") == 0;
    struct identity_options identity = {
        .directory = identity_catalog_directory(h->catalog),
        .cluster = slice_of(s->cluster),
        .session_ms = life_ms(s->session_s, 0),
        .idle_ms = life_ms(s->session_idle_s, 0),
        .access_ms = life_ms(s->access_token_s, parity ? 14 * DAY_MS : 0),
        .refresh_ms = life_ms(s->refresh_token_s, parity ? 90 * DAY_MS : 0),
        .authorization_ms = s->authorization_max_s * 1000,
    };
    err = identity_new(&identity, &h->identity);
    if (err != ERR_OK)
        return err;
    identity_attach(h->world, h->identity);
    err = subscriptions_new(&h->subscriptions);
    if (err != ERR_OK)
        return err;
    subscriptions_attach(h->world, h->subscriptions);
    struct config_view view = config_catalog(h->catalog);
    struct centre_settings centre = { .rona_ms = LIMIT_rona_ms_default,
                                      .recovery_ms = LIMIT_recovery_ms_default,
                                      .device_answer_ms = h->settings->answer_after_ms };
    return centre_attach(h->world, &view, &centre);
}

static enum err open_engine(struct house *h, uint64_t last_seq)
{
    enum err err = store_writer_start(h->store, &h->writer);
    if (err != ERR_OK)
        return err;
    h->lost_args.cursor = &h->lost;
    struct engine_options options = {
        .clock = &h->clock,
        .world = h->world,
        .writer = h->writer,
        .last_seq = last_seq,
        /* Whoever was connected before this start gets the whole time to come back: deadlines
         * that passed while nobody could must not fire. */
        .first = agent_all_sockets_lost,
        .first_args = &h->lost_args,
        .first_over = &h->lost.over,
    };
    return engine_new(&options, &h->engine);
}

enum err house_open(const struct settings *settings, struct house *h)
{
    uint64_t last_seq = 0;
    int64_t last_ms = 0;
    *h = (struct house){ .settings = settings };
    enum err err = open_store(h);
    if (err != ERR_OK)
        return err;
    err = complain("the journal cannot be read", last_event_ms(h->store, &last_seq, &last_ms));
    if (err != ERR_OK)
        return err;
    set_clock(h, last_ms);
    err = complain("the world cannot be made", make_world(h, last_ms));
    if (err == ERR_OK)
        err = complain("the stored world cannot be rebuilt", world_load(h->world, h->store));
    if (err == ERR_OK)
        err = complain("the engine cannot be made", open_engine(h, last_seq));
    return err;
}

enum err house_start(struct house *h)
{
    return complain("the engine cannot be started", engine_start(h->engine));
}

/* The other way round; every part may be missing. */
void house_close(struct house *h)
{
    if (h->engine)
        engine_stop(h->engine);
    if (h->writer)
        store_writer_stop(h->writer);
    engine_free(h->engine);
    epoch_drain();
    if (h->world)
        world_free(h->world);
    if (h->store)
        h->store->ops->close(h->store);
    *h = (struct house){ 0 };
}
