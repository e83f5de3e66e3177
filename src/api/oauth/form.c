#include "api/oauth/form.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "net/http_server.h"

static bool has_field(const struct form *f, struct slice name)
{
    for (size_t i = 0; i < f->count; i++)
        if (slice_eq(f->fields[i].name, name))
            return true;
    return false;
}

static enum err add_field(struct arena *a, struct slice pair, struct form *f)
{
    struct slice name, value = SLICE(""), rest = pair;
    if (f->count == FORM_FIELD_MAX)
        return ERR_TOO_LARGE;
    slice_cut(&rest, '=', &name);
    enum err e = http_decode(a, name, true, &name);
    if (e == ERR_OK && name.len < pair.len)
        e = http_decode(a, rest, true, &value);
    if (e != ERR_OK)
        return e;
    if (value.len > LIMIT_oauth_param_bytes_max)
        return ERR_TOO_LARGE;
    if (has_field(f, name)) {
        f->twice = name;
        return ERR_BAD_REQUEST;
    }
    f->fields[f->count].name = name;
    f->fields[f->count++].value = value;
    return ERR_OK;
}

enum err form_parse(struct arena *a, struct slice text, struct form *out)
{
    struct slice pair;
    out->count = 0;
    out->twice = (struct slice){ NULL, 0 };
    while (slice_cut(&text, '&', &pair)) {
        enum err e = pair.len ? add_field(a, pair, out) : ERR_OK;
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

struct slice form_get(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (slice_is(f->fields[i].name, name))
            return f->fields[i].value;
    return SLICE("");
}

struct slice form_encode(struct arena *a, struct slice text)
{
    struct buf out;
    buf_init_arena(&out, a);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     (c && strchr("-._~", c));
        if (plain)
            buf_add_char(&out, (char)c);
        else
            buf_printf(&out, "%%%02X", c);
    }
    return out.len ? buf_slice(&out) : SLICE("");
}

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bool base64_decode(struct arena *a, struct slice in, struct slice *out)
{
    while (in.len && in.at[in.len - 1] == '=')
        in.len--;
    char *text = arena_alloc(a, in.len + 1);
    uint32_t bits = 0;
    int have = 0;
    size_t n = 0;
    for (size_t i = 0; text && i < in.len; i++) {
        int v = base64_value(in.at[i]);
        if (v < 0)
            return false;
        bits = bits << 6 | (uint32_t)v;
        have += 6;
        if (have >= 8)
            text[n++] = (char)(bits >> (have -= 8) & 255);
    }
    *out = (struct slice){ text, n };
    return text != NULL;
}

enum err form_basic(struct arena *a, struct slice header, struct slice *id, struct slice *secret)
{
    struct slice scheme, both, name;
    if (!slice_cut(&header, ' ', &scheme) || !slice_eq_nocase(scheme, SLICE("Basic")))
        return ERR_NOT_FOUND;
    header = slice_trim(header);
    if (header.len > LIMIT_oauth_param_bytes_max || !base64_decode(a, header, &both))
        return ERR_BAD_REQUEST;
    if (slice_find(both, ':') < 0 || !slice_cut(&both, ':', &name))
        return ERR_BAD_REQUEST;
    enum err e = http_decode(a, name, true, id);
    return e == ERR_OK ? http_decode(a, both, true, secret) : e;
}
