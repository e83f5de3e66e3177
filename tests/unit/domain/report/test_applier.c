/* needs: facts/memory domain/event */
#include <criterion/criterion.h>
#include <pthread.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "domain/event/journal_source.h"
#include "domain/report/applier.h"
#include "domain/report/schema.h"
#include "facts/memory/facts_memory.h"
#include "unit/domain/report/life.h"

enum { WAIT_MS = 10000 };
static struct life life;
static struct facts *memory;
static _Atomic unsigned durable; /* how much of the life is in the journal */
static _Atomic unsigned reads;

static enum err journal_read(void *ctx, uint64_t after, size_t max, journal_event_fn *fn,
                             void *fn_ctx)
{
    (void)ctx;
    reads++;
    enum err e = ERR_OK;
    for (uint64_t i = after; !e && i < durable && i - after < max; i++)
        e = fn(fn_ctx, &life.events[i]);
    return e;
}
static const struct journal_source journal = { NULL, journal_read };

/* A history whose next `failing` calls of apply and applied fail. */
static _Atomic int failing;
static _Atomic unsigned applies;
static enum err weak_apply(struct facts *f, uint64_t seq, const struct facts_row *rows,
                           size_t count)
{
    (void)f;
    applies++;
    if (failing > 0 && failing-- > 0)
        return ERR_IO;
    return memory->ops->apply(memory, seq, rows, count);
}
static enum err weak_applied(struct facts *f, uint64_t *seq)
{
    (void)f;
    if (failing > 0 && failing-- > 0)
        return ERR_IO;
    return memory->ops->applied(memory, seq);
}
static enum err weak_query(struct facts *f, const struct facts_query *q, struct arena *a,
                           struct facts_result *out)
{
    (void)f;
    return memory->ops->query(memory, q, a, out);
}
static const struct facts_ops weak_ops = {
    .name = "weak", .apply = weak_apply, .applied = weak_applied, .query = weak_query
};
static struct facts weak = { &weak_ops };

static void begin(void)
{
    life_live(&life, LIFE_STEPS);
    cr_assert_eq(facts_memory_open(&report_schema, &memory), ERR_OK);
}
static void end(void)
{
    memory->ops->close(memory);
}
static uint64_t count_rows(enum report_table t, unsigned column, int64_t value)
{
    struct arena *a = arena_new(1 << 20);
    struct facts_filter is = { .op = FACTS_EQ,
                               .ref = { .column = column },
                               .value = { true, FACTS_I64, { 0 }, value, 0 } };
    struct facts_ref key = { .column = FACTS_KEY };
    struct facts_query q = { .table = report_table(t),
                             .org = SLICE(LIFE_ORG),
                             .time = { .column = FACTS_CREATED },
                             .to_ms = INT64_MAX,
                             .filter = &is,
                             .select = &key,
                             .select_count = 1,
                             .limit = 100 };
    struct facts_result r;
    cr_assert_eq(memory->ops->query(memory, &q, a, &r), ERR_OK);
    uint64_t n = r.row_count;
    arena_free(a);
    return n;
}
static void live_until(struct report_applier *a, unsigned steps)
{
    durable = steps;
    report_applier_wake(a, steps);
    cr_assert_eq(report_applier_wait(a, steps, WAIT_MS), ERR_OK);
    cr_assert_geq(report_applier_seq(a), steps);
}
TestSuite(report_applier, .init = begin, .fini = end, .timeout = 60);

Test(report_applier, follows_the_journal)
{
    struct report_applier *a;
    cr_assert_eq(report_applier_start(&weak, &journal, &a), ERR_OK);
    live_until(a, 4);
    cr_assert_eq(count_rows(TABLE_TASK, COL_TASK_IS_ACTIVE, 1), 1);
    live_until(a, LIFE_STEPS);
    cr_assert_eq(count_rows(TABLE_TASK, COL_TASK_IS_ACTIVE, 1), 0);
    cr_assert_eq(metric_get(METRIC_FACTS_SEQ), LIFE_STEPS);
    report_applier_stop(a);
    uint64_t seq;
    cr_assert_eq(memory->ops->applied(memory, &seq), ERR_OK);
    cr_assert_eq(seq, LIFE_STEPS);
}

/* Changes of the configuration, and nothing else. */
static enum err quiet_read(void *ctx, uint64_t after, size_t max, journal_event_fn *fn,
                           void *fn_ctx)
{
    (void)ctx;
    enum err e = ERR_OK;
    for (uint64_t seq = after + 1; !e && seq <= durable && seq - after <= max; seq++)
        e = fn(fn_ctx,
               &(struct event){ .type = EVENT_CONFIG_CHANGED, .seq = seq, .body = SLICE("{}") });
    return e;
}

