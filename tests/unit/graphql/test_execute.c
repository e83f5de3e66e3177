#include <stdlib.h>

#include "unit/graphql/fixture.h"

/* Dogs and cats by turns, three of them; one source for every object of the zoo. */
struct beast {
    int number;
};
static struct beast beasts[3] = { { 0 }, { 1 }, { 2 } };
static const struct graphql_source_ops beast_ops;

static bool next_beast(struct graphql_execution *x, void *source, struct graphql_value *out)
{
    int *at = source;
    (void)x;
    if (*at == 3)
        return false;
    *out = graphql_of_source(&beast_ops, &beasts[(*at)++]);
    return true;
}
static const struct graphql_stream_ops beast_stream = { .next = next_beast };

static enum err get(struct graphql_execution *x, void *source, const struct graphql_selected *s,
                    struct graphql_value *out)
{
    const struct beast *b = source;
    struct slice name = s->field->name;
    int *at = graphql_user(x);
    if (slice_is(name, "dog"))
        *out = graphql_of_source(&beast_ops, &beasts[0]);
    else if (slice_is(name, "animals"))
        *at = 0, *out = graphql_of_stream(&beast_stream, at);
    else if (slice_is(name, "name") && (!b || b->number < 2))
        *out = graphql_of_text(arena_printf(graphql_arena(x), "beast %d", b->number));
    else if (slice_is(name, "legs"))
        return graphql_fail(x, ERR_UNAVAILABLE, "legs of %d", b->number);
    else if (slice_is(name, "barks"))
        *out = *graphql_get(s->args, "loud");
    else if (slice_is(name, "lives"))
        *out = graphql_of_text(SLICE("nine"));
    else if (slice_is(name, "number"))
        *out = graphql_get(s->args, "any") ? *graphql_get(s->args, "any") : graphql_of_null();
    return ERR_OK;
}
static struct slice type_name(void *source)
{
    return ((struct beast *)source)->number == 1 ? SLICE("Cat") : SLICE("Dog");
}
static const struct graphql_source_ops beast_ops = { .get = get, .type_name = type_name };

static const char *run(struct zoo *z, const char *query, const char *variables)
{
    int *at = arena_alloc(z->arena, sizeof *at);
    zoo_prepare(z, slice_of(query), variables, NULL);
    cr_assert_eq(z->err, ERR_OK, "%s", query);
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, z->arena);
    json_writer_init(&w, &out);
    z->err = graphql_execute(z->op, graphql_of_source(&beast_ops, NULL), at, &z->errors, &w);
    cr_assert_eq(z->err, ERR_OK);
    return out.data;
}

Test(execute, order_aliases_and_merging)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(
        run(&z, "{ b: dog { n: name } __typename a: dog { name } b: dog { m: name n: name } }",
            NULL),
        "{\"b\":{\"n\":\"beast 0\",\"m\":\"beast 0\"},\"__typename\":\"Query\",\"a\":{"
        "\"name\":\"beast 0\"}}");
    zoo_close(&z);
}

Test(execute, skip_and_include)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(run(&z,
                         "query ($t: Boolean!, $f: Boolean = false) { dog { name @skip(if: $t) "
                         "a: name @include(if: $f) b: name @include(if: $t) @skip(if: $f) "
                         "... @skip(if: true) { c: name } ...F @include(if: $f) } } "
                         "fragment F on Dog { d: name }",
                         "{\"t\":true}"),
                     "{\"dog\":{\"b\":\"beast 0\"}}");
    zoo_close(&z);
}

Test(execute, abstract_types_and_null_propagation)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(
        run(&z, "{ animals { __typename ... on Dog { barks } ... on Cat { c: name } } }", NULL),
        "{\"animals\":[{\"__typename\":\"Dog\",\"barks\":true},{\"__typename\":\"Cat\",\"c\":"
        "\"beast 1\"},{\"__typename\":\"Dog\",\"barks\":true}]}");
    /* The third has no name, which must not be: its place in the list becomes null. */
    cr_assert_str_eq(
        run(&z, "{ animals { name } x: __typename }", NULL),
        "{\"animals\":[{\"name\":\"beast 0\"},{\"name\":\"beast 1\"},null],\"x\":\"Query\"}");
    cr_assert_eq(z.errors.count, 1u);
    cr_assert_eq(z.errors.first->kind, GRAPHQL_E_NULL_IN_NON_NULL);
    cr_assert(slice_is(z.errors.first->path, "animals/2/name"));
    cr_assert_str_eq(run(&z, "{ dog { name } must }", NULL), "null");
    zoo_close(&z);
}

