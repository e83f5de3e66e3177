/* needs: facts facts/memory facts/duckdb */
/* What every adapter of facts/facts.h must do, run on each. */
#include "base/buf.h"
#include "conformance/facts/fixture.h"

static void run(void (*opening)(struct fixture *), void (*test)(struct fixture *))
{
    struct fixture x;
    fixture_init(&x);
    opening(&x);
    test(&x);
    x.facts->ops->close(x.facts);
    fixture_release(&x);
}
#define ON_EACH(test)                    \
    static void test(struct fixture *x); \
    Test(facts_memory, test)             \
    {                                    \
        run(open_memory, test);          \
    }                                    \
    Test(facts_duckdb, test)             \
    {                                    \
        run(open_duckdb, test);          \
    }                                    \
    static void test(struct fixture *x)

/* ---- rows ---- */

static struct facts_row task(struct fixture *x, const char *id, int64_t created, const char *queue,
                             int64_t duration)
{
    struct facts_value *v = arena_alloc(x->arena, TASKS->column_count * sizeof *v);
    v[T_KEY] = text(id);
    v[T_ORG] = text("o1");
    v[T_CREATED] = whole(created);
    v[T_QUEUE] = queue ? text(queue) : null();
    v[T_DURATION] = duration < 0 ? null() : whole(duration);
    return (struct facts_row){ TASKS, v };
}
static struct facts_row activity(struct fixture *x, const char *id, const char *task_id,
                                 const char *event, int64_t wait)
{
    struct facts_value *v = arena_alloc(x->arena, ACTIVITIES->column_count * sizeof *v);
    v[A_KEY] = text(id);
    v[A_ORG] = text("o1");
    v[A_CREATED] = whole(1);
    v[A_PARENT] = text(task_id);
    v[A_EVENT] = text(event);
    v[A_WAIT] = whole(wait);
    return (struct facts_row){ ACTIVITIES, v };
}
static void set(struct facts_row *r, unsigned column, struct facts_value v)
{
    ((struct facts_value *)(uintptr_t)r->values)[column] = v;
}
static void apply(struct fixture *x, uint64_t seq, const struct facts_row *rows, size_t n)
{
    cr_assert_eq(x->facts->ops->apply(x->facts, seq, rows, n), ERR_OK);
}
/* a: sales 10, b: sales 30, c: help 20, d: no queue 40, at 100 200 300 400 */
static void four(struct fixture *x)
{
    struct facts_row rows[] = { task(x, "a", 100, "sales", 10), task(x, "b", 200, "sales", 30),
                                task(x, "c", 300, "help", 20), task(x, "d", 400, NULL, 40) };
    apply(x, 4, rows, 4);
}

/* ---- queries ---- */

#define COLUMN(c) ((struct facts_ref){ .column = (c) })
#define CHILD(c)  ((struct facts_ref){ .column = (c), .child = true })
static const struct facts_ref key_only[] = { { T_KEY, false } };

static struct facts_query raw(void)
{
    return (struct facts_query){ .table = TASKS,
                                 .org = SLICE("o1"),
                                 .time = COLUMN(T_CREATED),
                                 .from_ms = 0,
                                 .to_ms = INT64_MAX,
                                 .select = key_only,
                                 .select_count = 1,
                                 .limit = 100 };
}
static void add_value(struct buf *b, const struct facts_value *v)
{
    if (!v->set)
        buf_printf(b, "-");
    else if (v->type == FACTS_REAL)
        buf_printf(b, "%g", v->real);
    else if (v->type == FACTS_TEXT || v->type == FACTS_CODE)
        buf_add(b, v->text);
    else
        buf_add_i64(b, v->i64);
}
/* Rows as "a,b c,d", a "+" behind when there are more. */
static const char *answer(struct fixture *x, const struct facts_query *q)
{
    struct facts_result r;
    struct buf b;
    buf_init_arena(&b, x->arena);
    buf_add(&b, SLICE(""));
    cr_assert_eq(x->facts->ops->query(x->facts, q, x->arena, &r), ERR_OK);
    for (uint64_t i = 0; i < r.row_count; i++) {
        if (i)
            buf_add_char(&b, ' ');
        for (unsigned c = 0; c < r.column_count; c++) {
            if (c)
                buf_add_char(&b, ',');
            add_value(&b, &r.values[i * r.column_count + c]);
        }
    }
    if (r.more)
        buf_add_char(&b, '+');
    return b.data ? b.data : "";
}
static const char *keys_where(struct fixture *x, struct facts_filter f)
{
    struct facts_query q = raw();
    q.filter = &f;
    return answer(x, &q);
}
static struct facts_filter is(enum facts_op op, unsigned column, struct facts_value v)
{
    return (struct facts_filter){ .op = op, .ref = COLUMN(column), .value = v };
}
static enum err error_of(struct fixture *x, const struct facts_query *q)
{
    struct facts_result r;
    return x->facts->ops->query(x->facts, q, x->arena, &r);
}

