/* needs: facts/memory domain/report */
#include "api/search/plan.h"
#include "api/search/text.h"
#include "base/buf.h"
#include "base/limits.h"
#include "unit/api/search/world.h"

TestSuite(search_refused, .init = world_begin, .fini = world_end);

Test(search_refused, words_of_validation)
{
    expect_refusal("{task(" WINDOW "){tasks{nothing}}}",
                   "Validation error (FieldUndefined@[task/tasks/nothing]) : Field 'nothing' in "
                   "type 'Task' is undefined");
    expect_refusal(
        "{agentSession{agentSessions{id}}}",
        "Validation error (MissingFieldArgument@[agentSession]) : Missing field argument 'from'");
    expect_refusal("{task(" WINDOW "){tasks{owner}}}",
                   "Validation error (SubselectionRequired@[task/tasks/owner]) : Subselection "
                   "required for type 'AgentInfo' "
                   "of field 'owner'");
    expect_refusal("{ task({", "Invalid syntax with offending token '{' at line 1 column 8");
}

Test(search_refused, wrong_aggregations)
{
    struct slice out;
    cr_assert_eq(
        err_status(
            ask("{task(" WINDOW
                " aggregations:[{field:\"id\",type:avg,name:\"x\"}]){tasks{aggregation{name}}}}",
                NULL, &out)),
        400);
    cr_assert(slice_starts(out, SLICE("Validation error (WrongType")), "%.*s", SLICE_ARG(out));
    expect_refusal(
        "{task(" WINDOW
        " aggregations:[{field:\"channelType\",type:sum,name:\"x\"}]){tasks{aggregation{name}}}}",
        "Validation error (WrongType) : aggregation type 'sum' needs a number, 'channelType' is of "
        "type 'String'");
    expect_refusal(
        "{task(" WINDOW
        " aggregations:[{field:\"what.ever\",type:count,name:\"x\"}]){tasks{aggregation{name}}}}",
        "Validation error (WrongType) : 'what.ever' is not a field that can be aggregated");
    expect_refusal(
        "{task(" WINDOW
        " aggregations:[{field:\"owner\",type:count,name:\"x\"}]){tasks{aggregation{name}}}}",
        "Validation error (WrongType) : 'owner' is not a field that can be aggregated");
}

Test(search_refused, windows)
{
    expect_refusal("{task(from: 1600000000000, to: 1600000001000){tasks{id}}}",
                   "from cannot be older than 36 months");
    expect_refusal("{task(from: 1700000000000, to: 1764090000000){tasks{id}}}",
                   "the time between from and to cannot be longer than 13 months");
    expect_refusal(
        "{taskDetails(from: 1760000000000, to: 1764090000000){tasks{activities{nodes{id}}}}}",
        "the time between from and to cannot be longer than 30 days when activities are selected");
    expect_refusal("{taskDetails(" WINDOW "){tasks{activities(first: 101){nodes{id}}}}}",
                   "first must be between 1 and 100");
    expect_refusal("{taskDetails(" WINDOW "){tasks{activities(first: 0){nodes{id}}}}}",
                   "first must be between 1 and 100");
    expect_answer("{task(from: 1764000000000, to: 99764090000000){tasks{id}}}",
                  "{\"task\":{\"tasks\":[]}}");
}

Test(search_refused, intervals)
{
#define INTERVAL(to, i)                                                           \
    "{task(from: 1764000000000, to: " to                                          \
    " aggregations:[{field:\"id\",type:count,name:\"x\"}] aggregationInterval:" i \
    "){tasks{intervalStartTime}}}"
    expect_answer(INTERVAL("1764086400000", "{interval: FIFTEEN_MINUTES}"),
                  "{\"task\":{\"tasks\":[]}}");
    expect_refusal(INTERVAL("1764086400001", "{interval: FIFTEEN_MINUTES}"),
                   "interval FIFTEEN_MINUTES is not allowed for the time between from and to");
    expect_refusal("{task(from: 1763000000000, to: 1764086400001 "
                   "aggregations:[{field:\"id\",type:count,name:\"x\"}] "
                   "aggregationInterval:{interval: HOURLY}){tasks{intervalStartTime}}}",
                   "interval HOURLY is not allowed for the time between from and to");
    expect_refusal(INTERVAL("1764086400000", "{interval: DAILY, timezone: \"Moon/Base\"}"),
                   "unknown timezone 'Moon/Base'");
}

Test(search_refused, more_than_ten_group_leaves)
{
    const char *eleven =
        "{task(" WINDOW
        " aggregations:[{field:\"id\",type:count,name:\"x\"}]){tasks{id status channelType "
        "createdTime endedTime origin destination direction isActive contactReason channelSubType "
        "aggregation{name}}}}";
    expect_refusal(eleven, "more than 10 fields to group by");
}

