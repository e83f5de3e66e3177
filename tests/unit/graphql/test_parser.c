#include "base/limits.h"
#include "graphql/parser.h"
#include "unit/graphql/fixture.h"

static const char *syntax(const char *text)
{
    static char message[200];
    struct arena *a = arena_new(1 << 20);
    struct graphql_errors errors;
    struct ast_document *doc;
    graphql_errors_init(&errors, a);
    message[0] = 0;
    if (graphql_parse_document(a, slice_of(text), &errors, &doc))
        snprintf(message, sizeof message, "%.*s", SLICE_ARG(errors.first->message));
    arena_free(a);
    return message;
}

Test(parser, accepts_all_forms)
{
    cr_assert_str_eq(syntax("{a}"), "");
    cr_assert_str_eq(
        syntax("query Q($a: [Int!]! = [1 2] @d, $b: I) @x(y: $a) { k: f(a: {b: [$b]}) @i "
               "{ ...F ... on T @j { x } ... { y } ... @k { z } } }"
               "fragment F on T @d { on fragment query }"
               "mutation { m } subscription S { s }"),
        "");
}

Test(parser, says_where)
{
    cr_assert_str_eq(syntax("{ a(b:1 "),
                     "Invalid syntax with offending token '<EOF>' at line 1 column 9");
    cr_assert_str_eq(syntax("{ a\n } }"),
                     "Invalid syntax with offending token '}' at line 2 column 4");
    cr_assert_str_eq(syntax("\xff"), "The document is not valid UTF-8");
}

Test(parser, refuses)
{
    static const char *const bad[] = {
        "",
        "{}",
        "{ a() }",
        "{ a: }",
        "query ($a: Int = $b) { a }",
        "fragment on on T { a }",
        "{ ...on }",
        "query Q() { a }",
        "{ a(b: [1) }",
        "{ a @ }",
        "query ($a) { a }",
        "{ \"a\" }",
        "nonsense { a }",
        "fragment F { a }",
        "{ a(b: {c 1}) }",
    };
    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++)
        cr_assert_neq(syntax(bad[n])[0], 0, "%s", bad[n]);
}

Test(parser, depth_is_limited)
{
    char text[1000];
    int n = 0;
    for (int level = 0; level < LIMIT_graphql_nesting_max; level++)
        n += snprintf(text + n, sizeof text - (size_t)n, "{a");
    for (int level = 0; level < LIMIT_graphql_nesting_max; level++)
        n += snprintf(text + n, sizeof text - (size_t)n, "}");
    cr_assert_str_eq(syntax(text), "");
    memset(text, '[', sizeof text - 1);
    text[sizeof text - 1] = 0;
    memcpy(text, "{a(b:", 5);
    cr_assert_str_eq(syntax(text), "The document is nested deeper than 64 levels");
}

Test(parser, size_is_limited)
{
    struct zoo z = zoo_open();
    char *text = arena_alloc(z.arena, LIMIT_graphql_bytes_max + 1);
    memset(text, ' ', LIMIT_graphql_bytes_max + 1);
    memcpy(text, "{must}", 6);
    zoo_prepare(&z, (struct slice){ text, LIMIT_graphql_bytes_max }, NULL, NULL);
    cr_assert_eq(z.err, ERR_OK);
    zoo_prepare(&z, (struct slice){ text, LIMIT_graphql_bytes_max + 1 }, NULL, NULL);
    cr_assert_eq(z.errors.first->kind, GRAPHQL_E_TOO_COMPLEX);
    zoo_close(&z);
}
