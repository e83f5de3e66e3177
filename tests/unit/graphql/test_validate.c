/* One row for each side of every rule: the class of the first error, "" for a good document. */
#include "base/limits.h"
#include "unit/graphql/fixture.h"

static const struct {
    const char *expected, *query;
} rows[] = {
    { "UnknownOperation", "query A { must } query B { must }" },
    { "", "query A { must }" },
    { "DuplicateOperationName", "query A { must } query A { must }" },
    { "LoneAnonymousOperationViolation", "{ must } query A { must }" },
    { "NonExecutableDefinition", "type A { b: Int }" },
    { "OperationNotSupported", "subscription { barks }" },
    { "SubscriptionMultipleRootFields", "subscription { barks more }" },
    { "", "mutation { rename(name: \"x\") { name } }" },
    { "FieldUndefined", "{ nothing }" },
    { "FieldUndefined", "{ pet(id: 1) { name } }" },
    { "", "{ pet(id: 1) { __typename } }" },
    { "FieldUndefined", "{ dog { __schema { description } } }" },
    { "SubselectionRequired", "{ dog }" },
    { "SubselectionNotAllowed", "{ must { a } }" },
    { "", "{ animals(first: 1) { name } }" },
    { "UnknownArgument", "{ animals(last: 1) { name } }" },
    { "MissingFieldArgument", "{ pet { __typename } }" },
    { "NullValueForNonNullArgument", "{ pet(id: null) { __typename } }" },
    { "DuplicateArgumentNames", "{ animals(first: 1, first: 2) { name } }" },
    { "WrongType", "{ animals(first: \"1\") { name } }" },
    { "WrongType", "{ animals(first: 3000000000) { name } }" },
    { "", "{ animals(where: {colour: RED, and: {legs: 2}, any: {a: [X]}}) { name } }" },
    { "WrongType", "{ animals(where: {colour: PINK}) { name } }" },
    { "WrongType", "{ animals(where: {colour: \"RED\"}) { name } }" },
    { "WrongType", "{ animals(where: {tail: 1}) { name } }" },
    { "WrongType", "{ animals(where: {legs: null}) { name } }" },
    { "WrongType", "{ animals(where: 5) { name } }" },
    { "UniqueObjectFieldName", "{ animals(where: {name: \"a\", name: \"b\"}) { name } }" },
    { "UniqueObjectFieldName", "{ number(any: {a: 1, a: 2}) }" },
    { "", "{ animals(at: \"12\") { name } }" },
    { "WrongType", "{ animals(at: \"twelve\") { name } }" },
    { "", "{ dog { ...F } } fragment F on Dog { name }" },
    { "UndefinedFragment", "{ dog { ...F } }" },
    { "UnusedFragment", "{ must } fragment F on Dog { name }" },
    { "DuplicateFragmentName",
      "{ dog { ...F } } fragment F on Dog { name } fragment F on Dog { legs }" },
    { "FragmentCycle", "{ dog { ...F } } fragment F on Dog { owner { pets { ...F } } }" },
    { "FragmentCycle", "{ dog { ...F } } fragment F on Dog { ...G } fragment G on Dog { ...F }" },
    { "UnknownType", "{ dog { ...F } } fragment F on Wolf { name }" },
    { "UnknownType", "{ dog { ... on Wolf { name } } }" },
    { "FragmentTypeConditionInvalid", "{ dog { ...F } } fragment F on Int { name }" },
    { "InlineFragmentTypeConditionInvalid", "{ dog { ... on Colour { name } } }" },
    { "", "{ dog { ... on Animal { ... on Pet { ... on Dog { size } } } } }" },
    { "InvalidFragmentType", "{ dog { ... on Cat { name } } }" },
    { "InvalidFragmentType", "{ dog { ...F } } fragment F on Person { name }" },
    { "", "{ must @once @tag(name: \"a\") @tag(name: \"b\") @skip(if: false) }" },
    { "UnknownDirective", "{ must @nothing }" },
    { "MisplacedDirective", "query @tag(name: \"a\") { must }" },
    { "MissingDirectiveArgument", "{ must @skip }" },
    { "DuplicateDirectiveName", "{ must @once @once }" },
    { "UnknownArgument", "{ must @once(a: 1) }" },
    { "WrongType", "{ must @skip(if: 1) }" },
    { "", "query ($n: Int) { animals(first: $n) { name } }" },
    { "DuplicateVariableName", "query ($n: Int, $n: Int) { animals(first: $n) { name } }" },
    { "NonInputTypeOnVariable", "query ($n: Dog) { animals(first: $n) { name } }" },
    { "UnknownType", "query ($n: Wolf) { animals(first: $n) { name } }" },
    { "UndefinedVariable", "{ animals(first: $n) { name } }" },
    { "UndefinedVariable", "{ dog { ...F } } fragment F on Dog { barks(loud: $n) }" },
    { "UndefinedVariable", "{ number(any: {a: $n}) }" },
    { "", "query ($n: Boolean) { dog { ...F } } fragment F on Dog { barks(loud: $n) }" },
    { "UnusedVariable", "query ($n: Int) { must }" },
    { "WrongType", "query ($n: Int = \"a\") { animals(first: $n) { name } }" },
    { "VariableTypeMismatch", "query ($n: String) { animals(first: $n) { name } }" },
    { "VariableTypeMismatch", "query ($n: ID) { pet(id: $n) { __typename } }" },
    { "", "query ($n: ID = 1) { pet(id: $n) { __typename } }" },
    { "", "query ($n: Int) { animals(where: {legs: $n}) { name } }" },
    { "VariableTypeMismatch", "query ($n: [Colour]) { animals(colours: $n) { name } }" },
    { "", "query ($n: [Colour!]!) { animals(colours: $n) { name } }" },
    { "VariableTypeMismatch", "query ($n: Colour!) { animals(colours: $n) { name } }" },
    { "", "query ($n: Int) { number(any: {a: [$n]}) }" },
    { "", "{ dog { n: name n: name } dog { owner { id } } dog { owner { name } } }" },
    { "FieldsConflict", "{ dog { n: name n: legs } }" },
    { "FieldsConflict", "{ a: animals(first: 1) { name } a: animals(first: 2) { name } }" },
    { "", "{ a: number(n: 1, any: {a: [1]}) a: number(any: {a: [1]}, n: 1) }" },
    { "FieldsConflict", "{ a: number(any: {a: [1]}) a: number(any: {a: [2]}) }" },
    { "FieldsConflict", "{ dog { owner { x: id } } dog { owner { x: name } } }" },
    { "FieldsConflict", "{ dog { ...F n: legs } } fragment F on Dog { n: name }" },
    { "", "{ pet(id: 1) { ... on Dog { n: name } ... on Cat { n: name } } }" },
    { "", "{ pet(id: 1) { ... on Dog { o: owner { x: name } } ... on Cat { o: owner { x: name } } "
          "} }" },
    { "FieldsConflict", "{ pet(id: 1) { ... on Dog { size } ... on Cat { size } } }" },
    { "FieldsConflict",
      "{ pet(id: 1) { ... on Dog { o: owner { x: id } } ... on Cat { o: owner { x: name } } } }" },
    { "FieldsConflict", "{ animals { n: name ... on Cat { n: lives } } }" },
    { "", "{ __schema { queryType { name } } __type(name: \"Dog\") { kind } __typename }" },
    { "MissingFieldArgument", "{ __type { kind } }" },
};