Test(execute, failures_become_null_and_errors)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(run(&z, "{ d: dog { l: legs name } }", NULL),
                     "{\"d\":{\"l\":null,\"name\":\"beast 0\"}}");
    cr_assert(slice_is(z.errors.first->message, "legs of 0"));
    cr_assert(slice_is(z.errors.first->path, "d/l"));
    cr_assert_str_eq(run(&z, "{ animals { ... on Cat { lives } } }", NULL),
                     "{\"animals\":[{},{\"lives\":null},{}]}");
    cr_assert_eq(z.errors.first->kind, GRAPHQL_E_SERIALIZATION);
    struct buf b;
    struct json_writer w;
    buf_init_arena(&b, z.arena);
    json_writer_init(&w, &b);
    graphql_errors_write(&z.errors, &w);
    cr_assert_str_eq(b.data,
                     "[{\"message\":\"The value is not a valid 'Int'\",\"locations\":[{\"line\":1,"
                     "\"column\":26}],\"path\":[\"animals\",1,\"lives\"],\"extensions\":{"
                     "\"classification\":\"SerializationError\"}}]");
    zoo_close(&z);
}

Test(execute, free_form_scalars)
{
    struct zoo z = zoo_open();
    cr_assert_str_eq(run(&z, "{ number(any: {a: [1, 2.5, \"x\", null, true, E]}) }", NULL),
                     "{\"number\":{\"a\":[1,2.5,\"x\",null,true,\"E\"]}}");
    zoo_close(&z);
}

Test(execute, ready_values_are_read_by_name)
{
    struct zoo z = zoo_open();
    struct graphql_value root = { .kind = GRAPHQL_OBJECT }, *tail = NULL;
    struct graphql_value dog = { .kind = GRAPHQL_OBJECT }, *dog_tail = NULL;
    struct graphql_value name = graphql_of_text(SLICE("Rex"));
    name.name = SLICE("name");
    cr_assert(graphql_append(z.arena, &dog, &dog_tail, name));
    dog.name = SLICE("dog");
    cr_assert(graphql_append(z.arena, &root, &tail, dog));
    zoo_prepare(&z, SLICE("{ d: dog { n: name size } }"), NULL, NULL);
    cr_assert_str_eq(zoo_execute(&z, root), "{\"data\":{\"d\":{\"n\":\"Rex\",\"size\":null}}}");
    zoo_close(&z);
}

Test(execute, the_tree_can_be_planned_before)
{
    struct zoo z = zoo_open();
    int note = 5;
    zoo_prepare(&z,
                SLICE("query A { must } query B { dog { ...F owner { id } } } fragment F on Dog { "
                      "owner { name } legs }"),
                NULL, "B");
    cr_assert_eq(z.err, ERR_OK);
    const struct graphql_selected *dog = z.op->roots, *owner = dog->children;
    cr_assert_eq(z.op->field_count, 5u);
    cr_assert(slice_is(z.op->name, "B"));
    cr_assert(slice_is(owner->key, "owner"));
    cr_assert_eq(owner->child_count, 2u);
    cr_assert(slice_is(owner->children->key, "name"));
    cr_assert(slice_is(owner->children->next->key, "id"));
    cr_assert_eq(owner->up, dog);
    graphql_note(z.op, owner, &note);
    cr_assert_eq(owner->note, &note);
    zoo_close(&z);
}

Test(execute, short_memory_is_an_error)
{
    struct zoo z = zoo_open();
    bool ended = false;
    for (size_t limit = 64; limit < 1 << 18 && !ended; limit += 512) {
        struct arena *a = arena_new(limit);
        struct graphql_errors errors;
        struct graphql_operation *op;
        struct graphql_request rq = { .schema = z.schema,
                                      .arena = a,
                                      .query = SLICE(
                                          "query ($n: Int = 3) { animals(first: $n) { name ... on "
                                          "Dog { barks } } dog { n: name } }") };
        graphql_errors_init(&errors, a);
        enum err e = graphql_prepare(&rq, &errors, &op);
        cr_assert(e == ERR_OK || e == ERR_OUT_OF_MEMORY);
        ended = !e;
        arena_free(a);
    }
    cr_assert(ended);
    zoo_close(&z);
}
