/* application/x-www-form-urlencoded and query strings, as the token endpoint needs them: a
 * parameter that stands there twice is refused (RFC 6749 3.1, 3.2), so nobody can check one and use
 * the other. */
#ifndef API_OAUTH_FORM_H
#define API_OAUTH_FORM_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
enum { FORM_FIELD_MAX = 32 };
struct form {
    struct {
        struct slice name, value;
    } fields[FORM_FIELD_MAX];
    size_t count;
    struct slice twice; /* ERR_BAD_REQUEST: the repeated name, if that is why */
};
/* Decodes into the arena. ERR_BAD_REQUEST: bad escape, a NUL, a name twice; ERR_TOO_LARGE: more
 * than FORM_FIELD_MAX fields or a value over LIMIT_oauth_param_bytes_max. */
enum err form_parse(struct arena *a, struct slice text, struct form *out);
/* Missing and empty are the same: an empty slice. */
struct slice form_get(const struct form *f, const char *name);
/* Percent-encodes all but the unreserved characters. */
struct slice form_encode(struct arena *a, struct slice text);
/* "Basic ..." to client id and secret (RFC 6749 2.3.1: both are form-encoded inside). */
enum err form_basic(struct arena *a, struct slice header, struct slice *id, struct slice *secret);
#endif
