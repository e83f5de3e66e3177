#include <criterion/criterion.h>

#include "net/http_client.h"

Test(address, what_is_not_public)
{
    static const char *const bad[] = {
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "100.127.255.255",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.9",
        "198.19.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2002:c0a8:101::",
        "2001::1",
        "2001:db8::1",
        "100::1",
        "3fff::1",
        "fec0::1",
        "4000::1",
        "",
        "localhost",
        "127.1",
        "0x7f.1",
        "1.2.3",
        "[::1]",
        "fe80::1%eth0",
    };
    static const char *const good[] = {
        "8.8.8.8",        "1.1.1.1",          "172.15.255.255",  "172.32.0.1",
        "100.63.255.255", "100.128.0.1",      "11.0.0.1",        "198.17.255.255",
        "198.20.0.1",     "223.255.255.255",  "2606:4700::1111", "2a00:1450:4001::1",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2001:4860:4860::8888",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert(http_address_is_private(slice_of(bad[i])), "%s", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert_not(http_address_is_private(slice_of(good[i])), "%s", good[i]);
}

Test(address, loopback)
{
    cr_assert(http_address_is_loopback(SLICE("127.0.0.1")));
    cr_assert(http_address_is_loopback(SLICE("127.9.9.9")));
    cr_assert(http_address_is_loopback(SLICE("::1")));
    cr_assert(http_address_is_loopback(SLICE("::ffff:127.0.0.1")));
    cr_assert_not(http_address_is_loopback(SLICE("128.0.0.1")));
    cr_assert_not(http_address_is_loopback(SLICE("10.0.0.1")));
    cr_assert_not(http_address_is_loopback(SLICE("::2")));
    cr_assert_not(http_address_is_loopback(SLICE("localhost")));
}
