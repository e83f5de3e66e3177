#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

enum { FIRST_CAP = 256 };
static char nothing[1]; /* what an empty buf points at; never written */

void buf_init(struct buf *b)
{
    *b = (struct buf){ .data = nothing };
}

void buf_init_arena(struct buf *b, struct arena *a)
{
    *b = (struct buf){ .data = nothing, .arena = a };
}

void buf_release(struct buf *b)
{
    if (!b->arena && b->cap)
        free(b->data);
    *b = (struct buf){ .data = nothing, .limit = b->limit, .arena = b->arena };
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->cap)
        b->data[0] = '\0';
}

static char *grow(struct buf *b, size_t cap)
{
    if (!b->arena)
        return realloc(b->cap ? b->data : NULL, cap);
    char *data = arena_take(b->arena, cap);
    if (data && b->len)
        memcpy(data, b->data, b->len);
    return data;
}

bool buf_reserve(struct buf *b, size_t more)
{
    if (b->failed)
        return false;
    if (b->cap - b->len > more)
        return true;
    size_t most = b->limit ? b->limit : SIZE_MAX / 4;
    if (more > most || b->len > most - more) {
        b->failed = true;
        return false;
    }
    size_t cap = b->cap ? b->cap * 2 : FIRST_CAP;
    if (cap < b->len + more + 1)
        cap = b->len + more + 1;
    char *data = grow(b, cap);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->cap = cap;
    b->data[b->len] = '\0';
    return true;
}

/* The limit counts even where the capacity would allow more. */
static bool fits(struct buf *b, size_t more)
{
    if (b->limit && (more > b->limit || b->len > b->limit - more))
        b->failed = true;
    return buf_reserve(b, more);
}

void buf_add(struct buf *b, struct slice s)
{
    if (!s.len || !fits(b, s.len))
        return;
    memcpy(b->data + b->len, s.at, s.len);
    b->len += s.len;
    b->data[b->len] = '\0';
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, (struct slice){ &c, 1 });
}

void buf_vprintf(struct buf *b, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int len = vsnprintf(NULL, 0, format, ap);
    if (len < 0)
        b->failed = true;
    else if (fits(b, (size_t)len)) {
        vsnprintf(b->data + b->len, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    buf_vprintf(b, format, ap);
    va_end(ap);
}

void buf_add_i64(struct buf *b, int64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (n < 0)
        digits[--at] = '-';
    buf_add(b, (struct slice){ digits + at, sizeof digits - at });
}