Test(validate, every_rule_both_ways)
{
    struct zoo z = zoo_open();
    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        const char *variables = "{\"n\": [\"RED\"]}";
        if (rows[n].expected[0] || !strstr(rows[n].query, "[Colour!]!"))
            variables = NULL;
        const char *found = zoo_class(&z, rows[n].query, variables);
        cr_expect_str_eq(found, rows[n].expected, "%s: %s", rows[n].query, found);
    }
    zoo_close(&z);
}

Test(validate, errors_carry_path_place_and_words)
{
    struct zoo z = zoo_open();
    zoo_class(&z, "{\n d: dog { o: owner { tail } } }", NULL);
    const struct graphql_error *e = z.errors.first;
    cr_assert(slice_is(e->path, "d/o/tail"));
    cr_assert(slice_is(e->message, "Field 'tail' in type 'Person' is undefined"));
    cr_assert_eq(e->line, 2u);
    cr_assert_eq(e->column, 22u);
    zoo_class(&z, "{ animals(where: {and: [{legs: \"x\"}]}) { name } }", NULL);
    cr_assert(
        slice_is(z.errors.first->message, "Argument 'where.and[0].legs' has the value \"x\", "
                                          "which is not a valid 'Int!'") ||
        slice_is(z.errors.first->message,
                 "Argument 'where.and[0].legs' has the value \"x\", which is not a valid 'Int'"));
    zoo_close(&z);
}

