#include "unit/graphql/fixture.h"

static const struct graphql_source_ops nobody = { 0 };

static const char *ask(struct zoo *z, const char *query)
{
    zoo_prepare(z, slice_of(query), NULL, NULL);
    cr_assert_eq(z->err, ERR_OK, "%s", query);
    return zoo_execute(z, graphql_of_source(&nobody, NULL));
}

Test(introspect, types_field_by_field)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(
        ask(&z,
            "{ __type(name: \"Dog\") { kind name description interfaces { name } possibleTypes { "
            "name } enumValues { name } inputFields { name } ofType { name } fields { name args { "
            "name defaultValue type { name } } type { kind name ofType { kind name } } } } }"),
        "{\"data\":{\"__type\":{\"kind\":\"OBJECT\",\"name\":\"Dog\",\"description\":null,"
        "\"interfaces\":"
        "[{\"name\":\"Animal\"}],\"possibleTypes\":null,\"enumValues\":null,\"inputFields\":null,"
        "\"ofType\":null,\"fields\":["
        "{\"name\":\"name\",\"args\":[],\"type\":{\"kind\":\"NON_NULL\",\"name\":null,\"ofType\":{"
        "\"kind\":\"SCALAR\",\"name\":\"String\"}}},"
        "{\"name\":\"legs\",\"args\":[],\"type\":{\"kind\":\"SCALAR\",\"name\":\"Int\",\"ofType\":"
        "null}},"
        "{\"name\":\"barks\",\"args\":[{\"name\":\"loud\",\"defaultValue\":\"true\",\"type\":{"
        "\"name\":"
        "\"Boolean\"}}],\"type\":{\"kind\":\"SCALAR\",\"name\":\"Boolean\",\"ofType\":null}},"
        "{\"name\":\"owner\",\"args\":[],\"type\":{\"kind\":\"OBJECT\",\"name\":\"Person\","
        "\"ofType\":null}},"
        "{\"name\":\"friends\",\"args\":[],\"type\":{\"kind\":\"LIST\",\"name\":null,\"ofType\":{"
        "\"kind\":\"NON_NULL\",\"name\":null}}},"
        "{\"name\":\"size\",\"args\":[],\"type\":{\"kind\":\"SCALAR\",\"name\":\"Int\",\"ofType\":"
        "null}}"
        "]}}}");
    cr_assert_str_eq(ask(&z, "{ __type(name: \"Wolf\") { name } }"),
                     "{\"data\":{\"__type\":null}}");
    cr_assert_str_eq(
        ask(&z, "{ __type(name: \"Pet\") { kind possibleTypes { name } fields { name } } }"),
        "{\"data\":{\"__type\":{\"kind\":\"UNION\",\"possibleTypes\":[{\"name\":\"Dog\"},{"
        "\"name\":\"Cat\"}],\"fields\":null}}}");
    cr_assert_str_eq(
        ask(&z, "{ __type(name: \"Long\") { kind specifiedByURL description } }"),
        "{\"data\":{\"__type\":{\"kind\":\"SCALAR\",\"specifiedByURL\":"
        "\"https://example.org/long\",\"description\":\"Whole numbers of 64 bits\"}}}");
    zoo_close(&z);
}

Test(introspect, deprecated_only_when_asked)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(
        ask(&z, "{ __type(name: \"Colour\") { enumValues { name isDeprecated } all: "
                "enumValues(includeDeprecated: true) { name deprecationReason } } }"),
        "{\"data\":{\"__type\":{\"enumValues\":[{\"name\":\"RED\",\"isDeprecated\":false},{"
        "\"name\":\"GREEN\",\"isDeprecated\":false}],\"all\":[{\"name\":\"RED\","
        "\"deprecationReason\":null},{\"name\":\"GREEN\",\"deprecationReason\":null},{\"name\":"
        "\"BLUE\",\"deprecationReason\":\"sky\"}]}}}");
    const char *all =
        ask(&z, "{ __type(name: \"Query\") { fields(includeDeprecated: true) { name args { "
                "name } a: args(includeDeprecated: true) { name isDeprecated "
                "deprecationReason } isDeprecated } } }");
    cr_assert_not_null(strstr(all, "{\"name\":\"old\",\"args\":[],\"a\":[{\"name\":\"gone\","
                                   "\"isDeprecated\":true,\"deprecationReason\":\"No longer "
                                   "supported\"}],\"isDeprecated\":true}"));
    zoo_close(&z);
}

/* The question that editors ask, in our own words. */
Test(introspect, whole_schema)
{
    struct zoo z = zoo_open();
    const char *all = ask(
        &z,
        "query IntrospectionQuery { __schema { description queryType { name } mutationType { name "
        "} "
        "subscriptionType { name } types { ...FullType } directives { name description "
        "isRepeatable "
        "locations args(includeDeprecated: true) { ...InputValue } } } } "
        "fragment FullType on __Type { kind name description specifiedByURL "
        "fields(includeDeprecated: true) { name description args(includeDeprecated: true) { "
        "...InputValue } type { ...TypeRef } isDeprecated deprecationReason } "
        "inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } "
        "enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } "
        "possibleTypes { ...TypeRef } } "
        "fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue "
        "isDeprecated deprecationReason } "
        "fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { "
        "kind name "
        "ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind "
        "name "
        "ofType { kind name } } } } } } } } } }");
    struct json *v;
    cr_assert_eq(json_parse(z.arena, slice_of(all), &v, NULL), ERR_OK);
    cr_assert_null(json_get(v, "errors"));
    const struct json *schema = json_path(v, "data.__schema");
    cr_assert(slice_is(json_text(json_path(schema, "queryType.name"), SLICE("")), "Query"));
    cr_assert(
        slice_is(json_text(json_path(schema, "subscriptionType.name"), SLICE("")), "Subscription"));
    cr_assert_eq(json_get(schema, "types")->count, 12u + 5u + 8u);
    cr_assert_eq(json_get(schema, "directives")->count, 6u);
    cr_assert(json_bool(json_get(json_get(schema, "directives")->first, "isRepeatable"), false));
    zoo_close(&z);
}

Test(introspect, can_be_switched_off)
{
    struct zoo z = zoo_open();
    struct graphql_request rq = { .schema = z.schema, .arena = z.arena };
    graphql_errors_init(&z.errors, z.arena);
    rq.query = SLICE("{ ...F } fragment F on Query { x: __schema { description } }");
    cr_assert_eq(graphql_prepare(&rq, &z.errors, &z.op), ERR_BAD_REQUEST);
    cr_assert_eq(z.errors.first->kind, GRAPHQL_E_INTROSPECTION_DISABLED);
    rq.query = SLICE("{ __typename }");
    cr_assert_eq(graphql_prepare(&rq, &z.errors, &z.op), ERR_OK);
    zoo_close(&z);
}
