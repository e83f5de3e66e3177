/* What people may choose, and what everybody tries first. */
#include <criterion/criterion.h>

#include "domain/identity/password_policy.h"

static const char *flaw(const char *password)
{
    return password_flaw(slice_of(password), SLICE("ada.lovelace@example.com"));
}

Test(password_policy, long_ones_of_any_kind_of_characters_are_fine)
{
    static const char *const good[] = {
        "correct horse battery",
        "only small letters",
        "8417250936145",
        "KJHQWEIUXZ",
        "пароль-надёжный",
        ("\xf0\x9f\xa6\x84\xf0\x9f\x8c\x88\xf0\x9f\xa6\x84\xf0\x9f\x8c\xb5"
         "\xf0\x9f\x8d\x84\xf0\x9f\xa6\x84\xf0\x9f\x8c\x88\xf0\x9f\x8d\x80"),
        " leading and trailing ",
        "football-2931-xK-tree",
        "Tr0ub4dor&3zx",
        "aaaaaaaab", /* short of a run */
        "0123456789012345678901234567890123456789012345678901234567890123-",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert_null(flaw(good[i]), "%s: %s", good[i], flaw(good[i]));
}

Test(password_policy, what_is_tried_first_is_refused)
{
    static const char *const bad[] = {
        "password",   "Password1",    "PASSWORD2024!", "p4ssw0rd",   "P@ssw0rd",   "12345678",
        "987654321",  "aaaaaaaaaaaa", "abcabcabc",     "1q2w3e4r5t", "qwertyuiop", "qwerty123456",
        "iloveyou!!", "letmein123",   "sunshine1",     "baseball",   "trustno1",   "12341234",
        "zaq12wsx",   "!!football99", "11223344",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not_null(flaw(bad[i]), "%s", bad[i]);
}

Test(password_policy, what_is_known_about_the_person_is_refused)
{
    cr_assert_not_null(flaw("ada.lovelace1815"));
    cr_assert_not_null(flaw("I am Ada.Lovelace!"));
    cr_assert_not_null(flaw("my-cordboard-secret"));
    cr_assert_null(password_flaw(SLICE("ada.lovelace1815"), SLICE("")));
    cr_assert_null(password_flaw(SLICE("a bad idea"), SLICE("bad@example.com")),
                   "too short a word");
}

Test(password_policy, length_counts_characters)
{
    char text[400];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof text; i += 3)
        text[i] = (char)('a' + i / 3 % 26);
    cr_assert_not_null(flaw("short-7"));
    cr_assert_not_null(flaw("\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c"), "six letters");
    cr_assert_null(password_flaw((struct slice){ text, 64 }, SLICE("")), "at least 64 are taken");
    cr_assert_null(password_flaw((struct slice){ text, 256 }, SLICE("")));
    cr_assert_not_null(password_flaw((struct slice){ text, 257 }, SLICE("")));
    cr_assert_not_null(password_flaw((struct slice){ "nul\0inside-it", 13 }, SLICE("")));
}
