/* 128-bit ids. Ours are UUIDv7 (RFC 9562): they sort by time of making. */
#ifndef BASE_UUID_H
#define BASE_UUID_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
struct random;
enum { UUID_TEXT_LEN = 36 };
struct uuid {
    uint8_t bytes[16];
};
/* Ids made from one generator in the same millisecond rise strictly. */
struct uuid uuid_v7(int64_t now_ms, struct random *r);
bool uuid_parse(struct slice text,
                struct uuid *out); /* 8-4-4-4-12 hex, any case; false leaves *out untouched */
void uuid_format(struct uuid id, char text[UUID_TEXT_LEN + 1]); /* lower case, NUL at the end */
int64_t uuid_time_ms(struct uuid id);                           /* of a v7 */
static inline bool uuid_eq(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, 16) == 0;
}
static inline int uuid_cmp(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, 16);
}
static inline bool uuid_is_nil(struct uuid a)
{
    return uuid_eq(a, (struct uuid){ { 0 } });
}
#endif
