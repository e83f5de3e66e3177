/* A history in memory and the Search API over it, without HTTP. */
#ifndef TESTS_UNIT_API_SEARCH_WORLD_H
#define TESTS_UNIT_API_SEARCH_WORLD_H
#include <criterion/criterion.h>

#include "api/search/search.h"
#include "base/arena.h"
#include "base/json_read.h"
#include "domain/report/schema.h"
#include "facts/memory/facts_memory.h"
#include "graphql/schema.h"

#define ORG "0193a1c0-0000-7000-8000-00000000000a"
static const int64_t now_ms = 1764100000000;
static struct arena *arena;
static struct facts *facts;
static struct graphql_schema *schema;

static inline void world_begin(void)
{
    arena = arena_new(256 << 20);
    cr_assert_eq(facts_memory_open(&report_schema, &facts), ERR_OK);
    cr_assert_eq(search_schema_new(&schema), ERR_OK);
}
static inline void world_end(void)
{
    graphql_schema_free(schema);
    facts->ops->close(facts);
    arena_free(arena);
}
static inline struct facts_value *row_new(enum report_table t, const char *key, int64_t created)
{
    const struct facts_table *table = report_table(t);
    struct facts_value *v = arena_alloc(arena, table->column_count * sizeof *v);
    for (unsigned i = 0; i < table->column_count; i++)
        v[i].type = table->columns[i].type;
    v[FACTS_KEY] = (struct facts_value){ true, FACTS_TEXT, arena_copy(arena, slice_of(key)), 0, 0 };
    v[FACTS_ORG] = (struct facts_value){ true, FACTS_CODE, SLICE(ORG), 0, 0 };
    v[FACTS_CREATED] = (struct facts_value){ true, FACTS_I64, { 0 }, created, 0 };
    return v;
}
static inline void row_text(struct facts_value *v, unsigned column, const char *text)
{
    v[column].set = true;
    v[column].text = arena_copy(arena, slice_of(text));
}
static inline void row_i64(struct facts_value *v, unsigned column, int64_t n)
{
    v[column].set = true;
    v[column].i64 = n;
}
static inline void row_put(enum report_table t, const struct facts_value *v)
{
    static uint64_t seq;
    struct facts_row row = { report_table(t), v };
    cr_assert_eq(facts->ops->apply(facts, ++seq, &row, 1), ERR_OK);
}
/* The answer, or the sentence of the refusal. */
static inline enum err ask(const char *query, const char *variables, struct slice *out)
{
    struct json *vars = NULL;
    struct search_prepared p;
    if (variables)
        cr_assert_eq(json_parse(arena, slice_of(variables), &vars, NULL), ERR_OK);
    struct search_document doc = { .query = slice_of(query),
                                   .variables = vars,
                                   .org = SLICE(ORG),
                                   .now_ms = now_ms,
                                   .introspection = true };
    *out = (struct slice){ 0 };
    enum err e = search_prepare(schema, &doc, arena, &p, out);
    if (e)
        return e;
    struct slice detail;
    e = search_execute(&p, facts, out, &detail);
    if (e)
        *out = detail;
    return e;
}
static inline void expect_answer(const char *query, const char *data)
{
    struct slice out;
    enum err e = ask(query, NULL, &out);
    cr_assert_eq(e, ERR_OK, "%s: %.*s", err_code(e), SLICE_ARG(out));
    struct slice want = arena_printf(arena, "{\"data\":%s}", data);
    cr_assert(slice_eq(out, want), "\n%.*s\nnot\n%.*s", SLICE_ARG(out), SLICE_ARG(want));
}
static inline void expect_refusal(const char *query, const char *sentence)
{
    struct slice out;
    enum err e = ask(query, NULL, &out);
    cr_assert_eq(err_status(e), 400, "%s: %.*s", err_code(e), SLICE_ARG(out));
    cr_assert(slice_is(out, sentence), "\n%.*s\nnot\n%s", SLICE_ARG(out), sentence);
}
#define WINDOW "from: 1764000000000, to: 1764090000000"
#endif