/* ---- applying ---- */

ON_EACH(a_fresh_history_is_empty)
{
    struct facts_query q = raw();
    uint64_t seq = 9;
    cr_assert_eq(x->facts->ops->applied(x->facts, &seq), ERR_OK);
    cr_assert_eq(seq, 0);
    cr_assert_str_eq(answer(x, &q), "");
    apply(x, 7, NULL, 0);
    cr_assert_eq(x->facts->ops->applied(x->facts, &seq), ERR_OK);
    cr_assert_eq(seq, 7);
}
ON_EACH(the_last_row_of_a_key_wins)
{
    struct facts_row rows[] = { task(x, "a", 100, "one", 1), task(x, "b", 200, "one", 1),
                                task(x, "a", 100, "two", 2) };
    struct facts_row again = task(x, "b", 200, "three", 3);
    struct facts_ref select[] = { COLUMN(T_KEY), COLUMN(T_QUEUE), COLUMN(T_DURATION) };
    struct facts_query q = raw();
    q.select = select;
    q.select_count = 3;
    apply(x, 1, rows, 3);
    cr_assert_str_eq(answer(x, &q), "b,one,1 a,two,2");
    apply(x, 2, &again, 1);
    cr_assert_str_eq(answer(x, &q), "b,three,3 a,two,2");
}
ON_EACH(every_type_comes_back)
{
    struct facts_row r = task(x, "a", INT64_MIN, "", 0);
    struct facts_ref select[10];
    struct facts_query q = raw();
    set(&r, T_ORDER, text("\xe6\xbc\xa2 \xf0\x9f\x98\x80 and some more than twelve bytes"));
    set(&r, T_NOTE, text("it's \"quoted\"; DROP TABLE tasks --"));
    set(&r, T_DURATION, whole(INT64_MAX));
    set(&r, T_SCORE, real(-0.5));
    set(&r, T_ACTIVE, flag(true));
    for (unsigned i = 0; i < 10; i++)
        select[i] = COLUMN(i);
    q.from_ms = INT64_MIN;
    q.select = select;
    q.select_count = 10;
    apply(x, 1, &r, 1);
    cr_assert_str_eq(
        answer(x, &q),
        "a,o1,-9223372036854775808,,\xe6\xbc\xa2 \xf0\x9f\x98\x80 and some more than "
        "twelve bytes,it's \"quoted\"; DROP TABLE tasks --,9223372036854775807,-0.5,1,-");
    set(&r, T_SCORE, real(1.0 / 0.0));
    apply(x, 2, &r, 1);
    q.select = &select[T_SCORE];
    q.select_count = 1;
    cr_assert_str_eq(answer(x, &q), "-");
}
ON_EACH(rows_that_cannot_be_are_refused_whole)
{
    struct facts_row rows[] = { task(x, "a", 1, "q", 1), task(x, "b", 1, "q", 1) };
    struct facts_query q = raw();
    uint64_t seq = 9;
    set(&rows[1], T_CREATED, null());
    cr_assert_eq(x->facts->ops->apply(x->facts, 1, rows, 2), ERR_BAD_REQUEST);
    rows[1] = task(x, "\xff", 1, "q", 1);
    cr_assert_eq(x->facts->ops->apply(x->facts, 1, rows, 2), ERR_BAD_ENCODING);
    cr_assert_str_eq(answer(x, &q), "");
    x->facts->ops->applied(x->facts, &seq);
    cr_assert_eq(seq, 0);
}
ON_EACH(maintaining_forgets_the_old)
{
    struct facts_query q = raw();
    four(x);
    cr_assert_eq(x->facts->ops->maintain(x->facts, 300), ERR_OK);
    cr_assert_str_eq(answer(x, &q), "d c");
}

