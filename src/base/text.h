/* Bytes as text and back: hexadecimal, base64 and base64url (RFC 4648), UTF-8 (RFC 3629). Decoders
 * are strict: no white space, no missing or wrong padding, no stray bits behind the last byte. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
/* The value of a digit of any case, -1: none. */
int hex_value(char c);
/* Lower case; `out` gets 2 * len digits and a NUL. */
void hex_encode(const void *bytes, size_t len, char *out);
/* Exactly 2 * len digits of any case; false may leave `out` half written. */
bool hex_decode(struct slice text, void *out, size_t len);
/* Copies in the arena; {NULL, 0} when memory is short. base64 pads with '=', base64url does not. */
struct slice base64_encode(struct arena *a, struct slice bytes);
struct slice base64url_encode(struct arena *a, struct slice bytes);
/* ERR_BAD_REQUEST or ERR_OUT_OF_MEMORY leave *out untouched. base64 wants its padding, base64url
 * none. */
enum err base64_decode(struct arena *a, struct slice text, struct slice *out);
enum err base64url_decode(struct arena *a, struct slice text, struct slice *out);
bool utf8_valid(struct slice text);
/* Bytes of the valid character `text` begins with, 0 when it begins with none. */
size_t utf8_step(struct slice text);
/* Characters of valid UTF-8. */
size_t utf8_count(struct slice text);
#endif
