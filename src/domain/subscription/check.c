/* What a client may ask for. Each flaw is one line that names the field. */
#include "base/limits.h"
#include "base/text.h"
#include "domain/subscription/commands.h"

static void flaw(struct buf *out, const char *field, const char *what)
{
    if (out->len)
        buf_add_char(out, '\n');
    buf_printf(out, "%s: %s", field, what);
}

static void check_length(struct slice text, size_t min, size_t max, const char *field,
                         struct buf *out)
{
    size_t n = text.at ? utf8_count(text) : min;
    if (n >= min && n <= max)
        return;
    if (out->len)
        buf_add_char(out, '\n');
    buf_printf(out, "%s: length must be between %zu and %zu", field, min, max);
}

static void check_events(const struct subscription_draft *d, struct buf *out)
{
    enum webhook_event e;
    if (d->event_count < 1 || d->event_count > SUBSCRIPTION_EVENTS_MAX)
        flaw(out, "eventTypes", "must hold 1 to 32 event types");
    for (size_t i = 0; i < d->event_count; i++)
        if (!webhook_event_find(d->events[i], &e)) {
            flaw(out, "eventTypes", "holds an unknown event type; see the list of event types");
            return;
        }
}

static bool is_known_version(struct slice v)
{
    for (const struct webhook_resource_row *r = webhook_resources; r->resource; r++) {
        size_t len = strlen(r->resource);
        if (v.len > len && v.at[len] == ':' && memcmp(v.at, r->resource, len) == 0 &&
            slice_is(slice_sub(v, len + 1, v.len), r->version))
            return true;
    }
    return false;
}

static void check_required(const struct subscription_draft *d, struct buf *out)
{
    if (!d->name.at)
        flaw(out, "name", "should not be null or blank");
    if (!d->url.at)
        flaw(out, "destinationUrl", "should not be null or blank");
    if (!d->has_events)
        flaw(out, "eventTypes", "should not be null or empty");
    if (d->generation == 2 && !d->resource_version.at)
        flaw(out, "resourceVersion", "should not be null or blank");
}

void subscription_flaws(const struct subscription_draft *d, bool creating, struct buf *out)
{
    if (creating) {
        check_required(d, out);
        check_length(d->name, 4, 64, "name", out);
    }
    check_length(d->description, 0, 1024, "description", out);
    check_length(d->secret, 32, 256, "secret", out);
    if (d->has_events)
        check_events(d, out);
    const char *wrong = d->url.at ? subscription_url_flaw(d->url, d->allow_private) : NULL;
    if (wrong)
        flaw(out, "destinationUrl", wrong);
    if (d->generation == 2 && d->resource_version.at && !is_known_version(d->resource_version))
        flaw(out, "resourceVersion", "is not a known resource:version");
    if (d->status.at && !slice_is(d->status, "active") && !slice_is(d->status, "inactive"))
        flaw(out, "status", "must be active or inactive");
}

/* ---- destination URLs ---- */

struct url {
    bool https;
    struct slice host, port, path;
    bool bracketed;
};

static bool is_printable(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= 0x20 || s.at[i] >= 0x7f || s.at[i] == '\\')
            return false;
    return true;
}

static bool cut_scheme(struct slice *rest, bool *https)
{
    *https = rest->len >= 8 && slice_eq_nocase(slice_sub(*rest, 0, 8), SLICE("https://"));
    bool http = rest->len >= 7 && slice_eq_nocase(slice_sub(*rest, 0, 7), SLICE("http://"));
    *rest = slice_sub(*rest, *https ? 8 : 7, rest->len);
    return *https || http;
}

/* host [":" port] */
static void cut_host(struct slice authority, struct url *u)
{
    u->bracketed = authority.len && authority.at[0] == '[';
    ptrdiff_t end = slice_find(authority, u->bracketed ? ']' : ':');
    size_t len = end < 0 ? authority.len : (size_t)end + u->bracketed;
    u->host = slice_sub(authority, 0, len);
    struct slice rest = slice_sub(authority, len, authority.len);
    u->port = rest.len && rest.at[0] == ':' ? slice_sub(rest, 1, rest.len) : rest;
}

