#include "api/media/media.h"

#include <inttypes.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/media/media_priv.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/workers.h"
#include "domain/identity/secret.h"

enum { READERS = 2, SIGNED_BYTES_MAX = 512 };

enum err media_new(const struct media_options *options, struct media **out)
{
    struct media *m = calloc(1, sizeof *m);
    if (!m)
        return ERR_OUT_OF_MEMORY;
    m->options = *options;
    pthread_mutex_init(&m->lock, NULL);
    enum err e = workers_start(READERS, LIMIT_audio_downloads_max, &m->readers);
    if (e == ERR_OK)
        *out = m;
    else
        media_free(m);
    return e;
}

void media_free(struct media *m)
{
    if (!m)
        return;
    workers_stop(m->readers);
    pthread_mutex_destroy(&m->lock);
    OPENSSL_cleanse(m->options.key, sizeof m->options.key);
    free(m);
}

enum err media_sign(const struct media *m, struct slice org, struct slice blob, int64_t expires_s,
                    char signature[MEDIA_SIGNATURE_LEN + 1])
{
    char text[SIGNED_BYTES_MAX];
    uint8_t mac[MEDIA_SIGNATURE_LEN / 2];
    unsigned len = 0;
    int n = snprintf(text, sizeof text, "%.*s\n%.*s\n%" PRId64, SLICE_ARG(org), SLICE_ARG(blob),
                     expires_s);
    if (n < 0 || (size_t)n >= sizeof text)
        return ERR_BAD_REQUEST;
    if (!HMAC(EVP_sha256(), m->options.key, MEDIA_KEY_LEN, (const uint8_t *)text, (size_t)n, mac,
              &len) ||
        len != sizeof mac)
        return ERR_INTERNAL;
    hex_encode(mac, sizeof mac, signature);
    return ERR_OK;
}

bool media_is_signed(const struct media *m, struct slice org, struct slice blob, int64_t expires_s,
                     struct slice signature)
{
    char wanted[MEDIA_SIGNATURE_LEN + 1];
    return signature.len == MEDIA_SIGNATURE_LEN &&
           media_sign(m, org, blob, expires_s, wanted) == ERR_OK &&
           secret_equal(signature.at, wanted, MEDIA_SIGNATURE_LEN);
}
