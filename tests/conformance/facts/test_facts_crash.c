/* needs: facts facts/memory facts/duckdb */
/* A process applies batches and is killed at no particular moment. What it finds again must be some
 * whole number of batches: rows and sequence number of the same moment, no key twice. */
#include <signal.h>
#include <sys/wait.h>

#include "base/random.h"
#include "conformance/facts/fixture.h"

enum { ROUNDS = 10, KEYS = 500, BATCH = 100 };

/* Batch n writes keys n*37 .. n*37+99 (modulo KEYS) with duration n. */
static void fill_batch(struct facts_row *rows, struct facts_value *values, char (*keys)[16],
                       uint64_t n)
{
    for (unsigned i = 0; i < BATCH; i++) {
        unsigned key = (unsigned)((n * 37 + i) % KEYS);
        struct facts_value *v = values + i * TASKS->column_count;
        snprintf(keys[i], 16, "k%u", key);
        v[T_KEY] = text(keys[i]);
        v[T_ORG] = text("o1");
        v[T_CREATED] = whole(1000 + key);
        v[T_QUEUE] = text(n % 2 ? "odd" : "even");
        v[T_NOTE] = text("something to write that does not fit in place");
        v[T_DURATION] = whole((int64_t)n);
        rows[i] = (struct facts_row){ TASKS, v };
    }
}
static uint64_t expected_duration(uint64_t seq, unsigned key)
{
    for (uint64_t n = seq; n > 0; n--)
        if ((key + KEYS * 1000 - n * 37 % KEYS) % KEYS < BATCH)
            return n;
    return 0;
}
/* Codes are "odd" 1, "even" 2, "o1" 3 in every process, as a dictionary on disk would have them. */
static void fill_dictionary(struct fixture *x)
{
    static const char *const texts[] = { "odd", "even", "o1" };
    for (uint32_t i = 0; i < 3; i++)
        cr_assert_eq(dictionary_load(x->dictionary, i + 1, slice_of(texts[i])), ERR_OK);
}
static void child(struct fixture *x, int out)
{
    static struct facts_row rows[BATCH];
    static struct facts_value values[BATCH * 16];
    static char keys[BATCH][16];
    struct facts_duckdb_options o = duckdb_options(x);
    uint64_t n;
    if (facts_duckdb_open(&o, &x->facts) || x->facts->ops->applied(x->facts, &n))
        _exit(2);
    for (;;) {
        fill_batch(rows, values, keys, ++n);
        if (x->facts->ops->apply(x->facts, n, rows, BATCH))
            _exit(3);
        if (n % 50 == 49)
            x->facts->ops->maintain(x->facts, 0);
        if (write(out, &n, sizeof n) != (ssize_t)sizeof n)
            _exit(4);
    }
}
static uint64_t run_and_kill(struct fixture *x, unsigned batches, unsigned microseconds)
{
    int ends[2], status;
    uint64_t n = 0, last = 0;
    cr_assert_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(x, ends[1]);
    }
    close(ends[1]);
    while (batches-- && read(ends[0], &n, sizeof n) == (ssize_t)sizeof n)
        last = n;
    usleep(microseconds); /* to hit another place within a batch */
    kill(pid, SIGKILL);
    while (read(ends[0], &n, sizeof n) == (ssize_t)sizeof n)
        last = n;
    close(ends[0]);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return last;
}
static void check(struct fixture *x, uint64_t seq)
{
    const struct facts_ref select[] = { { T_KEY, false }, { T_DURATION, false } };
    struct facts_query q = { .table = TASKS,
                             .org = SLICE("o1"),
                             .time = { T_CREATED, false },
                             .to_ms = INT64_MAX,
                             .select = select,
                             .select_count = 2,
                             .limit = 5000 };
    struct facts_result r;
    bool seen[KEYS] = { false };
    cr_assert_eq(x->facts->ops->query(x->facts, &q, x->arena, &r), ERR_OK);
    for (uint64_t i = 0; i < r.row_count; i++) {
        unsigned key = (unsigned)strtoul(r.values[2 * i].text.at + 1, NULL, 10);
        cr_assert(!seen[key], "key %u twice", key);
        seen[key] = true;
        cr_assert_eq((uint64_t)r.values[2 * i + 1].i64, expected_duration(seq, key));
    }
    for (unsigned key = 0; key < KEYS; key++)
        cr_assert_eq(seen[key], expected_duration(seq, key) > 0, "key %u", key);
}
Test(facts_duckdb_crash, kill_9_leaves_whole_batches, .timeout = 110)
{
    struct fixture x;
    struct random random;
    fixture_init(&x);
    fill_dictionary(&x);
    random_seed(&random, 11);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t seq = 0, acknowledged = run_and_kill(&x, 1 + (unsigned)random_below(&random, 80),
                                                      (unsigned)random_below(&random, 8000));
        open_duckdb(&x);
        cr_assert_eq(x.facts->ops->applied(x.facts, &seq), ERR_OK);
        cr_assert_geq(seq, acknowledged);
        check(&x, seq);
        x.facts->ops->close(x.facts);
        arena_reset(x.arena);
    }
    fixture_release(&x);
}
