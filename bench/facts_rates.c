/* needs: facts facts/duckdb */
/* What the history takes in and answers: rows applied a second in large and in live batches, and
 * the usual questions of a dashboard. facts_rates [rows] [library] */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "facts/dictionary.h"
#include "facts/duckdb/facts_duckdb.h"

enum { CODES = 40, NUMBERS = 35, COLUMNS = 3 + CODES + NUMBERS + 2, LIVE = 20000, REPEAT = 20 };
#define LIBRARY "packaging/duckdb/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so"
static struct facts_column columns[COLUMNS] = { { "id", FACTS_TEXT },
                                                { "org", FACTS_CODE },
                                                { "created_time", FACTS_I64 } };
static char names[COLUMNS][16];
static const struct facts_table table = { "tasks", columns, COLUMNS, NULL };
static const struct facts_schema schema = { &table, 1, 1 };
static struct facts *facts;
static struct random dice;
static int64_t now_ms = 1700000000000;

static void fill_columns(void)
{
    for (unsigned i = 3; i < COLUMNS; i++) {
        snprintf(names[i], sizeof names[i], "c%u", i);
        columns[i].name = names[i];
        columns[i].type = i < 3 + CODES ? FACTS_CODE : i < COLUMNS - 2 ? FACTS_I64 : FACTS_TEXT;
    }
}

/* Column 3 is the queue (200), 4 the agent (2,000), others have 10 values. */
static struct facts_value coded(struct arena *a, unsigned column)
{
    unsigned values = column == 3 ? 200 : column == 4 ? 2000 : 10;
    struct slice text =
        arena_printf(a, "value %u of column %u", (unsigned)random_below(&dice, values), column);
    return (struct facts_value){ .set = column < 20 || random_below(&dice, 4) == 0,
                                 .type = FACTS_CODE,
                                 .text = text };
}

static void fill_row(struct arena *a, struct facts_row *row, uint64_t number)
{
    struct facts_value *v = arena_alloc(a, COLUMNS * sizeof *v);
    if (!v)
        abort();
    v[0] = (struct facts_value){ .set = true, .type = FACTS_TEXT };
    v[0].text = arena_printf(a, "0190a1b2-%012llu-7000-8000", (unsigned long long)number);
    v[1] = (struct facts_value){ .set = true, .type = FACTS_CODE, .text = SLICE("org") };
    v[2] = (struct facts_value){ .set = true,
                                 .type = FACTS_I64,
                                 .i64 = now_ms + (int64_t)number * 1000 };
    for (unsigned i = 3; i < COLUMNS; i++) {
        if (columns[i].type == FACTS_CODE)
            v[i] = coded(a, i);
        else if (columns[i].type == FACTS_TEXT)
            v[i] = v[0];
        else
            v[i] = (struct facts_value){ .set = true,
                                         .type = FACTS_I64,
                                         .i64 = (int64_t)random_below(&dice, 600000) };
    }
    *row = (struct facts_row){ &table, v };
}

static double seconds_since(int64_t began)
{
    return (double)(clock_mono_ns() - began) / 1e9;
}

/* Only the time within apply() counts. */
static void apply_rows(struct arena *a, const char *name, uint64_t first, uint64_t rows,
                       unsigned batch, uint64_t among)
{
    static struct facts_row all[20000];
    double took = 0, longest = 0;
    for (uint64_t done = 0; done < rows; done += batch) {
        arena_reset(a);
        for (unsigned i = 0; i < batch; i++)
            fill_row(a, &all[i], first + (among ? random_below(&dice, among) : done + i));
        int64_t began = clock_mono_ns();
        if (facts->ops->apply(facts, first + done, all, batch))
            abort();
        double one = seconds_since(began);
        took += one;
        longest = one > longest ? one : longest;
    }
    printf("facts_apply_%s %.0f rows/s\n", name, (double)rows / took);
    printf("facts_apply_%s_longest_batch %.1f ms\n", name, longest * 1000);
}

static void ask(struct arena *a, const char *name, const struct facts_query *q)
{
    double took[REPEAT];
    struct facts_result r = { 0 };
    for (int i = 0; i < REPEAT; i++) {
        arena_reset(a);
        int64_t began = clock_mono_ns();
        if (facts->ops->query(facts, q, a, &r))
            abort();
        took[i] = seconds_since(began) * 1000;
        for (int j = i; j > 0 && took[j - 1] > took[j]; j--) {
            double swap = took[j];
            took[j] = took[j - 1];
            took[j - 1] = swap;
        }
    }
    printf("facts_query_%s %.1f ms\n", name, took[REPEAT / 2]);
    fprintf(stderr, "%s: %llu rows\n", name, (unsigned long long)r.row_count);
}

static void ask_all(struct arena *a, uint64_t rows)
{
    static struct facts_ref wide[30];
    static int64_t bounds[97];
    const struct facts_ref leaves[] = { { 3, false }, { 5, false } };
    const struct facts_aggregate aggregates[] = { { FACTS_COUNT, { 0, false }, NULL },
                                                  { FACTS_AVERAGE, { 3 + CODES, false }, NULL } };
    const struct facts_filter channel = { .op = FACTS_NE,
                                          .ref = { 6, false },
                                          .value = { true, FACTS_TEXT, SLICE("value 1 of column 6"),
                                                     0, 0 } };
    struct facts_query q = { .table = &table,
                             .org = SLICE("org"),
                             .time = { FACTS_CREATED, false },
                             .from_ms = now_ms + (int64_t)rows * 500,
                             .to_ms = INT64_MAX,
                             .filter = &channel,
                             .select = leaves,
                             .select_count = 2,
                             .grouped = true,
                             .aggregates = aggregates,
                             .aggregate_count = 2,
                             .limit = 1000 };
    ask(a, "half_of_rows_by_two_columns", &q);
    for (int i = 0; i < 97; i++)
        bounds[i] = now_ms + i * 900000;
    q.select_count = 0;
    q.from_ms = bounds[0];
    q.to_ms = bounds[96];
    q.bucket_bounds = bounds;
    q.bucket_bound_count = 97;
    ask(a, "day_in_quarter_hours", &q);
    for (unsigned i = 0; i < 30; i++)
        wide[i].column = i;
    q = (struct facts_query){ .table = &table,
                              .org = SLICE("org"),
                              .time = { FACTS_CREATED, false },
                              .to_ms = INT64_MAX,
                              .filter = &channel,
                              .select = wide,
                              .select_count = 30,
                              .limit = 250 };
    ask(a, "raw_page_of_250_by_30", &q);
}

int main(int argc, char **argv)
{
    uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    char folder[] = "/tmp/cordboard-bench-XXXXXX", path[64];
    struct dictionary *dictionary;
    struct arena *a = arena_new((size_t)1 << 31);
    fill_columns();
    random_seed(&dice, 1);
    if (!a || !mkdtemp(folder) || dictionary_new(NULL, NULL, NULL, &dictionary))
        return 1;
    snprintf(path, sizeof path, "%s/history.duckdb", folder);
    struct facts_duckdb_options o = { .path = path,
                                      .library = argc > 2 ? argv[2] : LIBRARY,
                                      .schema = &schema,
                                      .dictionary = dictionary_port(dictionary) };
    if (facts_duckdb_open(&o, &facts))
        return 1;
    apply_rows(a, "rebuild", 0, rows, 20000, 0);
    if (facts->ops->maintain(facts, 0))
        return 1;
    apply_rows(a, "live_500", rows - LIVE, 100000, 500, LIVE);
    ask_all(a, rows);
    facts->ops->close(facts);
    dictionary_free(dictionary);
    arena_free(a);
    return 0;
}
