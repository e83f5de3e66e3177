/* What libmicrohttpd 0.9.75 lets through and RFC 9112 forbids, refused here by pure functions.
 *
 * The library gives headers as C strings, so that a NUL hides what follows it, and it takes a bare
 * LF for a line end. But it parses in place and tells where the block lies, so that
 * http_filter_head can walk the original bytes again. In that block every ':' after a name and
 * every CR and LF at a line's end has become a NUL, nothing else has changed:
 *
 *     HTTP/1.1 00 00 Host 00 ' ' example.org 00 00 Accept 00 ' ' * / * 00 00 00 00
 *
 * Every line must hold to that shape to the byte, or the whole request is refused. Should another
 * version of the library change its ways, then everything is refused and the first test fails. */
#ifndef NET_HTTP_FILTER_H
#define NET_HTTP_FILTER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "net/http_server.h"
enum { HTTP_HEADERS_MAX = 100 }; /* = LIMIT_header_count_max (asserted) */
struct http_head {
    bool version_1_0;
    struct http_header headers[HTTP_HEADERS_MAX]; /* point into the block */
    size_t count;
    int64_t content_length; /* -1: none */
    bool chunked;
    bool expect_continue;
};
/* `block` begins at the version and ends behind the empty line. ERR_BAD_REQUEST: malformed or
 * ambiguous; ERR_HEADERS_TOO_LARGE: too many headers. *why: static English text for a log. */
enum err http_filter_head(struct slice block, struct http_head *out, const char **why);
/* The rules between headers (RFC 9112 sections 3.2, 6.1 and 6.3); http_filter_head ends with it. */
enum err http_filter_headers(struct http_head *head, const char **why);
/* Splits a request target (origin-form, absolute-form or "*") into path and query, as sent.
 * ERR_BAD_REQUEST: any other form, a fragment, or a byte that may not stand in a URI. */
enum err http_filter_target(struct slice target, struct slice *path, struct slice *query);
bool http_is_token(struct slice s); /* RFC 9110 section 5.6.2 */
/* True when the comma-separated list of a header's value holds the token, in any case. */
bool http_list_has(struct slice list, const char *token);
#endif
