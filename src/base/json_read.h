/* Strict JSON (RFC 8259): UTF-8 checked, lone surrogates, duplicate keys, trailing bytes and
 * nesting deeper than LIMIT_json_depth_max refused. Nodes and unescaped text live in the arena;
 * text without escapes points into the input, which must outlive the document. */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
enum json_type { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
struct json {
    enum json_type type;
    bool boolean;
    int64_t integer;    /* JSON_INT: the number fits in 64 bits and has no fraction or exponent */
    double real;        /* JSON_INT and JSON_REAL */
    struct slice text;  /* JSON_STRING: unescaped */
    struct slice raw;   /* every node: its bytes in the input */
    struct slice key;   /* member of an object: its unescaped name */
    struct json *first; /* array and object: first child, else NULL */
    struct json *next;  /* sibling */
    uint32_t count;     /* children */
};
struct json_error {
    size_t offset;    /* byte of the input */
    const char *what; /* static English text */
};
/* ERR_BAD_JSON, ERR_BAD_ENCODING (not UTF-8) or ERR_OUT_OF_MEMORY leave *out untouched; `error` may
 * be NULL. */
enum err json_parse(struct arena *a, struct slice input, struct json **out,
                    struct json_error *error);
/* Member by name, or NULL (also when `object` is NULL or no object). */
const struct json *json_get(const struct json *object, const char *name);
const struct json *json_get_slice(const struct json *object, struct slice name);
/* "a.b.c" through objects; NULL when a step is missing. */
const struct json *json_path(const struct json *root, const char *path);
/* Values with a fallback for missing or of another type. */
struct slice json_text(const struct json *v, struct slice fallback);
int64_t json_i64(const struct json *v, int64_t fallback);
bool json_bool(const struct json *v, bool fallback);
#define JSON_EACH(child, parent) \
    for (const struct json *child = (parent) ? (parent)->first : NULL; child; child = child->next)
#endif