static struct slice many_filters(unsigned n)
{
    struct buf b;
    buf_init_arena(&b, arena);
    buf_add(&b, SLICE("{task(" WINDOW " filter:{or:["));
    for (unsigned i = 0; i < n; i++)
        buf_add(&b, SLICE("{id:{equals:\"x\"}} "));
    buf_add(&b, SLICE("]}){tasks{id}}}"));
    return buf_slice(&b);
}
Test(search_refused, more_than_a_thousand_filter_arguments)
{
    struct slice out;
    cr_assert_eq(ask(many_filters(LIMIT_search_filter_args_max).at, NULL, &out), ERR_OK, "%.*s",
                 SLICE_ARG(out));
    expect_refusal(many_filters(LIMIT_search_filter_args_max + 1).at,
                   "more than 1000 filter arguments");
}

Test(search_refused, more_than_250_fields)
{
    struct buf b;
    struct slice out;
    buf_init_arena(&b, arena);
    buf_add(&b, SLICE("{task(" WINDOW "){tasks{"));
    for (int i = 0; i < 260; i++)
        buf_printf(&b, "a%d: id ", i);
    buf_add(&b, SLICE("}}}"));
    cr_assert_eq(err_status(ask(b.data, NULL, &out)), 400);
    cr_assert_gt(out.len, 0);
}

Test(search_refused, cursors)
{
    expect_refusal("{task(" WINDOW " pagination:{cursor:\"x\"}){tasks{id}}}",
                   "the cursor does not belong to this query");
    expect_refusal("{task(" WINDOW " pagination:{cursor:\"-1\"}){tasks{id}}}",
                   "the cursor does not belong to this query");
    expect_refusal("{task(" WINDOW " pagination:{cursor:\"400\"}){tasks{id}}}",
                   "only the first 100000 records can be paged through");
    expect_answer("{task(" WINDOW " pagination:{cursor:\"NA\"}){tasks{id}}}",
                  "{\"task\":{\"tasks\":[]}}");
    expect_answer("{task(" WINDOW " pagination:{}){tasks{id}}}", "{\"task\":{\"tasks\":[]}}");
}

Test(search_refused, bad_patterns)
{
    row_put(TABLE_TASK, row_new(TABLE_TASK, "t", 1764000001000));
    expect_refusal("{task(" WINDOW " filter:{id:{match:\"(\"}}){tasks{id}}}",
                   "a pattern of match or contains is not a regular expression");
}

static bool in_type(const struct graphql_type *t, struct slice path)
{
    struct slice step;
    while (slice_cut(&path, '.', &step)) {
        const struct graphql_field *f =
            graphql_type_is_composite(t) ? graphql_field_named(t, step) : NULL;
        if (!f)
            return false;
        t = graphql_type_inner(f->type);
    }
    return graphql_type_is_leaf(t);
}

/* The type of a root's records: the list of objects in it. */
static const struct graphql_type *record_type(const struct graphql_field *root)
{
    const struct graphql_type *list = graphql_type_inner(root->type);
    for (uint32_t i = 0; i < list->field_count; i++)
        if (list->fields[i].type->kind == GRAPHQL_LIST_OF)
            return graphql_type_inner(list->fields[i].type);
    return NULL;
}

static bool answered_by_a_root(enum report_table t, struct slice path)
{
    const struct graphql_type *query = graphql_query_type(schema);
    for (uint32_t i = 0; i < query->field_count; i++) {
        const struct search_root *root = search_root_find(query->fields[i].name);
        if (search_path_table(root, path) == t && in_type(record_type(&query->fields[i]), path))
            return true;
        if (root->table == TABLE_AGENT_SESSION && t == TABLE_AGENT_ACTIVITY &&
            in_type(record_type(&query->fields[i]),
                    path)) /* what an activity repeats of its channel */
            return true;
    }
    return false;
}

/* spec/facts.yaml and spec/search.graphqls agree. */
Test(search_refused, columns_answer_fields_of_the_schema)
{
    const struct graphql_type *query = graphql_query_type(schema);
    enum report_table t;
    struct slice path;
    for (uint32_t i = 0; i < query->field_count; i++)
        cr_assert_not_null(search_root_find(query->fields[i].name), "%.*s",
                           SLICE_ARG(query->fields[i].name));
    for (size_t i = 0; report_path_at(i, &t, &path); i++)
        cr_assert(answered_by_a_root(t, path), "table %d: %.*s", t, SLICE_ARG(path));
}

Test(search_refused, numbers_look_like_java_doubles)
{
    static const struct {
        double n;
        const char *text;
    } rows[] = { { 0, "0.0" },
                 { 24, "24.0" },
                 { 17237.1935483871, "17237.1935483871" },
                 { 135725710, "1.3572571E8" },
                 { 1e7, "1.0E7" },
                 { 9999999, "9999999.0" },
                 { 0.5, "0.5" },
                 { 0.001, "0.001" },
                 { 0.00025, "2.5E-4" },
                 { -1, "-1.0" },
                 { -12345678.5, "-1.23456785E7" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[JAVA_DOUBLE_MAX];
        size_t len = search_java_double(rows[i].n, text);
        cr_assert(slice_eq((struct slice){ text, len }, slice_of(rows[i].text)), "%s, not %s", text,
                  rows[i].text);
    }
}
