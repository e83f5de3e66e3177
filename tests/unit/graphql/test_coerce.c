#include "unit/graphql/fixture.h"

/* The arguments of the first root field as JSON, or the first error's message. */
static const char *args_of(struct zoo *z, const char *query, const char *variables)
{
    zoo_prepare(z, slice_of(query), variables, NULL);
    if (z->err)
        return z->errors.first->message.at;
    struct buf b;
    buf_init_arena(&b, z->arena);
    GRAPHQL_EACH(arg, z->op->roots->args)
    {
        buf_printf(&b, "%.*s:%d ", SLICE_ARG(arg->name), (int)arg->kind);
        if (arg->kind == GRAPHQL_INT)
            buf_add_i64(&b, arg->integer);
        if (arg->kind == GRAPHQL_REAL)
            buf_printf(&b, "%g", arg->real);
        buf_add(&b, graphql_text(arg, SLICE("")));
        buf_add_char(&b, ';');
    }
    return b.data ? b.data : "";
}

Test(coerce, literals_and_variables_alike)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(args_of(&z, "{ number(n: 1, f: 2, s: \"x\", i: 3, l: \"44\") }", NULL),
                     "n:2 1;f:3 2;s:4 x;i:4 3;l:2 44;");
    cr_assert_str_eq(args_of(&z,
                             "query ($n: Int, $f: Float, $s: String, $i: ID, $l: Long) "
                             "{ number(n: $n, f: $f, s: $s, i: $i, l: $l) }",
                             "{\"n\":1.0,\"f\":2,\"s\":\"x\",\"i\":3,\"l\":\"44\"}"),
                     "n:2 1;f:3 2;s:4 x;i:4 3;l:2 44;");
    zoo_close(&z);
}

Test(coerce, missing_null_and_default_differ)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(args_of(&z, "{ animals { name } }", NULL), "first:2 10;");
    cr_assert_str_eq(args_of(&z, "{ animals(first: null) { name } }", NULL), "first:0 ;");
    cr_assert_str_eq(args_of(&z, "query ($n: Int) { animals(first: $n) { name } }", NULL),
                     "first:2 10;");
    cr_assert_str_eq(args_of(&z, "query ($n: Int) { animals(first: $n) { name } }", "{\"n\":null}"),
                     "first:0 ;");
    cr_assert_str_eq(args_of(&z, "query ($n: Int = 7) { animals(first: $n) { name } }", "{}"),
                     "first:2 7;");
    zoo_close(&z);
}

Test(coerce, one_value_is_a_list_of_one)
{
    struct zoo z = zoo_open();
    zoo_prepare(&z, SLICE("{ animals(where: {and: {legs: 2}}, colours: RED) { name } }"), NULL,
                NULL);
    cr_assert_eq(z.err, ERR_OK);
    const struct graphql_value *args = z.op->roots->args;
    const struct graphql_value *and = graphql_get(graphql_get(args, "where"), "and");
    cr_assert_eq(and->kind, GRAPHQL_LIST);
    cr_assert_eq(and->count, 1u);
    cr_assert_eq(graphql_i64(graphql_get(and->first, "legs"), 0), 2);
    cr_assert_eq(graphql_get(args, "colours")->first->kind, GRAPHQL_ENUM);
    /* The default of a required input field. */
    cr_assert_eq(graphql_i64(graphql_get(graphql_get(args, "where"), "legs"), 0), 4);
    zoo_close(&z);
}

Test(coerce, variables_inside_literals)
{
    struct zoo z = zoo_open();
    zoo_prepare(
        &z,
        SLICE("query ($w: Where, $c: Colour, $s: String) { animals(where: {and: [$w, {colour: "
              "$c, name: $s}], any: {deep: [$c, $s]}}) { name } }"),
        "{\"w\":{\"colour\":\"GREEN\"},\"c\":\"RED\"}", NULL);
    cr_assert_eq(z.err, ERR_OK);
    const struct graphql_value *where = graphql_get(z.op->roots->args, "where");
    const struct graphql_value *and = graphql_get(where, "and");
    cr_assert(slice_is(graphql_text(graphql_get(and->first, "colour"), SLICE("")), "GREEN"));
    cr_assert(slice_is(graphql_text(graphql_get(and->first->next, "colour"), SLICE("")), "RED"));
    cr_assert_null(graphql_get(and->first->next, "name"));
    cr_assert_eq(graphql_get(graphql_get(where, "any"), "deep")->count, 2u);
    zoo_close(&z);
}

Test(coerce, variables_are_refused)
{
    static const struct {
        const char *query, *variables;
    } bad[] = {
        { "query ($i: ID!) { pet(id: $i) { __typename } }", "{}" },
        { "query ($i: ID!) { pet(id: $i) { __typename } }", "{\"i\":null}" },
        { "query ($n: Int) { number(n: $n) }", "{\"n\":\"1\"}" },
        { "query ($n: Int) { number(n: $n) }", "{\"n\":1.5}" },
        { "query ($n: Int) { number(n: $n) }", "{\"n\":2147483648}" },
        { "query ($l: Long) { number(l: $l) }", "{\"l\":\"x\"}" },
        { "query ($w: Where) { animals(where: $w) { name } }", "{\"w\":{\"colour\":\"PINK\"}}" },
        { "query ($w: Where) { animals(where: $w) { name } }", "{\"w\":{\"tail\":1}}" },
        { "query ($w: Where) { animals(where: $w) { name } }",
          "{\"w\":{\"and\":[{\"legs\":null}]}}" },
    };
    struct zoo z = zoo_open();
    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++)
        cr_expect_str_eq(zoo_class(&z, bad[n].query, bad[n].variables), "VariableCoercion", "%s",
                         bad[n].variables);
    cr_assert_str_eq(zoo_class(&z, "query ($n: Int = 1) { animals(where: {legs: $n}) { name } }",
                               "{\"n\":null}"),
                     "NullValueForNonNullArgument");
    zoo_close(&z);
}
