#include "server/tls_files.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "net/http_tls.h"
#include "server/settings.h"

/* The arena's memory is zeroed or not: the text gets its NUL here. */
static enum err read_pem(const char *option, const char *path, struct arena *a, struct slice *out)
{
    struct slice text;
    if (!*path) {
        fprintf(stderr, "cordboard: --tls-cert and --tls-key belong together: %s is missing\n",
                option);
        return ERR_BAD_REQUEST;
    }
    errno = 0;
    enum err err = file_read(a, path, LIMIT_body_bytes_max, &text);
    if (err != ERR_OK) {
        const char *why = errno ? strerror(errno) : err_title(err); // NOLINT(concurrency-mt-unsafe)
        fprintf(stderr, "cordboard: %s: %s\n", path, why);
        return err;
    }
    *out = arena_copy(a, text); /* ends in NUL */
    OPENSSL_cleanse((char *)(uintptr_t)text.at, text.len);
    return out->at ? ERR_OK : ERR_OUT_OF_MEMORY;
}

enum err tls_files_use(const struct settings *s, struct arena *a)
{
    struct slice cert, key;
    enum err err = read_pem("--tls-cert", s->tls_cert, a, &cert);
    if (err == ERR_OK)
        err = read_pem("--tls-key", s->tls_key, a, &key);
    if (err != ERR_OK)
        return err;
    err = http_tls_use(cert.at, key.at);
    OPENSSL_cleanse((char *)(uintptr_t)key.at, key.len);
    if (err == ERR_CORRUPT)
        fprintf(stderr, "cordboard: %s, %s: not a certificate in PEM and its own key\n",
                s->tls_cert, s->tls_key);
    return err;
}
