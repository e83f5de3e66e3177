#include "base/uuid.h"

#include "base/random.h"
#include "base/text.h"

#define LOW_BITS ((UINT64_C(1) << 62) - 1)

/* RFC 9562, section 6.2, method 2: within a millisecond the 74 random bits are a counter that grows
 * by random steps. The top bit of a fresh start stays 0, so the counter cannot overflow. */
static void next_random_part(int64_t now_ms, struct random *r)
{
    if (now_ms != r->id_ms) {
        r->id_ms = now_ms;
        r->id_high = random_u64(r) & 0x7ff;
        r->id_low = random_u64(r) & LOW_BITS;
        return;
    }
    r->id_low += 1 + (random_u64(r) & 0xffffffff);
    r->id_high += r->id_low >> 62;
    r->id_low &= LOW_BITS;
}

struct uuid uuid_v7(int64_t now_ms, struct random *r)
{
    struct uuid id;
    next_random_part(now_ms, r);
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
    id.bytes[6] = (uint8_t)(0x70 | (r->id_high >> 8 & 0xf));
    id.bytes[7] = (uint8_t)r->id_high;
    for (int i = 0; i < 8; i++)
        id.bytes[8 + i] = (uint8_t)(r->id_low >> (56 - 8 * i));
    id.bytes[8] |= 0x80;
    return id;
}

static bool is_dash_place(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

bool uuid_parse(struct slice text, struct uuid *out)
{
    struct uuid id;
    size_t byte = 0;
    if (text.len != UUID_TEXT_LEN)
        return false;
    for (size_t at = 0; at < UUID_TEXT_LEN;) {
        if (is_dash_place(at)) {
            if (text.at[at++] != '-')
                return false;
            continue;
        }
        int high = hex_value(text.at[at]), low = hex_value(text.at[at + 1]);
        if (high < 0 || low < 0)
            return false;
        id.bytes[byte++] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    *out = id;
    return true;
}

void uuid_format(struct uuid id, char text[UUID_TEXT_LEN + 1])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t byte = 0; byte < 16; byte++) {
        if (is_dash_place(at))
            text[at++] = '-';
        text[at++] = digits[id.bytes[byte] >> 4];
        text[at++] = digits[id.bytes[byte] & 0xf];
    }
    text[at] = '\0';
}

int64_t uuid_time_ms(struct uuid id)
{
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    return ms;
}
