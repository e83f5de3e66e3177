#include "net/http_filter.h"

#include <assert.h>

#include "base/limits.h"

static_assert((int)HTTP_HEADERS_MAX == (int)LIMIT_header_count_max, "one number, two names");

static bool is_tchar(unsigned char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
        return true;
    return c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

bool http_is_token(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_tchar((unsigned char)s.at[i]))
            return false;
    return s.len > 0;
}

bool http_list_has(struct slice list, const char *token)
{
    struct slice item;
    while (slice_cut(&list, ',', &item))
        if (slice_eq_nocase(slice_trim(item), slice_of(token)))
            return true;
    return false;
}

/* Field values: visible bytes, blanks, and bytes above ASCII (obs-text). No CR, no other control.
 */
static bool is_field_value(struct slice v)
{
    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static struct slice until_nul(struct slice block, size_t from)
{
    const char *end = memchr(block.at + from, '\0', block.len - from);
    size_t len = end ? (size_t)(end - block.at) - from : block.len - from;
    return (struct slice){ block.at + from, len };
}

/* Two NULs where CR and LF stood. */
static bool line_ends(struct slice block, size_t *at)
{
    if (block.len - *at < 2 || block.at[*at] != '\0' || block.at[*at + 1] != '\0')
        return false;
    *at += 2;
    return true;
}

static bool take_header(struct slice block, size_t *at, struct http_header *out)
{
    struct slice name = until_nul(block, *at);
    size_t pos = *at + name.len + 1; /* behind the colon */
    if (!http_is_token(name) || pos >= block.len)
        return false;
    while (pos < block.len && (block.at[pos] == ' ' || block.at[pos] == '\t'))
        pos++;
    struct slice value = until_nul(block, pos);
    pos += value.len;
    if (!is_field_value(value) || !line_ends(block, &pos))
        return false;
    *out = (struct http_header){ name, slice_trim(value) };
    *at = pos;
    return true;
}

static bool take_version(struct slice block, size_t *at, bool *version_1_0)
{
    struct slice version = until_nul(block, 0);
    *version_1_0 = slice_is(version, "HTTP/1.0");
    *at = version.len;
    return (*version_1_0 || slice_is(version, "HTTP/1.1")) && line_ends(block, at);
}

enum err http_filter_head(struct slice block, struct http_head *out, const char **why)
{
    size_t at;
    *why = "request line";
    out->count = 0;
    if (!take_version(block, &at, &out->version_1_0))
        return ERR_BAD_REQUEST;
    *why = "header line";
    while (at + 2 != block.len || block.at[at] != '\0') {
        if (at >= block.len)
            return ERR_BAD_REQUEST;
        if (out->count == HTTP_HEADERS_MAX) {
            *why = "too many headers";
            return ERR_HEADERS_TOO_LARGE;
        }
        if (!take_header(block, &at, &out->headers[out->count]))
            return ERR_BAD_REQUEST;
        out->count++;
    }
    if (!line_ends(block, &at))
        return ERR_BAD_REQUEST;
    return http_filter_headers(out, why);
}

static bool is_length(struct slice v)
{
    for (size_t i = 0; i < v.len; i++)
        if (v.at[i] < '0' || v.at[i] > '9')
            return false;
    return v.len > 0 && v.len <= 18; /* 18 digits always fit in 63 bits */
}

/* uri-host [":" port]; the characters that could end it early or add a user are refused. */
static bool is_host(struct slice v)
{
    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.at[i];
        if (c <= 0x20 || c >= 0x7f || strchr("/?#@\\,\"<>", c))
            return false;
    }
    return true;
}

struct framing {
    unsigned hosts, lengths, encodings;
};

static const char *look_at(struct http_head *head, const struct http_header *h, struct framing *f)
{
    if (slice_eq_nocase(h->name, SLICE("Host"))) {
        f->hosts++;
        return is_host(h->value) ? NULL : "Host";
    }
    if (slice_eq_nocase(h->name, SLICE("Content-Length"))) {
        f->lengths++;
        if (!is_length(h->value))
            return "Content-Length";
        (void)slice_to_i64(h->value, &head->content_length);
        return NULL;
    }
    if (slice_eq_nocase(h->name, SLICE("Transfer-Encoding"))) {
        f->encodings++;
        head->chunked = true;
        return slice_eq_nocase(h->value, SLICE("chunked")) ? NULL : "Transfer-Encoding";
    }
    if (slice_eq_nocase(h->name, SLICE("Expect")))
        head->expect_continue = slice_eq_nocase(h->value, SLICE("100-continue"));
    return NULL;
}

enum err http_filter_headers(struct http_head *head, const char **why)
{
    struct framing f = { 0 };
    head->content_length = -1;
    head->chunked = head->expect_continue = false;
    for (size_t i = 0; i < head->count; i++) {
        const char *wrong = look_at(head, &head->headers[i], &f);
        if (wrong) {
            *why = wrong;
            return ERR_BAD_REQUEST;
        }
    }
    *why = NULL;
    if (f.hosts > 1 || (f.hosts == 0 && !head->version_1_0))
        *why = "not one Host";
    else if (f.lengths > 1)
        *why = "two Content-Lengths";
    else if (f.encodings > 1)
        *why = "two Transfer-Encodings";
    else if (f.lengths && f.encodings)
        *why = "Content-Length with Transfer-Encoding";
    else if (f.encodings && head->version_1_0)
        *why = "Transfer-Encoding in HTTP/1.0";
    return *why ? ERR_BAD_REQUEST : ERR_OK;
}

static struct slice without_authority(struct slice target)
{
    size_t from = slice_starts(target, SLICE("http://")) ? 7 : 8;
    struct slice rest = slice_sub(target, from, target.len);
    for (size_t i = 0; i < rest.len; i++)
        if (rest.at[i] == '/' || rest.at[i] == '?')
            return slice_sub(rest, i, rest.len);
    return (struct slice){ rest.at + rest.len, 0 };
}

enum err http_filter_target(struct slice target, struct slice *path, struct slice *query)
{
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.at[i];
        if (c <= 0x20 || c >= 0x7f || c == '#')
            return ERR_BAD_REQUEST;
    }
    bool absolute =
        slice_starts(target, SLICE("http://")) || slice_starts(target, SLICE("https://"));
    if (absolute)
        target = without_authority(target);
    ptrdiff_t mark = slice_find(target, '?');
    size_t end = mark < 0 ? target.len : (size_t)mark;
    struct slice p = slice_sub(target, 0, end);
    if (absolute && p.len == 0)
        p = SLICE("/");
    if (!slice_is(p, "*") && (p.len == 0 || p.at[0] != '/'))
        return ERR_BAD_REQUEST;
    *path = p;
    *query = mark < 0 ? (struct slice){ target.at + target.len, 0 }
                      : slice_sub(target, end + 1, target.len);
    return ERR_OK;
}
