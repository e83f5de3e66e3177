#include "unit/graphql/fixture.h"

static bool loads(const char *sdl)
{
    struct arena *a = arena_new(1 << 20);
    struct graphql_errors errors;
    struct graphql_schema *s = NULL;
    graphql_errors_init(&errors, a);
    enum err e = graphql_schema_new(slice_of(sdl), NULL, &errors, &s);
    cr_assert(e == ERR_OK || (e == ERR_BAD_REQUEST && errors.count && !s));
    graphql_schema_free(s);
    arena_free(a);
    return !e;
}

Test(sdl, types_are_there)
{
    struct zoo z = zoo_open();
    const struct graphql_type *query = graphql_query_type(z.schema);
    const struct graphql_field *animals = graphql_field_named(query, SLICE("animals"));
    cr_assert(slice_is(query->name, "Query"));
    cr_assert(slice_is(query->fields[0].description, "The dog"));
    cr_assert(slice_is(graphql_type_text(animals->type, z.arena), "[Animal]"));
    cr_assert(slice_is(graphql_type_text(animals->args[2].type, z.arena), "[Colour!]"));
    cr_assert_eq(graphql_i64(animals->args[1].fallback, 0), 10);
    cr_assert(slice_is(graphql_field_named(query, SLICE("old"))->deprecation_reason, "use dog"));
    cr_assert(graphql_field_named(query, SLICE("old"))->args[0].deprecated);
    const struct graphql_type *colour = graphql_type_named(z.schema, SLICE("Colour"));
    cr_assert(graphql_enum_named(colour, SLICE("BLUE"))->deprecated);
    cr_assert_null(graphql_enum_named(colour, SLICE("PINK")));
    cr_assert_eq(graphql_type_named(z.schema, SLICE("Animal"))->possible_count, 2u);
    cr_assert(slice_is(graphql_type_named(z.schema, SLICE("Long"))->specified_by,
                       "https://example.org/long"));
    zoo_close(&z);
}

Test(sdl, accepts)
{
    cr_assert(loads("type Query { a: Int }"));
    cr_assert(loads("schema { query: Q } type Q { a: Int } extend type Q { b: Int }"));
    cr_assert(loads(
        "type Query { a(b: In = {}): Int } input In { c: Two = {} } input Two { d: Int = 1 }"));
    cr_assert(loads("interface I { a: I } interface J implements I { a: J } "
                    "type Query implements I & J { a(b: Int): Query! }"));
    cr_assert(loads("type Query { a(b: In): Int } input In { c: In d: [In!]! }"));
}

Test(sdl, refuses)
{
    static const char *const bad[] = {
        "",
        "type Query { }",
        "type Query { a: Nobody }",
        "type Query { a: Int a: Int }",
        "type Query { a: Int } type Query { a: Int }",
        "type Query { a(b: Query): Int }",
        "type Query { a: In } input In { b: Int }",
        "type Query { a(b: Int = \"x\"): Int }",
        "type Query implements I { a: Int } interface I { b: Int }",
        "type Query implements I { a: Int } interface I { a: String }",
        "type Query implements I { a: Int } interface I { a(b: Int): Int }",
        "type Query implements I { a(c: Int!): Int } interface I { a: Int }",
        "type Query implements J {a: ID} interface I {a: ID} interface J implements I {a: ID}",
        "type Query { a: U } union U = Int",
        "type Query { a: E } enum E { A A }",
        "type Query { a: Int } extend type Other { b: Int }",
        "type Query { a: Int @nothing }",
        "type Query { a(b: In): Int } input In { c: Two! } input Two { d: In! }",
        "type Query { a: Int } type __Mine { a: Int }",
        "type Query { a: Int } directive @d on NOWHERE",
        "schema { query: Int }",
        "type Query { a: Int",
    };
    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++)
        cr_assert(!loads(bad[n]), "%s", bad[n]);
}
