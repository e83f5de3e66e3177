/* Which addresses are on the public Internet. The tables follow the IANA registries of
 * special-purpose IPv4 and IPv6 addresses (RFC 6890 and what was added since); addresses that carry
 * an IPv4 address inside are judged by that one too. */
#include "net/http_address.h"

#include <arpa/inet.h>

#include "net/http_client.h"

struct range4 {
    uint32_t base;
    unsigned bits;
};
#define V4(a, b, c, d) \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
static const struct range4 private4[] = {
    { V4(0, 0, 0, 0), 8 },       /* this network */
    { V4(10, 0, 0, 0), 8 },      /* private */
    { V4(100, 64, 0, 0), 10 },   /* carrier-grade NAT */
    { V4(127, 0, 0, 0), 8 },     /* loopback */
    { V4(169, 254, 0, 0), 16 },  /* link-local, metadata services */
    { V4(172, 16, 0, 0), 12 },   /* private */
    { V4(192, 0, 0, 0), 24 },    /* IETF protocol assignments */
    { V4(192, 0, 2, 0), 24 },    /* documentation */
    { V4(192, 31, 196, 0), 24 }, /* AS112 */
    { V4(192, 52, 193, 0), 24 }, /* AMT */
    { V4(192, 88, 99, 0), 24 },  /* 6to4 relays */
    { V4(192, 168, 0, 0), 16 },  /* private */
    { V4(192, 175, 48, 0), 24 }, /* AS112 */
    { V4(198, 18, 0, 0), 15 },   /* benchmarking */
    { V4(198, 51, 100, 0), 24 }, /* documentation */
    { V4(203, 0, 113, 0), 24 },  /* documentation */
    { V4(224, 0, 0, 0), 4 },     /* multicast */
    { V4(240, 0, 0, 0), 4 },     /* reserved, broadcast */
};

static bool is_private4(uint32_t a)
{
    for (size_t i = 0; i < sizeof private4 / sizeof *private4; i++)
        if ((a ^ private4[i].base) >> (32 - private4[i].bits) == 0)
            return true;
    return false;
}

struct range6 {
    uint8_t base[16];
    unsigned bits;
};
static const struct range6 private6[] = {
    { { 0x20, 0x01, 0x00 }, 23 },             /* 2001::/23: IETF assignments, Teredo, ORCHID */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },       /* documentation */
    { { 0x26, 0x20, 0x00, 0x4f, 0x80 }, 48 }, /* AS112 */
    { { 0x3f, 0xff }, 20 },                   /* documentation */
};
/* IPv4 inside IPv6: where the prefix ends the four bytes begin. */
struct carrier {
    uint8_t prefix[12];
    unsigned prefix_len, at;
};
static const struct carrier carriers[] = {
    { { 0 }, 12, 12 },                                        /* ::/96 compatible, ::1, :: */
    { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 12, 12 }, /* ::ffff:0:0/96 mapped */
    { { 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0 }, 12, 12 }, /* ::ffff:0:0:0/96 translated */
    { { 0x00, 0x64, 0xff, 0x9b }, 12, 12 },                   /* 64:ff9b::/96 NAT64 */
    { { 0x20, 0x02 }, 2, 2 },                                 /* 2002::/16 6to4 */
};

static bool has_prefix(const uint8_t a[16], const uint8_t *base, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, base, whole) != 0)
        return false;
    return rest == 0 || (a[whole] ^ base[whole]) >> (8 - rest) == 0;
}

static bool carries4(const uint8_t a[16], uint32_t *v4)
{
    for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++) {
        const struct carrier *c = &carriers[i];
        if (memcmp(a, c->prefix, c->prefix_len) != 0)
            continue;
        *v4 = V4(a[c->at], a[c->at + 1], a[c->at + 2], a[c->at + 3]);
        return true;
    }
    return false;
}

static bool is_private6(const uint8_t a[16])
{
    uint32_t v4;
    if (carries4(a, &v4))
        return is_private4(v4); /* ::1 and :: are 0.0.0.x there */
    if ((a[0] & 0xe0) != 0x20)
        return true; /* all unicast given out so far is in 2000::/3 */
    for (size_t i = 0; i < sizeof private6 / sizeof *private6; i++)
        if (has_prefix(a, private6[i].base, private6[i].bits))
            return true;
    return false;
}

static bool is_loopback6(const uint8_t a[16])
{
    static const uint8_t one[16] = { [15] = 1 }, mapped[12] = { [10] = 0xff, [11] = 0xff };
    return memcmp(a, one, 16) == 0 || (memcmp(a, mapped, 12) == 0 && a[12] == 127);
}

struct address {
    bool v6;
    uint32_t v4;
    uint8_t bytes[16];
};

static bool parse(struct slice text, struct address *out)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr v4;
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    out->v6 = inet_pton(AF_INET6, copy, out->bytes) == 1;
    if (!out->v6 && inet_pton(AF_INET, copy, &v4) == 1)
        out->v4 = ntohl(v4.s_addr);
    else if (!out->v6)
        return false;
    return true;
}

bool http_address_is_private(struct slice text)
{
    struct address a;
    if (!parse(text, &a))
        return true; /* what cannot be read is not let through */
    return a.v6 ? is_private6(a.bytes) : is_private4(a.v4);
}

bool http_address_is_loopback(struct slice text)
{
    struct address a;
    if (!parse(text, &a))
        return false;
    return a.v6 ? is_loopback6(a.bytes) : a.v4 >> 24 == 127;
}

bool http_sockaddr_is_allowed(const struct sockaddr *sa, bool allow_loopback)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (sa->sa_family == AF_INET) {
        memcpy(&v4, sa, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    } else if (sa->sa_family == AF_INET6) {
        memcpy(&v6, sa, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
    struct slice t = slice_of(text);
    return !http_address_is_private(t) || (allow_loopback && http_address_is_loopback(t));
}
