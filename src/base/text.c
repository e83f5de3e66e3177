#include "base/text.h"

#include "base/arena.h"

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void hex_encode(const void *bytes, size_t len, char *out)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++) {
        *out++ = hex_digits[at[i] >> 4];
        *out++ = hex_digits[at[i] & 0xf];
    }
    *out = '\0';
}

static int digit_value(const char *digits, size_t count, char c)
{
    const char *hit = memchr(digits, c, count);
    return hit ? (int)(hit - digits) : -1;
}

bool hex_decode(struct slice text, void *out, size_t len)
{
    unsigned char *to = out;
    if (text.len / 2 != len || text.len % 2)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int value = hex_value(text.at[i]);
        if (value < 0)
            return false;
        to[i / 2] = (unsigned char)(i % 2 ? to[i / 2] | value : value << 4);
    }
    return true;
}

static struct slice encode64(struct arena *a, struct slice in, const char *digits, bool pad)
{
    const unsigned char *at = (const unsigned char *)in.at;
    size_t len = 0;
    char *out = in.len < SIZE_MAX / 2 ? arena_alloc(a, (in.len + 2) / 3 * 4 + 1) : NULL;
    if (!out)
        return (struct slice){ NULL, 0 };
    for (size_t i = 0; i < in.len; i += 3) {
        size_t left = in.len - i;
        uint32_t group = (uint32_t)at[i] << 16;
        group |= left > 1 ? (uint32_t)at[i + 1] << 8 : 0;
        group |= left > 2 ? at[i + 2] : 0;
        for (size_t digit = 0; digit < 4; digit++) {
            if (digit <= left)
                out[len++] = digits[group >> (18 - 6 * digit) & 0x3f];
            else if (pad)
                out[len++] = '=';
        }
    }
    return (struct slice){ out, len };
}

struct slice base64_encode(struct arena *a, struct slice bytes)
{
    return encode64(a, bytes, base64_digits, true);
}

struct slice base64url_encode(struct arena *a, struct slice bytes)
{
    return encode64(a, bytes, base64url_digits, false);
}

static enum err decode64(struct arena *a, struct slice text, const char *digits, struct slice *out)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t len = 0;
    if (text.len % 4 == 1)
        return ERR_BAD_REQUEST;
    char *to = arena_alloc(a, text.len / 4 * 3 + 3);
    if (!to)
        return ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < text.len; i++) {
        int value = digit_value(digits, 64, text.at[i]);
        if (value < 0)
            return ERR_BAD_REQUEST;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        to[len++] = (char)(bits >> held);
        bits &= (1u << held) - 1;
    }
    if (bits)
        return ERR_BAD_REQUEST;
    *out = (struct slice){ to, len };
    return ERR_OK;
}

enum err base64_decode(struct arena *a, struct slice text, struct slice *out)
{
    if (text.len % 4)
        return ERR_BAD_REQUEST;
    if (slice_ends(text, SLICE("==")))
        text.len -= 2;
    else if (slice_ends(text, SLICE("=")))
        text.len -= 1;
    return decode64(a, text, base64_digits, out);
}

enum err base64url_decode(struct arena *a, struct slice text, struct slice *out)
{
    return decode64(a, text, base64url_digits, out);
}

static bool is_tail(unsigned char c, unsigned char least, unsigned char most)
{
    return c >= least && c <= most;
}

/* Table 3-7 of the Unicode standard: only the second byte's range depends on the first. */
size_t utf8_step(struct slice text)
{
    const unsigned char *at = (const unsigned char *)text.at;
    unsigned char least = 0x80, most = 0xbf;
    if (!text.len)
        return 0;
    unsigned char c = at[0];
    if (c < 0x80)
        return 1;
    size_t size = c >= 0xc2 && c <= 0xdf ? 2 : c >= 0xe0 && c <= 0xef ? 3 : 4;
    if (c < 0xc2 || c > 0xf4 || text.len < size)
        return 0;
    if (c == 0xe0)
        least = 0xa0;
    else if (c == 0xed)
        most = 0x9f;
    else if (c == 0xf0)
        least = 0x90;
    else if (c == 0xf4)
        most = 0x8f;
    if (!is_tail(at[1], least, most))
        return 0;
    for (size_t i = 2; i < size; i++)
        if (!is_tail(at[i], 0x80, 0xbf))
            return 0;
    return size;
}

bool utf8_valid(struct slice text)
{
    while (text.len) {
        size_t step = utf8_step(text);
        if (!step)
            return false;
        text.at += step;
        text.len -= step;
    }
    return true;
}

size_t utf8_count(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}
