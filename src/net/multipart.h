/* Bodies of type multipart/form-data (RFC 7578, in the syntax of RFC 2046), read whole. Nothing is
 * copied but names with escapes: parts are slices of the body and live as long as it does.
 *
 * Strict where two readers could understand it differently: line ends are CRLF, a line that begins
 * with the boundary is one, the last one must be there, headers are neither folded nor repeated,
 * and transfer encodings that would change the bytes are refused (RFC 7578, section 4.7). */
#ifndef NET_MULTIPART_H
#define NET_MULTIPART_H
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct multipart_part {
    struct slice name;         /* unescaped */
    struct slice content_type; /* as sent; empty: none */
    struct slice body;
};
struct multipart {
    const struct multipart_part *parts; /* in order; names may repeat */
    size_t count;
};
/* `content_type`: the request's header. ERR_BAD_MEDIA_TYPE: it is another type or names no
 * boundary; ERR_BAD_REQUEST: the body is malformed; ERR_TOO_LARGE: more parts or larger headers
 * than LIMIT_multipart_*. All with *why in words, static text; *out is set only with ERR_OK. */
enum err multipart_parse(struct arena *a, struct slice content_type, struct slice body,
                         struct multipart *out, const char **why);
/* The first part of that name; NULL: none. *count (may be NULL): how many there are. */
const struct multipart_part *multipart_find(const struct multipart *m, const char *name,
                                            size_t *count);
/* The type alone: "multipart/form-data", whatever its parameters. */
bool multipart_is(struct slice content_type);
#endif
