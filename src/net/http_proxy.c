#include "net/http_proxy.h"

#include <arpa/inet.h>
#include <string.h>

/* Addresses of both families as one: IPv4 in the last four bytes of ::ffff:0:0/96. */
static bool parse(struct slice text, uint8_t out[16])
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr v4;
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET6, copy, out) == 1)
        return true;
    if (inet_pton(AF_INET, copy, &v4) != 1)
        return false;
    memset(out, 0, 16);
    out[10] = out[11] = 0xff;
    memcpy(out + 12, &v4.s_addr, 4);
    return true;
}

static bool parse_row(struct slice text, uint8_t base[16], unsigned *bits)
{
    int64_t given;
    ptrdiff_t slash = slice_find(text, '/');
    struct slice address = slash < 0 ? text : slice_sub(text, 0, (size_t)slash);
    if (!parse(address, base))
        return false;
    bool v6 = slice_find(address, ':') >= 0;
    *bits = 128;
    if (slash < 0)
        return true;
    if (!slice_to_i64(slice_sub(text, (size_t)slash + 1, text.len), &given) || given < 0 ||
        given > (v6 ? 128 : 32))
        return false;
    *bits = (unsigned)given + (v6 ? 0 : 96);
    return true;
}

bool http_proxies_parse(struct slice text, struct http_proxies *out)
{
    struct slice row;
    struct http_proxies p = { .count = 0 };
    if (!text.len)
        text.at = NULL; /* no row at all, not one that is empty */
    while (slice_cut(&text, ',', &row)) {
        if (p.count == HTTP_PROXIES_MAX ||
            !parse_row(slice_trim(row), p.rows[p.count].base, &p.rows[p.count].bits))
            return false;
        p.count++;
    }
    *out = p;
    return true;
}

static bool has_prefix(const uint8_t a[16], const uint8_t *base, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    return memcmp(a, base, whole) == 0 && (!rest || (a[whole] ^ base[whole]) >> (8 - rest) == 0);
}

static bool is_proxy(const struct http_proxies *p, const uint8_t address[16])
{
    for (size_t i = 0; i < p->count; i++)
        if (has_prefix(address, p->rows[i].base, p->rows[i].bits))
            return true;
    return false;
}

static struct slice cut_last(struct slice *list)
{
    size_t at = list->len;
    while (at > 0 && list->at[at - 1] != ',')
        at--;
    struct slice last = slice_sub(*list, at, list->len);
    *list = slice_sub(*list, 0, at ? at - 1 : 0);
    return slice_trim(last);
}

struct slice http_proxies_client(const struct http_proxies *p, struct slice peer,
                                 struct slice forwarded)
{
    uint8_t address[16];
    struct slice client = peer;
    while (parse(client, address) && is_proxy(p, address) && forwarded.len) {
        struct slice next = cut_last(&forwarded);
        if (!parse(next, address))
            break;
        client = next;
    }
    return client;
}
