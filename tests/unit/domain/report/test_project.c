/* needs: facts/memory domain/event */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "domain/report/chain.h"
#include "facts/memory/facts_memory.h"
#include "unit/domain/report/life.h"

static struct life life;
static struct arena *arena;
static struct facts *facts;
static struct report_chains *chains;

static void begin(void)
{
    arena = arena_new(64 << 20);
    cr_assert_eq(facts_memory_open(&report_schema, &facts), ERR_OK);
    chains = report_chains_new(NULL);
}
static void end(void)
{
    report_chains_free(chains);
    facts->ops->close(facts);
    arena_free(arena);
}
static void apply(const struct event *e)
{
    struct report_rows rows, linked;
    report_rows_init(&rows, arena);
    report_rows_init(&linked, arena);
    cr_assert_eq(report_project(e, arena, &rows), ERR_OK, "event %u", (unsigned)e->seq);
    cr_assert_eq(report_chains_link(chains, &rows, &linked), ERR_OK);
    struct facts_row out[64];
    cr_assert_lt(linked.count, 64);
    for (size_t i = 0; i < linked.count; i++)
        out[i] = (struct facts_row){ report_table(linked.at[i].table), linked.at[i].values };
    cr_assert_eq(facts->ops->apply(facts, e->seq, out, linked.count), ERR_OK);
}
static void live(unsigned steps)
{
    life_live(&life, steps);
    for (unsigned i = 0; i < life.count; i++)
        apply(&life.events[i]);
}
/* All columns of a table, oldest first. */
static struct facts_result rows_of(enum report_table t)
{
    static struct facts_ref all[80];
    struct facts_sort oldest[] = { { { .column = FACTS_CREATED }, false } };
    const struct facts_table *table = report_table(t);
    for (unsigned i = 0; i < table->column_count; i++)
        all[i].column = i;
    struct facts_query q = { .table = table,
                             .org = SLICE(LIFE_ORG),
                             .time = { .column = FACTS_CREATED },
                             .to_ms = INT64_MAX,
                             .select = all,
                             .select_count = table->column_count,
                             .sort = oldest,
                             .sort_count = 1,
                             .limit = 100 };
    struct facts_result r;
    cr_assert_eq(facts->ops->query(facts, &q, arena, &r), ERR_OK);
    return r;
}
static const struct facts_value *cell(const struct facts_result *r, unsigned row, unsigned column)
{
    cr_assert_lt(row, r->row_count);
    return &r->values[row * r->column_count + column];
}
static void expect_text(const struct facts_result *r, unsigned row, unsigned column,
                        const char *text)
{
    const struct facts_value *v = cell(r, row, column);
    struct slice is = v->set ? v->text : SLICE("null");
    cr_assert(slice_is(is, text), "row %u column %u: %.*s, not %s", row, column, SLICE_ARG(is),
              text);
}
static void expect(const struct facts_result *r, unsigned row, unsigned column, int64_t n)
{
    const struct facts_value *v = cell(r, row, column);
    cr_assert(v->set && v->i64 == n, "row %u column %u: %lld, not %lld", row, column,
              v->set ? (long long)v->i64 : -99LL, (long long)n);
}
TestSuite(report_project, .init = begin, .fini = end);

Test(report_project, waiting_contact_is_active)
{
    live(4);
    struct facts_result r = rows_of(TABLE_TASK);
    cr_assert_eq(r.row_count, 1);
    expect_text(&r, 0, COL_TASK_STATUS, "parked");
    expect_text(&r, 0, COL_TASK_DIRECTION, "inbound");
    expect_text(&r, 0, COL_TASK_CUSTOMER_NAME, "Grace");
    expect_text(&r, 0, COL_TASK_CUSTOMER_PHONE_NUMBER, "+4930");
    expect_text(&r, 0, COL_TASK_LAST_QUEUE_NAME, "Sales");
    expect_text(&r, 0, COL_TASK_OWNER_ID, "null");
    expect_text(&r, 0, COL_TASK_TERMINATION_TYPE, "null");
    expect(&r, 0, COL_TASK_IS_ACTIVE, 1);
    expect(&r, 0, COL_TASK_ENDED_TIME, -1);
    cr_assert_not(cell(&r, 0, COL_TASK_TOTAL_DURATION)->set);
    cr_assert_not(cell(&r, 0, COL_TASK_IS_WITHIN_SERVICE_LEVEL)->set);
    r = rows_of(TABLE_TASK_ACTIVITY);
    cr_assert_eq(r.row_count, 2);
    expect_text(&r, 0, COL_TASK_ACTIVITY_ID, LIFE_TASK "-1764000000000-new");
    expect_text(&r, 0, COL_TASK_ACTIVITY_NEXT_STATE, "parked");
    expect(&r, 0, COL_TASK_ACTIVITY_DURATION, 100);
    expect(&r, 0, COL_TASK_ACTIVITY_IS_ACTIVE, 0);
    expect_text(&r, 1, COL_TASK_ACTIVITY_PREVIOUS_STATE, "new");
    expect(&r, 1, COL_TASK_ACTIVITY_ENDED_TIME, -1);
    expect(&r, 1, COL_TASK_ACTIVITY_IS_ACTIVE, 1);
}

