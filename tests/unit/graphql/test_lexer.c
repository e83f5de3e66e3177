#include <criterion/criterion.h>

#include "base/arena.h"
#include "graphql/lexer.h"

static struct token nth(struct arena *a, struct slice text, int n)
{
    struct lexer x;
    struct token t;
    lexer_init(&x, text, a);
    do
        lexer_next(&x, &t);
    while (n-- > 0);
    return t;
}

static int kind(const char *text)
{
    struct arena *a = arena_new(1 << 16);
    int k = nth(a, slice_of(text), 0).kind;
    arena_free(a);
    return k;
}

static bool string_is(const char *literal, const char *expected)
{
    struct arena *a = arena_new(1 << 16);
    struct token t = nth(a, slice_of(literal), 0);
    bool same = t.kind == TOKEN_STRING && slice_is(t.text, expected);
    arena_free(a);
    return same;
}

Test(lexer, ignores_commas_comments_and_the_mark)
{
    struct arena *a = arena_new(1 << 16);
    struct token t = nth(a, SLICE("\xef\xbb\xbf,, # note { \r\n\t ,a"), 0);
    cr_assert_eq(t.kind, TOKEN_NAME);
    cr_assert(slice_is(t.raw, "a"));
    cr_assert_eq(t.line, 2u);
    cr_assert_eq(t.column, 4u);
    arena_free(a);
}

Test(lexer, columns_count_characters)
{
    struct arena *a = arena_new(1 << 16);
    struct token t = nth(a, SLICE("\"\xc3\xa9\xe2\x82\xac\" b"), 1);
    cr_assert_eq(t.column, 6u);
    arena_free(a);
}

Test(lexer, line_ends_of_all_kinds)
{
    struct arena *a = arena_new(1 << 16);
    cr_assert_eq(nth(a, SLICE("\n\r\n\ra"), 0).line, 4u);
    arena_free(a);
}

Test(lexer, punctuators)
{
    cr_assert_eq(kind("..."), TOKEN_SPREAD);
    cr_assert_eq(kind("|"), '|');
    cr_assert_eq(kind(".."), TOKEN_BAD);
    cr_assert_eq(kind("?"), TOKEN_BAD);
    cr_assert_eq(kind("\x01"), TOKEN_BAD);
    cr_assert_eq(kind(""), TOKEN_EOF);
}

Test(lexer, numbers)
{
    cr_assert_eq(kind("-12"), TOKEN_INT);
    cr_assert_eq(kind("0"), TOKEN_INT);
    cr_assert_eq(kind("1.5e-3"), TOKEN_FLOAT);
    cr_assert_eq(kind("1E9"), TOKEN_FLOAT);
    cr_assert_eq(kind("01"), TOKEN_BAD);
    cr_assert_eq(kind("1."), TOKEN_BAD);
    cr_assert_eq(kind("1a"), TOKEN_BAD);
    cr_assert_eq(kind("1e"), TOKEN_BAD);
    cr_assert_eq(kind("-"), TOKEN_BAD);
}

Test(lexer, strings)
{
    cr_assert(string_is("\"a\\n\\\"\\u00e9\\/\"", "a\n\"\xc3\xa9/"));
    cr_assert(string_is("\"\\uD83D\\uDE00\\u{1F600}\"", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80"));
    cr_assert(string_is("\"\"", ""));
    cr_assert_eq(kind("\"a"), TOKEN_BAD);
    cr_assert_eq(kind("\"a\nb\""), TOKEN_BAD);
    cr_assert_eq(kind("\"\\x\""), TOKEN_BAD);
    cr_assert_eq(kind("\"\\uD83D\""), TOKEN_BAD);
    cr_assert_eq(kind("\"\\u12\""), TOKEN_BAD);
    cr_assert_eq(kind("\"\\u{110000}\""), TOKEN_BAD);
}

Test(lexer, block_strings_lose_their_indentation)
{
    cr_assert(string_is("\"\"\"\n    a\n      b\n\n    c\n  \"\"\"", "a\n  b\n\nc"));
    cr_assert(string_is("\"\"\"one \\\"\"\" two\"\"\"", "one \"\"\" two"));
    cr_assert(string_is("\"\"\"  first\r\n  second\"\"\"", "  first\nsecond"));
    cr_assert(string_is("\"\"\" \n \"\"\"", ""));
    cr_assert_eq(kind("\"\"\"a\"\""), TOKEN_BAD);
}
