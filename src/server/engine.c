/* See engine.h. Threads: `core` owns the world and everything marked core-only; tickets travel to
 * the store thread and end there (ticket_done). The two meet only in the atomics below. */
#include "server/engine.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/queue.h"
#include "domain/core/core.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "store/writer.h"

struct waiting {
    struct queue_item item;
    struct core_command command;
};

struct ticket {
    struct store_ticket store;
    struct engine *engine;
    struct effects fx;
    struct core_command command; /* done NULL: a timer, or nobody waits */
    enum err result;
    uint64_t last_seq; /* after this ticket */
};

struct subscriber {
    engine_subscriber *fn;
    void *ctx;
};

struct engine {
    struct core_port port;
    struct engine_options options;
    struct queue queue;
    pthread_t core;
    bool started;
    int64_t now_ms;    /* core-only: of the last step, never backwards */
    uint64_t last_seq; /* core-only: last number given out */
    struct subscriber subscribers[ENGINE_SUBSCRIBER_MAX];
    unsigned subscriber_count;
    atomic_bool unsound;
    _Atomic uint64_t durable_seq;
    _Atomic int64_t next_due;
    pthread_mutex_t lock; /* of the next two */
    pthread_cond_t all_told;
    size_t open; /* tickets on their way through the store */
};

/* ---- after the commit: store thread ---- */

static void tell_events(struct engine *e, const struct effects *fx)
{
    for (size_t i = 0; i < fx->event_count; i++)
        for (unsigned s = 0; s < e->subscriber_count; s++)
            e->subscribers[s].fn(e->subscribers[s].ctx, &fx->events[i]);
}

static void tickets_open(struct engine *e, int change)
{
    pthread_mutex_lock(&e->lock);
    e->open += (size_t)change;
    if (e->open == 0)
        pthread_cond_broadcast(&e->all_told);
    pthread_mutex_unlock(&e->lock);
}

static void ticket_done(struct store_ticket *st, enum err committed)
{
    struct ticket *t = (struct ticket *)st;
    struct engine *e = t->engine;
    if (committed != ERR_OK)
        atomic_store(&e->unsound, true);
    else
        atomic_store(&e->durable_seq, t->last_seq);
    for (size_t i = 0; i < t->fx.after_count; i++)
        t->fx.after[i].fn(t->fx.after[i].arg, committed == ERR_OK && t->result == ERR_OK);
    if (committed == ERR_OK)
        tell_events(e, &t->fx);
    if (t->command.done) {
        struct core_answer answer = { .err = committed != ERR_OK ? ERR_UNAVAILABLE : t->result,
                                      .result = t->fx.result,
                                      .detail = t->fx.detail };
        t->command.done(t->command.ctx, &answer);
    }
    arena_free(t->fx.arena);
    tickets_open(e, -1);
}

/* ---- deciding: core thread ---- */

static struct ticket *ticket_new(struct engine *e)
{
    struct arena *a = arena_new(LIMIT_step_bytes_max);
    struct ticket *t = a ? arena_alloc(a, sizeof *t) : NULL;
    if (!t) {
        arena_free(a);
        return NULL;
    }
    t->engine = e;
    t->store.done = ticket_done;
    effects_init(&t->fx, a);
    return t;
}

/* Numbers the journaled events and lays out the batch. */
static enum err ticket_fill(struct ticket *t, struct engine *e)
{
    struct effects *fx = &t->fx;
    struct store_event *events = arena_alloc(fx->arena, fx->event_count * sizeof *events + 1);
    if (!events || fx->failed)
        return ERR_OUT_OF_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < fx->event_count; i++) {
        struct event *ev = &fx->events[i];
        if (!event_is_journaled(ev->type))
            continue;
        ev->seq = ++e->last_seq;
        events[n++] = (struct store_event){ .seq = ev->seq,
                                            .at_ms = ev->at_ms,
                                            .org = ev->org,
                                            .type = slice_of(event_name(ev->type)),
                                            .body = ev->body };
    }
    t->store.batch = (struct store_batch){
        .writes = fx->writes, .write_count = fx->write_count, .events = events, .event_count = n
    };
    t->last_seq = e->last_seq;
    metric_add(METRIC_JOURNAL_EVENTS, (int64_t)n);
    return ERR_OK;
}