Test(report_project, whole_life)
{
    live(LIFE_STEPS);
    struct facts_result r = rows_of(TABLE_TASK);
    expect_text(&r, 0, COL_TASK_STATUS, "ended");
    expect(&r, 0, COL_TASK_IS_ACTIVE, 0);
    expect(&r, 0, COL_TASK_ENDED_TIME, 1764000040000);
    expect(&r, 0, COL_TASK_TOTAL_DURATION, 40000);
    expect_text(&r, 0, COL_TASK_LAST_AGENT_NAME, "Ada");
    expect_text(&r, 0, COL_TASK_OWNER_NAME, "Ada");
    expect_text(&r, 0, COL_TASK_LAST_WRAPUP_CODE_NAME, "Sale");
    expect_text(&r, 0, COL_TASK_TERMINATING_END, "Customer");
    r = rows_of(TABLE_TASK_LEG);
    cr_assert_eq(r.row_count, 1);
    expect_text(&r, 0, COL_TASK_LEG_ID, LIFE_TASK "-callLeg-1764000000100");
    expect_text(&r, 0, COL_TASK_LEG_SLA_VALUE, "20");
    expect(&r, 0, COL_TASK_LEG_HANDLE_TIME, 23000);
    expect(&r, 0, COL_TASK_LEG_IS_ACTIVE, 0);
    r = rows_of(TABLE_AGENT_SESSION);
    cr_assert_eq(r.row_count, 1);
    expect_text(&r, 0, COL_AGENT_SESSION_STATE, "logged_out");
    expect(&r, 0, COL_AGENT_SESSION_END_TIME, 1764000060000);
    r = rows_of(TABLE_AGENT_CHANNEL);
    cr_assert_eq(r.row_count, 1);
    expect(&r, 0, COL_AGENT_CHANNEL_TOTAL_DURATION, 70000);
}

Test(report_project, activities_of_a_contact_follow_each_other)
{
    static const char *const names[] = { "new",    "parked",  "connect",   "con-to-agent-error",
                                         "parked", "connect", "connected", "ended",
                                         "wrapup" };
    static const int64_t durations[] = { 100, 900, 18000, 0, 1000, 2000, 18000, 0, 5000 };
    live(LIFE_STEPS);
    struct facts_result r = rows_of(TABLE_TASK_ACTIVITY);
    cr_assert_eq(r.row_count, 9);
    for (unsigned i = 0; i < 9; i++) {
        expect_text(&r, i, COL_TASK_ACTIVITY_EVENT_NAME, names[i]);
        expect(&r, i, COL_TASK_ACTIVITY_DURATION, durations[i]);
        expect(&r, i, COL_TASK_ACTIVITY_IS_ACTIVE, 0);
        expect_text(&r, i, COL_TASK_ACTIVITY_PREVIOUS_STATE, i ? names[i - 1] : "null");
        expect_text(&r, i, COL_TASK_ACTIVITY_NEXT_STATE, i < 8 ? names[i + 1] : "null");
    }
    expect_text(&r, 3, COL_TASK_ACTIVITY_TERMINATION_REASON, "RONA_TIMER_EXPIRED");
    expect_text(&r, 3, COL_TASK_ACTIVITY_AGENT_NAME, "Ada");
    expect_text(&r, 4, COL_TASK_ACTIVITY_AGENT_NAME, "null");
}

Test(report_project, activities_of_a_channel_follow_each_other)
{
    static const char *const states[] = { "idle",           "available", "ringing",
                                          "not-responding", "ringing",   "connected",
                                          "wrapup",         "available", "logged-out" };
    live(LIFE_STEPS);
    struct facts_result r = rows_of(TABLE_AGENT_ACTIVITY);
    cr_assert_eq(r.row_count, 9);
    for (unsigned i = 0; i < 9; i++) {
        expect_text(&r, i, COL_AGENT_ACTIVITY_STATE, states[i]);
        expect(&r, i, COL_AGENT_ACTIVITY_IS_CURRENT_ACTIVITY, 0);
    }
    expect_text(&r, 0, COL_AGENT_ACTIVITY_ID, LIFE_CHANNEL "-telephony-1763999990000-idle");
    expect_text(&r, 0, COL_AGENT_ACTIVITY_IDLE_CODE_NAME, "Lunch");
    expect(&r, 0, COL_AGENT_ACTIVITY_IS_LOGIN_ACTIVITY, 1);
    expect(&r, 0, COL_AGENT_ACTIVITY_DURATION, 6000);
    expect_text(&r, 2, COL_AGENT_ACTIVITY_QUEUE_NAME, "Sales");
    expect_text(&r, 6, COL_AGENT_ACTIVITY_WRAPUP_CODE_NAME, "Sale");
    expect_text(&r, 6, COL_AGENT_ACTIVITY_TASK_ID, LIFE_TASK);
    expect_text(&r, 7, COL_AGENT_ACTIVITY_WRAPUP_CODE_NAME, "null");
    expect(&r, 8, COL_AGENT_ACTIVITY_IS_LOGOUT_ACTIVITY, 1);
    cr_assert_eq(report_chains_count(chains), 0);
}

