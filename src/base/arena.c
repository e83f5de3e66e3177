/* Chunks in a chain, filled one after another by moving a mark. The arena itself and its first
 * chunk are one allocation, which reset keeps: a request that fits there costs no malloc at all.
 * Later chunks double up to CHUNK_MAX; what is larger gets a chunk of its own size.
 *
 * Under AddressSanitizer everything not handed out is poisoned, and so is the gap up to the next
 * aligned address: an overrun inside a chunk is found as one on the heap would be. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define ARENA_ASAN 1
#    endif
#elif defined(__SANITIZE_ADDRESS__)
#    define ARENA_ASAN 1
#endif
#ifdef ARENA_ASAN
#    include <sanitizer/asan_interface.h>
#else
#    define ASAN_POISON_MEMORY_REGION(at, len)   ((void)(at), (void)(len))
#    define ASAN_UNPOISON_MEMORY_REGION(at, len) ((void)(at), (void)(len))
#endif

enum {
    CHUNK_FIRST = 4096,
    CHUNK_MAX = 256 << 10,
    ALIGNMENT = _Alignof(max_align_t),
};

struct chunk {
    struct chunk *next;
    size_t cap, used;
    _Alignas(max_align_t) char bytes[];
};

struct defer {
    struct defer *next;
    void (*fn)(void *arg);
    void *arg;
};

struct arena {
    _Alignas(max_align_t) size_t limit;
    size_t used;
    struct chunk *first;   /* right behind this struct */
    struct chunk *current; /* the newest; older ones hang off `next` */
    struct defer *defers;  /* newest first */
    size_t next_cap;
};

static size_t round_up(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static void chunk_start(struct chunk *c, size_t cap, struct chunk *next)
{
    c->cap = cap;
    c->used = 0;
    c->next = next;
    ASAN_POISON_MEMORY_REGION(c->bytes, cap);
}

static void chunk_free(struct chunk *c)
{
    ASAN_UNPOISON_MEMORY_REGION(c->bytes, c->cap);
    free(c);
}

struct arena *arena_new(size_t limit)
{
    struct arena *a = malloc(sizeof *a + sizeof *a->first + CHUNK_FIRST);
    if (!a)
        return NULL;
    struct chunk *first = (void *)(a + 1);
    *a = (struct arena){ .limit = limit, .first = first, .current = first };
    a->next_cap = 2 * CHUNK_FIRST;
    chunk_start(first, CHUNK_FIRST, NULL);
    return a;
}

/* A deferred function may still use the arena's memory, and may even defer once more. */
static void run_defers(struct arena *a)
{
    while (a->defers) {
        struct defer *d = a->defers;
        a->defers = d->next;
        d->fn(d->arg);
    }
}

static void free_later_chunks(struct arena *a)
{
    while (a->current != a->first) {
        struct chunk *c = a->current;
        a->current = c->next;
        chunk_free(c);
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    run_defers(a);
    free_later_chunks(a);
    ASAN_UNPOISON_MEMORY_REGION(a->first->bytes, CHUNK_FIRST);
    free(a);
}

void arena_reset(struct arena *a)
{
    run_defers(a);
    free_later_chunks(a);
    chunk_start(a->first, CHUNK_FIRST, NULL);
    a->used = 0;
    a->next_cap = 2 * CHUNK_FIRST;
}

static struct chunk *add_chunk(struct arena *a, size_t need)
{
    size_t cap = need > a->next_cap ? need : a->next_cap;
    struct chunk *c = malloc(sizeof *c + cap);
    if (!c)
        return NULL;
    chunk_start(c, cap, a->current);
    a->current = c;
    if (a->next_cap < CHUNK_MAX)
        a->next_cap *= 2;
    return c;
}

void *arena_take(struct arena *a, size_t size)
{
    if (size > a->limit || a->limit - size < a->used)
        return NULL;
    size_t whole = round_up(size ? size : 1);
    if (whole < size)
        return NULL;
    struct chunk *c = a->current;
    if (c->cap - c->used < whole)
        c = add_chunk(a, whole);
    if (!c)
        return NULL;
    char *at = c->bytes + c->used;
    c->used += whole;
    a->used += size;
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    return at;
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *at = arena_take(a, size);
    return at ? memset(at, 0, size) : NULL;
}

struct slice arena_copy(struct arena *a, struct slice s)
{
    char *at = s.len < SIZE_MAX ? arena_take(a, s.len + 1) : NULL;
    if (!at)
        return (struct slice){ NULL, 0 };
    if (s.len)
        memcpy(at, s.at, s.len);
    at[s.len] = '\0';
    return (struct slice){ at, s.len };
}

struct slice arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int len = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    assert(len >= 0);
    char *at = arena_take(a, (size_t)len + 1);
    if (!at)
        return (struct slice){ NULL, 0 };
    va_start(ap, format);
    vsnprintf(at, (size_t)len + 1, format, ap);
    va_end(ap);
    return (struct slice){ at, (size_t)len };
}

enum err arena_defer(struct arena *a, void (*fn)(void *arg), void *arg)
{
    struct defer *d = arena_alloc(a, sizeof *d);
    if (!d)
        return ERR_OUT_OF_MEMORY;
    *d = (struct defer){ a->defers, fn, arg };
    a->defers = d;
    return ERR_OK;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
