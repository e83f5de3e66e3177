#include "facts/dictionary.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"

/* Texts by code live in segments that double: segment n holds codes [2^n, 2^(n+1)). A segment never
 * moves once it is there, so text() needs no lock. An entry is published by the store of its
 * pointer; `count` follows, so whoever sees a code below count sees its entry. */
enum { SEGMENTS = 25 };
struct entry {
    uint32_t code;
    struct slice text; /* in `bytes` */
    char bytes[];
};
struct slot {
    _Atomic(struct entry *) entry;
};
struct dictionary {
    struct facts_dictionary port;
    dictionary_save_fn *save;
    dictionary_drop_fn *drop;
    void *save_ctx;
    pthread_mutex_t adding;
    pthread_rwlock_t lock; /* by_text */
    struct map by_text;
    _Atomic(struct slot *) segments[SEGMENTS];
    _Atomic uint32_t count;
};

static unsigned segment_of(uint32_t code)
{
    return 31U - (unsigned)__builtin_clz(code);
}

static struct entry *entry_at(struct dictionary *d, uint32_t code)
{
    if (code == 0 || code > LIMIT_facts_codes_max)
        return NULL;
    unsigned s = segment_of(code);
    struct slot *segment = atomic_load_explicit(&d->segments[s], memory_order_acquire);
    return segment ? atomic_load_explicit(&segment[code - (1U << s)].entry, memory_order_acquire)
                   : NULL;
}

static struct slice dictionary_text(void *ctx, uint32_t code)
{
    struct entry *e = entry_at(ctx, code);
    return e ? e->text : (struct slice){ NULL, 0 };
}

static uint32_t dictionary_count(void *ctx)
{
    return atomic_load_explicit(&((struct dictionary *)ctx)->count, memory_order_acquire);
}

static bool dictionary_find(void *ctx, struct slice text, uint32_t *out)
{
    struct dictionary *d = ctx;
    pthread_rwlock_rdlock(&d->lock);
    struct entry *e = map_get(&d->by_text, text);
    pthread_rwlock_unlock(&d->lock);
    if (e)
        *out = e->code;
    return e != NULL;
}

static struct entry *entry_new(uint32_t code, struct slice text)
{
    struct entry *e = malloc(sizeof *e + text.len + 1);
    if (!e)
        return NULL;
    if (text.len)
        memcpy(e->bytes, text.at, text.len);
    e->bytes[text.len] = '\0';
    e->code = code;
    e->text = (struct slice){ e->bytes, text.len };
    return e;
}

static struct slot *segment_for(struct dictionary *d, uint32_t code)
{
    unsigned s = segment_of(code);
    struct slot *segment = atomic_load_explicit(&d->segments[s], memory_order_acquire);
    if (!segment && (segment = calloc((size_t)1 << s, sizeof *segment)))
        atomic_store_explicit(&d->segments[s], segment, memory_order_release);
    return segment;
}

/* `adding` is held. Whoever finds the code by its text must find the text by its code, so all of it
 * happens before the lock is given up. */
static enum err publish(struct dictionary *d, struct entry *e)
{
    struct slot *segment = segment_for(d, e->code);
    if (!segment)
        return ERR_OUT_OF_MEMORY;
    pthread_rwlock_wrlock(&d->lock);
    enum err err = map_put(&d->by_text, e->text, e);
    if (err == ERR_OK) {
        uint32_t count = atomic_load_explicit(&d->count, memory_order_relaxed);
        atomic_store_explicit(&segment[e->code - (1U << segment_of(e->code))].entry, e,
                              memory_order_release);
        atomic_store_explicit(&d->count, e->code > count ? e->code : count, memory_order_release);
    }
    pthread_rwlock_unlock(&d->lock);
    return err;
}

/* `adding` is held. If publishing fails after saving, nobody has seen the code: the next text gets
 * it, and its save replaces this one. */
static enum err add(struct dictionary *d, struct slice text, uint32_t *out)
{
    uint32_t code = dictionary_count(d) + 1;
    if (code >= LIMIT_facts_codes_max)
        return ERR_LIMIT;
    struct entry *e = entry_new(code, text);
    if (!e)
        return ERR_OUT_OF_MEMORY;
    enum err err = d->save ? d->save(d->save_ctx, code, e->text) : ERR_OK;
    if (err == ERR_OK)
        err = publish(d, e);
    if (err != ERR_OK)
        free(e);
    else
        *out = code;
    return err;
}

