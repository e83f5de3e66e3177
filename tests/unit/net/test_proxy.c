/* Only what a named proxy adds is believed. */
#include <criterion/criterion.h>

#include "net/http_proxy.h"

static const char *client_of(const char *proxies, const char *peer, const char *forwarded)
{
    static char text[64];
    struct http_proxies p;
    cr_assert(http_proxies_parse(slice_of(proxies), &p));
    struct slice c = http_proxies_client(&p, slice_of(peer), slice_of(forwarded));
    snprintf(text, sizeof text, "%.*s", SLICE_ARG(c));
    return text;
}

Test(proxy, nobody_is_believed_unless_named)
{
    cr_assert_str_eq(client_of("", "127.0.0.1", "203.0.113.9"), "127.0.0.1");
    cr_assert_str_eq(client_of("10.0.0.1", "10.0.0.2", "203.0.113.9"), "10.0.0.2");
    cr_assert_str_eq(client_of("10.0.0.1", "10.0.0.1", "203.0.113.9"), "203.0.113.9");
    cr_assert_str_eq(client_of("10.0.0.1", "10.0.0.1", ""), "10.0.0.1");
}

Test(proxy, what_the_client_itself_wrote_in_front_is_not_believed)
{
    cr_assert_str_eq(client_of("10.0.0.1", "10.0.0.1", "1.1.1.1, 203.0.113.9"), "203.0.113.9");
    cr_assert_str_eq(client_of("10.0.0.1", "10.0.0.1", "10.0.0.1, 203.0.113.9"), "203.0.113.9");
}

Test(proxy, a_chain_of_named_proxies_is_walked)
{
    cr_assert_str_eq(client_of("10.0.0.0/8", "10.0.0.1", "1.1.1.1, 203.0.113.9,10.3.4.5"),
                     "203.0.113.9");
    cr_assert_str_eq(client_of("10.0.0.0/8", "10.0.0.1", "10.7.7.7, 10.3.4.5"), "10.7.7.7");
    cr_assert_str_eq(client_of("fd00::/8, ::1", "::1", "2001:db8::1, fd12::1"), "2001:db8::1");
    cr_assert_str_eq(client_of("127.0.0.1", "::ffff:127.0.0.1", "203.0.113.9"), "203.0.113.9");
}

Test(proxy, garbage_ends_the_walk)
{
    cr_assert_str_eq(client_of("10.0.0.1", "10.0.0.1", "203.0.113.9, unknown"), "10.0.0.1");
    cr_assert_str_eq(client_of("10.0.0.0/8", "10.0.0.1", "203.0.113.9, x\", 10.2.2.2"), "10.2.2.2");
    cr_assert_str_eq(client_of("10.0.0.1", "10.0.0.1", ",,,"), "10.0.0.1");
    cr_assert_str_eq(client_of("10.0.0.1", "10.0.0.1", "203.0.113.9:4711"), "10.0.0.1");
}

Test(proxy, malformed_settings_are_refused)
{
    static const char *const bad[] = { "10.0.0.1/33", "10.0.0/8",  "x",
                                       "::1/129",     "10.0.0.1,", "10.0.0.1/",
                                       "10.0.0.1/a",  "/8",        "10.0.0.1 10.0.0.2" };
    struct http_proxies p;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not(http_proxies_parse(slice_of(bad[i]), &p), "%s", bad[i]);
}