ON_EACH(an_organisation_can_be_forgotten)
{
    struct facts_row other = task(x, "z", 250, "sales", 1);
    struct facts_query q = raw();
    set(&other, T_ORG, text("o2"));
    four(x);
    apply(x, 5, &other, 1);
    cr_assert_eq(x->facts->ops->forget(x->facts, SLICE("nobody")), ERR_OK);
    cr_assert_eq(x->facts->ops->forget(x->facts, SLICE("o1")), ERR_OK);
    cr_assert_str_eq(answer(x, &q), "");
    q.org = SLICE("o2");
    cr_assert_str_eq(answer(x, &q), "z");
    uint64_t seq = 0;
    x->facts->ops->applied(x->facts, &seq);
    cr_assert_eq(seq, 5, "what it holds is as new as before");
}

/* ---- raw ---- */

ON_EACH(organisation_and_window_bound_everything)
{
    struct facts_row other = task(x, "z", 250, "sales", 1);
    struct facts_query q = raw();
    set(&other, T_ORG, text("o2"));
    four(x);
    apply(x, 5, &other, 1);
    q.from_ms = 200;
    q.to_ms = 300;
    cr_assert_str_eq(answer(x, &q), "c b");
    q.org = SLICE("o2");
    cr_assert_str_eq(answer(x, &q), "z");
    q.org = SLICE("nobody");
    cr_assert_str_eq(answer(x, &q), "");
    q.org = SLICE("o1");
    q.time = COLUMN(T_ENDED);
    q.from_ms = INT64_MIN;
    cr_assert_str_eq(answer(x, &q), "", "no end, no match");
}
ON_EACH(pages_say_whether_there_is_more)
{
    struct facts_query q = raw();
    four(x);
    q.limit = 3;
    cr_assert_str_eq(answer(x, &q), "d c b+");
    q.offset = 3;
    cr_assert_str_eq(answer(x, &q), "a");
    q.offset = 1;
    cr_assert_str_eq(answer(x, &q), "c b a");
    q.offset = 9;
    cr_assert_str_eq(answer(x, &q), "");
    q.offset = 0;
    q.limit = 0;
    cr_assert_str_eq(answer(x, &q), "+");
}
ON_EACH(sorting_goes_by_text_with_null_as_the_least)
{
    static const char *const queues[] = { "b", "\xc3\xa4",         "B",  NULL,
                                          "",  "\xf0\x9f\x98\x80", "ab", "\xef\xbf\xbd" };
    struct facts_row rows[8];
    struct facts_sort sort[] = { { COLUMN(T_QUEUE), false }, { COLUMN(T_NOTE), false } };
    struct facts_ref select[] = { COLUMN(T_KEY) };
    struct facts_query q = raw();
    for (int i = 0; i < 8; i++) {
        rows[i] =
            task(x, (const char *[]){ "0", "1", "2", "3", "4", "5", "6", "7" }[i], 1, queues[i], 1);
        set(&rows[i], T_NOTE, queues[i] ? text(queues[i]) : null());
    }
    apply(x, 1, rows, 8);
    q.select = select;
    q.sort = sort;
    q.sort_count = 1;
    cr_assert_str_eq(answer(x, &q), "3 4 2 6 0 1 7 5");
    sort[0].descending = true;
    cr_assert_str_eq(answer(x, &q), "5 7 1 0 6 2 4 3");
    q.sort = &sort[1];
    cr_assert_str_eq(answer(x, &q), "3 4 2 6 0 1 7 5");
}

/* ---- filters ---- */

