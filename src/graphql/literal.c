#include "graphql/literal.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

/* Digits from *at: exactly four, or as many as stand before '}' (at most eight). */
static bool read_hex(struct slice s, size_t *at, uint32_t *out)
{
    bool braced = *at < s.len && s.at[*at] == '{';
    size_t from = *at + braced, n = 0;
    uint32_t value = 0;
    while (from + n < s.len && n < (braced ? 8u : 4u) && hex_value(s.at[from + n]) >= 0)
        value = value << 4 | (uint32_t)hex_value(s.at[from + n++]);
    if (n == 0 || (!braced && n != 4))
        return false;
    if (braced && (from + n >= s.len || s.at[from + n] != '}'))
        return false;
    *at = from + n + braced;
    *out = value;
    return true;
}

/* After "\u". Two escapes may form one character beyond the basic plane; a lone half is wrong. */
static bool read_unicode(struct slice s, size_t *at, uint32_t *out)
{
    uint32_t low;
    if (!read_hex(s, at, out))
        return false;
    if (*out >= 0xd800 && *out < 0xdc00) {
        if (*at + 2 > s.len || s.at[*at] != '\\' || s.at[*at + 1] != 'u')
            return false;
        *at += 2;
        if (!read_hex(s, at, &low) || low < 0xdc00 || low > 0xdfff)
            return false;
        *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
        return true;
    }
    return *out <= 0x10ffff && (*out < 0xd800 || *out > 0xdfff);
}

static void add_utf8(struct buf *b, uint32_t c)
{
    if (c < 0x80) {
        buf_add_char(b, (char)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };
    buf_add_char(b, (char)(lead[more] | c >> (6 * more)));
    while (more-- > 0)
        buf_add_char(b, (char)(0x80 | ((c >> (6 * more)) & 0x3f)));
}

/* One escape; *at stands behind the backslash. */
static bool add_escape(struct buf *b, struct slice s, size_t *at)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (*at >= s.len)
        return false;
    char c = s.at[(*at)++];
    if (c == 'u') {
        uint32_t code;
        if (!read_unicode(s, at, &code))
            return false;
        add_utf8(b, code);
        return true;
    }
    const char *known = c ? strchr(from, c) : NULL;
    if (known)
        buf_add_char(b, to[known - from]);
    return known != NULL;
}

enum err graphql_literal_string(struct arena *a, struct slice body, struct slice *out)
{
    struct buf b;
    if (slice_find(body, '\\') < 0) {
        *out = body;
        return ERR_OK;
    }
    buf_init_arena(&b, a);
    for (size_t at = 0; at < body.len;) {
        char c = body.at[at++];
        if (c != '\\')
            buf_add_char(&b, c);
        else if (!add_escape(&b, body, &at))
            return ERR_BAD_REQUEST;
    }
    if (buf_failed(&b))
        return ERR_OUT_OF_MEMORY;
    *out = buf_slice(&b);
    return ERR_OK;
}

/* Cuts the next line off; LF, CR and CR LF end one. */
static bool next_line(struct slice *rest, struct slice *line)
{
    if (!rest->at)
        return false;
    size_t n = 0;
    while (n < rest->len && rest->at[n] != '\n' && rest->at[n] != '\r')
        n++;
    *line = slice_sub(*rest, 0, n);
    if (n == rest->len) {
        *rest = (struct slice){ 0 };
        return true;
    }
    n += rest->at[n] == '\r' && n + 1 < rest->len && rest->at[n + 1] == '\n' ? 2 : 1;
    *rest = (struct slice){ rest->at + n, rest->len - n };
    return true;
}

static size_t indent_of(struct slice line)
{
    size_t n = 0;
    while (n < line.len && (line.at[n] == ' ' || line.at[n] == '\t'))
        n++;
    return n;
}

struct block_shape {
    size_t indent;      /* common to all lines but the first */
    size_t first, last; /* lines that are not blank */
    bool blank;
};

static struct block_shape measure(struct slice body)
{
    struct block_shape shape = { .indent = SIZE_MAX, .blank = true };
    struct slice line;
    for (size_t n = 0; next_line(&body, &line); n++) {
        size_t indent = indent_of(line);
        if (indent == line.len)
            continue;
        if (n > 0 && indent < shape.indent)
            shape.indent = indent;
        if (shape.blank)
            shape.first = n;
        shape.last = n;
        shape.blank = false;
    }
    return shape;
}

static void add_block_line(struct buf *b, struct slice line)
{
    for (size_t at = 0; at < line.len; at++) {
        if (line.len - at >= 4 && memcmp(line.at + at, "\\\"\"\"", 4) == 0)
            at++;
        buf_add_char(b, line.at[at]);
    }
}

enum err graphql_literal_block(struct arena *a, struct slice body, struct slice *out)
{
    struct block_shape shape = measure(body);
    struct slice line;
    struct buf b;
    if (shape.blank) {
        *out = SLICE("");
        return ERR_OK;
    }
    buf_init_arena(&b, a);
    for (size_t n = 0; next_line(&body, &line) && n <= shape.last; n++) {
        if (n < shape.first)
            continue;
        if (n > shape.first)
            buf_add_char(&b, '\n');
        add_block_line(&b, n == 0 ? line : slice_sub(line, shape.indent, line.len));
    }
    if (buf_failed(&b))
        return ERR_OUT_OF_MEMORY;
    *out = buf_slice(&b);
    return ERR_OK;
}
