/* needs: net */
/* A client's bytes, whole and in pieces: both ways must end alike, texts are UTF-8 and bounded. */
#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "net/ws_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
    uint64_t sum; /* of everything heard, in order */
    bool closed;
};

static void note(struct heard *h, char what, struct slice s)
{
    h->sum = h->sum * 1099511628211u + (uint8_t)what;
    for (size_t i = 0; i < s.len; i++)
        h->sum = h->sum * 1099511628211u + (uint8_t)s.at[i];
}

static bool on_text(void *ctx, struct slice text)
{
    uint32_t state = 0;
    assert(text.len <= LIMIT_ws_frame_bytes_max);
    assert(ws_utf8(&state, text.at, text.len) && state == 0);
    note(ctx, 't', text);
    return true;
}

static bool on_ping(void *ctx, struct slice bytes)
{
    assert(bytes.len <= WS_CONTROL_MAX);
    note(ctx, 'p', bytes);
    return true;
}

static bool on_pong(void *ctx)
{
    note(ctx, 'q', (struct slice){ NULL, 0 });
    return true;
}

static bool on_close(void *ctx, uint16_t code)
{
    struct heard *h = ctx;
    assert(code == WS_CODE_NONE || ws_code_is_valid(code));
    note(h, 'c', (struct slice){ NULL, 0 });
    h->closed = true;
    return false;
}

static uint16_t run(const uint8_t *data, size_t size, size_t step, struct heard *h)
{
    static const struct ws_sink sink = { on_text, on_ping, on_pong, on_close };
    struct ws_reader r;
    uint16_t code = WS_CODE_NONE;
    *h = (struct heard){ 0 };
    ws_reader_init(&r);
    for (size_t i = 0; i < size && code == WS_CODE_NONE && !h->closed; i += step) {
        size_t n = size - i < step ? size - i : step;
        char *copy = malloc(n);
        if (!copy)
            break;
        memcpy(copy, data + i, n);
        code = ws_reader_feed(&r, copy, n, &sink, h);
        free(copy);
    }
    ws_reader_release(&r);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct heard whole, pieces;
    if (size < 1)
        return 0;
    size_t step = (size_t)data[0] % 7 + 1;
    uint16_t a = run(data + 1, size - 1, size, &whole);
    uint16_t b = run(data + 1, size - 1, step, &pieces);
    assert(a == b && whole.sum == pieces.sum && whole.closed == pieces.closed);
    return 0;
}