ON_EACH(comparisons)
{
    four(x);
    cr_assert_str_eq(keys_where(x, is(FACTS_EQ, T_QUEUE, text("sales"))), "b a");
    cr_assert_str_eq(keys_where(x, is(FACTS_EQ, T_QUEUE, text("unknown"))), "");
    cr_assert_str_eq(keys_where(x, is(FACTS_NE, T_QUEUE, text("sales"))), "d c");
    cr_assert_str_eq(keys_where(x, is(FACTS_NE, T_QUEUE, text("unknown"))), "d c b a");
    cr_assert_str_eq(keys_where(x, is(FACTS_EQ, T_QUEUE, null())), "d");
    cr_assert_str_eq(keys_where(x, is(FACTS_NE, T_QUEUE, null())), "c b a");
    cr_assert_str_eq(keys_where(x, is(FACTS_IS_NULL, T_QUEUE, null())), "d");
    cr_assert_str_eq(keys_where(x, is(FACTS_LT, T_QUEUE, text("i"))), "c");
    cr_assert_str_eq(keys_where(x, is(FACTS_GE, T_QUEUE, text("help"))), "c b a");
    cr_assert_str_eq(keys_where(x, is(FACTS_GT, T_DURATION, whole(20))), "d b");
    cr_assert_str_eq(keys_where(x, is(FACTS_LE, T_DURATION, whole(20))), "c a");
    cr_assert_str_eq(keys_where(x, is(FACTS_LT, T_DURATION, real(20.5))), "c a");
    cr_assert_str_eq(keys_where(x, is(FACTS_LT, T_DURATION, null())), "");
    cr_assert_str_eq(keys_where(x, is(FACTS_EQ, T_KEY, text("a' OR '1'='1"))), "");
}
ON_EACH(logic_has_two_values)
{
    struct facts_filter sales = is(FACTS_EQ, T_QUEUE, text("sales"));
    struct facts_filter small = is(FACTS_LT, T_DURATION, whole(25));
    const struct facts_filter *const both[] = { &sales, &small };
    struct facts_filter or = { .op = FACTS_OR, .args = both, .arg_count = 2 };
    const struct facts_filter *const just_or[] = { & or }, *const just_sales[] = { &sales };
    four(x);
    cr_assert_str_eq(
        keys_where(x, (struct facts_filter){ .op = FACTS_AND, .args = both, .arg_count = 2 }), "a");
    cr_assert_str_eq(keys_where(x, or), "c b a");
    cr_assert_str_eq(
        keys_where(x, (struct facts_filter){ .op = FACTS_NOT, .args = just_or, .arg_count = 1 }),
        "d");
    cr_assert_str_eq(
        keys_where(x, (struct facts_filter){ .op = FACTS_NOT, .args = just_sales, .arg_count = 1 }),
        "d c", "null is not sales");
    cr_assert_str_eq(keys_where(x, (struct facts_filter){ .op = FACTS_OR }), "d c b a");
    cr_assert_str_eq(keys_where(x, (struct facts_filter){ .op = FACTS_AND }), "d c b a");
}
ON_EACH(patterns_on_both_kinds_of_text)
{
    struct facts_row r = task(x, "e", 500, "\xc3\xa4rger", 1);
    set(&r, T_NOTE, text("line one\nline two"));
    four(x);
    apply(x, 5, &r, 1);
    cr_assert_str_eq(keys_where(x, is(FACTS_MATCH, T_QUEUE, text("s.*s"))), "b a");
    cr_assert_str_eq(keys_where(x, is(FACTS_MATCH, T_QUEUE, text("al"))), "");
    cr_assert_str_eq(keys_where(x, is(FACTS_CONTAINS, T_QUEUE, text("e"))), "e c b a");
    cr_assert_str_eq(keys_where(x, is(FACTS_MATCH, T_QUEUE, text(".rger"))), "e");
    cr_assert_str_eq(keys_where(x, is(FACTS_MATCH, T_KEY, text("[ab]|x"))), "b a");
    cr_assert_str_eq(keys_where(x, is(FACTS_CONTAINS, T_KEY, text("[^c]"))), "e d b a");
    cr_assert_str_eq(keys_where(x, is(FACTS_MATCH, T_NOTE, text("line.*two"))), "");
    cr_assert_str_eq(keys_where(x, is(FACTS_CONTAINS, T_NOTE, text("line two"))), "e");
    cr_assert_str_eq(keys_where(x, is(FACTS_CONTAINS, T_QUEUE, text("'; DROP TABLE tasks"))), "");
}
ON_EACH(what_cannot_be_asked_is_refused)
{
    struct facts_filter bad[] = { is(FACTS_MATCH, T_QUEUE, text("(")),
                                  is(FACTS_CONTAINS, T_NOTE, text("[")),
                                  is(FACTS_EQ, T_QUEUE, whole(1)),
                                  is(FACTS_EQ, T_DURATION, text("1")),
                                  is(FACTS_MATCH, T_DURATION, text("1")),
                                  is(FACTS_EQ, 99, text("1")),
                                  { .op = FACTS_EQ, .ref = CHILD(0), .value = text("a") },
                                  { .op = FACTS_EXISTS, .exists = TASKS } };
    struct facts_filter garbled = is(FACTS_EQ, T_NOTE, text("\xff"));
    struct facts_query q = raw();
    four(x);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        q.filter = &bad[i];
        cr_assert_eq(error_of(x, &q), ERR_BAD_REQUEST, "filter %zu", i);
    }
    q.filter = &garbled;
    cr_assert_eq(error_of(x, &q), ERR_BAD_ENCODING);
    q.filter = NULL;
    q.time = COLUMN(T_NOTE);
    cr_assert_eq(error_of(x, &q), ERR_BAD_REQUEST);
}
ON_EACH(nesting_has_a_limit)
{
    static struct facts_filter nots[200];
    static const struct facts_filter *args[200];
    struct facts_query q = raw();
    nots[199] = is(FACTS_EQ, T_QUEUE, text("sales"));
    for (int i = 0; i < 199; i++) {
        args[i] = &nots[i + 1];
        nots[i] = (struct facts_filter){ .op = FACTS_NOT, .args = &args[i], .arg_count = 1 };
    }
    four(x);
    q.filter = &nots[0];
    cr_assert_eq(error_of(x, &q), ERR_TOO_LARGE);
    q.filter = &nots[199 - 60];
    cr_assert_str_eq(answer(x, &q), "b a");
}

