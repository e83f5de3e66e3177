#include "server/erasure.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "api/webhook/webhooks.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "base/log.h"
#include "domain/catalog/standing.h"
#include "domain/event/event.h"
#include "domain/report/applier.h"
#include "facts/facts.h"
#include "server/engine.h"
#include "server/house.h"
#include "store/store.h"

enum { HISTORY_WAIT_MS = 60000, RETRY_MS = 2000 };

struct erasure {
    struct erasure_options options;
    pthread_t thread;
    pthread_mutex_t lock; /* of the two below */
    pthread_cond_t changed;
    bool wanted, stopping;
};

static bool is_stopping(struct erasure *e)
{
    pthread_mutex_lock(&e->lock);
    bool stopping = e->stopping;
    pthread_mutex_unlock(&e->lock);
    return stopping;
}

/* ---- one organisation ---- */

static enum err erase_world(struct erasure *e, struct uuid org)
{
    const struct core_erase args = { org };
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    enum err err = a ? ERR_OK : ERR_OUT_OF_MEMORY;
    bool more = true;
    while (err == ERR_OK && more && !is_stopping(e)) {
        struct core_answer answer = { 0 };
        arena_reset(a);
        err = engine_run(e->options.house->engine, core_erase_org, &args, a, &answer);
        more = answer.result.len > 0;
    }
    arena_free(a);
    return err == ERR_OK && more ? ERR_UNAVAILABLE : err;
}

static enum err erase_journal(struct erasure *e, struct slice org, uint64_t last)
{
    struct store *s = e->options.house->store;
    enum err err = ERR_OK;
    for (uint64_t at = 0; err == ERR_OK && at < last;) {
        if (is_stopping(e))
            return ERR_UNAVAILABLE;
        err = s->ops->journal_erase(s, org, slice_of(event_name(EVENT_EVENT_ERASED)), at,
                                    LIMIT_org_erase_events_max, &at);
    }
    return err;
}

/* The history has taken all that was said before it is made to forget: nothing comes after. */
static enum err erase_history(struct erasure *e, struct slice org, uint64_t last)
{
    struct facts *f = e->options.facts;
    enum err err = report_applier_wait(e->options.applier, last, HISTORY_WAIT_MS);
    return err == ERR_OK ? f->ops->forget(f, org) : err;
}

static enum err erase(struct erasure *e, struct uuid org)
{
    char text[UUID_TEXT_LEN + 1];
    struct engine *engine = e->options.house->engine;
    const struct catalog_move args = { .org = org };
    uuid_format(org, text);
    enum err err = erase_world(e, org);
    webhooks_drop_orphans(e->options.webhooks);
    uint64_t last = engine_durable_seq(engine);
    if (err == ERR_OK)
        err = erase_journal(e, slice_of(text), last);
    if (err == ERR_OK)
        err = erase_history(e, slice_of(text), last);
    if (err == ERR_OK)
        err = engine_run(engine, catalog_forget_organization, &args, NULL, NULL);
    log_write(err == ERR_OK ? LOG_INFO : LOG_WARN,
              err == ERR_OK ? "organization_deleted" : "organization_not_deleted_yet",
              LOG_TEXT("org", slice_of(text)), LOG_TEXT("why", slice_of(err_code(err))));
    return err;
}

/* ---- all of them ---- */

struct finding {
    struct catalog *catalog;
    struct uuid org;
    bool found;
};

static bool look_at(void *ctx, struct uuid org)
{
    struct finding *f = ctx;
    f->org = org;
    f->found = catalog_org_state(f->catalog, org) == ORG_DELETING;
    return !f->found;
}

static bool find(struct erasure *e, struct uuid *org)
{
    struct finding f = { .catalog = e->options.house->catalog };
    epoch_enter();
    catalog_each_org(f.catalog, look_at, &f);
    epoch_leave();
    *org = f.org;
    return f.found;
}

/* Until somebody wants something or, after a failure, it is time to try again. False: stopping. */
static bool wait(struct erasure *e, bool again)
{
    struct timespec until = clock_mono_after(RETRY_MS);
    int timed_out = 0;
    pthread_mutex_lock(&e->lock);
    while (!e->stopping && !e->wanted && !timed_out)
        timed_out = again ? pthread_cond_timedwait(&e->changed, &e->lock, &until)
                          : pthread_cond_wait(&e->changed, &e->lock);
    e->wanted = false;
    bool go = !e->stopping;
    pthread_mutex_unlock(&e->lock);
    return go;
}

static void *erasure_main(void *arg)
{
    struct erasure *e = arg;
    enum err err = ERR_OK;
    do {
        struct uuid org;
        err = ERR_OK;
        while (err == ERR_OK && !is_stopping(e) && find(e, &org))
            err = erase(e, org);
    } while (wait(e, err != ERR_OK));
    return NULL;
}

enum err erasure_start(const struct erasure_options *options, struct erasure **out)
{
    struct erasure *e = calloc(1, sizeof *e);
    pthread_condattr_t attr;
    if (!e)
        return ERR_OUT_OF_MEMORY;
    e->options = *options;
    pthread_mutex_init(&e->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&e->changed, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&e->thread, NULL, erasure_main, e) != 0) {
        free(e);
        return ERR_IO;
    }
    *out = e;
    return ERR_OK;
}

void erasure_wake(struct erasure *e)
{
    if (!e)
        return;
    pthread_mutex_lock(&e->lock);
    e->wanted = true;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

void erasure_stop(struct erasure *e)
{
    if (!e)
        return;
    pthread_mutex_lock(&e->lock);
    e->stopping = true;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
    pthread_join(e->thread, NULL);
    pthread_cond_destroy(&e->changed);
    pthread_mutex_destroy(&e->lock);
    free(e);
}
