/* Percent-decoding and query parameters: pure work on slices of the request. */
#include "base/arena.h"
#include "base/text.h"
#include "net/http_server.h"

/* The byte an escape at in[i] stands for, or -1 (bad escape, or NUL). */
static int escape_at(struct slice in, size_t i)
{
    if (in.len - i < 3)
        return -1;
    int high = hex_value(in.at[i + 1]), low = hex_value(in.at[i + 2]);
    int byte = high < 0 || low < 0 ? -1 : high * 16 + low;
    return byte == 0 ? -1 : byte;
}

static bool is_plain(struct slice in, bool form)
{
    return slice_find(in, '%') < 0 && slice_find(in, '\0') < 0 &&
           !(form && slice_find(in, '+') >= 0);
}

enum err http_decode(struct arena *a, struct slice in, bool form, struct slice *out)
{
    if (is_plain(in, form)) {
        *out = in;
        return ERR_OK;
    }
    char *text = arena_alloc(a, in.len + 1);
    if (!text)
        return ERR_OUT_OF_MEMORY;
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        int byte = (unsigned char)in.at[i];
        if (byte == '+' && form) {
            byte = ' ';
        } else if (byte == '%') {
            byte = escape_at(in, i);
            i += 2;
        }
        if (byte <= 0)
            return ERR_BAD_REQUEST;
        text[len++] = (char)byte;
    }
    text[len] = '\0';
    *out = (struct slice){ text, len };
    return ERR_OK;
}

/* Cuts the next parameter off *rest; name and value are still encoded. */
static bool next_parameter(struct slice *rest, struct slice *name, struct slice *value)
{
    struct slice pair;
    if (!slice_cut(rest, '&', &pair))
        return false;
    ptrdiff_t equals = slice_find(pair, '=');
    size_t end = equals < 0 ? pair.len : (size_t)equals;
    *name = slice_sub(pair, 0, end);
    *value =
        equals < 0 ? (struct slice){ pair.at + pair.len, 0 } : slice_sub(pair, end + 1, pair.len);
    return true;
}

static bool is_named(struct http_request *req, struct slice encoded, const char *name)
{
    struct slice plain;
    return http_decode(req->arena, encoded, true, &plain) == ERR_OK && slice_is(plain, name);
}

bool http_query(struct http_request *req, const char *name, struct slice *out)
{
    struct slice rest = req->query, key, value;
    while (rest.len && next_parameter(&rest, &key, &value))
        if (is_named(req, key, name))
            return http_decode(req->arena, value, true, out) == ERR_OK;
    return false;
}

unsigned http_query_count(struct http_request *req, const char *name)
{
    struct slice rest = req->query, key, value;
    unsigned n = 0;
    while (rest.len && next_parameter(&rest, &key, &value))
        n += is_named(req, key, name);
    return n;
}
