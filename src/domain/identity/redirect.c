/* Redirect URIs: what may be registered, and what fits a registered one, so that a redirect can
 * never carry a code to somewhere unexpected (RFC 9700 4.1: exact matching; RFC 8252: private
 * schemes and loopback for programs on a desk). */
#include "base/limits.h"
#include "domain/identity/identity_priv.h"

static bool is_scheme(struct slice s)
{
    bool dot = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = c >= 'a' && c <= 'z';
        bool later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!letter && !(later && i > 0))
            return false;
        dot = dot || c == '.';
    }
    return dot || slice_is(s, "https") || slice_is(s, "http");
}

static bool is_loopback(struct slice host)
{
    return slice_is(host, "localhost") || slice_is(host, "127.0.0.1") || slice_is(host, "[::1]");
}

static struct slice host_of(struct slice authority)
{
    size_t end = 0;
    while (end < authority.len && !strchr("/?", authority.at[end]))
        end++;
    struct slice host = slice_sub(authority, 0, end);
    ptrdiff_t bracket = slice_find(host, ']');
    if (bracket >= 0)
        return slice_sub(host, 0, (size_t)bracket + 1);
    ptrdiff_t colon = slice_find(host, ':');
    return colon >= 0 ? slice_sub(host, 0, (size_t)colon) : host;
}

/* A name, an address, a port: nothing that means something elsewhere, such as '*' or ';' in the
 * policy of a page. */
static bool is_plain_authority(struct slice rest)
{
    for (size_t i = 0; i < rest.len && !strchr("/?", rest.at[i]); i++) {
        char c = rest.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!plain && !strchr("-._~:[]%@", c))
            return false;
    }
    return true;
}

const char *identity_redirect_flaw(struct slice uri)
{
    if (uri.len == 0 || uri.len > LIMIT_redirect_uri_bytes_max)
        return "is empty or too long";
    for (size_t i = 0; i < uri.len; i++)
        if (uri.at[i] <= ' ' || uri.at[i] >= 127 || strchr("\"<>\\^`{|}#", uri.at[i]))
            return "holds a character that may not stand in a redirect URI, or a fragment";
    ptrdiff_t colon = slice_find(uri, ':');
    if (colon <= 0 || !is_scheme(slice_sub(uri, 0, (size_t)colon)))
        return "has no scheme that is allowed: https, http on the own machine, or one with a dot";
    struct slice scheme = slice_sub(uri, 0, (size_t)colon);
    if (slice_find(scheme, '.') >= 0)
        return NULL;
    struct slice rest = slice_sub(uri, (size_t)colon + 1, uri.len);
    struct slice host =
        slice_starts(rest, SLICE("//")) ? host_of(slice_sub(rest, 2, rest.len)) : SLICE("");
    if (host.len == 0 || slice_find(host, '@') >= 0)
        return "has no host, or names a user";
    if (!is_plain_authority(slice_sub(rest, 2, rest.len)))
        return "has a host with a character that no name has";
    if (slice_is(scheme, "http") && !is_loopback(host))
        return "must use https unless it points at the own machine";
    return NULL;
}

/* ---- matching ---- */

/* "http://127.0.0.1:51004/cb" to "http://127.0.0.1" and "/cb"; false: not a loopback address with a
 * number. A name is not enough: it may lead elsewhere (RFC 8252 8.3). */
static bool split_loopback(struct slice uri, struct slice *origin, struct slice *rest)
{
    static const struct slice origins[] = { SLICE_INIT("http://127.0.0.1"),
                                            SLICE_INIT("http://[::1]") };
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        if (!slice_starts(uri, origins[i]))
            continue;
        size_t at = origins[i].len, digits = 0;
        if (at < uri.len && uri.at[at] == ':') {
            at++;
            while (at + digits < uri.len && uri.at[at + digits] >= '0' &&
                   uri.at[at + digits] <= '9')
                digits++;
            if (digits == 0 || digits > 5)
                return false;
        }
        *origin = origins[i];
        *rest = slice_sub(uri, at + digits, uri.len);
        return rest->len == 0 || rest->at[0] == '/' || rest->at[0] == '?';
    }
    return false;
}

static bool fits(struct slice registered, struct slice asked, bool any_port)
{
    struct slice a, b, a_rest, b_rest;
    if (slice_eq(registered, asked))
        return true;
    return any_port && split_loopback(registered, &a, &a_rest) &&
           split_loopback(asked, &b, &b_rest) && slice_eq(a, b) && slice_eq(a_rest, b_rest);
}

bool identity_client_may_redirect(const struct client_view *c, struct slice redirect)
{
    for (uint32_t i = 0; i < c->redirect_count; i++)
        if (fits(c->redirects[i], redirect, !c->confidential))
            return true;
    return false;
}

bool identity_redirect_registered(const struct client *c, struct slice redirect)
{
    for (size_t i = 0; i < c->redirect_count; i++)
        if (fits(slice_of(c->redirects[i]), redirect, !c->confidential))
            return true;
    return false;
}
