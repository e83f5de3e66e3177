/* A handshake borrows certificate and key until it is over, without telling when that is. So what
 * was replaced stays for KEPT further replacements: they come by hand, handshakes take seconds. */
#include "net/http_tls.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_tls_priv.h"

enum { CHAIN_MAX = 16, KEPT = 8, KEY_ID_MAX = 64 };
struct identity_files {
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned count;
    gnutls_privkey_t key;
};
static _Atomic(struct identity_files *) current;
static struct identity_files *kept[KEPT];
static size_t replaced;

static void files_free(struct identity_files *f)
{
    if (!f)
        return;
    for (unsigned i = 0; i < f->count; i++)
        gnutls_pcert_deinit(&f->chain[i]);
    if (f->key)
        gnutls_privkey_deinit(f->key);
    free(f);
}

static gnutls_datum_t datum_of(const char *text)
{
    return (gnutls_datum_t){ (unsigned char *)(uintptr_t)text, (unsigned)strlen(text) };
}

static bool read_chain(struct identity_files *f, const char *pem)
{
    gnutls_datum_t text = datum_of(pem);
    unsigned count = CHAIN_MAX;
    if (gnutls_pcert_list_import_x509_raw(f->chain, &count, &text, GNUTLS_X509_FMT_PEM,
                                          GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED) < 0)
        return false;
    f->count = count;
    return count > 0;
}

static bool read_key(struct identity_files *f, const char *pem)
{
    gnutls_datum_t text = datum_of(pem);
    return gnutls_privkey_init(&f->key) == 0 &&
           gnutls_privkey_import_x509_raw(f->key, &text, GNUTLS_X509_FMT_PEM, NULL, 0) == 0;
}

static bool key_id(gnutls_pubkey_t key, unsigned char id[KEY_ID_MAX], size_t *len)
{
    *len = KEY_ID_MAX;
    return gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, len) == 0;
}

static bool key_fits(const struct identity_files *f)
{
    unsigned char of_cert[KEY_ID_MAX], of_key[KEY_ID_MAX];
    size_t cert_len, key_len;
    gnutls_pubkey_t public_part;
    if (gnutls_pubkey_init(&public_part) != 0)
        return false;
    bool fits = gnutls_pubkey_import_privkey(public_part, f->key, 0, 0) == 0 &&
                key_id(public_part, of_key, &key_len) &&
                key_id(f->chain[0].pubkey, of_cert, &cert_len) && cert_len == key_len &&
                memcmp(of_cert, of_key, cert_len) == 0;
    gnutls_pubkey_deinit(public_part);
    return fits;
}

enum err http_tls_use(const char *cert, const char *key)
{
    struct identity_files *f = calloc(1, sizeof *f);
    if (!f)
        return ERR_OUT_OF_MEMORY;
    if (!read_chain(f, cert) || !read_key(f, key) || !key_fits(f)) {
        files_free(f);
        return ERR_CORRUPT;
    }
    struct identity_files **slot = &kept[replaced++ % KEPT];
    files_free(*slot);
    *slot = atomic_exchange(&current, f);
    return ERR_OK;
}

void http_tls_release(void)
{
    for (size_t i = 0; i < KEPT; i++) {
        files_free(kept[i]);
        kept[i] = NULL;
    }
    files_free(atomic_exchange(&current, NULL));
}

/* The library says what it takes. */ // NOLINTNEXTLINE(readability-function-size)
int http_tls_choose(gnutls_session_t session, const gnutls_datum_t *authorities, int count,
                    const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
                    gnutls_pcert_st **certs, unsigned *cert_count, gnutls_privkey_t *key)
{
    struct identity_files *f = atomic_load(&current);
    (void)session, (void)authorities, (void)count, (void)algorithms, (void)algorithm_count;
    if (!f)
        return -1;
    *certs = f->chain;
    *cert_count = f->count;
    *key = f->key;
    return 0;
}
