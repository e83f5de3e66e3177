/* RFC 6455 section 5 as pure functions: frame heads, masking, UTF-8 and close codes. */
#ifndef NET_WS_FRAME_H
#define NET_WS_FRAME_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
enum ws_opcode {
    WS_CONTINUATION = 0,
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10
};
enum ws_code {
    WS_CODE_NONE = 0,
    WS_CODE_NORMAL = 1000,
    WS_CODE_GOING_AWAY = 1001,
    WS_CODE_PROTOCOL = 1002,
    WS_CODE_UNSUPPORTED = 1003,
    WS_CODE_BAD_UTF8 = 1007,
    WS_CODE_POLICY = 1008,
    WS_CODE_TOO_LARGE = 1009,
    WS_CODE_TRY_LATER = 1013
};
enum { WS_HEAD_MAX = 14, WS_CONTROL_MAX = 125 };
struct ws_head {
    uint8_t opcode;
    bool fin;
    uint64_t len;
    uint8_t mask[4];
    uint8_t size; /* bytes of the head itself */
};
enum ws_parse { WS_HEAD_OK, WS_HEAD_SHORT, WS_HEAD_BAD };
/* Reads the head of a client's frame: RSV bits, unknown opcodes, missing masks, control frames that
 * are long or fragmented and lengths not written in the shortest way are WS_HEAD_BAD. */
enum ws_parse ws_head_read(struct slice in, struct ws_head *out);
/* Head of a server's frame (never masked, never fragmented); returns its size. */
size_t ws_head_write(uint8_t opcode, uint64_t len, uint8_t out[WS_HEAD_MAX]);
/* Masks or unmasks in place; `offset`: how many payload bytes came before. */
void ws_mask(char *data, size_t len, const uint8_t mask[4], uint64_t offset);
/* Codes a client may send (section 7.4). */
bool ws_code_is_valid(uint16_t code);
/* UTF-8 in pieces: state 0 at the start; false once a byte cannot continue it. At the end the text
 * is whole when the state is 0 again. */
bool ws_utf8(uint32_t *state, const char *data, size_t len);
#endif
