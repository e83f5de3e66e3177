/* HTTP/1.1 server (libmicrohttpd inside, epoll thread pool). A handler runs on a net thread, must
 * not block, and answers exactly once: at once, or later from any thread. Refused before the
 * handler sees it (RFC 9112): Content-Length together with Transfer-Encoding, two Content-Lengths,
 * NUL or bare CR in a header, a missing or second Host, too large headers or body. Those answers
 * go through `refuse` of the options, so that the body has our shape; only what libmicrohttpd
 * itself answers (an unreadable request line, headers beyond its buffer) has its own. A refused
 * request ends its connection. How it works: docs/internals/http.md. */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct http_proxies;
struct http_server;
struct ws_hub;
/* One request. All slices and the arena live until http_reply or http_upgrade returns ERR_OK; the
 * one who owes the answer is the only one to touch it. Whoever answers after http_server_stop has
 * returned may call http_reply (it only frees), nothing else. */
struct http_request {
    struct slice method; /* "GET" */
    struct slice path;   /* as sent, not percent-decoded, without the query */
    struct slice query;  /* as sent, without '?'; empty when there is none */
    struct slice body;
    struct slice peer; /* address of the client, text without the port; see http_proxy.h */
    bool secure;       /* came over TLS */
    struct arena *arena;
    int64_t started_ns; /* clock_mono_ns() when the headers were read */
};
struct http_header {
    struct slice name, value;
};
struct http_reply {
    int status;
    struct slice content_type;         /* empty: none */
    struct slice body;                 /* must live as long as the request's arena (or be static) */
    const struct http_header *headers; /* the list is copied, its texts live as long as the body */
    size_t header_count;
};
typedef void http_handler(void *ctx, struct http_request *req);
struct http_server_options {
    const char *host; /* numeric address */
    uint16_t port;    /* 0: any free one */
    unsigned threads; /* 0: number of cores */
    http_handler *handler;
    void *ctx;
    /* Makes the answer for a request this layer refuses; NULL body is fine. Runs on a net thread.
     * Of the request, what could be read: an empty path says that its head could not. */
    void (*refuse)(void *ctx, struct http_request *req, enum err why, struct http_reply *out);
    /* How large this request's body may be; asked on a net thread before a body that is larger than
     * LIMIT_body_bytes_max, or of unknown length, is read. NULL: no more than that. */
    size_t (*body_max)(void *ctx, struct http_request *req);
    bool tls; /* https, with the certificate of http_tls_use (http_tls.h) */
    const struct http_proxies *proxies; /* believed about who the client is; NULL: nobody */
    /* 0: the row of spec/limits.def. Tests set small ones. */
    int64_t header_ms_max, body_ms_max, idle_ms_max;
    unsigned connections_max, connections_per_address_max;
    size_t large_bodies_bytes_max;
};
/* ERR_IO: cannot listen (errno tells why). */
enum err http_server_start(const struct http_server_options *options, struct http_server **out);
uint16_t http_server_port(const struct http_server *s);
/* Stops accepting, lets requests under way finish up to drain_ms, then closes everything. */
void http_server_stop(struct http_server *s, int64_t drain_ms);
/* Header of the request by name (any case), {NULL, 0} when missing. The second of the same name is
 * never seen. */
struct slice http_header(const struct http_request *req, const char *name);
/* First query parameter of that name, percent- and plus-decoded in the arena. False: missing. */
bool http_query(struct http_request *req, const char *name, struct slice *out);
/* How often a query parameter stands there. */
unsigned http_query_count(struct http_request *req, const char *name);
/* Percent-decodes (and '+' if `form`) into the arena; ERR_BAD_REQUEST on a bad escape or a decoded
 * NUL. */
enum err http_decode(struct arena *a, struct slice in, bool form, struct slice *out);
void http_reply(struct http_request *req, const struct http_reply *reply);
/* Instead of http_reply: completes the RFC 6455 handshake and gives the socket to the hub as
 * connection `tag`; what is sent to `tag` before the hub says `open` is lost. ERR_BAD_REQUEST when
 * the request is no valid upgrade; then the caller still has to reply. The hub must be stopped
 * before the server when TLS is on. */
enum err http_upgrade(struct http_request *req, struct ws_hub *hub, uint64_t tag);
#endif
