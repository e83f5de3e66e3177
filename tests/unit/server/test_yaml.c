/* YAML as JSON, and JSON as YAML that reads back as it was. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"
#include "server/yaml.h"

static struct slice as_json(struct arena *a, const char *yaml)
{
    struct buf out;
    struct slice why = { NULL, 0 };
    buf_init_arena(&out, a);
    enum err e = yaml_to_json(slice_of(yaml), a, &out, &why);
    return e == ERR_OK ? buf_slice(&out) : why;
}

static void check(const char *yaml, const char *json)
{
    struct arena *a = arena_new(1 << 20);
    struct slice got = as_json(a, yaml);
    cr_assert(slice_is(got, json), "%s: %.*s", yaml, SLICE_ARG(got));
    arena_free(a);
}

Test(yaml, plain_words_are_what_json_has_and_else_texts)
{
    check("[null, ~, true, False, 0, -12, 1.5, 2e3]", "[null,null,true,false,0,-12,1.5,2e3]");
    check("[+49, 012, .5, 1., 1_000, 0x1f, 2024-01-01, yes, nulls]",
          "[\"+49\",\"012\",\".5\",\"1.\",\"1_000\",\"0x1f\",\"2024-01-01\",\"yes\",\"nulls\"]");
    check("['1', \"true\", '']", "[\"1\",\"true\",\"\"]");
    check("a:\nb: {c: [1, {d: e}]}\ng: |\n  two\n  lines\n",
          "{\"a\":null,\"b\":{\"c\":[1,{\"d\":\"e\"}]},\"g\":\"two\\nlines\\n\"}");
}

Test(yaml, what_json_cannot_say_is_refused_with_its_line)
{
    check("", "line 1: empty");
    check("a: 1\nb: &x 2", "line 2: anchors and tags are not taken");
    check("a: 1\nb: !t {c: d}", "line 2: anchors and tags are not taken");
    check("a: &x 1\nb: *x", "line 1: anchors and tags are not taken");
    check("? [a]\n: 1", "line 1: a key must be a text");
    check("a\n---\nb", "line 2: more than one document");
    check("a: \"\xff\"", "line 1: invalid leading UTF-8 octet");
}

Test(yaml, what_is_written_reads_back_as_it_was)
{
    const char *json =
        "{\"format\":1,\"none\":{},\"nobody\":[],\"rows\":[{\"a\":null,\"b\":true,\"c\":-1.50,"
        "\"d\":\"\"},[[\"x\"]],\"true\",\"Yes\",\"~\",\"012\",\"+4930\",\"- a\",\"# b\",\"c: d\","
        "\" sp \",\"tab\\t\",\"\\r\\n\\u0001\",\"\xc3\xa9\xf0\x9f\xa6\x8a\",\"a'b\\\"c\\\\\"],"
        "\"012\":\"key\",\"\":0}";
    struct arena *a = arena_new(1 << 20);
    struct json *root;
    struct buf text;
    buf_init_arena(&text, a);
    cr_assert_eq(json_parse(a, slice_of(json), &root, NULL), ERR_OK);
    cr_assert_eq(yaml_from_json(root, &text), ERR_OK);
    buf_add(&text, (struct slice){ "", 1 });
    struct slice back = as_json(a, text.data);
    cr_assert(slice_is(back, json), "%s\n%.*s", text.data, SLICE_ARG(back));
    arena_free(a);
}
