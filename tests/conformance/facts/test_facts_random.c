/* needs: facts facts/memory facts/duckdb */
/* Random rows and random queries: DuckDB must answer what the plain loops in memory answer. A
 * failure names its seed and query; CORDBOARD_SEED=n runs another seed. */
#include "base/err.h"
#include "base/random.h"
#include "conformance/facts/fixture.h"

enum { TASK_COUNT = 1200, ACTIVITY_COUNT = 2000, QUERIES = 600, DAY = 86400000 };
static struct random dice;
static struct arena *scratch; /* of one query */

static unsigned roll(unsigned n)
{
    return (unsigned)random_below(&dice, n);
}
static bool one_in(unsigned n)
{
    return roll(n) == 0;
}
static void *make(size_t size)
{
    void *p = arena_alloc(scratch, size ? size : 1);
    cr_assert(p);
    return p;
}

/* ---- values ---- */

static const char *const words[] = { "",
                                     "a",
                                     "A",
                                     "aa",
                                     "ab",
                                     "b",
                                     "\xc3\xa4",
                                     "\xc3\x84",
                                     "zz",
                                     "\xe6\xbc\xa2\xe5\xad\x97",
                                     "\xf0\x9f\x98\x80",
                                     "\xef\xbf\xbd",
                                     "a much longer text than fits in place",
                                     "it's",
                                     "%",
                                     "a%b",
                                     "line\nbreak",
                                     "null",
                                     "0" };
static const char *const absent[] = { "nowhere", "a much longer text that is nowhere", "\xc3\xa5" };
static const char *const patterns[] = { "a",      "a.*",          "^a",     "a$",    ".",   "",
                                        ".*",     "[\xc3\xa4z]+", "a|b|zz", "(?i)A", "\\d", "a{2}",
                                        ".{20,}", "\\p{Lu}",      "(",      "[a" };
#define PICK(list) (list)[roll(sizeof(list) / sizeof *(list))]

static struct facts_value value_for(enum facts_type type)
{
    if (one_in(6))
        return null();
    if (type == FACTS_TEXT || type == FACTS_CODE)
        return text(PICK(words));
    if (type == FACTS_REAL)
        return real((double)roll(40) / 4 - 5);
    if (type == FACTS_BOOL)
        return flag(one_in(2));
    return whole((int64_t)roll(30) - 5);
}
static struct facts_value operand_for(enum facts_type type)
{
    struct facts_value v = value_for(type);
    bool number = type != FACTS_TEXT && type != FACTS_CODE;
    if (!number && one_in(8))
        return text(PICK(absent));
    if (number && v.set && one_in(4))
        return v.type == FACTS_REAL ? whole((int64_t)v.real) : real((double)v.i64 + 0.5);
    return v;
}

/* ---- rows ---- */

static struct facts_row row_of(const struct facts_table *t, unsigned number)
{
    struct facts_value *v = make(t->column_count * sizeof *v);
    char *key = make(40);
    for (unsigned c = 0; c < t->column_count; c++)
        v[c] = value_for(t->columns[c].type);
    snprintf(key, 40, "%s-%u", t->name, number);
    v[FACTS_KEY] = text(key);
    v[FACTS_ORG] = text(number % 5 ? "o1" : "o2");
    v[FACTS_CREATED] = whole((int64_t)(number * 7919ULL % 1000) * 1000); /* the key's for ever */
    if (t->parent) {
        char *parent = make(40);
        snprintf(parent, 40, "tasks-%u", roll(TASK_COUNT + 50));
        v[FACTS_PARENT] = text(parent);
    }
    return (struct facts_row){ t, v };
}
static void apply_both(struct facts *const both[2], uint64_t seq)
{
    struct facts_row rows[300];
    arena_reset(scratch);
    for (unsigned i = 0; i < 300; i++)
        rows[i] =
            one_in(3) ? row_of(TASKS, roll(TASK_COUNT)) : row_of(ACTIVITIES, roll(ACTIVITY_COUNT));
    for (int i = 0; i < 2; i++)
        cr_assert_eq(both[i]->ops->apply(both[i], seq, rows, 300), ERR_OK);
}

/* ---- queries ---- */

