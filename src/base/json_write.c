/* One bit a level says that a comma is due before what comes next. A key clears it, because no
 * comma stands between a name and its value; every value sets it. */
#include "base/json_write.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_read.h"
#include "base/text.h"

enum { DEPTH_MAX = 63 };

void json_writer_init(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){ .out = out };
}

static void before_value(struct json_writer *w)
{
    uint64_t bit = UINT64_C(1) << w->depth;
    if (w->has_member & bit)
        buf_add_char(w->out, ',');
    w->has_member |= bit;
}

static void begin(struct json_writer *w, char bracket)
{
    before_value(w);
    buf_add_char(w->out, bracket);
    assert(w->depth < DEPTH_MAX);
    w->depth++;
    w->has_member &= ~(UINT64_C(1) << w->depth);
}

static void end(struct json_writer *w, char bracket)
{
    assert(w->depth > 0);
    w->depth--;
    buf_add_char(w->out, bracket);
}

void json_object_begin(struct json_writer *w)
{
    begin(w, '{');
}

void json_object_end(struct json_writer *w)
{
    end(w, '}');
}

void json_array_begin(struct json_writer *w)
{
    begin(w, '[');
}

void json_array_end(struct json_writer *w)
{
    end(w, ']');
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Bytes at the front that may stand in JSON as they are: whole UTF-8 characters. */
static size_t plain_len(struct slice s)
{
    size_t at = 0;
    while (at < s.len) {
        unsigned char c = (unsigned char)s.at[at];
        size_t step = is_plain(c) ? 1 : c >= 0x80 ? utf8_step(slice_sub(s, at, s.len)) : 0;
        if (!step)
            break;
        at += step;
    }
    return at;
}

/* A byte that is not UTF-8 becomes the replacement character: the output is always valid. */
static void put_special(struct buf *out, unsigned char c)
{
    static const char names[] = "\"\\bfnrt", values[] = "\"\\\b\f\n\r\t";
    const char *value = c ? strchr(values, c) : NULL;
    if (c >= 0x80)
        buf_add(out, SLICE("\xef\xbf\xbd"));
    else if (value)
        buf_add(out, (struct slice){ (char[]){ '\\', names[value - values] }, 2 });
    else
        buf_printf(out, "\\u%04x", c);
}

static void put_quoted(struct buf *out, struct slice text)
{
    buf_add_char(out, '"');
    while (text.len) {
        size_t plain = plain_len(text);
        buf_add(out, slice_sub(text, 0, plain));
        if (plain < text.len)
            put_special(out, (unsigned char)text.at[plain++]);
        text = slice_sub(text, plain, text.len);
    }
    buf_add_char(out, '"');
}

void json_key_slice(struct json_writer *w, struct slice name)
{
    before_value(w);
    w->has_member &= ~(UINT64_C(1) << w->depth);
    put_quoted(w->out, name);
    buf_add_char(w->out, ':');
}

void json_key(struct json_writer *w, const char *name)
{
    json_key_slice(w, slice_of(name));
}

void json_put_text(struct json_writer *w, struct slice text)
{
    before_value(w);
    put_quoted(w->out, text);
}

void json_put_cstr(struct json_writer *w, const char *text)
{
    if (text)
        json_put_text(w, slice_of(text));
    else
        json_put_null(w);
}

void json_put_i64(struct json_writer *w, int64_t n)
{
    before_value(w);
    buf_add_i64(w->out, n);
}

void json_put_real(struct json_writer *w, double n)
{
    char text[32];
    if (!isfinite(n)) {
        json_put_null(w);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, n);
        if (strtod(text, NULL) == n)
            break;
    }
    before_value(w);
    buf_add(w->out, slice_of(text));
}

void json_put_bool(struct json_writer *w, bool b)
{
    json_put_raw(w, b ? SLICE("true") : SLICE("false"));
}

void json_put_null(struct json_writer *w)
{
    json_put_raw(w, SLICE("null"));
}

void json_put_raw(struct json_writer *w, struct slice json)
{
    before_value(w);
    buf_add(w->out, json);
}

static void put_children(struct json_writer *w, const struct json *v)
{
    JSON_EACH(child, v)
    {
        if (v->type == JSON_OBJECT)
            json_key_slice(w, child->key);
        json_put_node(w, child);
    }
}

void json_put_node(struct json_writer *w, const struct json *v)
{
    switch (v->type) {
    case JSON_NULL:
        json_put_null(w);
        break;
    case JSON_BOOL:
        json_put_bool(w, v->boolean);
        break;
    case JSON_INT:
        json_put_i64(w, v->integer);
        break;
    case JSON_REAL: /* the digits of the input, which a double may not hold */
        if (v->raw.len)
            json_put_raw(w, v->raw);
        else
            json_put_real(w, v->real);
        break;
    case JSON_STRING:
        json_put_text(w, v->text);
        break;
    case JSON_ARRAY:
        json_array_begin(w);
        put_children(w, v);
        json_array_end(w);
        break;
    case JSON_OBJECT:
        json_object_begin(w);
        put_children(w, v);
        json_object_end(w);
        break;
    }
}

void json_member_text(struct json_writer *w, const char *name, struct slice text)
{
    json_key(w, name);
    json_put_text(w, text);
}

void json_member_cstr(struct json_writer *w, const char *name, const char *text)
{
    json_key(w, name);
    json_put_cstr(w, text);
}

void json_member_i64(struct json_writer *w, const char *name, int64_t n)
{
    json_key(w, name);
    json_put_i64(w, n);
}

void json_member_real(struct json_writer *w, const char *name, double n)
{
    json_key(w, name);
    json_put_real(w, n);
}

void json_member_bool(struct json_writer *w, const char *name, bool b)
{
    json_key(w, name);
    json_put_bool(w, b);
}

void json_member_uuid(struct json_writer *w, const char *name, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    json_member_cstr(w, name, uuid_is_nil(id) ? NULL : text);
}

void json_member_null(struct json_writer *w, const char *name)
{
    json_key(w, name);
    json_put_null(w);
}

void json_member_raw(struct json_writer *w, const char *name, struct slice json)
{
    json_key(w, name);
    json_put_raw(w, json);
}
