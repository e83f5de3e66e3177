#include "domain/report/applier.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "domain/event/event.h"
#include "domain/event/journal_source.h"
#include "domain/report/chain.h"

enum { RETRY_MS_MIN = 50 };
struct report_applier {
    struct facts *facts;
    const struct journal_source *journal;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the four below */
    pthread_cond_t changed;
    uint64_t durable, applied, wanted; /* wanted: somebody waits for it */
    bool stopping;
    /* of the thread alone */
    size_t unmarked; /* events applied since the history was last told how far it is */
    struct report_chains *chains;
    struct report_memory memory;
    struct arena *arena;
};
struct batch {
    struct arena *arena;
    struct report_rows rows;
    uint64_t last;
    size_t events;
};

/* ---- waiting ---- */
static bool is_urgent(const struct report_applier *a) /* locked */
{
    return a->stopping || a->wanted > a->applied ||
           a->durable - a->applied >= LIMIT_facts_batch_events_max;
}

/* Sleeps until there is something to do, then a moment more for company. False: stopping. */
static bool wait_for_work(struct report_applier *a)
{
    pthread_mutex_lock(&a->lock);
    while (!a->stopping && a->durable <= a->applied)
        pthread_cond_wait(&a->changed, &a->lock);
    struct timespec until = clock_mono_after(LIMIT_facts_batch_ms_max);
    while (!is_urgent(a) && pthread_cond_timedwait(&a->changed, &a->lock, &until) == 0)
        ;
    bool go = !a->stopping;
    pthread_mutex_unlock(&a->lock);
    return go;
}

/* A pause between tries; false: stopping. */
static bool pause_ms(struct report_applier *a, int64_t *ms)
{
    struct timespec until = clock_mono_after(*ms);
    pthread_mutex_lock(&a->lock);
    while (!a->stopping && pthread_cond_timedwait(&a->changed, &a->lock, &until) == 0)
        ;
    bool go = !a->stopping;
    pthread_mutex_unlock(&a->lock);
    *ms = *ms * 2 > LIMIT_facts_retry_ms_max ? LIMIT_facts_retry_ms_max : *ms * 2;
    return go;
}

