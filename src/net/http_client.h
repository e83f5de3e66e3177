/* HTTP client for webhooks (libcurl multi on its own thread). Redirects are never followed; TLS is
 * verified; the address is checked after name resolution, so that a name cannot lead into the
 * private network (SSRF). */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "net/http_server.h" /* struct http_header */
struct http_client;
struct http_client_options {
    bool allow_loopback;   /* 127.0.0.0/8 and ::1, for a demo or a test */
    bool allow_plain_http; /* http:// as well as https:// */
};
struct http_client_request {
    struct slice method, url, body;
    const struct http_header *headers;
    size_t header_count;
    int64_t timeout_ms;
};
struct http_client_result {
    enum err
        err; /* ERR_OK: an answer came (any status); ERR_FORBIDDEN: address refused; ERR_IO: none */
    int status;
    int64_t took_ms;
    const char *what; /* static or curl's English text; valid during the call */
};
typedef void http_client_done(void *ctx, const struct http_client_result *result);
enum err http_client_start(const struct http_client_options *options, struct http_client **out);
void http_client_stop(struct http_client *c); /* what is under way ends with ERR_UNAVAILABLE */
/* Everything is copied. `done` runs once, on the client's thread, when ERR_OK was returned. Any
 * thread may call. ERR_BAD_REQUEST: a line break in a header; ERR_LIMIT: too many wait. At most
 * LIMIT_webhook_in_flight_max are under way at once, the others wait in order. */
enum err http_client_send(struct http_client *c, const struct http_client_request *r,
                          http_client_done *done, void *ctx);
/* True when the address text (v4 or v6, no brackets) is loopback, private, link-local, multicast,
 * unspecified, documentation, carrier-grade NAT or otherwise not a public unicast address (IANA
 * special-purpose registries). */
bool http_address_is_private(struct slice address);
bool http_address_is_loopback(struct slice address);
#endif
