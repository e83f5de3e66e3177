#include <criterion/criterion.h>

#include "base/limits.h"
#include "net/ws_handshake.h"
#include "net/ws_reader.h"

struct heard {
    char text[4096];
    size_t len;
    unsigned texts, pings, pongs, closes;
    uint16_t code;
};

static bool on_text(void *ctx, struct slice t)
{
    struct heard *h = ctx;
    h->texts++;
    h->len = t.len < sizeof h->text ? t.len : sizeof h->text;
    memcpy(h->text, t.len ? t.at : "", h->len);
    return true;
}
static bool on_ping(void *ctx, struct slice d)
{
    (void)d;
    ((struct heard *)ctx)->pings++;
    return true;
}
static bool on_pong(void *ctx)
{
    ((struct heard *)ctx)->pongs++;
    return true;
}
static bool on_close(void *ctx, uint16_t code)
{
    ((struct heard *)ctx)->closes++;
    ((struct heard *)ctx)->code = code;
    return false;
}
static const struct ws_sink sink = { on_text, on_ping, on_pong, on_close };

/* A client's frame, masked with 1 2 3 4. */
static size_t frame(char *out, uint8_t first, const char *data, size_t len)
{
    static const uint8_t mask[4] = { 1, 2, 3, 4 };
    uint8_t head[WS_HEAD_MAX];
    size_t n = ws_head_write(first & 0x0f, len, head);
    head[0] = first;
    head[1] |= 0x80;
    memcpy(out, head, n);
    memcpy(out + n, mask, 4);
    memcpy(out + n + 4, data, len);
    ws_mask(out + n + 4, len, mask, 0);
    return n + 4 + len;
}

/* Feeds the bytes in pieces of `step`. */
static uint16_t feed(struct heard *h, const char *bytes, size_t len, size_t step)
{
    struct ws_reader r;
    uint16_t code = WS_CODE_NONE;
    char *copy = malloc(len + 1);
    memcpy(copy, bytes, len);
    memset(h, 0, sizeof *h);
    ws_reader_init(&r);
    for (size_t i = 0; i < len && code == WS_CODE_NONE && !h->closes; i += step)
        code = ws_reader_feed(&r, copy + i, len - i < step ? len - i : step, &sink, h);
    ws_reader_release(&r);
    free(copy);
    return code;
}

#define FIN(opcode) (0x80 | (opcode))

Test(ws_frame, text_in_any_pieces)
{
    char b[512];
    struct heard h;
    size_t n = frame(b, FIN(WS_TEXT), "hello \xe2\x82\xac", 9);
    for (size_t step = 1; step <= n; step++) {
        cr_assert_eq(feed(&h, b, n, step), WS_CODE_NONE);
        cr_assert(h.texts == 1 && h.len == 9 && memcmp(h.text, "hello \xe2\x82\xac", 9) == 0);
    }
}

Test(ws_frame, fragments_with_a_ping_between)
{
    char b[512];
    struct heard h;
    size_t n = frame(b, WS_TEXT, "ab\xe2", 3); /* a character cut in the middle */
    n += frame(b + n, FIN(WS_PING), "p", 1);
    n += frame(b + n, WS_CONTINUATION, "\x82", 1);
    n += frame(b + n, WS_CONTINUATION, "", 0);
    n += frame(b + n, FIN(WS_CONTINUATION), "\xac!", 2);
    n += frame(b + n, FIN(WS_TEXT), "", 0);
    for (size_t step = 1; step <= n; step++) {
        cr_assert_eq(feed(&h, b, n, step), WS_CODE_NONE);
        cr_assert(h.texts == 2 && h.pings == 1 && h.len == 0, "step %zu", step);
    }
}

Test(ws_frame, lengths_of_all_widths)
{
    static char data[70000], b[70100];
    static const size_t lens[] = { 0, 1, 125, 126, 127, 65535, 65536 };
    struct heard h;
    memset(data, 'x', sizeof data);
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        size_t n = frame(b, FIN(WS_TEXT), data, lens[i]);
        cr_assert_eq(feed(&h, b, n, 1000), WS_CODE_NONE);
        cr_assert_eq(h.texts, 1);
    }
    size_t n = frame(b, FIN(WS_TEXT), data, LIMIT_ws_frame_bytes_max + 1);
    cr_assert_eq(feed(&h, b, n, 1000), WS_CODE_TOO_LARGE);
    n = frame(b, WS_TEXT, data, LIMIT_ws_frame_bytes_max);
    n += frame(b + n, FIN(WS_CONTINUATION), "y", 1);
    cr_assert_eq(feed(&h, b, n, 1000), WS_CODE_TOO_LARGE, "fragments count together");
}

