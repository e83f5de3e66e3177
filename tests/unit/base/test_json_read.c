#include <criterion/criterion.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"
#include "base/limits.h"

static struct arena *a;
static void setup(void)
{
    a = arena_new(32 << 20);
}
static void teardown(void)
{
    arena_free(a);
}
TestSuite(json_read, .init = setup, .fini = teardown);

static struct json *parse(const char *text)
{
    struct json *root = NULL;
    struct json_error error = { 0, "" };
    cr_assert_eq(json_parse(a, slice_of(text), &root, &error), ERR_OK, "%s: %s at %zu", text,
                 error.what, error.offset);
    return root;
}

Test(json_read, accepts_every_form_of_the_rfc)
{
    const char *good[] = { "null",
                           " true\n",
                           "\t false\r",
                           "0",
                           "-0",
                           "12",
                           "-1.5",
                           "1e5",
                           "1E+5",
                           "1e-05",
                           "0.0",
                           "0e0",
                           "-0.0",
                           "123456789012345678901234567890",
                           "\"\"",
                           "\"a\"",
                           "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                           "\"\\u0041\"",
                           "\"\\ud83d\\uDE00\"",
                           "\"\\u0000\"",
                           "\"\x7f\"",
                           "\"\xc3\xa4\"",
                           "\"\xf4\x8f\xbf\xbf\"",
                           "\"12345678901234567\"",
                           "[]",
                           "[ ]",
                           "[1]",
                           "[1,[2,[]]]",
                           "{}",
                           "{ }",
                           "{\"a\":1}",
                           "{\"a\":{\"a\":{}}}",
                           "{\"\":0}",
                           "[{\"a\":1},{\"a\":1}]",
                           " [ 1 , 2 ] " };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        parse(good[i]);
}

/* clang-format off */
static const char *const refused[] = {
    "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5",
    "1e", "1e+", "0x1", "1_0", "1e999", "-1e999", "\"", "\"a", "\"\\\"", "\"\\x41\"",
    "\"\\u004\"", "\"\\u00g0\"", "\"\\", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
    "\"\\ud800x\"", "\"\\ud800\\ud800\"", "\"a\nb\"", "\"a\tb\"", "\"1234567\x01\"", "[", "]",
    "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1",
    "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{,}",
    "{\"a\":1]", "'a'", "1 2", "{} {}", "// c\n1", "/**/1", "\v1", "\xc2\xa0 1",
    "\xef\xbb\xbf{}", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}",
};
/* clang-format on */

Test(json_read, refuses_everything_else)
{
    struct json untouched, *root = &untouched;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct json_error error = { 0, NULL };
        struct slice text = slice_of(refused[i]);
        cr_assert_eq(json_parse(a, text, &root, &error), ERR_BAD_JSON, "'%s'", refused[i]);
        cr_assert_not_null(error.what);
        cr_assert_leq(error.offset, text.len, "'%s'", refused[i]);
    }
    cr_assert_eq(root, &untouched);
    cr_assert_eq(json_parse(a, (struct slice){ NULL, 0 }, &root, NULL), ERR_BAD_JSON);
}

Test(json_read, text_must_be_utf8)
{
    const char *bad[] = { "\"\xff\"",
                          "\"\xc3\"",
                          "\"12345678\xc0\x80\"",
                          "\"\xed\xa0\x80\"",
                          "\"\\n\xf5\x80\x80\x80\"",
                          "{\"\xe2\x82\":1}" };
    struct json *root;
    struct json_error error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(json_parse(a, slice_of(bad[i]), &root, NULL), ERR_BAD_ENCODING, "%zu", i);
    json_parse(a, SLICE("[\"ab\xff\"]"), &root, &error);
    cr_assert_eq(error.offset, 4);
}

Test(json_read, never_reads_past_the_end)
{
    const char text[] = "{\"name\":\"va\\u00e4lue\xc3\xa4\",\"n\":[-1.5e3,true,null]}";
    struct json *root;
    for (size_t len = 0; len < sizeof text - 1; len++) {
        char *exact = malloc(len ? len : 1); /* AddressSanitizer guards its end */
        memcpy(exact, text, len);
        cr_assert_neq(json_parse(a, (struct slice){ exact, len }, &root, NULL), ERR_OK);
        free(exact);
    }
}

