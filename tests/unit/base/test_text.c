#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/text.h"

static struct arena *a;
static void setup(void)
{
    a = arena_new(1 << 16);
}
static void teardown(void)
{
    arena_free(a);
}
TestSuite(text, .init = setup, .fini = teardown);

Test(text, hex_goes_both_ways)
{
    const unsigned char bytes[] = { 0, 0x1f, 0xff };
    unsigned char back[3];
    char digits[7];
    hex_encode(bytes, 3, digits);
    cr_assert_str_eq(digits, "001fff");
    cr_assert(hex_decode(SLICE("001FfF"), back, 3));
    cr_assert_eq(memcmp(back, bytes, 3), 0);
    cr_assert(!hex_decode(SLICE("001ff"), back, 3));
    cr_assert(!hex_decode(SLICE("001ff"), back, 2));
    cr_assert(!hex_decode(SLICE("001fgg"), back, 3));
    cr_assert(!hex_decode(SLICE("001fff00"), back, 3));
}

Test(text, base64_test_vectors_of_rfc_4648)
{
    const char *rows[][3] = { { "", "", "" },
                              { "f", "Zg==", "Zg" },
                              { "fo", "Zm8=", "Zm8" },
                              { "foo", "Zm9v", "Zm9v" },
                              { "foob", "Zm9vYg==", "Zm9vYg" },
                              { "fooba", "Zm9vYmE=", "Zm9vYmE" },
                              { "\xfb\xff", "+/8=", "-_8" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct slice plain = slice_of(rows[i][0]), back;
        cr_assert(slice_is(base64_encode(a, plain), rows[i][1]));
        cr_assert(slice_is(base64url_encode(a, plain), rows[i][2]));
        cr_assert_eq(base64_decode(a, slice_of(rows[i][1]), &back), ERR_OK);
        cr_assert(slice_eq(back, plain));
        cr_assert_eq(base64url_decode(a, slice_of(rows[i][2]), &back), ERR_OK);
        cr_assert(slice_eq(back, plain));
    }
}

Test(text, base64_refuses_what_is_not_canonical)
{
    const char *refused[] = { "Zg", "Zg=", "Zh==", "Zg==\n", "Z", "Zg=a", "====", "Zm9v=", "-_8=" };
    const char *refused_url[] = { "Zg==", "Zh", "Z", "+/8", "Zm 9", "Zm9*" };
    struct slice out = SLICE("untouched");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        cr_assert_eq(base64_decode(a, slice_of(refused[i]), &out), ERR_BAD_REQUEST, "%s",
                     refused[i]);
    for (size_t i = 0; i < sizeof refused_url / sizeof *refused_url; i++)
        cr_assert_eq(base64url_decode(a, slice_of(refused_url[i]), &out), ERR_BAD_REQUEST, "%s",
                     refused_url[i]);
    cr_assert(slice_is(out, "untouched"));
}

Test(text, utf8_edges)
{
    const char *good[] = { "",
                           "a",
                           "\xc2\x80",
                           "\xdf\xbf",
                           "\xe0\xa0\x80",
                           "\xed\x9f\xbf",
                           "\xef\xbf\xbf",
                           "\xf0\x90\x80\x80",
                           "\xf4\x8f\xbf\xbf" };
    const char *bad[] = {
        "\x80",         "\xc0\x80",         "\xc1\xbf",         "\xc2",         "\xe0\x9f\xbf",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5",         "\xf0\x90\x80",
        "a\xff",        "\xe2\x82",         "\xc2\x41",         "\xe2\x82\x41", "\xf0\x90\x41\x80",
        "\xe2\x28\xa1"
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert(utf8_valid(slice_of(good[i])), "good %zu", i);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert(!utf8_valid(slice_of(bad[i])), "bad %zu", i);
    cr_assert_eq(utf8_count(SLICE("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")), 4);
    cr_assert_eq(utf8_step(SLICE("\xe2\x82\xac!")), 3);
}

Test(text, digits_of_any_case_have_a_value)
{
    const char digits[] = "0123456789abcdefABCDEF";
    for (int i = 0; i < 22; i++)
        cr_assert_eq(hex_value(digits[i]), i < 16 ? i : i - 6);
    const char others[] = "/:@G`g \n";
    for (size_t i = 0; i < sizeof others; i++)
        cr_assert_eq(hex_value(others[i]), -1);
}