static void set_applied(struct report_applier *a, uint64_t seq)
{
    metric_set(METRIC_FACTS_SEQ, (int64_t)seq);
    pthread_mutex_lock(&a->lock);
    a->applied = seq;
    if (a->durable < seq)
        a->durable = seq;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

/* ---- beginning ---- */
/* report_memory.find: the newest open row of the chain. */
static enum err find_open(void *ctx, const struct facts_filter *filter,
                          const struct report_row *row, const struct facts_value **values)
{
    struct report_applier *a = ctx;
    const struct facts_table *table = report_table(row->table);
    struct facts_ref *all = arena_alloc(a->arena, table->column_count * sizeof *all);
    if (!all)
        return ERR_OUT_OF_MEMORY;
    for (unsigned i = 0; i < table->column_count; i++)
        all[i].column = i;
    struct facts_query q = { .table = table,
                             .org = row->org,
                             .time = { .column = FACTS_CREATED },
                             .from_ms = row->since_ms,
                             .to_ms = INT64_MAX,
                             .filter = filter,
                             .select = all,
                             .select_count = table->column_count,
                             .limit = 1 };
    struct facts_result result;
    enum err e = a->facts->ops->query(a->facts, &q, a->arena, &result);
    if (!e && result.row_count)
        *values = result.values;
    return e;
}

static enum err continue_history(struct report_applier *a)
{
    uint64_t seq = 0;
    enum err e = a->facts->ops->applied(a->facts, &seq);
    if (e)
        return e;
    report_chains_free(a->chains);
    a->chains = report_chains_new(&a->memory);
    if (!a->chains)
        return ERR_OUT_OF_MEMORY;
    a->unmarked = 0;
    set_applied(a, seq);
    return ERR_OK;
}

/* ---- one batch ---- */
static enum err take_event(void *ctx, const struct event *e)
{
    struct batch *b = ctx;
    b->last = e->seq;
    b->events++;
    if (!event_is_living(e->type))
        return ERR_OK;
    struct slice body = arena_copy(b->arena, e->body);
    if (e->body.len && !body.at)
        return ERR_OUT_OF_MEMORY;
    struct event kept = *e;
    kept.body = body;
    enum err err = report_project(&kept, b->arena, &b->rows);
    if (err == ERR_OUT_OF_MEMORY)
        return err;
    if (err)
        log_write(LOG_ERROR, "facts.event_unreadable", LOG_NUM("seq", (long long)e->seq),
                  LOG_TEXT("type", slice_of(event_name(e->type))));
    return ERR_OK;
}

static struct facts_row *facts_rows(struct arena *arena, const struct report_rows *rows)
{
    struct facts_row *out = arena_alloc(arena, (rows->count + 1) * sizeof *out);
    for (size_t i = 0; out && i < rows->count; i++)
        out[i] = (struct facts_row){ report_table(rows->at[i].table), rows->at[i].values };
    return out;
}

static void note_failure(enum err e, const char *step)
{
    log_write(LOG_ERROR, "facts.behind", LOG_TEXT("step", slice_of(step)),
              LOG_TEXT("error", slice_of(err_code(e))));
}

/* The same rows again and again: they were linked once. False: stopping. */
static bool apply_rows(struct report_applier *a, uint64_t seq, const struct facts_row *rows,
                       size_t count)
{
    int64_t ms = RETRY_MS_MIN;
    for (;;) {
        enum err e = a->facts->ops->apply(a->facts, seq, rows, count);
        if (!e)
            return true;
        note_failure(e, "apply");
        if (!pause_ms(a, &ms))
            return false;
    }
}

/* Most changes of the configuration make no rows. A transaction of the history for nothing but its
 * mark costs more than the change itself, so the mark waits for rows or for enough events: after a
 * crash these are read once more. */
static bool apply_batch(struct report_applier *a, const struct batch *b,
                        const struct facts_row *rows, size_t count)
{
    a->unmarked += b->events;
    if (!count && a->unmarked < LIMIT_facts_unmarked_events_max)
        return true;
    if (!apply_rows(a, b->last, rows, count))
        return false;
    a->unmarked = 0;
    return true;
}

/* After an error nothing was applied and the chains are to be begun anew. */
static enum err run_batch(struct report_applier *a, size_t max, size_t *events)
{
    struct batch b = { .arena = a->arena };
    report_rows_init(&b.rows, a->arena);
    uint64_t from = report_applier_seq(a);
    enum err e = a->journal->read(a->journal->ctx, from, max, take_event, &b);
    struct report_rows linked;
    report_rows_init(&linked, a->arena);
    if (!e)
        e = report_chains_link(a->chains, &b.rows, &linked);
    if (e || !b.events) {
        *events = 0;
        return e;
    }
    struct facts_row *rows = facts_rows(a->arena, &linked);
    if (!rows)
        return ERR_OUT_OF_MEMORY;
    if (!apply_batch(a, &b, rows, linked.count))
        return ERR_UNAVAILABLE;
    *events = b.events;
    metric_add(METRIC_FACTS_APPLIED, (int64_t)b.events);
    set_applied(a, b.last);
    return ERR_OK;
}

/* Batches until the journal has no more. A batch too big for its memory is tried with one event.
 * What was announced but cannot be read (events of types this program does not know) is forgotten,
 * unless more was announced meanwhile. */
static enum err catch_up(struct report_applier *a)
{
    size_t max = LIMIT_facts_batch_events_max, events = 1;
    uint64_t announced = 0;
    while (events) {
        pthread_mutex_lock(&a->lock);
        announced = a->durable;
        pthread_mutex_unlock(&a->lock);
        arena_reset(a->arena);
        enum err e = run_batch(a, max, &events);
        if (e == ERR_OUT_OF_MEMORY && max > 1 && !(e = continue_history(a)))
            max = events = 1;
        if (e)
            return e;
    }
    pthread_mutex_lock(&a->lock);
    if (a->durable == announced) {
        a->durable = a->applied;
        a->wanted = 0;
    }
    pthread_mutex_unlock(&a->lock);
    return ERR_OK;
}

static bool begin(struct report_applier *a)
{
    int64_t ms = RETRY_MS_MIN;
    for (;;) {
        arena_reset(a->arena);
        enum err e = continue_history(a);
        if (!e)
            e = catch_up(a);
        if (!e)
            return true;
        note_failure(e, "continue");
        if (!pause_ms(a, &ms))
            return false;
    }
}

static void *run(void *arg)
{
    struct report_applier *a = arg;
    bool go = begin(a);
    while (go && wait_for_work(a)) {
        enum err e = catch_up(a);
        if (e)
            note_failure(e, "read");
        if (e)
            go = begin(a);
    }
    if (a->unmarked) /* a good end spares the next start the reading; a failure costs no more */
        (void)a->facts->ops->apply(a->facts, report_applier_seq(a), NULL, 0);
    return NULL;
}

/* ---- from outside ---- */
static enum err start_thread(struct report_applier *a)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, &attr);
    pthread_condattr_destroy(&attr);
    return pthread_create(&a->thread, NULL, run, a) ? ERR_INTERNAL : ERR_OK;
}

static void release(struct report_applier *a)
{
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    report_chains_free(a->chains);
    arena_free(a->arena);
    free(a);
}

enum err report_applier_start(struct facts *f, const struct journal_source *j,
                              struct report_applier **out)
{
    struct report_applier *a = calloc(1, sizeof *a);
    if (!a)
        return ERR_OUT_OF_MEMORY;
    a->facts = f;
    a->journal = j;
    a->memory = (struct report_memory){ a, find_open };
    a->arena = arena_new(LIMIT_facts_batch_bytes_max);
    if (!a->arena) {
        free(a);
        return ERR_OUT_OF_MEMORY;
    }
    enum err e = start_thread(a);
    if (e)
        release(a);
    else
        *out = a;
    return e;
}

void report_applier_stop(struct report_applier *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    a->stopping = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    release(a);
}

void report_applier_wake(struct report_applier *a, uint64_t seq)
{
    pthread_mutex_lock(&a->lock);
    bool first = a->durable <= a->applied;
    if (seq > a->durable)
        a->durable = seq;
    if (first || is_urgent(a)) /* else it waits for company: waking it for each would cost more */
        pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

uint64_t report_applier_seq(struct report_applier *a)
{
    pthread_mutex_lock(&a->lock);
    uint64_t seq = a->applied;
    pthread_mutex_unlock(&a->lock);
    return seq;
}

enum err report_applier_wait(struct report_applier *a, uint64_t seq, int64_t wait_ms)
{
    struct timespec until = clock_mono_after(wait_ms);
    int timed_out = 0;
    pthread_mutex_lock(&a->lock);
    if (seq > a->wanted)
        a->wanted = seq;
    if (seq > a->durable)
        a->durable = seq;
    pthread_cond_broadcast(&a->changed);
    while (!a->stopping && a->applied < seq && !timed_out)
        timed_out = pthread_cond_timedwait(&a->changed, &a->lock, &until);
    bool there = a->applied >= seq;
    pthread_mutex_unlock(&a->lock);
    return there ? ERR_OK : ERR_UNAVAILABLE;
}