Test(json_read, values_come_out)
{
    struct json *root = parse("{\"s\":\"x\\ty\\u00e4\\ud83d\\ude00z\",\"i\":-42,\"r\":2.5,"
                              "\"b\":true,\"n\":null,\"a\":[1,2,3],\"o\":{\"p\":{\"q\":7}}}");
    cr_assert_eq(root->count, 7);
    cr_assert(slice_is(json_get(root, "s")->text, "x\ty\xc3\xa4\xf0\x9f\x98\x80z"));
    cr_assert_eq(json_i64(json_get(root, "i"), 0), -42);
    cr_assert_eq(json_get(root, "i")->real, -42.0);
    cr_assert_eq(json_get(root, "r")->type, JSON_REAL);
    cr_assert_eq(json_get(root, "r")->real, 2.5);
    cr_assert(json_bool(json_get(root, "b"), false));
    cr_assert_eq(json_get(root, "n")->type, JSON_NULL);
    cr_assert_eq(json_get(root, "a")->count, 3);
    cr_assert(slice_is(json_get(root, "a")->raw, "[1,2,3]"));
    cr_assert_eq(json_i64(json_path(root, "o.p.q"), 0), 7);
    cr_assert_null(json_path(root, "o.x.q"));
    cr_assert_null(json_get(json_get(root, "a"), "x"));
    cr_assert_null(json_get(NULL, "x"));
}

Test(json_read, fallbacks_for_other_types)
{
    struct json *root = parse("{\"s\":\"5\",\"r\":5.0,\"z\":0}");
    cr_assert_eq(json_i64(json_get(root, "s"), 9), 9);
    cr_assert_eq(json_i64(json_get(root, "r"), 9), 9);
    cr_assert(slice_is(json_text(json_get(root, "z"), SLICE("none")), "none"));
    cr_assert(json_bool(json_get(root, "z"), true));
    cr_assert_eq(json_i64(NULL, 3), 3);
}

Test(json_read, integers_of_64_bits_are_exact)
{
    cr_assert_eq(parse("9223372036854775807")->integer, INT64_MAX);
    cr_assert_eq(parse("-9223372036854775808")->integer, INT64_MIN);
    cr_assert_eq(parse("9223372036854775808")->type, JSON_REAL);
    cr_assert_eq(parse("1e2")->type, JSON_REAL);
}

Test(json_read, plain_text_is_not_copied)
{
    const char *text = "[\"plain\"]";
    cr_assert_eq(parse(text)->first->text.at, text + 2);
}

Test(json_read, depth_is_bounded)
{
    char text[2 * LIMIT_json_depth_max + 8];
    struct json *root;
    for (int extra = 0; extra < 2; extra++) {
        size_t depth = LIMIT_json_depth_max + (size_t)extra;
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        cr_assert_eq(json_parse(a, (struct slice){ text, 2 * depth }, &root, NULL),
                     extra ? ERR_BAD_JSON : ERR_OK);
    }
}

Test(json_read, duplicates_are_found_in_large_objects)
{
    struct buf b;
    struct json *root;
    buf_init(&b);
    buf_add_char(&b, '{');
    for (int i = 0; i < 50000; i++)
        buf_printf(&b, "\"k%d\":%d,", i, i);
    size_t len = b.len;
    buf_add(&b, SLICE("\"k50000\":0}"));
    cr_assert_eq(json_parse(a, buf_slice(&b), &root, NULL), ERR_OK);
    cr_assert_eq(root->count, 50001);
    b.len = len;
    buf_add(&b, SLICE("\"k25000\":0}"));
    cr_assert_eq(json_parse(a, buf_slice(&b), &root, NULL), ERR_BAD_JSON);
    buf_release(&b);
}

Test(json_read, short_memory_is_its_own_error)
{
    struct arena *small = arena_new(300);
    struct json *root;
    cr_assert_eq(json_parse(small, SLICE("[1,2,3,4,5,6]"), &root, NULL), ERR_OUT_OF_MEMORY);
    arena_reset(small);
    cr_assert_eq(json_parse(small, SLICE("1"), &root, NULL), ERR_OK);
    arena_free(small);
}
