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

/* Cuts "m=65536," from the parameters; -1: something else stands there. */
static int64_t cost_number(struct slice *rest, const char *name)
{
    struct slice word;
    int64_t n = -1;
    if (slice_cut(rest, ',', &word) && slice_starts(word, slice_of(name)))
        slice_to_i64(slice_sub(word, strlen(name), word.len), &n);
    return n;
}

/* Memory times passes is time. What a hash made with less lacks of it is spent here: else accounts
 * that were there before the settings rose would be told by answering sooner. */
static void make_up(const char *encoded, struct slice password, struct password_cost cost)
{
    const struct slice prefix = SLICE("$argon2id$v=19$");
    struct slice rest = slice_of(encoded);
    if (!slice_starts(rest, prefix))
        return;
    rest = slice_sub(rest, prefix.len, rest.len);
    int64_t memory = cost_number(&rest, "m="), passes = cost_number(&rest, "t=");
    int64_t whole = (int64_t)cost.memory_kib * cost.passes;
    int64_t missing = (whole - memory * passes + cost.memory_kib / 2) / cost.memory_kib;
    if (memory > 0 && passes > 0 && missing > 0)
        verify_nobody(password, (struct password_cost){ .passes = (uint32_t)missing,
                                                        .memory_kib = cost.memory_kib,
                                                        .lanes = cost.lanes });
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
    bool same = argon2id_verify(text, password.at, password.len) == ARGON2_OK;
    if (!same)
        make_up(text, password, cost);
    return same;
}

bool password_is_weak(struct slice encoded, struct password_cost cost)
{
    const struct slice prefix = SLICE("$argon2id$v=19$");
    if (!slice_starts(encoded, prefix))
        return true;
    struct slice rest = slice_sub(encoded, prefix.len, encoded.len);
    return cost_number(&rest, "m=") < (int64_t)cost.memory_kib ||
           cost_number(&rest, "t=") < (int64_t)cost.passes;
}
