#include "net/ws_frame.h"

static bool is_control(uint8_t opcode)
{
    return (opcode & 8) != 0;
}

static bool is_known(uint8_t opcode)
{
    return opcode <= WS_BINARY || (opcode >= WS_CLOSE && opcode <= WS_PONG);
}

static uint64_t big_endian(const uint8_t *p, unsigned n)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

enum ws_parse ws_head_read(struct slice in, struct ws_head *out)
{
    uint8_t p[WS_HEAD_MAX];
    size_t have = in.len < sizeof p ? in.len : sizeof p;
    memcpy(p, in.len ? in.at : "", have);
    if (have >= 1 && ((p[0] & 0x70) || !is_known(p[0] & 0x0f)))
        return WS_HEAD_BAD;
    if (have < 2)
        return WS_HEAD_SHORT;
    struct ws_head h = { .opcode = p[0] & 0x0f, .fin = p[0] & 0x80, .len = p[1] & 0x7f };
    if (!(p[1] & 0x80) || (is_control(h.opcode) && (!h.fin || h.len > WS_CONTROL_MAX)))
        return WS_HEAD_BAD;
    unsigned wide = h.len == 126 ? 2 : h.len == 127 ? 8 : 0;
    if (have < 2 + wide + 4)
        return WS_HEAD_SHORT;
    if (wide) {
        h.len = big_endian(p + 2, wide);
        if (h.len < (wide == 2 ? 126u : 65536u) || h.len >> 63)
            return WS_HEAD_BAD;
    }
    memcpy(h.mask, p + 2 + wide, 4);
    h.size = (uint8_t)(2 + wide + 4);
    *out = h;
    return WS_HEAD_OK;
}

size_t ws_head_write(uint8_t opcode, uint64_t len, uint8_t out[WS_HEAD_MAX])
{
    unsigned wide = len < 126 ? 0 : len < 65536 ? 2 : 8;
    out[0] = 0x80 | opcode;
    out[1] = wide == 0 ? (uint8_t)len : wide == 2 ? 126 : 127;
    for (unsigned i = 0; i < wide; i++)
        out[2 + i] = (uint8_t)(len >> (8 * (wide - 1 - i)));
    return 2 + wide;
}

void ws_mask(char *data, size_t len, const uint8_t mask[4], uint64_t offset)
{
    uint8_t turned[8];
    uint64_t wide, word;
    size_t i = 0;
    for (unsigned k = 0; k < 8; k++)
        turned[k] = mask[(offset + k) & 3];
    memcpy(&wide, turned, 8);
    for (; i + 8 <= len; i += 8) {
        memcpy(&word, data + i, 8);
        word ^= wide;
        memcpy(data + i, &word, 8);
    }
    for (; i < len; i++)
        data[i] = (char)(data[i] ^ (char)mask[(offset + i) & 3]);
}

bool ws_code_is_valid(uint16_t code)
{
    if (code >= 3000 && code <= 4999)
        return true;
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

/* The state holds what may follow: how many bytes, and the bounds of the next one.
 * bits 0-1 bytes missing, 8-15 lowest, 16-23 highest value of the next byte. */
static uint32_t pack(uint32_t missing, uint32_t low, uint32_t high)
{
    return missing | low << 8 | high << 16;
}

/* Table 3-7 of the Unicode standard; false: no lead byte. */
static bool lead(uint8_t c, uint32_t *state)
{
    if (c >= 0xc2 && c <= 0xdf)
        *state = pack(1, 0x80, 0xbf);
    else if (c >= 0xe0 && c <= 0xef)
        *state = pack(2, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf);
    else if (c >= 0xf0 && c <= 0xf4)
        *state = pack(3, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf);
    else
        return false;
    return true;
}

bool ws_utf8(uint32_t *state, const char *data, size_t len)
{
    uint32_t s = *state;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = (uint8_t)data[i];
        if (s == 0) {
            if (c >= 0x80 && !lead(c, &s))
                return false;
            continue;
        }
        if (c < (s >> 8 & 0xff) || c > (s >> 16 & 0xff))
            return false;
        uint32_t missing = (s & 3) - 1;
        s = missing ? pack(missing, 0x80, 0xbf) : 0;
    }
    *state = s;
    return true;
}
