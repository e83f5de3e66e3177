/* Growing bytes. Failure is sticky: after memory runs short every write is ignored and buf_failed()
 * is true, so callers check once at the end. `data` always ends in a NUL that len does not count.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include <stdarg.h>
#include <stdbool.h>

#include "base/slice.h"
struct arena;
struct buf {
    char *data;
    size_t len, cap;
    size_t limit;        /* 0: none */
    struct arena *arena; /* NULL: heap memory, ended by buf_release */
    bool failed;
};
void buf_init(struct buf *b); /* heap */
void buf_init_arena(struct buf *b,
                    struct arena *a); /* lives with the arena; buf_release does nothing */
void buf_release(struct buf *b);
void buf_clear(struct buf *b);
void buf_add(struct buf *b, struct slice s);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));
void buf_add_i64(struct buf *b, int64_t n);
bool buf_reserve(struct buf *b, size_t more); /* room for `more` bytes; false sets failed */
static inline bool buf_failed(const struct buf *b)
{
    return b->failed;
}
static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){ b->data, b->len };
}
#endif