Test(ws_frame, protocol_errors)
{
    struct heard h;
    static const struct {
        const char *bytes;
        size_t len;
        uint16_t code;
    } bad[] = {
        { "\x81\x01x", 3, WS_CODE_PROTOCOL },                         /* not masked */
        { "\xc1\x80\1\2\3\4", 6, WS_CODE_PROTOCOL },                  /* RSV1 */
        { "\xa1\x80\1\2\3\4", 6, WS_CODE_PROTOCOL },                  /* RSV2 */
        { "\x91\x80\1\2\3\4", 6, WS_CODE_PROTOCOL },                  /* RSV3 */
        { "\x83\x80\1\2\3\4", 6, WS_CODE_PROTOCOL },                  /* unknown opcode */
        { "\x8b\x80\1\2\3\4", 6, WS_CODE_PROTOCOL },                  /* unknown control */
        { "\x80\x80\1\2\3\4", 6, WS_CODE_PROTOCOL },                  /* nothing to continue */
        { "\x01\x80\1\2\3\4\x81\x80\1\2\3\4", 12, WS_CODE_PROTOCOL }, /* text within a text */
        { "\x09\x80\1\2\3\4", 6, WS_CODE_PROTOCOL },                  /* fragmented ping */
        { "\x89\xfe\0\x7e\1\2\3\4", 8, WS_CODE_PROTOCOL },            /* long ping */
        { "\x81\xfe\0\x7d\1\2\3\4", 8, WS_CODE_PROTOCOL },            /* length written too wide */
        { "\x81\xff\0\0\0\0\0\0\xff\xff\1\2\3\4", 14, WS_CODE_PROTOCOL },
        { "\x81\xff\x80\0\0\0\0\0\0\0\1\2\3\4", 14, WS_CODE_PROTOCOL }, /* top bit */
        { "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\1\2\3\4", 14, WS_CODE_TOO_LARGE },
        { "\x82\x80\1\2\3\4", 6, WS_CODE_UNSUPPORTED }, /* binary */
        { "\x88\x81\0\0\0\0x", 7, WS_CODE_PROTOCOL },   /* half a code */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(feed(&h, bad[i].bytes, bad[i].len, 1), bad[i].code, "row %zu", i);
}

Test(ws_frame, close_codes)
{
    char b[64];
    struct heard h;
    static const uint16_t bad[] = { 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535 };
    static const uint16_t good[] = { 1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999 };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char two[2] = { (char)(bad[i] >> 8), (char)bad[i] };
        size_t n = frame(b, FIN(WS_CLOSE), two, 2);
        cr_assert_eq(feed(&h, b, n, n), WS_CODE_PROTOCOL, "%u", bad[i]);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char two[2] = { (char)(good[i] >> 8), (char)good[i] };
        size_t n = frame(b, FIN(WS_CLOSE), two, 2);
        cr_assert(feed(&h, b, n, n) == WS_CODE_NONE && h.closes == 1 && h.code == good[i]);
    }
    size_t n = frame(b, FIN(WS_CLOSE), "", 0);
    cr_assert(feed(&h, b, n, n) == WS_CODE_NONE && h.closes == 1 && h.code == WS_CODE_NONE);
    n = frame(b, FIN(WS_CLOSE), "\x03\xe8\xc3", 3);
    cr_assert_eq(feed(&h, b, n, n), WS_CODE_BAD_UTF8, "the reason is text too");
}

Test(ws_frame, utf8)
{
    static const char *const bad[] = {
        "\x80",         "\xc0\xaf",         "\xc1\xbf",         "\xe0\x80\x80",
        "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xff",         "\xe2\x82\x41",     "\xe2\x82", /* cut short */
    };
    static const char good[] =
        "a\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80"
        "\xf4\x8f\xbf\xbf";
    char b[128];
    struct heard h;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t n = frame(b, FIN(WS_TEXT), bad[i], strlen(bad[i]));
        cr_assert_eq(feed(&h, b, n, 1), WS_CODE_BAD_UTF8, "row %zu", i);
        cr_assert_eq(h.texts, 0);
    }
    size_t n = frame(b, FIN(WS_TEXT), good, sizeof good - 1);
    cr_assert_eq(feed(&h, b, n, 1), WS_CODE_NONE);
}

Test(ws_frame, accept_key_of_the_rfc)
{
    char out[WS_ACCEPT_LEN + 1];
    cr_assert(ws_accept(SLICE("dGhlIHNhbXBsZSBub25jZQ=="), out));
    cr_assert_str_eq(out, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    cr_assert_not(ws_accept(SLICE("dGhlIHNhbXBsZSBub25jZQ="), out));
    cr_assert_not(ws_accept(SLICE("dGhlIHNhbXBsZSBub25jZ!=="), out));
    cr_assert_not(ws_accept(SLICE(""), out));
}
