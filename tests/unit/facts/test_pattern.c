#include <criterion/criterion.h>

#include "facts/pattern.h"

static bool matches(const char *pattern, bool whole, const char *value)
{
    struct facts_pattern *p;
    cr_assert_eq(facts_pattern_new(slice_of(pattern), whole, &p), ERR_OK);
    bool yes = facts_pattern_test(p, slice_of(value));
    facts_pattern_free(p);
    return yes;
}
static enum err refusal(const char *pattern)
{
    struct facts_pattern *p = NULL;
    enum err e = facts_pattern_new(slice_of(pattern), true, &p);
    facts_pattern_free(p);
    return e;
}

Test(pattern, whole_is_from_begin_to_end)
{
    cr_assert(matches("a|ab", true, "ab"));
    cr_assert(matches("a.c", true, "abc"));
    cr_assert(!matches("b", true, "abc"));
    cr_assert(!matches("abc", true, "abc\n"));
    cr_assert(matches("", true, ""));
    cr_assert(!matches("", true, "a"));
}
Test(pattern, part_is_anywhere)
{
    cr_assert(matches("b", false, "abc"));
    cr_assert(matches("", false, "abc"));
    cr_assert(!matches("B", false, "abc"), "case counts");
    cr_assert(!matches("^b", false, "abc"));
}
Test(pattern, characters_not_bytes)
{
    cr_assert(matches(".", true, "\xc3\xa4"));
    cr_assert(matches("[\xc3\xa4]", true, "\xc3\xa4"));
    cr_assert(!matches("..", true, "\xc3\xa4"));
}
Test(pattern, what_is_no_pattern_is_refused)
{
    cr_assert_eq(refusal("("), ERR_BAD_REQUEST);
    cr_assert_eq(refusal("[a"), ERR_BAD_REQUEST);
    cr_assert_eq(refusal("a{2,1}"), ERR_BAD_REQUEST);
    cr_assert_eq(refusal("\\C"), ERR_BAD_REQUEST);
    cr_assert_eq(refusal("*"), ERR_BAD_REQUEST);
}
Test(pattern, endless_ones_end, .timeout = 5)
{
    cr_assert(!matches("(a+)+[bc]", true, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
    cr_assert(!matches("(a|aa)+[bc]", false, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
}