static struct facts_ref ref_in(const struct facts_table *child)
{
    bool of_child = child && one_in(2);
    return (struct facts_ref){ roll((of_child ? child : TASKS)->column_count), of_child };
}
static enum facts_type type_of(struct facts_ref ref)
{
    return (ref.child ? ACTIVITIES : TASKS)->columns[ref.column].type;
}
static const struct facts_filter *filter_of(const struct facts_table *child, unsigned depth,
                                            bool in_exists);

static const struct facts_filter *comparison(const struct facts_table *child)
{
    struct facts_filter *f = make(sizeof *f);
    f->ref = ref_in(child);
    enum facts_type type = type_of(f->ref);
    f->op = (enum facts_op)(FACTS_EQ + roll(FACTS_IS_NULL - FACTS_EQ + 1));
    f->value = operand_for(type);
    if ((type == FACTS_TEXT || type == FACTS_CODE) && one_in(4)) {
        f->op = one_in(2) ? FACTS_MATCH : FACTS_CONTAINS;
        f->value = text(patterns[roll(one_in(10) ? 16 : 14)]);
    }
    return f;
}
static const struct facts_filter *compound(const struct facts_table *child, unsigned depth,
                                           bool in_exists)
{
    struct facts_filter *f = make(sizeof *f);
    f->op = (enum facts_op)(FACTS_AND + roll(3));
    f->arg_count = f->op == FACTS_NOT ? 1 : roll(4);
    const struct facts_filter **args = make(f->arg_count * sizeof(struct facts_filter *));
    for (unsigned i = 0; i < f->arg_count; i++)
        args[i] = filter_of(child, depth - 1, in_exists);
    f->args = args;
    return f;
}
static const struct facts_filter *filter_of(const struct facts_table *child, unsigned depth,
                                            bool in_exists)
{
    if (depth == 0 || one_in(3))
        return comparison(child);
    if (in_exists || !one_in(4))
        return compound(child, depth, in_exists);
    struct facts_filter *f = make(sizeof *f);
    const struct facts_filter **args = make(sizeof(struct facts_filter *));
    args[0] = filter_of(ACTIVITIES, depth - 1, true);
    *f = (struct facts_filter){
        .op = FACTS_EXISTS, .args = args, .arg_count = 1, .exists = ACTIVITIES
    };
    return f;
}
static void add_sort(struct facts_query *q)
{
    struct facts_sort *sort = make(3 * sizeof *sort);
    q->sort_count = roll(4);
    for (unsigned i = 0; i < q->sort_count; i++)
        sort[i] = (struct facts_sort){ ref_in(q->child), one_in(2) };
    q->sort = sort;
}
static void add_aggregates(struct facts_query *q)
{
    struct facts_aggregate *all = make(4 * sizeof *all);
    q->aggregate_count = roll(4);
    for (unsigned i = 0; i < q->aggregate_count; i++) {
        all[i].ref = ref_in(q->child);
        enum facts_type type = type_of(all[i].ref);
        all[i].op = type == FACTS_TEXT || type == FACTS_CODE
                        ? (one_in(2) ? FACTS_COUNT : FACTS_DISTINCT)
                        : (enum facts_aggregate_op)roll(FACTS_DISTINCT + 1);
        all[i].filter = one_in(2) ? filter_of(q->child, 2, false) : NULL;
    }
    q->aggregates = all;
}
static void add_buckets(struct facts_query *q)
{
    int64_t *bounds = make(9 * sizeof *bounds);
    q->bucket_bound_count = 1 + roll(8);
    bounds[0] = (int64_t)roll(300000) - 100000;
    for (unsigned i = 1; i < q->bucket_bound_count; i++)
        bounds[i] = bounds[i - 1] + 1 + roll(300000);
    q->bucket_bounds = bounds;
    q->bucket_position = roll(q->select_count + 1);
}
static void add_cursor(struct facts_query *q)
{
    unsigned n = q->select_count + (q->bucket_bound_count ? 1 : 0), column = 0;
    struct facts_value *after = make(n * sizeof *after);
    for (unsigned i = 0; i < n; i++) {
        bool bucket = q->bucket_bound_count && i == q->bucket_position;
        after[i] = bucket ? whole(q->bucket_bounds[roll(q->bucket_bound_count)])
                          : operand_for(type_of(q->select[column++]));
    }
    q->after = after;
}
static struct facts_query query_of(void)
{
    struct facts_query q = { .table = TASKS, .org = SLICE("o1"), .limit = roll(40) };
    q.child = one_in(3) ? ACTIVITIES : NULL;
    q.time.column = one_in(5) ? T_ENDED : T_CREATED;
    q.from_ms = one_in(2) ? -10 : (int64_t)roll(1000000);
    q.to_ms = one_in(2) ? DAY : q.from_ms + roll(1000000);
    q.grouped = one_in(2);
    q.select_count = q.grouped ? roll(4) : roll(9);
    q.offset = one_in(3) ? roll(20) : 0;
    struct facts_ref *select = make(q.select_count * sizeof *select);
    for (unsigned i = 0; i < q.select_count; i++)
        select[i] = ref_in(q.child);
    q.select = select;
    q.filter = one_in(4) ? NULL : filter_of(q.child, 3, false);
    add_sort(&q);
    if (!q.grouped)
        return q;
    add_aggregates(&q);
    if (one_in(2))
        add_buckets(&q);
    if (one_in(3))
        add_cursor(&q);
    return q;
}

