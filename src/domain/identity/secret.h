/* Hashes and their text. Any thread. */
#ifndef DOMAIN_IDENTITY_SECRET_H
#define DOMAIN_IDENTITY_SECRET_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
enum { SECRET_HASH_LEN = 32, CHALLENGE_LEN = 43 };
/* SHA-256 with a context kept per thread; aborts only when OpenSSL cannot work at all. */
void secret_hash(struct slice text, uint8_t out[SECRET_HASH_LEN]);
/* Compares in a time that does not depend on where they differ. */
bool secret_equal(const void *a, const void *b, size_t len);
/* RFC 7636: base64url(SHA-256(verifier)) without padding. */
void secret_challenge(struct slice verifier, char text[CHALLENGE_LEN + 1]);
bool secret_is_verifier(struct slice text);  /* 43..128 unreserved characters */
bool secret_is_challenge(struct slice text); /* 43 of base64url */
#endif
