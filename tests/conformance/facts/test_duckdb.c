/* needs: facts facts/memory facts/duckdb */
/* What only the adapter for DuckDB promises: files, locks, time, crowds. */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/limits.h"
#include "conformance/facts/fixture.h"

static void add_tasks(struct fixture *x, uint64_t seq, unsigned from, unsigned n)
{
    struct facts_row *rows = arena_alloc(x->arena, n * sizeof *rows);
    for (unsigned i = 0; i < n; i++) {
        struct facts_value *v = arena_alloc(x->arena, TASKS->column_count * sizeof *v);
        v[T_KEY] = (struct facts_value){ .set = true,
                                         .type = FACTS_TEXT,
                                         .text = arena_printf(x->arena, "t%u", from + i) };
        v[T_ORG] = text("o1");
        v[T_CREATED] = whole(from + i);
        v[T_NOTE] = text("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
        rows[i] = (struct facts_row){ TASKS, v };
    }
    cr_assert_eq(x->facts->ops->apply(x->facts, seq, rows, n), ERR_OK);
}
static uint64_t count_tasks(struct fixture *x)
{
    const struct facts_aggregate count = { FACTS_COUNT, { T_KEY, false }, NULL };
    struct facts_query q = { .table = TASKS,
                             .org = SLICE("o1"),
                             .time = { T_CREATED, false },
                             .to_ms = INT64_MAX,
                             .aggregates = &count,
                             .aggregate_count = 1,
                             .limit = 1 };
    struct facts_result r;
    cr_assert_eq(x->facts->ops->query(x->facts, &q, x->arena, &r), ERR_OK);
    return (uint64_t)r.values[0].real;
}
static uint64_t applied(struct fixture *x)
{
    uint64_t seq = 99;
    cr_assert_eq(x->facts->ops->applied(x->facts, &seq), ERR_OK);
    return seq;
}
static void reopen(struct fixture *x)
{
    x->facts->ops->close(x->facts);
    open_duckdb(x);
}
static void opened(struct fixture *x)
{
    fixture_init(x);
    open_duckdb(x);
}
static void closed(struct fixture *x)
{
    x->facts->ops->close(x->facts);
    fixture_release(x);
}

Test(facts_duckdb_file, reopening_finds_rows_and_sequence_number)
{
    struct fixture x;
    struct stat st;
    opened(&x);
    add_tasks(&x, 41, 0, 5000);
    reopen(&x);
    cr_assert_eq(applied(&x), 41);
    cr_assert_eq(count_tasks(&x), 5000);
    cr_assert_eq(stat(x.path, &st), 0);
    cr_assert_eq(st.st_mode & 0077, 0, "for its owner alone");
    closed(&x);
}
static void damage(const char *path, off_t from, size_t len)
{
    char junk[4096];
    memset(junk, 0x5a, sizeof junk);
    int fd = open(path, O_WRONLY);
    cr_assert_geq(fd, 0);
    for (size_t done = 0; done < len; done += sizeof junk)
        cr_assert_gt(pwrite(fd, junk, sizeof junk, from + (off_t)done), 0);
    close(fd);
}
Test(facts_duckdb_file, a_damaged_file_is_set_aside)
{
    struct fixture x;
    char aside[100];
    opened(&x);
    add_tasks(&x, 41, 0, 10);
    x.facts->ops->close(x.facts);
    damage(x.path, 0, 16384);
    open_duckdb(&x);
    cr_assert_eq(applied(&x), 0);
    cr_assert_eq(count_tasks(&x), 0);
    snprintf(aside, sizeof aside, "%s.aside", x.path);
    cr_assert_eq(access(aside, F_OK), 0);
    add_tasks(&x, 42, 0, 10);
    cr_assert_eq(count_tasks(&x), 10);
    closed(&x);
}
/* The damage is found by a query, long after the file was opened. */
Test(facts_duckdb_file, damage_found_later_begins_anew_too)
{
    struct fixture x;
    struct stat st;
    opened(&x);
    add_tasks(&x, 41, 0, 50000);
    cr_assert_eq(x.facts->ops->maintain(x.facts, 0), ERR_OK);
    x.facts->ops->close(x.facts);
    cr_assert_eq(stat(x.path, &st), 0);
    damage(x.path, 12288, (size_t)st.st_size - 12288 - 4096);
    open_duckdb(&x);
    const struct facts_ref note = { T_NOTE, false };
    struct facts_query q = { .table = TASKS,
                             .org = SLICE("o1"),
                             .time = { T_CREATED, false },
                             .to_ms = INT64_MAX,
                             .select = &note,
                             .select_count = 1,
                             .limit = 10 };
    struct facts_result r;
    enum err e = x.facts->ops->query(x.facts, &q, x.arena, &r);
    cr_assert(e == ERR_OK || e == ERR_UNAVAILABLE, "%s", err_code(e));
    cr_assert_eq(applied(&x), 0, "open again, and empty");
    add_tasks(&x, 1, 0, 10);
    cr_assert_eq(count_tasks(&x), 10);
    closed(&x);
}
/* A log that cannot be replayed must not keep the server from starting. */
Test(facts_duckdb_file, a_damaged_log_is_set_aside)
{
    struct fixture x;
    int status;
    fixture_init(&x);
    if (fork() == 0) {
        open_duckdb(&x);
        add_tasks(&x, 41, 0, 3000);
        _exit(0); /* without closing: the log stays */
    }
    wait(&status);
    char log[100];
    snprintf(log, sizeof log, "%s.wal", x.path);
    cr_assert_eq(access(log, F_OK), 0);
    damage(log, 100, 8192);
    open_duckdb(&x);
    uint64_t seq = applied(&x);
    cr_assert(seq == 0 || seq == 41);
    cr_assert_eq(count_tasks(&x), seq ? 3000 : 0);
    closed(&x);
}
Test(facts_duckdb_file, another_schema_begins_an_empty_file)
{
    struct fixture x;
    const struct facts_schema next = { tables, 2, 2 };
    opened(&x);
    add_tasks(&x, 41, 0, 10);
    x.facts->ops->close(x.facts);
    struct facts_duckdb_options o = duckdb_options(&x);
    o.schema = &next;
    cr_assert_eq(facts_duckdb_open(&o, &x.facts), ERR_OK);
    cr_assert_eq(applied(&x), 0);
    cr_assert_eq(count_tasks(&x), 0);
    closed(&x);
}
static uint64_t forty(void *ctx)
{
    (void)ctx;
    return 40;
}
Test(facts_duckdb_file, the_history_of_another_journal_is_not_believed)
{
    struct fixture x;
    opened(&x);
    add_tasks(&x, 40, 0, 10);
    x.facts->ops->close(x.facts);
    struct facts_duckdb_options o = duckdb_options(&x);
    o.journal_last = forty;
    cr_assert_eq(facts_duckdb_open(&o, &x.facts), ERR_OK);
    cr_assert_eq(applied(&x), 40);
    add_tasks(&x, 41, 0, 10);
    x.facts->ops->close(x.facts);
    cr_assert_eq(facts_duckdb_open(&o, &x.facts), ERR_OK);
    cr_assert_eq(applied(&x), 0);
    closed(&x);
}
Test(facts_duckdb_file, one_process_has_it_open)
{
    struct fixture x;
    int status;
    opened(&x);
    add_tasks(&x, 41, 0, 10);
    if (fork() == 0) {
        struct facts *second;
        struct facts_duckdb_options o = duckdb_options(&x);
        _exit(facts_duckdb_open(&o, &second) == ERR_CONFLICT ? 7 : 1);
    }
    wait(&status);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    cr_assert_eq(applied(&x), 41);
    closed(&x);
}
Test(facts_duckdb_file, what_is_missing_is_said)
{
    struct fixture x;
    fixture_init(&x);
    struct facts_duckdb_options o = duckdb_options(&x);
    o.library = "/nonexistent/libduckdb.so";
    cr_assert_eq(facts_duckdb_open(&o, &x.facts), ERR_NOT_FOUND);
    o.library = "libm.so.6";
    cr_assert_eq(facts_duckdb_open(&o, &x.facts), ERR_NOT_FOUND);
    fixture_release(&x);
}

/* ---- time and crowds ---- */

/* Each value makes the pattern take all the steps it is allowed. */
static const struct facts_filter slow = {
    .op = FACTS_MATCH,
    .ref = { T_NOTE, false },
    .value = { .set = true, .type = FACTS_TEXT, .text = { "(a+)+[bc]", 9 } },
};
static struct facts_query slow_query(int64_t timeout_ms)
{
    static const struct facts_ref key = { T_KEY, false };
    return (struct facts_query){ .table = TASKS,
                                 .org = SLICE("o1"),
                                 .time = { T_CREATED, false },
                                 .to_ms = INT64_MAX,
                                 .filter = &slow,
                                 .select = &key,
                                 .select_count = 1,
                                 .limit = 1,
                                 .timeout_ms = timeout_ms };
}
Test(facts_duckdb_time, a_query_that_takes_too_long_is_interrupted, .timeout = 60)
{
    struct fixture x;
    struct facts_result r;
    struct facts_query q = slow_query(200);
    opened(&x);
    add_tasks(&x, 1, 0, 100000);
    int64_t began = clock_mono_ns();
    cr_assert_eq(x.facts->ops->query(x.facts, &q, x.arena, &r), ERR_UNAVAILABLE);
    cr_assert_lt((clock_mono_ns() - began) / 1000000, 15000);
    cr_assert_eq(count_tasks(&x), 100000, "the connection is as good as before");
    closed(&x);
}
struct asker {
    struct fixture *x;
    enum err result;
};
static void *ask(void *arg)
{
    struct asker *a = arg;
    struct facts_result r;
    struct facts_query q = slow_query(300);
    struct arena *arena = arena_new(1 << 24);
    a->result = a->x->facts->ops->query(a->x->facts, &q, arena, &r);
    arena_free(arena);
    return NULL;
}
Test(facts_duckdb_time, a_crowd_is_turned_away_in_time, .timeout = 100)
{
    enum { CROWD = LIMIT_facts_queries_max + 20 };
    struct fixture x;
    pthread_t threads[CROWD];
    struct asker askers[CROWD];
    fixture_init(&x);
    struct facts_duckdb_options o = duckdb_options(&x);
    o.connections = 2;
    cr_assert_eq(facts_duckdb_open(&o, &x.facts), ERR_OK);
    add_tasks(&x, 1, 0, 100000);
    for (int i = 0; i < CROWD; i++) {
        askers[i] = (struct asker){ &x, ERR_OK };
        pthread_create(&threads[i], NULL, ask, &askers[i]);
    }
    for (int i = 0; i < CROWD; i++) {
        pthread_join(threads[i], NULL);
        cr_assert_eq(askers[i].result, ERR_UNAVAILABLE, "%s", err_code(askers[i].result));
    }
    cr_assert_eq(count_tasks(&x), 100000);
    closed(&x);
}
static void *keep_applying(void *arg)
{
    struct fixture *x = arg;
    for (uint64_t seq = 2; seq < 40; seq++)
        add_tasks(x, seq, 0, 1000);
    return NULL;
}
static void *keep_counting(void *arg)
{
    struct fixture own = *(struct fixture *)arg;
    own.arena = arena_new(1 << 24);
    for (int i = 0; i < 60; i++)
        cr_assert_eq(count_tasks(&own), 1000, "rows are replaced all at once");
    arena_free(own.arena);
    return NULL;
}
Test(facts_duckdb_time, queries_see_whole_batches_while_rows_are_replaced, .timeout = 60)
{
    struct fixture x;
    pthread_t threads[4];
    opened(&x);
    add_tasks(&x, 1, 0, 1000);
    pthread_create(&threads[0], NULL, keep_applying, &x);
    for (int i = 1; i < 4; i++)
        pthread_create(&threads[i], NULL, keep_counting, &x);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cr_assert_eq(applied(&x), 39);
    closed(&x);
}
