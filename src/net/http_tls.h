/* The certificate of the HTTPS listener, which may be replaced while it serves: handshakes begun
 * from then on get the new one, connections that are open are not touched. One a process (the
 * library's callback knows no listener). TLS 1.2 and 1.3 only. */
#ifndef NET_HTTP_TLS_H
#define NET_HTTP_TLS_H
#include "base/err.h"
/* PEM texts: a chain that starts with the server's own certificate, and its key. Any thread, one at
 * a time. ERR_CORRUPT: not readable, or the key belongs to another certificate; the old ones
 * stay. */
enum err http_tls_use(const char *cert, const char *key);
/* No handshake is under way any more. */
void http_tls_release(void);
#endif