static void refuse(const struct core_command *c, enum err why)
{
    struct core_answer answer = { .err = why };
    if (c->done)
        c->done(c->ctx, &answer);
}

/* The world moved but its effects cannot be kept: nothing after this may be believed. */
static void lose_faith(struct engine *e, struct ticket *t, enum err why)
{
    log_write(LOG_ERROR, "engine_unsound", LOG_TEXT("why", slice_of(err_code(why))));
    atomic_store(&e->unsound, true);
    for (size_t i = 0; i < t->fx.after_count; i++)
        t->fx.after[i].fn(t->fx.after[i].arg, false);
    refuse(&t->command, ERR_UNAVAILABLE);
    arena_free(t->fx.arena);
}

static void step(struct engine *e, const struct core_command *c)
{
    if (atomic_load(&e->unsound)) {
        refuse(c, ERR_UNAVAILABLE);
        return;
    }
    struct ticket *t = ticket_new(e);
    if (!t) {
        refuse(c, ERR_OUT_OF_MEMORY);
        return;
    }
    t->command = *c;
    t->result = core_step(e->options.world, e->now_ms, c->run, c->args, &t->fx);
    atomic_store(&e->next_due, core_next_due(e->options.world));
    enum err err = ticket_fill(t, e);
    tickets_open(e, 1);
    if (err == ERR_OK)
        err = store_writer_push(e->options.writer, &t->store);
    if (err == ERR_OK)
        return;
    tickets_open(e, -1);
    lose_faith(e, t, err);
}

static void fire_timers(struct engine *e)
{
    struct core_command due = { .run = core_fire_due };
    while (!atomic_load(&e->unsound) && core_next_due(e->options.world) <= e->now_ms) {
        step(e, &due);
        metric_add(METRIC_CORE_TIMERS, 1);
    }
}

static void move_time(struct engine *e)
{
    int64_t now = clock_now_ms(e->options.clock);
    if (now > e->now_ms)
        e->now_ms = now;
    fire_timers(e);
}

/* How long the queue may be waited for: until the next timer, and under a virtual clock for ever
 * (whoever moves it wakes us). */
static int64_t patience_ms(struct engine *e)
{
    int64_t due = core_next_due(e->options.world);
    if (e->options.clock->is_virtual || due == INT64_MAX)
        return -1;
    int64_t now = clock_now_ms(e->options.clock);
    return due > now ? due - now : 0;
}

static void run_first(struct engine *e)
{
    struct core_command first = { .run = e->options.first, .args = e->options.first_args };
    while (first.run && !*e->options.first_over && !atomic_load(&e->unsound))
        step(e, &first);
}

static void *core_main(void *arg)
{
    struct engine *e = arg;
    run_first(e);
    for (;;) {
        struct queue_item *items = queue_take_all(&e->queue, patience_ms(e));
        if (!items && queue_is_closed(&e->queue))
            return NULL;
        move_time(e);
        while (items) {
            struct waiting *w = (struct waiting *)items;
            items = items->next;
            step(e, &w->command);
            metric_add(METRIC_CORE_COMMANDS, 1);
            free(w);
        }
        fire_timers(e);
    }
}

/* ---- from outside ---- */

static enum err engine_submit(struct core_port *port, const struct core_command *command)
{
    struct engine *e = (struct engine *)port;
    if (atomic_load(&e->unsound))
        return ERR_UNAVAILABLE;
    struct waiting *w = malloc(sizeof *w);
    if (!w)
        return ERR_OUT_OF_MEMORY;
    w->command = *command;
    enum err err = queue_push(&e->queue, &w->item);
    if (err != ERR_OK)
        free(w);
    return err;
}