/* ---- children ---- */

static void children(struct fixture *x)
{
    struct facts_row rows[] = { activity(x, "a1", "a", "parked", 5),
                                activity(x, "a2", "a", "ring", 7),
                                activity(x, "b1", "b", "parked", 9),
                                activity(x, "z1", "zz", "ring", 1) };
    four(x);
    apply(x, 8, rows, 4);
}
ON_EACH(exists_picks_rows_by_their_children)
{
    struct facts_filter parked = { .op = FACTS_EQ, .ref = CHILD(A_EVENT), .value = text("parked") };
    struct facts_filter longer = { .op = FACTS_GT, .ref = CHILD(A_WAIT), .value = whole(5) };
    const struct facts_filter *const both[] = { &parked, &longer };
    struct facts_filter and = { .op = FACTS_AND, .args = both, .arg_count = 2 };
    const struct facts_filter *const one[] = { &parked }, *const two[] = { &and};
    struct facts_filter has = {
        .op = FACTS_EXISTS, .args = one, .arg_count = 1, .exists = ACTIVITIES
    };
    const struct facts_filter *const negated[] = { &has };
    children(x);
    cr_assert_str_eq(keys_where(x, has), "b a");
    has.args = two;
    cr_assert_str_eq(keys_where(x, has), "b");
    cr_assert_str_eq(
        keys_where(x, (struct facts_filter){ .op = FACTS_NOT, .args = negated, .arg_count = 1 }),
        "d c a");
}
ON_EACH(a_join_gives_a_row_for_each_child)
{
    struct facts_ref select[] = { CHILD(A_EVENT), COLUMN(T_KEY), CHILD(A_WAIT), COLUMN(T_QUEUE) };
    struct facts_sort sort = { CHILD(A_WAIT), true };
    struct facts_query q = raw();
    children(x);
    q.child = ACTIVITIES;
    q.select = select;
    q.select_count = 4;
    cr_assert_str_eq(answer(x, &q), "parked,b,9,sales parked,a,5,sales ring,a,7,sales");
    q.sort = &sort;
    q.sort_count = 1;
    q.limit = 2;
    cr_assert_str_eq(answer(x, &q), "parked,b,9,sales ring,a,7,sales+");
}

/* ---- groups ---- */

