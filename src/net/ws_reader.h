/* Turns the bytes a client sends into messages. Pure: no socket, no clock. It keeps memory only
 * while a message is incomplete, so that an idle connection costs nothing. */
#ifndef NET_WS_READER_H
#define NET_WS_READER_H
#include "base/buf.h"
#include "net/ws_frame.h"
struct ws_reader {
    struct buf message; /* what came of a message that is not whole yet */
    uint64_t left;      /* payload bytes of the present frame still to come */
    uint64_t offset;    /* and those that came */
    uint32_t utf8;
    uint8_t head[WS_HEAD_MAX]; /* bytes of a head that is not whole yet */
    uint8_t head_len;
    uint8_t mask[4];
    uint8_t opcode; /* of the present frame */
    uint8_t control_len;
    char control[WS_CONTROL_MAX];
    bool in_frame, fin;
    bool in_message; /* a text message was begun and not ended */
};
/* What the bytes meant. The data is valid during the call; false ends the reading at once. */
struct ws_sink {
    bool (*text)(void *ctx, struct slice text);
    bool (*ping)(void *ctx, struct slice data);
    bool (*pong)(void *ctx);
    bool (*close)(void *ctx, uint16_t code); /* WS_CODE_NONE: the client gave none */
};
void ws_reader_init(struct ws_reader *r);
void ws_reader_release(struct ws_reader *r);
/* Consumes `data` (and unmasks it in place). Returns WS_CODE_NONE, or the code to close with:
 * afterwards the reader must not be used again. */
uint16_t ws_reader_feed(struct ws_reader *r, char *data, size_t len, const struct ws_sink *sink,
                        void *ctx);
#endif
