/* Whose requests come through a proxy in front of us, and who the client behind it is. The header
 * X-Forwarded-For is believed only from addresses named by the operator: anybody can send one. */
#ifndef NET_HTTP_PROXY_H
#define NET_HTTP_PROXY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
enum { HTTP_PROXIES_MAX = 16 };
struct http_proxies {
    struct {
        uint8_t base[16]; /* IPv4 as ::ffff:a.b.c.d */
        unsigned bits;
    } rows[HTTP_PROXIES_MAX];
    size_t count;
};
/* "10.0.0.0/8,::1": addresses and networks; empty: none. False: malformed, or too many. */
bool http_proxies_parse(struct slice text, struct http_proxies *out);
/* The last of `forwarded` (elements separated by commas) that is not a proxy itself, if `peer` is
 * one; else, or when that is no address, `peer`. The result points into one of the two. */
struct slice http_proxies_client(const struct http_proxies *p, struct slice peer,
                                 struct slice forwarded);
#endif
