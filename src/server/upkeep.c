/* The journal may be trimmed by the store thread only (store.h), so a round pushes an empty ticket
 * whose end does it there. */
#include "server/upkeep.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/queue.h"
#include "domain/report/applier.h"
#include "facts/facts.h"
#include "server/engine.h"
#include "server/house.h"
#include "server/settings.h"
#include "store/writer.h"

static const int64_t DAY_MS = 86400000;
static const int64_t UPKEEP_MS = 600000;

struct upkeep {
    struct upkeep_options options;
    struct queue wake; /* only ever closed: its timed wait is the pause between rounds */
    pthread_t thread;
};

struct trimming {
    struct store_ticket ticket; /* first */
    struct store *store;
    int64_t before_ms;
    pthread_mutex_t lock;
    pthread_cond_t ready;
    bool done;
    enum err result;
};

static void trim_on_store_thread(struct store_ticket *ticket, enum err committed)
{
    struct trimming *t = (struct trimming *)ticket;
    pthread_mutex_lock(&t->lock);
    t->result =
        committed == ERR_OK ? t->store->ops->journal_trim(t->store, t->before_ms) : committed;
    t->done = true;
    pthread_cond_signal(&t->ready);
    pthread_mutex_unlock(&t->lock);
}

static enum err trim_journal(struct house *h, int64_t before_ms)
{
    struct trimming t = { .ticket = { .done = trim_on_store_thread },
                          .store = h->store,
                          .before_ms = before_ms,
                          .lock = PTHREAD_MUTEX_INITIALIZER,
                          .ready = PTHREAD_COND_INITIALIZER };
    enum err err = store_writer_push(h->writer, &t.ticket);
    if (err != ERR_OK)
        return err;
    pthread_mutex_lock(&t.lock);
    while (!t.done)
        pthread_cond_wait(&t.ready, &t.lock);
    pthread_mutex_unlock(&t.lock);
    return t.result;
}

enum err upkeep_round(struct upkeep *u)
{
    struct house *h = u->options.house;
    int64_t before = clock_now_ms(&h->clock) - h->settings->journal_days * DAY_MS;
    enum err err = ERR_OK;
    /* An event this old that the history lacks would be lost to a rebuild that is under way. */
    if (report_applier_seq(u->options.applier) == engine_durable_seq(h->engine))
        err = trim_journal(h, before);
    if (err == ERR_OK)
        err = u->options.facts->ops->maintain(u->options.facts, before);
    if (err != ERR_OK && err != ERR_UNAVAILABLE)
        log_write(LOG_WARN, "upkeep_failed", LOG_TEXT("why", slice_of(err_code(err))));
    return err;
}

static void *upkeep_main(void *arg)
{
    struct upkeep *u = arg;
    int64_t every = u->options.every_ms ? u->options.every_ms : UPKEEP_MS;
    for (;;) {
        (void)queue_take_all(&u->wake, every);
        if (queue_is_closed(&u->wake))
            return NULL;
        (void)upkeep_round(u);
    }
}

enum err upkeep_start(const struct upkeep_options *options, struct upkeep **out)
{
    struct upkeep *u = calloc(1, sizeof *u);
    if (!u)
        return ERR_OUT_OF_MEMORY;
    u->options = *options;
    enum err err = queue_init(&u->wake, 1, false);
    if (err == ERR_OK && pthread_create(&u->thread, NULL, upkeep_main, u) != 0) {
        queue_release(&u->wake);
        err = ERR_IO;
    }
    if (err != ERR_OK) {
        free(u);
        return err;
    }
    *out = u;
    return ERR_OK;
}

void upkeep_stop(struct upkeep *u)
{
    if (!u)
        return;
    queue_close(&u->wake);
    pthread_join(u->thread, NULL);
    queue_release(&u->wake);
    free(u);
}