static struct facts_query grouped(const struct facts_ref *leaves, unsigned leaf_count,
                                  const struct facts_aggregate *aggregates, unsigned n)
{
    struct facts_query q = raw();
    q.select = leaves;
    q.select_count = leaf_count;
    q.aggregates = aggregates;
    q.aggregate_count = n;
    q.grouped = true;
    return q;
}
ON_EACH(aggregates_by_group)
{
    struct facts_ref queue = COLUMN(T_QUEUE);
    struct facts_filter small = is(FACTS_LT, T_DURATION, whole(25));
    struct facts_aggregate all[] = {
        { FACTS_COUNT, COLUMN(T_KEY), NULL },          { FACTS_SUM, COLUMN(T_DURATION), NULL },
        { FACTS_MIN, COLUMN(T_DURATION), NULL },       { FACTS_MAX, COLUMN(T_DURATION), NULL },
        { FACTS_AVERAGE, COLUMN(T_DURATION), &small }, { FACTS_DISTINCT, COLUMN(T_QUEUE), NULL }
    };
    struct facts_query q = grouped(&queue, 1, all, 6);
    four(x);
    cr_assert_str_eq(answer(x, &q), "-,1,40,40,40,-,0 help,1,20,20,20,20,1 sales,2,40,10,30,10,1");
    q.select_count = 0;
    cr_assert_str_eq(answer(x, &q), "4,100,10,40,15,2");
    q.org = SLICE("nobody");
    cr_assert_str_eq(answer(x, &q), "0,-,-,-,-,0");
    q.select_count = 1;
    cr_assert_str_eq(answer(x, &q), "");
}
ON_EACH(groups_page_by_offset_and_after_a_cursor)
{
    struct facts_ref queue = COLUMN(T_QUEUE);
    struct facts_sort sort = { COLUMN(T_QUEUE), true };
    struct facts_aggregate count = { FACTS_COUNT, COLUMN(T_KEY), NULL };
    struct facts_query q = grouped(&queue, 1, &count, 1);
    struct facts_value after = null();
    four(x);
    q.limit = 1;
    cr_assert_str_eq(answer(x, &q), "-,1+");
    q.after = &after;
    cr_assert_str_eq(answer(x, &q), "help,1+");
    after = text("help");
    cr_assert_str_eq(answer(x, &q), "sales,2");
    after = text("in between, and in no dictionary");
    cr_assert_str_eq(answer(x, &q), "sales,2");
    q.sort = &sort;
    q.sort_count = 1;
    after = text("sales");
    q.limit = 9;
    cr_assert_str_eq(answer(x, &q), "help,1 -,1");
    after = null();
    cr_assert_str_eq(answer(x, &q), "");
    q.after = NULL;
    q.offset = 2;
    cr_assert_str_eq(answer(x, &q), "-,1");
}
ON_EACH(buckets_are_leaves)
{
    static const int64_t bounds[] = { 50, 150, 300, 1000 };
    struct facts_ref queue = COLUMN(T_QUEUE);
    struct facts_sort sort = { COLUMN(T_CREATED), true };
    struct facts_aggregate count = { FACTS_COUNT, COLUMN(T_KEY), NULL };
    struct facts_query q = grouped(&queue, 1, &count, 1);
    struct facts_value after[] = { whole(150), text("sales") };
    four(x);
    q.bucket_bounds = bounds;
    q.bucket_bound_count = 4;
    cr_assert_str_eq(answer(x, &q), "50,sales,1 150,sales,1 300,-,1 300,help,1");
    q.after = after;
    cr_assert_str_eq(answer(x, &q), "300,-,1 300,help,1");
    q.after = NULL;
    q.bucket_position = 1;
    cr_assert_str_eq(answer(x, &q), "-,300,1 help,300,1 sales,50,1 sales,150,1");
    q.sort = &sort;
    q.sort_count = 1;
    cr_assert_str_eq(answer(x, &q), "-,300,1 help,300,1 sales,150,1 sales,50,1");
    q.bucket_bounds = bounds + 1;
    q.bucket_bound_count = 2;
    cr_assert_str_eq(answer(x, &q), "sales,150,1", "outside the bounds is outside");
}
ON_EACH(groups_over_children)
{
    struct facts_ref leaves[] = { CHILD(A_EVENT), COLUMN(T_QUEUE) };
    struct facts_aggregate all[] = { { FACTS_COUNT, CHILD(A_KEY), NULL },
                                     { FACTS_SUM, CHILD(A_WAIT), NULL },
                                     { FACTS_DISTINCT, COLUMN(T_KEY), NULL } };
    struct facts_query q = grouped(leaves, 2, all, 3);
    children(x);
    q.child = ACTIVITIES;
    cr_assert_str_eq(answer(x, &q), "parked,sales,2,14,2 ring,sales,1,7,1");
}
ON_EACH(aggregates_that_cannot_be_are_refused)
{
    struct facts_aggregate sum = { FACTS_SUM, COLUMN(T_QUEUE), NULL };
    struct facts_query q = grouped(NULL, 0, &sum, 1);
    static const int64_t falling[] = { 2, 1 };
    cr_assert_eq(error_of(x, &q), ERR_BAD_REQUEST);
    q.aggregate_count = 0;
    q.bucket_bounds = falling;
    q.bucket_bound_count = 2;
    cr_assert_eq(error_of(x, &q), ERR_BAD_REQUEST);
}