static enum err dictionary_code(void *ctx, struct slice text, uint32_t *out)
{
    struct dictionary *d = ctx;
    if (dictionary_find(d, text, out))
        return ERR_OK;
    pthread_mutex_lock(&d->adding);
    enum err e = dictionary_find(d, text, out) ? ERR_OK : add(d, text, out);
    pthread_mutex_unlock(&d->adding);
    return e;
}

/* ---- forgetting ---- */

static void unlearn(struct dictionary *d, uint32_t code)
{
    pthread_rwlock_wrlock(&d->lock);
    map_remove(&d->by_text, entry_at(d, code)->text);
    pthread_rwlock_unlock(&d->lock);
}

/* `adding` is held. From the disk first: what is found by its text has to be there. */
static enum err forget(struct dictionary *d, const uint32_t *codes, size_t count)
{
    enum err e = d->drop && count ? d->drop(d->save_ctx, codes, count) : ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < count; i++)
        unlearn(d, codes[i]);
    return e;
}

/* Known by its text, and not only by a code from before. */
static bool is_known(struct dictionary *d, uint32_t code)
{
    struct entry *e = entry_at(d, code);
    uint32_t known;
    return e && dictionary_find(d, e->text, &known) && known == code;
}

static enum err dictionary_keep(void *ctx, bool (*used)(void *arg, uint32_t code), void *arg)
{
    struct dictionary *d = ctx;
    uint32_t codes[DICTIONARY_DROP_MAX];
    size_t n = 0;
    enum err e = ERR_OK;
    pthread_mutex_lock(&d->adding);
    for (uint32_t code = 1; e == ERR_OK && code <= dictionary_count(d); code++) {
        if (used(arg, code) || !is_known(d, code))
            continue;
        codes[n++] = code;
        if (n == DICTIONARY_DROP_MAX) {
            e = forget(d, codes, n);
            n = 0;
        }
    }
    if (e == ERR_OK)
        e = forget(d, codes, n);
    pthread_mutex_unlock(&d->adding);
    return e;
}

enum err dictionary_load(struct dictionary *d, uint32_t code, struct slice text)
{
    uint32_t known;
    if (code == 0 || code >= LIMIT_facts_codes_max || entry_at(d, code) ||
        dictionary_find(d, text, &known))
        return ERR_CORRUPT;
    struct entry *e = entry_new(code, text);
    if (!e)
        return ERR_OUT_OF_MEMORY;
    pthread_mutex_lock(&d->adding);
    enum err err = publish(d, e);
    pthread_mutex_unlock(&d->adding);
    if (err != ERR_OK)
        free(e);
    return err;
}

enum err dictionary_new(dictionary_save_fn *save, dictionary_drop_fn *drop, void *ctx,
                        struct dictionary **out)
{
    struct dictionary *d = calloc(1, sizeof *d);
    if (!d)
        return ERR_OUT_OF_MEMORY;
    d->save = save;
    d->drop = drop;
    d->save_ctx = ctx;
    d->port = (struct facts_dictionary){ .ctx = d,
                                         .code = dictionary_code,
                                         .find = dictionary_find,
                                         .text = dictionary_text,
                                         .count = dictionary_count,
                                         .keep = dictionary_keep };
    pthread_mutex_init(&d->adding, NULL);
    pthread_rwlock_init(&d->lock, NULL);
    map_init(&d->by_text);
    *out = d;
    return ERR_OK;
}

void dictionary_free(struct dictionary *d)
{
    if (!d)
        return;
    for (unsigned s = 0; s < SEGMENTS; s++) {
        struct slot *segment = atomic_load(&d->segments[s]);
        for (size_t i = 0; segment && i < (size_t)1 << s; i++)
            free(atomic_load(&segment[i].entry));
        free(segment);
    }
    map_release(&d->by_text);
    pthread_rwlock_destroy(&d->lock);
    pthread_mutex_destroy(&d->adding);
    free(d);
}

const struct facts_dictionary *dictionary_port(const struct dictionary *d)
{
    return &d->port;
}