Test(report_applier, events_without_rows_cost_no_transaction_each)
{
    static const struct journal_source quiet = { NULL, quiet_read };
    struct report_applier *a;
    uint64_t seq;
    applies = 0;
    cr_assert_eq(report_applier_start(&weak, &quiet, &a), ERR_OK);
    live_until(a, 1000);
    cr_assert_eq(applies, 0);
    live_until(a, LIMIT_facts_unmarked_events_max + 1000);
    cr_assert_eq(applies, 1);
    report_applier_stop(a); /* a good end leaves nothing to read again */
    cr_assert_eq(memory->ops->applied(memory, &seq), ERR_OK);
    cr_assert_eq(seq, LIMIT_facts_unmarked_events_max + 1000);
}

Test(report_applier, woken_without_anybody_waiting)
{
    struct report_applier *a;
    cr_assert_eq(report_applier_start(&weak, &journal, &a), ERR_OK);
    durable = 3;
    report_applier_wake(a, 3);
    while (report_applier_seq(a) < 3) /* at most the time of one micro-batch */
        sched_yield();
    report_applier_stop(a);
    cr_assert_eq(count_rows(TABLE_TASK, COL_TASK_IS_ACTIVE, 1), 1);
}

/* Open activities of before the stop end after it: they are looked up in the history. */
Test(report_applier, continues_after_a_stop_at_any_event)
{
    struct report_applier *a;
    for (unsigned step = 1; step <= LIFE_STEPS; step++) {
        cr_assert_eq(report_applier_start(&weak, &journal, &a), ERR_OK);
        live_until(a, step);
        report_applier_stop(a);
    }
    cr_assert_eq(count_rows(TABLE_TASK_ACTIVITY, COL_TASK_ACTIVITY_IS_ACTIVE, 0), 9);
    cr_assert_eq(count_rows(TABLE_TASK_ACTIVITY, COL_TASK_ACTIVITY_IS_ACTIVE, 1), 0);
    cr_assert_eq(count_rows(TABLE_AGENT_ACTIVITY, COL_AGENT_ACTIVITY_IS_CURRENT_ACTIVITY, 1), 0);
    cr_assert_eq(count_rows(TABLE_TASK_ACTIVITY, COL_TASK_ACTIVITY_DURATION, 18000), 2);
}

Test(report_applier, rebuilds_an_empty_history)
{
    struct report_applier *a;
    durable = LIFE_STEPS;
    cr_assert_eq(report_applier_start(&weak, &journal, &a), ERR_OK);
    cr_assert_eq(report_applier_wait(a, LIFE_STEPS, WAIT_MS), ERR_OK);
    report_applier_stop(a);
    cr_assert_eq(count_rows(TABLE_TASK_ACTIVITY, COL_TASK_ACTIVITY_IS_ACTIVE, 0), 9);
}

Test(report_applier, tries_again_when_the_history_fails)
{
    struct report_applier *a;
    failing = 2;
    cr_assert_eq(report_applier_start(&weak, &journal, &a), ERR_OK);
    live_until(a, 4);
    failing = 2;
    live_until(a, LIFE_STEPS);
    report_applier_stop(a);
    cr_assert_eq(count_rows(TABLE_TASK_ACTIVITY, COL_TASK_ACTIVITY_IS_ACTIVE, 0), 9);
}

Test(report_applier, stops_while_the_history_fails)
{
    struct report_applier *a;
    failing = 1 << 30;
    durable = 4;
    cr_assert_eq(report_applier_start(&weak, &journal, &a), ERR_OK);
    cr_assert_eq(report_applier_wait(a, 4, 1), ERR_UNAVAILABLE);
    report_applier_stop(a);
    cr_assert_eq(count_rows(TABLE_TASK, COL_TASK_IS_ACTIVE, 1), 0);
}

Test(report_applier, an_unreadable_event_is_left_out)
{
    struct report_applier *a;
    life.events[2].body = SLICE("{\"task\":[]}");
    cr_assert_eq(report_applier_start(&weak, &journal, &a), ERR_OK);
    live_until(a, 4);
    report_applier_stop(a);
    cr_assert_eq(count_rows(TABLE_TASK, COL_TASK_IS_ACTIVE, 1), 1);
    cr_assert_eq(count_rows(TABLE_TASK_ACTIVITY, COL_TASK_ACTIVITY_IS_ACTIVE, 1), 1);
}
