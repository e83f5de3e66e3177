/* argon2id (RFC 9106) for passwords. Slow by purpose (tens of milliseconds, 19 MiB): never on a
 * net, core or store thread. */
#ifndef DOMAIN_IDENTITY_PASSWORD_H
#define DOMAIN_IDENTITY_PASSWORD_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
enum { PASSWORD_HASH_MAX = 160 };
struct password_cost {
    uint32_t passes, memory_kib, lanes;
};
/* The least that OWASP recommends for argon2id. */
#define PASSWORD_COST ((struct password_cost){ .passes = 2, .memory_kib = 19456, .lanes = 1 })
/* Encoded hash with its own salt and NUL. ERR_INVALID_FIELD: shorter or longer than
 * LIMIT_password_bytes_*, or holds a NUL. */
enum err password_hash(struct slice password, struct password_cost cost,
                       char out[PASSWORD_HASH_MAX]);
/* False also for a hash that cannot be read; a wrong password costs what `cost` says, also against
 * a hash made with less. An empty hash costs the same time and is never right: that is what an
 * account without a password is compared with. */
bool password_verify(struct slice encoded, struct slice password, struct password_cost cost);
/* Made with less than `cost`: hash again at the next login. */
bool password_is_weak(struct slice encoded, struct password_cost cost);
#endif