Test(validate, several_errors_are_found_up_to_the_limit)
{
    struct zoo z = zoo_open();
    struct buf b;
    zoo_class(&z, "{ a b dog }", NULL);
    cr_assert_eq(z.errors.count, 3u);
    buf_init_arena(&b, z.arena);
    buf_add_char(&b, '{');
    for (int n = 0; n < 500; n++)
        buf_printf(&b, " nothing%d", n);
    buf_add_char(&b, '}');
    zoo_class(&z, b.data, NULL);
    cr_assert_eq(z.errors.count, (uint32_t)LIMIT_graphql_errors_max);
    zoo_close(&z);
}

/* Fragments that double at each level: 2^30 fields if one were to spread them. */
Test(validate, doubling_fragments_end_at_a_limit, .timeout = 5)
{
    struct zoo z = zoo_open();
    struct buf b;
    buf_init_arena(&b, z.arena);
    buf_printf(&b, "{ dog { owner { ...F0 } } }");
    for (int n = 0; n < 30; n++)
        buf_printf(&b,
                   " fragment F%d on Person { a: pets { ...P%d } b: pets { ...P%d } }"
                   " fragment P%d on Animal { ... on Dog { owner { ...F%d } } }",
                   n, n, n, n, n + 1);
    buf_printf(&b, " fragment F30 on Person { id }");
    cr_assert_str_eq(zoo_class(&z, b.data, NULL), "TooComplex");
    zoo_close(&z);
}

Test(validate, many_fields_of_one_name_are_quick, .timeout = 5)
{
    struct zoo z = zoo_open();
    struct buf b;
    buf_init_arena(&b, z.arena);
    buf_add_char(&b, '{');
    for (int n = 0; n < 10000; n++)
        buf_printf(&b, " must");
    buf_add_char(&b, '}');
    cr_assert_str_eq(zoo_class(&z, b.data, NULL), "");
    buf_clear(&b);
    buf_add_char(&b, '{');
    for (int n = 0; n < 5000; n++)
        buf_printf(&b, " a%d:must", n);
    buf_add_char(&b, '}');
    cr_assert_str_eq(zoo_class(&z, b.data, NULL), "");
    cr_assert_eq(z.op->field_count, 5000u);
    zoo_close(&z);
}

Test(validate, selection_depth_is_limited)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(zoo_class(&z,
                               "{ __schema { types { fields { args { type { ofType { ofType { "
                               "ofType { ofType { ofType { ofType { ofType { name "
                               "} } } } } } } } } } } } }",
                               NULL),
                     "");
    cr_assert_str_eq(
        zoo_class(
            &z,
            "{ __schema { types { ofType { ofType { ofType { ofType { ofType { ofType { ofType {"
            " ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { "
            " ofType { ofType { ofType { name } } } } } } } } } } } } } } } } } } } } } }",
            NULL),
        "TooComplex");
    zoo_close(&z);
}
