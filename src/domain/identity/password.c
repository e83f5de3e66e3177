#include "domain/identity/password.h"

#include <argon2.h>
#include <openssl/crypto.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/random.h"

enum { SALT_LEN = 16, RAW_LEN = 32 };

enum err password_hash(struct slice password, struct password_cost cost,
                       char out[PASSWORD_HASH_MAX])
{
    uint8_t salt[SALT_LEN];
    if (password.len < LIMIT_password_bytes_min || password.len > LIMIT_password_bytes_max ||
        memchr(password.at, 0, password.len))
        return ERR_INVALID_FIELD;
    enum err e = random_secret(salt, sizeof salt);
    if (e != ERR_OK)
        return e;
    int failed =
        argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, password.at, password.len,
                              salt, sizeof salt, RAW_LEN, out, PASSWORD_HASH_MAX);
    return failed == ARGON2_OK ? ERR_OK : ERR_OUT_OF_MEMORY;
}

/* Nobody's: any password is wrong, after the same work. */
static bool verify_nobody(struct slice password, struct password_cost cost)
{
    static const uint8_t salt[SALT_LEN] = "nobody's salt.";
    uint8_t raw[RAW_LEN];
    argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, password.at, password.len, salt,
                      sizeof salt, raw, sizeof raw);
    OPENSSL_cleanse(raw, sizeof raw);
    return false;
}

bool password_verify(struct slice encoded, struct slice password, struct password_cost cost)
{
    char text[PASSWORD_HASH_MAX];
    if (password.len > LIMIT_password_bytes_max)
        password.len = LIMIT_password_bytes_max + 1; /* wrong anyway; bounds the work */
    if (encoded.len == 0 || encoded.len >= sizeof text)
        return verify_nobody(password, cost);
    memcpy(text, encoded.at, encoded.len);
    text[encoded.len] = '\0';
    return argon2id_verify(text, password.at, password.len) == ARGON2_OK;
}

bool password_is_weak(struct slice encoded, struct password_cost cost)
{
    char text[PASSWORD_HASH_MAX];
    unsigned memory, passes, lanes;
    if (encoded.len >= sizeof text)
        return true;
    memcpy(text, encoded.at, encoded.len);
    text[encoded.len] = '\0';
    if (sscanf(text, "$argon2id$v=19$m=%u,t=%u,p=%u$", &memory, &passes, &lanes) != 3)
        return true;
    return memory < cost.memory_kib || passes < cost.passes;
}
