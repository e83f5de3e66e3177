#include "net/multipart_header.h"

#include "base/arena.h"
#include "base/buf.h"
#include "net/http_filter.h"
#include "net/multipart.h"

enum { BOUNDARY_BYTES_MAX = 70 };

/* ---- parameters ---- */

static void skip_space(struct slice *s)
{
    while (s->len && (s->at[0] == ' ' || s->at[0] == '\t'))
        *s = slice_sub(*s, 1, s->len);
}

/* The value after an opening quote, up to the closing one, which is taken. Only a quote and a
 * backslash are escaped by a backslash: browsers send file names with bare ones. */
static bool quoted(struct arena *a, struct slice *rest, struct slice *value)
{
    struct buf out;
    size_t i = 0;
    buf_init_arena(&out, a);
    for (; i < rest->len && rest->at[i] != '"'; i++) {
        bool escape = rest->at[i] == '\\' && i + 1 < rest->len &&
                      (rest->at[i + 1] == '"' || rest->at[i + 1] == '\\');
        i += escape;
        buf_add_char(&out, rest->at[i]);
    }
    if (i >= rest->len || buf_failed(&out))
        return false;
    *rest = slice_sub(*rest, i + 1, rest->len);
    *value = out.len ? buf_slice(&out) : SLICE("");
    return true;
}

static size_t token_length(struct slice s)
{
    size_t n = 0;
    while (n < s.len && http_is_token((struct slice){ s.at + n, 1 }))
        n++;
    return n;
}

bool multipart_parameter(struct arena *a, struct slice *rest, struct slice *name,
                         struct slice *value)
{
    skip_space(rest);
    if (!rest->len || rest->at[0] != ';')
        return false;
    struct slice at = slice_sub(*rest, 1, rest->len);
    skip_space(&at);
    size_t n = token_length(at);
    *name = slice_sub(at, 0, n);
    if (!n || n == at.len || at.at[n] != '=')
        return false;
    at = slice_sub(at, n + 1, at.len);
    if (at.len && at.at[0] == '"') {
        at = slice_sub(at, 1, at.len);
        if (!quoted(a, &at, value))
            return false;
    } else {
        n = token_length(at);
        *value = slice_sub(at, 0, n);
        at = slice_sub(at, n, at.len);
    }
    *rest = at;
    return true;
}

/* ---- the content type ---- */

static struct slice type_of(struct slice content_type)
{
    ptrdiff_t end = slice_find(content_type, ';');
    return slice_trim(end < 0 ? content_type : slice_sub(content_type, 0, (size_t)end));
}

bool multipart_is(struct slice content_type)
{
    return slice_eq_nocase(type_of(content_type), SLICE("multipart/form-data"));
}

static bool is_boundary(struct slice s)
{
    static const char others[] = "'()+_,-./:=? ";
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (!c || !strchr(others, c)))
            return false;
    }
    return s.len > 0 && s.len <= BOUNDARY_BYTES_MAX && s.at[s.len - 1] != ' ';
}

bool multipart_boundary(struct arena *a, struct slice content_type, struct slice *boundary)
{
    ptrdiff_t semicolon = slice_find(content_type, ';');
    struct slice name, value, found = { NULL, 0 };
    unsigned times = 0;
    if (!multipart_is(content_type) || semicolon < 0)
        return false;
    struct slice rest = slice_sub(content_type, (size_t)semicolon, content_type.len);
    while (multipart_parameter(a, &rest, &name, &value)) {
        if (!slice_eq_nocase(name, SLICE("boundary")))
            continue;
        found = value;
        times++;
    }
    *boundary = found;
    return times == 1 && !slice_trim(rest).len && is_boundary(found);
}

/* ---- headers of a part ---- */

static enum err refuse(struct multipart_header *h, const char *why)
{
    h->why = why;
    return ERR_BAD_REQUEST;
}

/* form-data; name="..."; filename="...". The file name is the sender's and means nothing here. */
static enum err disposition(struct multipart_header *h, struct slice value)
{
    ptrdiff_t semicolon = slice_find(value, ';');
    struct slice rest = semicolon < 0 ? SLICE("") : slice_sub(value, (size_t)semicolon, value.len);
    struct slice name, text;
    unsigned names = 0;
    if (!slice_eq_nocase(type_of(value), SLICE("form-data")))
        return refuse(h, "the Content-Disposition of a part should be form-data");
    while (multipart_parameter(h->arena, &rest, &name, &text)) {
        if (!slice_eq_nocase(name, SLICE("name")))
            continue;
        h->part->name = text;
        names++;
    }
    if (slice_trim(rest).len)
        return refuse(h, "the Content-Disposition of a part cannot be read");
    return names == 1 ? ERR_OK : refuse(h, "a part should have one name");
}

static enum err encoding(struct multipart_header *h, struct slice value)
{
    bool same = slice_eq_nocase(value, SLICE("binary")) || slice_eq_nocase(value, SLICE("8bit")) ||
                slice_eq_nocase(value, SLICE("7bit"));
    return same ? ERR_OK : refuse(h, "a part has a Content-Transfer-Encoding that is not taken");
}

static bool is_clean(struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool first_time(bool *seen)
{
    bool first = !*seen;
    *seen = true;
    return first;
}

enum err multipart_header_read(struct multipart_header *h, struct slice line)
{
    ptrdiff_t colon = slice_find(line, ':');
    if (colon <= 0)
        return refuse(h, "a header of a part cannot be read");
    struct slice name = slice_sub(line, 0, (size_t)colon);
    struct slice value = slice_trim(slice_sub(line, (size_t)colon + 1, line.len));
    if (!http_is_token(name) || !is_clean(value))
        return refuse(h, "a header of a part cannot be read");
    if (slice_eq_nocase(name, SLICE("Content-Disposition")))
        return first_time(&h->seen_disposition) ? disposition(h, value)
                                                : refuse(h, "a part has two Content-Dispositions");
    if (slice_eq_nocase(name, SLICE("Content-Transfer-Encoding")))
        return first_time(&h->seen_encoding)
                   ? encoding(h, value)
                   : refuse(h, "a part has two Content-Transfer-Encodings");
    if (!slice_eq_nocase(name, SLICE("Content-Type")))
        return ERR_OK; /* RFC 7578, 4.8: all others are passed over */
    h->part->content_type = value;
    return first_time(&h->seen_type) ? ERR_OK : refuse(h, "a part has two Content-Types");
}
