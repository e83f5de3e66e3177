/* Named limits (spec/limits.def) as compile-time constants: LIMIT_body_bytes_max. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H
enum limit {
#define LIMIT(name, value, about) LIMIT_##name = (value),
#include "limits.def"
};
struct limit_row {
    const char *name;
    long long value;
    const char *about;
};
extern const struct limit_row
    limit_rows[]; /* ends with a NULL name; for docs and /sandbox/v1/limits */
#endif
