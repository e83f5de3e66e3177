/* Header lines of multipart bodies: the boundary of the content type, and the headers of one part.
 * For multipart.c and its tests. */
#ifndef NET_MULTIPART_HEADER_H
#define NET_MULTIPART_HEADER_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct multipart_part;
struct multipart_header {
    struct arena *arena;
    struct multipart_part *part; /* gets name and content type */
    bool seen_disposition, seen_type, seen_encoding;
    const char *why; /* of a failure */
};
/* One line without its CRLF. ERR_BAD_REQUEST, ERR_OUT_OF_MEMORY. */
enum err multipart_header_read(struct multipart_header *h, struct slice line);
/* False: it is not multipart/form-data, or its boundary is missing or none (RFC 2046, 5.1.1). */
bool multipart_boundary(struct arena *a, struct slice content_type, struct slice *boundary);
/* Takes `; name=value` or `; name="value"` off the front of *rest; the value unescaped, in the
 * arena if it has to be. False: *rest is used up, or malformed (then it is not empty). */
bool multipart_parameter(struct arena *a, struct slice *rest, struct slice *name,
                         struct slice *value);
#endif
