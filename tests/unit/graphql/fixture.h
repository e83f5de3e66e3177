/* A small schema of our own and one-line ways to ask it, for the tests of the engine. */
#ifndef TESTS_GRAPHQL_FIXTURE_H
#define TESTS_GRAPHQL_FIXTURE_H
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "graphql/graphql.h"
static const char zoo_sdl[] =
    "\"\"\"Whole numbers of 64 bits\"\"\"\n"
    "scalar Long @specifiedBy(url: \"https://example.org/long\")\n"
    "scalar Any\n"
    "directive @tag(name: String!) repeatable on FIELD\n"
    "directive @once on FIELD | QUERY\n"
    "interface Animal { name: String! legs: Int }\n"
    "type Dog implements Animal { name: String! legs: Int barks(loud: Boolean = true): Boolean\n"
    "  owner: Person friends: [Animal!] size: Int }\n"
    "type Cat implements Animal { name: String! legs: Int lives: Int owner: Person size: String }\n"
    "type Person { id: ID! name: String pets: [Animal] }\n"
    "union Pet = Dog | Cat\n"
    "enum Colour { RED GREEN BLUE @deprecated(reason: \"sky\") }\n"
    "input Where { colour: Colour legs: Int! = 4 and: [Where] since: Long any: Any name: String }\n"
    "type Query {\n"
    "  \"The dog\" dog: Dog\n"
    "  pet(id: ID!): Pet\n"
    "  animals(where: Where, first: Int = 10, colours: [Colour!], at: Long): [Animal]\n"
    "  number(n: Int, f: Float, s: String, b: Boolean, i: ID, l: Long, any: Any): Any\n"
    "  old(gone: Int @deprecated): Int @deprecated(reason: \"use dog\")\n"
    "  must: Int!\n"
    "  matrix: [[Int!]]\n"
    "}\n"
    "type Mutation { rename(name: String!): Dog }\n"
    "type Subscription { barks: Int more: Int }\n";

static bool zoo_long(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                     const char **why)
{
    int64_t n;
    (void)a;
    *why = "it is no whole number";
    if (in->kind == GRAPHQL_TEXT && slice_to_i64(in->text, &n)) {
        *out = graphql_of_i64(n);
        return true;
    }
    *out = *in;
    return in->kind == GRAPHQL_INT;
}
static const struct graphql_scalar zoo_scalars[] = { { "Long", zoo_long, NULL },
                                                     { NULL, NULL, NULL } };

struct zoo {
    struct arena *arena;
    struct graphql_schema *schema;
    struct graphql_errors errors;
    struct graphql_operation *op;
    enum err err;
};
static inline struct zoo zoo_open(void)
{
    struct zoo z = { .arena = arena_new(64 << 20) };
    graphql_errors_init(&z.errors, z.arena);
    z.err = graphql_schema_new(slice_of(zoo_sdl), zoo_scalars, &z.errors, &z.schema);
    cr_assert_eq(z.err, ERR_OK);
    return z;
}
static inline void zoo_close(struct zoo *z)
{
    graphql_schema_free(z->schema);
    arena_free(z->arena);
}
static inline void zoo_prepare(struct zoo *z, struct slice query, const char *variables,
                               const char *name)
{
    struct json *v = NULL;
    graphql_errors_init(&z->errors, z->arena);
    if (variables)
        cr_assert_eq(json_parse(z->arena, slice_of(variables), &v, NULL), ERR_OK);
    struct graphql_request rq = { .schema = z->schema,
                                  .arena = z->arena,
                                  .query = query,
                                  .operation_name = slice_of(name),
                                  .variables = v,
                                  .introspection = true };
    z->op = NULL;
    z->err = graphql_prepare(&rq, &z->errors, &z->op);
}
/* Class of the first error of a document, "" when it is good. */
static inline const char *zoo_class(struct zoo *z, const char *query, const char *variables)
{
    zoo_prepare(z, slice_of(query), variables, NULL);
    cr_assert_eq(z->err == ERR_OK, z->errors.count == 0);
    return z->errors.first ? graphql_error_name(z->errors.first->kind) : "";
}
/* {"data":...,"errors":[...]} of the prepared operation; errors only when there are some. */
static inline const char *zoo_execute(struct zoo *z, struct graphql_value root)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, z->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "data");
    z->err = graphql_execute(z->op, root, NULL, &z->errors, &w);
    if (z->errors.count) {
        json_key(&w, "errors");
        graphql_errors_write(&z->errors, &w);
    }
    json_object_end(&w);
    return out.data;
}
#endif
