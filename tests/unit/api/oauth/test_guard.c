/* Waiting after failed logins, in given time. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "api/oauth/guard.h"
#include "base/limits.h"

static struct guard *g;
#define HOME SLICE("192.0.2.1")
#define ADA  SLICE("ada@example.com")

static void begin(void)
{
    g = guard_new();
}
static void end(void)
{
    guard_free(g);
}
TestSuite(guard, .init = begin, .fini = end);

/* Another address each time, so that only the account counts. */
static int64_t try_from(unsigned n, struct slice account, int64_t now_ms)
{
    char text[32];
    snprintf(text, sizeof text, "198.51.100.%u", n);
    return guard_try(g, account, slice_of(text), now_ms);
}

Test(guard, account_waits_longer_each_time)
{
    for (unsigned i = 0; i < 4; i++)
        cr_assert_eq(try_from(i, ADA, 0), 0);
    cr_assert_eq(try_from(5, ADA, 0), 1000);
    cr_assert_eq(try_from(6, SLICE("ADA@example.com"), 400), 600, "any case of letters");
    cr_assert_eq(try_from(7, SLICE("bob@example.com"), 0), 0);
    cr_assert_eq(try_from(8, ADA, 1000), 0);
    cr_assert_eq(try_from(9, ADA, 1000), 2000);
    int64_t now = 3000;
    for (unsigned i = 0; i < 30; i++) {
        cr_assert_eq(try_from(i, ADA, now), 0);
        now += try_from(i, ADA, now);
    }
    cr_assert_eq(try_from(40, ADA, now), 0);
    cr_assert_eq(try_from(41, ADA, now), 30000, "a stranger cannot lock the owner out");
}

Test(guard, address_waits_whatever_the_account)
{
    char account[32];
    int64_t wait = 0;
    unsigned n = 0;
    while (!wait && n < 100) {
        snprintf(account, sizeof account, "user%u", n++);
        wait = guard_try(g, slice_of(account), HOME, 0);
    }
    cr_assert_eq(n, 12, "%u", n);
    cr_assert_eq(guard_try(g, SLICE("user99"), SLICE("192.0.2.2"), 0), 0);
}

Test(guard, success_clears_the_account)
{
    for (unsigned i = 0; i < 3; i++)
        cr_assert_eq(guard_try(g, ADA, HOME, 0), 0);
    guard_passed(g, ADA, HOME);
    for (unsigned i = 0; i < 4; i++)
        cr_assert_eq(try_from(i, ADA, 0), 0);
    cr_assert_gt(try_from(9, ADA, 0), 0);
}

Test(guard, forgets_after_an_hour)
{
    for (unsigned i = 0; i < 4; i++)
        try_from(i, ADA, 0);
    cr_assert_gt(try_from(9, ADA, 1), 0);
    for (unsigned i = 0; i < 4; i++)
        cr_assert_eq(try_from(i, ADA, 3600001), 0);
}

Test(guard, many_accounts_take_no_more_memory)
{
    char account[32];
    for (unsigned i = 0; i < 5 * LIMIT_login_guard_entries_max; i++) {
        snprintf(account, sizeof account, "user%u", i);
        cr_assert_eq(try_from(i, slice_of(account), i), 0);
    }
}

static unsigned tries_until_a_wait(const char *before, const char *behind)
{
    char account[32], address[64];
    for (unsigned n = 0; n < 100; n++) {
        snprintf(account, sizeof account, "user%u", n);
        snprintf(address, sizeof address, "%s%u%s", before, n, behind);
        if (guard_try(g, slice_of(account), slice_of(address), 0))
            return n + 1;
    }
    return 0;
}

Test(guard, one_network_of_ipv6_is_one_address)
{
    cr_assert_eq(tries_until_a_wait("2001:db8:1:2:ffff::", ""), 12);
    cr_assert_eq(guard_try(g, ADA, SLICE("2001:DB8:1:2::1"), 0), 1000, "however it is written");
    cr_assert_eq(guard_try(g, ADA, SLICE("2001:db8:1:3::1"), 0), 0, "the network beside it");
    cr_assert_eq(tries_until_a_wait("2001:db8:", "::1"), 0, "a hundred networks");
    cr_assert_eq(tries_until_a_wait("::ffff:192.0.2.", ""), 0, "IPv4 within IPv6 is IPv4");
    guard_passed(g, ADA, SLICE("2001:db8:1:2::7"));
    cr_assert_eq(guard_try(g, ADA, SLICE("2001:db8:1:2::8"), 0), 0, "it takes one back for all");
}
