/* For the listener: libmicrohttpd's options. */
#ifndef NET_HTTP_TLS_PRIV_H
#define NET_HTTP_TLS_PRIV_H
#include <gnutls/abstract.h>
#define HTTP_TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"
int http_tls_choose(gnutls_session_t session, const gnutls_datum_t *authorities, int count,
                    const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
                    gnutls_pcert_st **certs, unsigned *cert_count, gnutls_privkey_t *key);
#endif
