/* needs: store/memory */
#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "server/engine.h"
#include "server/time_machine.h"
#include "store/memory/store_memory.h"
#include "store/store.h"
#include "store/writer.h"

static struct clock test_clock;
static struct store *store;
static struct store_writer *writer;
static struct world *world;
static struct engine *engine;
static atomic_int told, published, unpublished;
static uint64_t last_told_seq;

static void hear(void *ctx, const struct event *e)
{
    (void)ctx;
    told++;
    if (e->seq)
        cr_expect_eq(e->seq, last_told_seq + 1, "events come in order and without holes");
    last_told_seq = e->seq ? e->seq : last_told_seq;
}

static void set_up(void)
{
    clock_init_virtual(&test_clock, 1000);
    cr_assert_eq(store_memory_open(&store), ERR_OK);
    cr_assert_eq(store_writer_start(store, &writer), ERR_OK);
    world = world_new(&(struct world_options){ .seed = 1, .now_ms = 1000 });
    struct engine_options options = { .clock = &test_clock, .world = world, .writer = writer };
    cr_assert_eq(engine_new(&options, &engine), ERR_OK);
    engine_subscribe(engine, hear, NULL);
    cr_assert_eq(engine_start(engine), ERR_OK);
}

static void tear_down(void)
{
    engine_stop(engine);
    store_writer_stop(writer);
    engine_free(engine);
    world_free(world);
    store->ops->close(store);
}

TestSuite(engine, .init = set_up, .fini = tear_down);

static void count_after(void *arg, bool durable)
{
    (void)arg;
    if (durable)
        published++;
    else
        unpublished++;
}

/* Keeps a row named by the argument and tells of it. */
static enum err keep(struct world *w, const void *args, struct effects *fx)
{
    const char *name = args;
    effects_put(fx, SLICE("thing"), SLICE("o"), slice_of(name), SLICE("body"));
    effects_event(fx, &(struct event){ .type = EVENT_TASK_NEW,
                                       .at_ms = world_now_ms(w),
                                       .org = SLICE("o"),
                                       .body = SLICE("{}") });
    effects_after(fx, count_after, NULL);
    fx->result = SLICE("kept");
    return ERR_OK;
}

static enum err refuse(struct world *w, const void *args, struct effects *fx)
{
    (void)w;
    (void)args;
    effects_detail(fx, "name: %s", "no");
    return ERR_CONFLICT;
}

Test(engine, an_answer_means_durable_published_and_told)
{
    struct arena *a = arena_new(1 << 16);
    struct core_answer answer;
    struct slice body;
    cr_assert_eq(engine_run(engine, keep, "one", a, &answer), ERR_OK);
    cr_expect(slice_is(answer.result, "kept"));
    cr_expect_eq(store->ops->get(store, SLICE("thing"), SLICE("o"), SLICE("one"), a, &body),
                 ERR_OK);
    cr_expect_eq(published, 1);
    cr_expect_eq(told, 1);
    cr_expect_eq(engine_durable_seq(engine), 1);
    arena_free(a);
}

Test(engine, a_refusal_keeps_nothing_and_says_why)
{
    struct arena *a = arena_new(1 << 16);
    struct core_answer answer;
    cr_expect_eq(engine_run(engine, refuse, NULL, a, &answer), ERR_CONFLICT);
    cr_expect(slice_is(answer.detail, "name: no"));
    cr_expect_eq(engine_durable_seq(engine), 0);
    cr_expect(engine_is_sound(engine));
    arena_free(a);
}

static void *many(void *arg)
{
    for (int i = 0; i < 500; i++)
        cr_assert_eq(engine_run(engine, keep, arg, NULL, NULL), ERR_OK);
    return NULL;
}

