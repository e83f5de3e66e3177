/* A borrowed view of bytes. It owns nothing and need not end in NUL. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
struct slice {
    const char *at;
    size_t len;
};
#define SLICE(lit) ((struct slice){ (lit), sizeof(lit) - 1 })
/* The same as an initialiser of static data. */
#define SLICE_INIT(lit)        \
    {                          \
        (lit), sizeof(lit) - 1 \
    }
/* For printf: printf("%.*s", SLICE_ARG(s)). */
#define SLICE_ARG(s) (int)(s).len, (s).at
static inline struct slice slice_of(const char *text) /* NULL gives an empty slice */
{
    return (struct slice){ text, text ? strlen(text) : 0 };
}
static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}
static inline bool slice_is(struct slice a, const char *text)
{
    return slice_eq(a, slice_of(text));
}
/* ASCII case-insensitive equality (header names, hex ids). */
bool slice_eq_nocase(struct slice a, struct slice b);
/* The order of what slice_eq_nocase calls equal: byte order with capital ASCII letters as small
 * ones. */
int slice_cmp_nocase(struct slice a, struct slice b);
/* Byte order: <0, 0, >0; a prefix sorts first. */
int slice_cmp(struct slice a, struct slice b);
bool slice_starts(struct slice a, struct slice prefix);
bool slice_ends(struct slice a, struct slice suffix);
/* Bytes from..to, clamped. */
struct slice slice_sub(struct slice a, size_t from, size_t to);
struct slice slice_trim(struct slice a); /* without leading and trailing space and tab */
/* Cuts *rest at the first `sep`: *head gets what stands before it, *rest what follows. False once
 * *rest is used up. */
bool slice_cut(struct slice *rest, char sep, struct slice *head);
/* Position of the byte or -1. */
ptrdiff_t slice_find(struct slice a, char c);
/* Whole decimal number, optional minus; false on anything else or overflow, *out untouched. */
bool slice_to_i64(struct slice a, int64_t *out);
/* 64-bit hash for tables in memory; seeded per process against chosen keys. */
uint64_t slice_hash(struct slice a);
/* A fixed seed instead: for runs that must repeat. Only before the first table exists. */
void slice_hash_seed(uint64_t seed);
#endif