Test(report_project, abandoned_in_the_queue)
{
    live(4);
    life_tell(&life,
              &(struct life_step){
                  EVENT_TASK_ENDED, 5000,
                  LIFE_QUEUED
                  "\"state\":\"ended\",\"status\":\"ended\",\"terminatedTime\":1764000005000,"
                  "\"terminationType\":\"abandoned\",\"abandonedType\":\"queue\","
                  "\"isWithinServiceLevel\":true,\"terminatingEnd\":\"Customer\"",
                  NULL, NULL, 0 });
    apply(&life.events[life.count - 1]);
    struct facts_result r = rows_of(TABLE_TASK);
    expect_text(&r, 0, COL_TASK_TERMINATION_TYPE, "abandoned");
    expect_text(&r, 0, COL_TASK_ABANDONED_TYPE, "queue");
    expect(&r, 0, COL_TASK_ABANDONED_SL_COUNT, 1);
    expect(&r, 0, COL_TASK_IS_WITHIN_SERVICE_LEVEL, 1);
    expect(&r, 0, COL_TASK_IS_CONTACT_HANDLED, 0);
    r = rows_of(TABLE_TASK_ACTIVITY);
    cr_assert_eq(r.row_count, 3);
    expect(&r, 1, COL_TASK_ACTIVITY_DURATION, 4900);
    expect_text(&r, 2, COL_TASK_ACTIVITY_EVENT_NAME, "ended");
    cr_assert_eq(report_chains_count(chains), 1, "the channel's chain alone is open");
}

static bool same_rows(enum report_table t, const struct facts_result *before)
{
    struct facts_result now = rows_of(t);
    bool same = now.row_count == before->row_count;
    for (uint64_t i = 0; same && i < now.row_count * now.column_count; i++)
        same = now.values[i].set == before->values[i].set &&
               (!now.values[i].set || (now.values[i].i64 == before->values[i].i64 &&
                                       slice_eq(now.values[i].text, before->values[i].text)));
    return same;
}

Test(report_project, replayed_journal_gives_the_same_rows)
{
    struct facts_result before[REPORT_TABLE_COUNT];
    live(LIFE_STEPS);
    for (int t = 0; t < REPORT_TABLE_COUNT; t++)
        before[t] = rows_of((enum report_table)t);
    live(LIFE_STEPS);
    for (int t = 0; t < REPORT_TABLE_COUNT; t++)
        cr_assert(same_rows((enum report_table)t, &before[t]), "table %d", t);
}

Test(report_project, each_event_twice_gives_the_same_rows)
{
    struct facts_result before[REPORT_TABLE_COUNT];
    live(9);
    for (int t = 0; t < REPORT_TABLE_COUNT; t++)
        before[t] = rows_of((enum report_table)t);
    for (unsigned i = 0; i < life.count; i++)
        apply(&life.events[i]);
    for (int t = 0; t < REPORT_TABLE_COUNT; t++)
        cr_assert(same_rows((enum report_table)t, &before[t]), "table %d", t);
}

Test(report_project, unreadable_body_is_refused)
{
    struct report_rows rows;
    report_rows_init(&rows, arena);
    struct event e = { .type = EVENT_TASK_NEW, .seq = 1, .body = SLICE("[1]") };
    cr_assert_eq(report_project(&e, arena, &rows), ERR_CORRUPT);
    e.body = SLICE("{\"task\":7}");
    cr_assert_eq(report_project(&e, arena, &rows), ERR_CORRUPT);
    cr_assert_eq(rows.count, 0);
}

Test(report_project, notices_leave_no_trace)
{
    struct report_rows rows;
    report_rows_init(&rows, arena);
    struct event e = { .type = EVENT_TASK_REFUSED, .body = SLICE("no JSON at all") };
    cr_assert_eq(report_project(&e, arena, &rows), ERR_OK);
    cr_assert_eq(rows.count, 0);
}
