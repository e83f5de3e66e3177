/* Comparing secrets must not tell where they differ: by the helper that promises so, everywhere. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "domain/identity/secret.h"

Test(secret, equal_is_the_library_s_constant_time_compare)
{
    uint8_t a[32] = { 1 }, b[32] = { 1 };
    cr_assert(secret_equal(a, b, sizeof a));
    for (size_t i = 0; i < sizeof b; i++) {
        b[i] ^= 0x80;
        cr_assert(!secret_equal(a, b, sizeof a), "byte %zu", i);
        b[i] ^= 0x80;
    }
    cr_assert(secret_equal(a, b, 0));
}

Test(secret, challenge_of_the_rfc)
{
    char text[CHALLENGE_LEN + 1];
    secret_challenge(SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), text);
    cr_assert_str_eq(text, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
