/* Compression of large answers: only when the client lists gzip and the body is over
 * LIMIT_search_gzip_bytes_min. */
#ifndef API_SEARCH_GZIP_H
#define API_SEARCH_GZIP_H
#include <stdbool.h>

#include "base/slice.h"
struct arena;
/* Does Accept-Encoding name gzip, and not with q=0? (RFC 9110, 12.5.3) */
bool search_gzip_wanted(struct slice accept_encoding);
/* {NULL, 0}: memory is short; then the answer goes out as it is. */
struct slice search_gzip(struct arena *a, struct slice body);
#endif