enum err engine_new(const struct engine_options *options, struct engine **out)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e)
        return ERR_OUT_OF_MEMORY;
    e->port.submit = engine_submit;
    e->options = *options;
    e->last_seq = options->last_seq;
    e->now_ms = world_now_ms(options->world); /* the real clock may have stepped back since */
    if (clock_now_ms(options->clock) > e->now_ms)
        e->now_ms = clock_now_ms(options->clock);
    atomic_store(&e->durable_seq, options->last_seq);
    atomic_store(&e->next_due, core_next_due(options->world));
    enum err err = queue_init(&e->queue, LIMIT_core_queue_max, false);
    if (err != ERR_OK) {
        free(e);
        return err;
    }
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->all_told, NULL);
    *out = e;
    return ERR_OK;
}

void engine_subscribe(struct engine *e, engine_subscriber *fn, void *ctx)
{
    assert(!e->started && e->subscriber_count < ENGINE_SUBSCRIBER_MAX);
    e->subscribers[e->subscriber_count++] = (struct subscriber){ fn, ctx };
}

enum err engine_start(struct engine *e)
{
    if (pthread_create(&e->core, NULL, core_main, e) != 0)
        return ERR_IO;
    e->started = true;
    return ERR_OK;
}

void engine_stop(struct engine *e)
{
    queue_close(&e->queue);
    if (e->started)
        pthread_join(e->core, NULL);
    e->started = false;
    /* What the core decided last is still with the store, and will be told to subscribers and
     * answered to callers, who may go once we return. */
    pthread_mutex_lock(&e->lock);
    while (e->open)
        pthread_cond_wait(&e->all_told, &e->lock);
    pthread_mutex_unlock(&e->lock);
}

void engine_free(struct engine *e)
{
    if (!e)
        return;
    assert(!e->started);
    queue_release(&e->queue);
    pthread_cond_destroy(&e->all_told);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

struct core_port *engine_port(struct engine *e)
{
    return &e->port;
}

bool engine_is_sound(struct engine *e)
{
    return !atomic_load(&e->unsound);
}

uint64_t engine_durable_seq(struct engine *e)
{
    return atomic_load(&e->durable_seq);
}

int64_t engine_next_due(struct engine *e)
{
    return atomic_load(&e->next_due);
}

/* ---- waiting for an answer ---- */

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t ready;
    bool done;
    struct arena *arena;
    struct core_answer answer;
};

static void waiter_done(void *ctx, const struct core_answer *answer)
{
    struct waiter *w = ctx;
    pthread_mutex_lock(&w->lock);
    w->answer.err = answer->err;
    if (w->arena) {
        w->answer.result = arena_copy(w->arena, answer->result);
        w->answer.detail = arena_copy(w->arena, answer->detail);
    }
    w->done = true;
    pthread_cond_signal(&w->ready);
    pthread_mutex_unlock(&w->lock);
}

enum err engine_run(struct engine *e, command_fn *run, const void *args, struct arena *arena,
                    struct core_answer *answer)
{
    struct waiter w = { .lock = PTHREAD_MUTEX_INITIALIZER,
                        .ready = PTHREAD_COND_INITIALIZER,
                        .arena = arena };
    struct core_command c = { .run = run, .args = args, .done = waiter_done, .ctx = &w };
    enum err err = engine_submit(&e->port, &c);
    if (err != ERR_OK)
        return err;
    pthread_mutex_lock(&w.lock);
    while (!w.done)
        pthread_cond_wait(&w.ready, &w.lock);
    pthread_mutex_unlock(&w.lock);
    pthread_mutex_destroy(&w.lock);
    pthread_cond_destroy(&w.ready);
    if (answer)
        *answer = w.answer;
    return w.answer.err;
}

/* Every command fires the timers before it, so an empty one is enough to bring the core to the
 * present. */
static enum err do_nothing(struct world *w, const void *args, struct effects *fx)
{
    (void)w;
    (void)args;
    (void)fx;
    return ERR_OK;
}

enum err engine_settle(struct engine *e)
{
    return engine_run(e, do_nothing, NULL, NULL, NULL);
}