static const char *split(struct slice text, struct url *u)
{
    struct slice rest = text;
    if (!cut_scheme(&rest, &u->https))
        return "must begin with https://";
    if (slice_find(rest, '#') >= 0)
        return "may not have a fragment";
    if (slice_find(rest, '?') >= 0)
        return "may not have query parameters";
    ptrdiff_t slash = slice_find(rest, '/');
    if (slash < 0)
        return "must have a path, at least /";
    struct slice authority = slice_sub(rest, 0, (size_t)slash);
    if (slice_find(authority, '@') >= 0)
        return "may not have user information";
    u->path = slice_sub(rest, (size_t)slash, rest.len);
    cut_host(authority, u);
    return u->host.len ? NULL : "must name a host";
}

static bool is_port(struct slice p)
{
    int64_t n;
    return p.len == 0 || (p.at[0] != '-' && slice_to_i64(p, &n) && n > 0 && n < 65536);
}

static bool is_label(struct slice l)
{
    for (size_t i = 0; i < l.len; i++) {
        char c = l.at[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && c != '_' && (c != '-' || i == 0 || i == l.len - 1))
            return false;
    }
    return l.len > 0 && l.len <= 63;
}

static bool has_letter(struct slice l)
{
    for (size_t i = 0; i < l.len; i++)
        if ((l.at[i] | 0x20) >= 'a' && (l.at[i] | 0x20) <= 'z')
            return true;
    return false;
}

/* Last labels that are no top-level domains of the public Internet (IANA special-use names, RFC
 * 6761 and 9476, and what home and company networks use). */
static bool is_special(struct slice label)
{
    static const char *const names[] = { "localhost", "local", "internal",   "test", "example",
                                         "invalid",   "onion", "arpa",       "alt",  "home",
                                         "lan",       "corp",  "localdomain" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_eq_nocase(label, slice_of(names[i])))
            return true;
    return false;
}

/* A full name in the public tree: labels, at least two, the last one not a number. */
static bool is_public_name(struct slice host)
{
    struct slice rest = host, label = { "", 0 };
    unsigned labels = 0;
    while (slice_cut(&rest, '.', &label)) {
        labels++;
        if (!is_label(label))
            return false;
    }
    return host.len <= 253 && labels >= 2 && host.at[host.len - 1] != '.' && label.len >= 2 &&
           has_letter(label) && !is_special(label);
}

/* This machine: localhost, 127.0.0.0/8 written out, ::1. What a name leads to is checked again when
 * the delivery connects. */
static bool is_this_machine(const struct url *u)
{
    struct slice rest = u->host, label;
    unsigned labels = 0;
    int64_t n;
    if (u->bracketed)
        return slice_is(u->host, "[::1]");
    if (slice_eq_nocase(u->host, SLICE("localhost")))
        return true;
    while (slice_cut(&rest, '.', &label))
        if (++labels > 4 || !slice_to_i64(label, &n) || n < 0 || n > 255 ||
            (labels == 1 && n != 127))
            return false;
    return labels == 4;
}

const char *subscription_url_flaw(struct slice text, bool allow_private)
{
    struct url u;
    if (text.len > LIMIT_subscription_url_bytes_max)
        return "is too long";
    if (!is_printable(text))
        return "holds a character that may not stand in a URL";
    const char *wrong = split(text, &u);
    if (wrong)
        return wrong;
    if (!is_port(u.port))
        return "has a port that is none";
    if (allow_private && is_this_machine(&u))
        return NULL;
    if (allow_private)
        return is_public_name(u.host) ? NULL
                                      : "must be on this machine or a public top-level domain";
    if (!u.https)
        return "must begin with https://";
    if (u.port.len && !slice_is(u.port, "443"))
        return "may not have another port than 443";
    return is_public_name(u.host) ? NULL : "must be on a public top-level domain";
}
