#include "net/ws_reader.h"

#include "base/limits.h"

enum { FEED_STOP = 1 }; /* the sink wants no more: not a code of the protocol */

void ws_reader_init(struct ws_reader *r)
{
    memset(r, 0, sizeof *r);
    buf_init(&r->message);
}

void ws_reader_release(struct ws_reader *r)
{
    buf_release(&r->message);
}

static bool is_control(uint8_t opcode)
{
    return opcode >= WS_CLOSE;
}

/* Begins a frame: may it come here, and is it small enough? */
static uint16_t begin_frame(struct ws_reader *r, const struct ws_head *h)
{
    if (h->opcode == WS_BINARY)
        return WS_CODE_UNSUPPORTED;
    if (h->opcode == WS_TEXT && r->in_message)
        return WS_CODE_PROTOCOL;
    if (h->opcode == WS_CONTINUATION && !r->in_message)
        return WS_CODE_PROTOCOL;
    if (!is_control(h->opcode) && h->len > LIMIT_ws_frame_bytes_max - r->message.len)
        return WS_CODE_TOO_LARGE;
    r->in_frame = true;
    r->fin = h->fin;
    r->opcode = h->opcode;
    r->left = h->len;
    r->offset = 0;
    r->control_len = 0;
    memcpy(r->mask, h->mask, sizeof r->mask);
    if (!is_control(h->opcode))
        r->in_message = true;
    return WS_CODE_NONE;
}

/* Collects head bytes until they are enough; *used tells how many of `data` were taken. */
static uint16_t take_head(struct ws_reader *r, const char *data, size_t len, size_t *used)
{
    size_t had = r->head_len, more = WS_HEAD_MAX - had;
    struct ws_head h;
    more = len < more ? len : more;
    memcpy(r->head + had, data, more);
    enum ws_parse p = ws_head_read((struct slice){ (const char *)r->head, had + more }, &h);
    if (p == WS_HEAD_BAD)
        return WS_CODE_PROTOCOL;
    if (p == WS_HEAD_SHORT) {
        r->head_len = (uint8_t)(had + more);
        *used = more;
        return WS_CODE_NONE;
    }
    *used = h.size - had;
    r->head_len = 0;
    return begin_frame(r, &h);
}

static uint16_t end_close(struct ws_reader *r, const struct ws_sink *sink, void *ctx)
{
    uint32_t state = 0;
    if (r->control_len == 0)
        return sink->close(ctx, WS_CODE_NONE) ? WS_CODE_NONE : FEED_STOP;
    if (r->control_len == 1)
        return WS_CODE_PROTOCOL;
    uint16_t code = (uint16_t)((uint8_t)r->control[0] << 8 | (uint8_t)r->control[1]);
    if (!ws_code_is_valid(code))
        return WS_CODE_PROTOCOL;
    if (!ws_utf8(&state, r->control + 2, (size_t)r->control_len - 2) || state != 0)
        return WS_CODE_BAD_UTF8;
    return sink->close(ctx, code) ? WS_CODE_NONE : FEED_STOP;
}

static uint16_t end_control(struct ws_reader *r, const struct ws_sink *sink, void *ctx)
{
    struct slice data = { r->control, r->control_len };
    if (r->opcode == WS_CLOSE)
        return end_close(r, sink, ctx);
    bool go_on = r->opcode == WS_PING ? sink->ping(ctx, data) : sink->pong(ctx);
    return go_on ? WS_CODE_NONE : FEED_STOP;
}

static uint16_t end_message(struct ws_reader *r, struct slice text, const struct ws_sink *sink,
                            void *ctx)
{
    if (r->utf8 != 0)
        return WS_CODE_BAD_UTF8;
    bool go_on = sink->text(ctx, text);
    buf_release(&r->message);
    buf_init(&r->message);
    r->in_message = false;
    return go_on ? WS_CODE_NONE : FEED_STOP;
}

/* Payload of a text message: delivered straight from `data` when it is whole there. */
static uint16_t take_text(struct ws_reader *r, struct slice part, const struct ws_sink *sink,
                          void *ctx)
{
    if (!ws_utf8(&r->utf8, part.at, part.len))
        return WS_CODE_BAD_UTF8;
    bool last = r->left == 0 && r->fin;
    if (last && r->message.len == 0)
        return end_message(r, part, sink, ctx);
    buf_add(&r->message, part);
    if (buf_failed(&r->message))
        return WS_CODE_TRY_LATER;
    return last ? end_message(r, buf_slice(&r->message), sink, ctx) : WS_CODE_NONE;
}

static uint16_t take_payload(struct ws_reader *r, char *data, size_t len, size_t *used,
                             const struct ws_sink *sink, void *ctx)
{
    size_t n = len < r->left ? len : (size_t)r->left;
    ws_mask(data, n, r->mask, r->offset);
    r->offset += n;
    r->left -= n;
    r->in_frame = r->left > 0;
    *used = n;
    if (!is_control(r->opcode))
        return take_text(r, (struct slice){ data, n }, sink, ctx);
    memcpy(r->control + r->control_len, data, n);
    r->control_len = (uint8_t)(r->control_len + n);
    return r->in_frame ? WS_CODE_NONE : end_control(r, sink, ctx);
}

uint16_t ws_reader_feed(struct ws_reader *r, char *data, size_t len, const struct ws_sink *sink,
                        void *ctx)
{
    uint16_t code = WS_CODE_NONE;
    size_t used;
    while (len > 0 && code == WS_CODE_NONE) {
        code = r->in_frame ? take_payload(r, data, len, &used, sink, ctx)
                           : take_head(r, data, len, &used);
        if (code != WS_CODE_NONE)
            break;
        data += used;
        len -= used;
        if (r->in_frame && r->left == 0) /* an empty frame ends where its head does */
            code = take_payload(r, data, 0, &used, sink, ctx);
    }
    return code == FEED_STOP ? WS_CODE_NONE : code;
}
