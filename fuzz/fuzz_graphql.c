/* needs: graphql */
/* Arbitrary bytes as a request against a small schema, executed when they are valid; bytes that
 * start with "#sdl" as schema text. Whatever happens, a refusal must say why and an answer must be
 * JSON. tests/unit/graphql/test_corpus.c replays fuzz/corpus/graphql/ through this very function.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "graphql/graphql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char fuzz_sdl[] =
    "directive @tag(name: String) repeatable on FIELD | QUERY\n"
    "scalar Any\n"
    "interface Node { id: ID! next(first: Int = 3): Node }\n"
    "type A implements Node { id: ID! next(first: Int = 3): Node a(x: In, y: [Int!]): A! s: String "
    "}\n"
    "type B implements Node { id: ID! next(first: Int = 3): Node s: Int list: [[Color!]!]! }\n"
    "union AB = A | B\n"
    "enum Color { RED GREEN @deprecated }\n"
    "input In { a: Int! = 1 b: [In!] c: Color d: Any }\n"
    "type Query { node(id: ID!): Node ab(in: In = {c: RED}): [AB] any(v: Any): Any a: A f: Float "
    "}\n"
    "type Mutation { put(v: In!): A }\n";

/* Every answer is made from where it stands: lists of two, objects by turns, a null now and then.
 */
static enum err fuzz_get(struct graphql_execution *x, void *source,
                         const struct graphql_selected *s, struct graphql_value *out);
static struct slice fuzz_type(void *source)
{
    return *(int *)source % 2 ? SLICE("A") : SLICE("B");
}
static const struct graphql_source_ops fuzz_ops = { .get = fuzz_get, .type_name = fuzz_type };

static struct graphql_value fuzz_value(const struct graphql_type *t, int *turn, struct arena *a)
{
    struct graphql_value v = graphql_of_null(), *tail = NULL;
    if (++*turn % 7 == 0 || *turn > 2000)
        return v;
    if (t->kind == GRAPHQL_NON_NULL)
        return fuzz_value(t->of, turn, a);
    if (t->kind == GRAPHQL_LIST_OF) {
        v.kind = GRAPHQL_LIST;
        for (int n = 0; n < 2; n++)
            if (!graphql_append(a, &v, &tail, fuzz_value(t->of, turn, a)))
                abort();
        return v;
    }
    if (graphql_type_is_composite(t))
        return graphql_of_source(&fuzz_ops, turn);
    if (t->kind == GRAPHQL_ENUM_TYPE)
        return graphql_of_text(t->values[0].name);
    return slice_is(t->name, "Int") ? graphql_of_i64(*turn) : graphql_of_text(SLICE("text"));
}

static enum err fuzz_get(struct graphql_execution *x, void *source,
                         const struct graphql_selected *s, struct graphql_value *out)
{
    *out = fuzz_value(s->field->type, source, graphql_arena(x));
    if (slice_is(s->field->name, "any") && !graphql_is_null(graphql_get(s->args, "v")))
        *out = *graphql_get(s->args, "v");
    return ERR_OK;
}

static void fuzz_schema_text(struct arena *a, struct slice text)
{
    struct graphql_schema *s = NULL;
    struct graphql_errors errors;
    graphql_errors_init(&errors, a);
    enum err e = graphql_schema_new(text, NULL, &errors, &s);
    if (e == ERR_BAD_REQUEST && !errors.count)
        abort();
    graphql_schema_free(s);
}

static void fuzz_request(const struct graphql_schema *s, struct arena *a, struct slice text)
{
    int turn = 0;
    struct buf out;
    struct json *answer;
    struct json_writer w;
    struct graphql_errors errors;
    struct graphql_operation *op;
    struct graphql_request rq = { .schema = s, .arena = a, .query = text, .introspection = true };
    graphql_errors_init(&errors, a);
    enum err e = graphql_prepare(&rq, &errors, &op);
    if (e == ERR_BAD_REQUEST && !errors.count)
        abort();
    if (e)
        return;
    buf_init(&out);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "data");
    e = graphql_execute(op, graphql_of_source(&fuzz_ops, &turn), NULL, &errors, &w);
    json_key(&w, "errors");
    graphql_errors_write(&errors, &w);
    json_object_end(&w);
    struct json_error wrong = { .what = "" };
    if (!e && json_parse(a, buf_slice(&out), &answer, &wrong) == ERR_BAD_JSON &&
        !strstr(wrong.what, "deep"))
        abort();
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct graphql_schema *schema;
    struct arena *a = arena_new(64 << 20);
    struct slice text = { (const char *)data, size };
    if (!schema && graphql_schema_new(slice_of(fuzz_sdl), NULL, NULL, &schema))
        abort();
    if (slice_starts(text, SLICE("#sdl")))
        fuzz_schema_text(a, text);
    else
        fuzz_request(schema, a, text);
    arena_free(a);
    return 0;
}
