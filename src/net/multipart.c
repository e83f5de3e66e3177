#include "net/multipart.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "net/multipart_header.h"

/* The body, from front to back:
 *
 *     preamble CRLF          thrown away; usually missing together with its CRLF
 *     --boundary CRLF        spaces and tabs may stand before each CRLF
 *     headers CRLF CRLF
 *     bytes
 *     CRLF --boundary CRLF   the next part
 *     ...
 *     CRLF --boundary--      the end; what follows a CRLF is thrown away
 */
struct reader {
    struct arena *arena;
    struct slice rest;
    struct slice delimiter; /* CRLF, two hyphens, the boundary */
    const char *why;
};

static enum err refuse(struct reader *r, enum err e, const char *why)
{
    r->why = why;
    return e;
}

static void skip(struct reader *r, size_t bytes)
{
    r->rest = slice_sub(r->rest, bytes, r->rest.len);
}

static bool take(struct reader *r, struct slice text)
{
    bool is = slice_starts(r->rest, text);
    if (is)
        skip(r, text.len);
    return is;
}

static bool take_line_end(struct reader *r)
{
    while (r->rest.len && (r->rest.at[0] == ' ' || r->rest.at[0] == '\t'))
        skip(r, 1);
    return take(r, SLICE("\r\n"));
}

/* What stands before the next delimiter, which is taken too. */
static bool take_until_delimiter(struct reader *r, struct slice *before)
{
    if (r->rest.len < r->delimiter.len)
        return false;
    const char *at = memmem(r->rest.at, r->rest.len, r->delimiter.at, r->delimiter.len);
    if (!at)
        return false;
    *before = (struct slice){ r->rest.at, (size_t)(at - r->rest.at) };
    skip(r, before->len + r->delimiter.len);
    return true;
}

/* Behind a boundary: the end, or a further part. */
static enum err take_boundary_line(struct reader *r, bool *last)
{
    *last = take(r, SLICE("--"));
    if (take_line_end(r) || (*last && !r->rest.len))
        return ERR_OK;
    return refuse(r, ERR_BAD_REQUEST, "a boundary is followed by other bytes");
}

/* One header without its CRLF; false: none ends within the limit. */
static bool take_line(struct reader *r, size_t *header_bytes, struct slice *line)
{
    size_t most = LIMIT_multipart_header_bytes_max - *header_bytes;
    struct slice look = slice_sub(r->rest, 0, most);
    const char *end = look.len ? memmem(look.at, look.len, "\r\n", 2) : NULL;
    if (!end)
        return false;
    *line = (struct slice){ look.at, (size_t)(end - look.at) };
    *header_bytes += line->len + 2;
    skip(r, line->len + 2);
    return true;
}

static enum err take_headers(struct reader *r, struct multipart_part *part)
{
    struct multipart_header header = { .arena = r->arena, .part = part };
    struct slice line = { NULL, 0 };
    size_t bytes = 0;
    for (;;) {
        if (!take_line(r, &bytes, &line)) {
            bool large = r->rest.len > LIMIT_multipart_header_bytes_max - bytes;
            return large ? refuse(r, ERR_TOO_LARGE, "the headers of a part are too large")
                         : refuse(r, ERR_BAD_REQUEST, "the headers of a part do not end");
        }
        if (!line.len)
            break;
        enum err e = multipart_header_read(&header, line);
        if (e != ERR_OK)
            return refuse(r, e, header.why);
    }
    return header.seen_disposition
               ? ERR_OK
               : refuse(r, ERR_BAD_REQUEST, "a part has no Content-Disposition");
}

static enum err take_parts(struct reader *r, struct multipart_part *parts, size_t *count)
{
    struct slice before;
    bool last = false;
    if (!take(r, slice_sub(r->delimiter, 2, r->delimiter.len)) && !take_until_delimiter(r, &before))
        return refuse(r, ERR_BAD_REQUEST, "the boundary of the content type is not in the body");
    enum err e = take_boundary_line(r, &last);
    while (e == ERR_OK && !last) {
        struct multipart_part *part = &parts[*count];
        if (*count == LIMIT_multipart_parts_max)
            return refuse(r, ERR_TOO_LARGE, "there are too many parts");
        *part = (struct multipart_part){ .content_type = SLICE("") };
        e = take_headers(r, part);
        if (e != ERR_OK)
            return e;
        if (!take_until_delimiter(r, &part->body))
            return refuse(r, ERR_BAD_REQUEST, "the last boundary is missing");
        ++*count;
        e = take_boundary_line(r, &last);
    }
    return e;
}

enum err multipart_parse(struct arena *a, struct slice content_type, struct slice body,
                         struct multipart *out, const char **why)
{
    struct reader r = { .arena = a, .rest = body };
    struct slice boundary;
    size_t count = 0;
    *why = "the content type should be multipart/form-data with a boundary";
    if (!multipart_boundary(a, content_type, &boundary))
        return ERR_BAD_MEDIA_TYPE;
    *why = "";
    struct multipart_part *parts = arena_alloc(a, LIMIT_multipart_parts_max * sizeof *parts);
    r.delimiter = arena_printf(a, "\r\n--%.*s", SLICE_ARG(boundary));
    if (!parts || !r.delimiter.at)
        return ERR_OUT_OF_MEMORY;
    enum err e = take_parts(&r, parts, &count);
    if (e == ERR_OK)
        *out = (struct multipart){ parts, count };
    else if (r.why)
        *why = r.why;
    return e;
}

const struct multipart_part *multipart_find(const struct multipart *m, const char *name,
                                            size_t *count)
{
    const struct multipart_part *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < m->count; i++) {
        if (!slice_is(m->parts[i].name, name))
            continue;
        if (!n++)
            first = &m->parts[i];
    }
    if (count)
        *count = n;
    return first;
}