/* ---- comparing ---- */

static bool same(const struct facts_value *a, const struct facts_value *b)
{
    if (a->set != b->set || !a->set)
        return a->set == b->set;
    if (a->type != b->type)
        return false;
    if (a->type == FACTS_TEXT || a->type == FACTS_CODE)
        return slice_eq(a->text, b->text);
    double difference = a->real - b->real;
    return a->type == FACTS_REAL ? difference < 1e-9 && difference > -1e-9 : a->i64 == b->i64;
}
static uint64_t compare(struct facts *const both[2], const struct facts_query *q, const char *where)
{
    struct facts_result r[2] = { { 0 }, { 0 } };
    enum err e[2];
    for (int i = 0; i < 2; i++)
        e[i] = both[i]->ops->query(both[i], q, scratch, &r[i]);
    cr_assert_eq(e[0], e[1], "%s: %s and %s", where, err_code(e[0]), err_code(e[1]));
    cr_assert(e[0] == ERR_OK || e[0] == ERR_BAD_REQUEST, "%s: %s", where, err_code(e[0]));
    cr_assert_eq(r[0].column_count, r[1].column_count, "%s: columns", where);
    cr_assert_eq(r[0].row_count, r[1].row_count, "%s: %lu and %lu rows", where,
                 (unsigned long)r[0].row_count, (unsigned long)r[1].row_count);
    cr_assert_eq(r[0].more, r[1].more, "%s: more", where);
    for (uint64_t i = 0; i < r[0].row_count * r[0].column_count; i++)
        cr_assert(same(&r[0].values[i], &r[1].values[i]), "%s: row %lu column %lu", where,
                  (unsigned long)(i / r[0].column_count), (unsigned long)(i % r[0].column_count));
    return r[0].row_count;
}

static void compare_many(struct facts *const both[2], uint64_t seed)
{
    uint64_t rows = 0, with_rows = 0;
    for (unsigned i = 0; i < QUERIES; i++) {
        char where[60];
        if (i % 100 == 0)
            apply_both(both, 100 + i);
        arena_reset(scratch);
        struct facts_query q = query_of();
        snprintf(where, sizeof where, "seed %lu query %u", (unsigned long)seed, i);
        uint64_t n = compare(both, &q, where);
        rows += n;
        with_rows += n > 0;
    }
    fprintf(stderr, "seed %lu: %lu of %d queries gave rows, %lu rows in all\n", (unsigned long)seed,
            (unsigned long)with_rows, QUERIES, (unsigned long)rows);
    cr_assert_gt(with_rows, QUERIES / 5, "queries that find nothing compare nothing");
}
static void run_seed(uint64_t seed)
{
    struct fixture x;
    struct facts *both[2];
    random_seed(&dice, seed);
    fixture_init(&x);
    open_memory(&x);
    both[0] = x.facts;
    open_duckdb(&x);
    both[1] = x.facts;
    scratch = arena_new(1 << 28);
    for (uint64_t seq = 1; seq <= 12; seq++)
        apply_both(both, seq);
    compare_many(both, seed);
    both[0]->ops->close(both[0]);
    both[1]->ops->close(both[1]);
    arena_free(scratch);
    fixture_release(&x);
}
Test(facts_random, both_adapters_answer_alike, .timeout = 110)
{
    const char *given = getenv("CORDBOARD_SEED");
    if (given) {
        run_seed(strtoull(given, NULL, 10));
        return;
    }
    for (uint64_t seed = 1; seed <= 3; seed++)
        run_seed(seed);
}