Test(engine, many_threads_one_order)
{
    pthread_t threads[4];
    static char names[4][2] = { "a", "b", "c", "d" };
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, many, names[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(engine_durable_seq(engine), 2000);
    cr_expect_eq(told, 2000);
    uint64_t last;
    cr_expect_eq(store->ops->journal_last(store, &last), ERR_OK);
    cr_expect_eq(last, 2000);
}

Test(engine, after_a_failed_commit_nothing_is_answered_well)
{
    store_memory_fail(store, 1);
    cr_expect_eq(engine_run(engine, keep, "lost", NULL, NULL), ERR_UNAVAILABLE);
    cr_expect_eq(engine_run(engine, keep, "later", NULL, NULL), ERR_UNAVAILABLE);
    cr_expect(!engine_is_sound(engine));
    cr_expect_eq(told, 0);
    cr_expect_eq(published, 0);
    cr_expect_geq(unpublished, 1);
}

static atomic_int answered;

static void count_answer(void *ctx, const struct core_answer *answer)
{
    (void)ctx;
    cr_expect_eq(answer->err, ERR_OK);
    answered++;
}

static atomic_int decided;

static enum err keep_counted(struct world *w, const void *args, struct effects *fx)
{
    decided++;
    return keep(w, args, fx);
}

/* On the store thread: does not move on before the stop has begun and the core is through. */
static void wait_for_stop(void *arg, bool durable)
{
    struct core_command nothing = { .run = refuse };
    (void)arg;
    (void)durable;
    while (engine_port(engine)->submit(engine_port(engine), &nothing) != ERR_UNAVAILABLE)
        sched_yield();
    while (decided < 3000)
        sched_yield();
}

static enum err hold_up(struct world *w, const void *args, struct effects *fx)
{
    (void)w;
    (void)args;
    effects_after(fx, wait_for_stop, NULL);
    return ERR_OK;
}

/* Whoever subscribed or waits is freed after the stop: nothing may be told later. */
Test(engine, a_stop_waits_until_all_is_told_and_answered)
{
    struct core_command first = { .run = hold_up };
    struct core_command c = { .run = keep_counted, .args = "x", .done = count_answer };
    cr_assert_eq(engine_port(engine)->submit(engine_port(engine), &first), ERR_OK);
    for (int i = 0; i < 3000; i++)
        cr_assert_eq(engine_port(engine)->submit(engine_port(engine), &c), ERR_OK);
    engine_stop(engine);
    cr_expect_eq(told, 3000);
    cr_expect_eq(answered, 3000);
}

/* More than any request may use: a step touches all agents of all organisations at a start. */
static enum err keep_much(struct world *w, const void *args, struct effects *fx)
{
    (void)w;
    (void)args;
    if (!arena_alloc(fx->arena, 2 * (size_t)LIMIT_request_arena_bytes_max))
        fx->failed = true;
    return ERR_OK;
}

Test(engine, a_large_step_does_not_end_the_service)
{
    cr_expect_eq(engine_run(engine, keep_much, NULL, NULL, NULL), ERR_OK);
    cr_expect(engine_is_sound(engine));
}

/* ---- time ---- */

struct alarm {
    struct timer timer;
    int64_t rang_ms[8];
    int rang, again;
};

static void ring(struct world *w, struct timer *t, struct effects *fx)
{
    struct alarm *a = (struct alarm *)t;
    (void)fx;
    a->rang_ms[a->rang++] = world_now_ms(w);
    if (a->again-- > 0)
        timer_set(w, t, world_now_ms(w) + 60000, ring);
}

static enum err set_alarm(struct world *w, const void *args, struct effects *fx)
{
    struct alarm *a = *(struct alarm *const *)args;
    (void)fx;
    return timer_set(w, &a->timer, world_now_ms(w) + 60000, ring);
}

/* The real clock can be set back between the making of the world and of the engine. */
Test(engine, the_world_does_not_go_back_in_time)
{
    struct engine *late;
    struct world *ahead = world_new(&(struct world_options){ .seed = 1, .now_ms = 5000 });
    struct engine_options options = { .clock = &test_clock, .world = ahead, .writer = writer };
    cr_assert_eq(engine_new(&options, &late), ERR_OK);
    cr_assert_eq(engine_start(late), ERR_OK);
    cr_expect_eq(engine_settle(late), ERR_OK);
    engine_stop(late);
    engine_free(late);
    cr_expect_eq(world_now_ms(ahead), 5000);
    world_free(ahead);
}

struct begin {
    struct alarm *alarm;
    bool over;
    int runs;
};

/* The second run moves the alarm a minute on. */
static enum err put_off(struct world *w, const void *args, struct effects *fx)
{
    struct begin *b = *(struct begin *const *)args;
    (void)fx;
    cr_expect_eq(world_now_ms(w), 900000, "the clock's present");
    cr_expect_eq(b->alarm->rang, 0, "no timer is before the first command");
    b->over = ++b->runs == 2;
    return b->over ? timer_set(w, &b->alarm->timer, world_now_ms(w) + 60000, ring) : ERR_OK;
}

/* After a long downtime timers are due that the first command puts off. */
Test(engine, a_first_command_runs_to_its_end_before_any_timer)
{
    struct alarm alarm = { .rang = 0 };
    struct begin begin = { .alarm = &alarm }, *at = &begin;
    struct clock clock;
    struct engine *late;
    struct world *old = world_new(&(struct world_options){ .seed = 1, .now_ms = 1000 });
    clock_init_virtual(&clock, 900000);
    cr_assert_eq(timer_set(old, &alarm.timer, 2000, ring), ERR_OK);
    struct engine_options options = { .clock = &clock,
                                      .world = old,
                                      .writer = writer,
                                      .first = put_off,
                                      .first_args = &at,
                                      .first_over = &begin.over };
    cr_assert_eq(engine_new(&options, &late), ERR_OK);
    cr_assert_eq(engine_start(late), ERR_OK);
    cr_expect_eq(engine_settle(late), ERR_OK);
    cr_expect_eq(begin.runs, 2);
    cr_expect_eq(alarm.rang, 0);
    cr_expect_eq(engine_next_due(late), 960000);
    clock_set_ms(&clock, 960000);
    cr_expect_eq(engine_settle(late), ERR_OK);
    cr_expect_eq(alarm.rang, 1);
    engine_stop(late);
    engine_free(late);
    world_free(old);
}

struct moved {
    pthread_mutex_t lock;
    pthread_cond_t ready;
    bool done;
    enum err result;
};

static void moved_done(void *ctx, enum err result)
{
    struct moved *m = ctx;
    pthread_mutex_lock(&m->lock);
    m->done = true;
    m->result = result;
    pthread_cond_signal(&m->ready);
    pthread_mutex_unlock(&m->lock);
}

static enum err move(struct time_machine *machine, int64_t ms)
{
    struct moved m = { .lock = PTHREAD_MUTEX_INITIALIZER, .ready = PTHREAD_COND_INITIALIZER };
    struct sandbox_clock *port = time_machine_port(machine);
    enum err err = port->advance(port, ms, moved_done, &m);
    if (err != ERR_OK)
        return err;
    pthread_mutex_lock(&m.lock);
    while (!m.done)
        pthread_cond_wait(&m.ready, &m.lock);
    pthread_mutex_unlock(&m.lock);
    return m.result;
}

static int64_t engine_due(void *ctx)
{
    return engine_next_due(ctx);
}

static enum err settle_engine(void *ctx)
{
    return engine_settle(ctx);
}

Test(engine, an_hour_passes_timer_by_timer)
{
    static struct alarm alarm = { .again = 2 };
    struct alarm *at = &alarm;
    struct time_machine *machine;
    struct time_source source = { .next_due = engine_due, .settle = settle_engine, .ctx = engine };
    cr_assert_eq(engine_run(engine, set_alarm, &at, NULL, NULL), ERR_OK);
    cr_assert_eq(time_machine_start(&test_clock, &source, 1, &machine), ERR_OK);
    cr_expect_eq(move(machine, 59999), ERR_OK);
    cr_expect_eq(alarm.rang, 0);
    cr_expect_eq(move(machine, 3600000), ERR_OK);
    cr_assert_eq(alarm.rang, 3);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(alarm.rang_ms[i], 1000 + 60000 * (i + 1), "each at its own time");
    cr_expect_eq(clock_now_ms(&test_clock), 1000 + 59999 + 3600000);
    time_machine_stop(machine);
}

Test(engine, the_real_clock_is_not_moved)
{
    struct clock real;
    struct time_machine *machine;
    clock_init_real(&real);
    struct time_source source = { .next_due = engine_due, .settle = settle_engine, .ctx = engine };
    cr_assert_eq(time_machine_start(&real, &source, 1, &machine), ERR_OK);
    cr_expect_eq(move(machine, 1), ERR_CONFLICT);
    time_machine_stop(machine);
}
