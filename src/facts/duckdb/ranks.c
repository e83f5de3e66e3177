#include "facts/duckdb/ranks.h"

#include <pthread.h>
#include <stdlib.h>

#include "facts/facts.h"

struct ranks {
    const struct facts_dictionary *dictionary;
    unsigned holders; /* the cache's lock */
    uint32_t count;
    uint32_t *sorted; /* codes in order of their texts */
    uint32_t *place;  /* place[code - 1]: where it stands in `sorted` */
};
struct ranks_cache {
    const struct facts_dictionary *dictionary;
    pthread_mutex_t lock;
    struct ranks *newest; /* the cache holds it too */
};

/* Codes without a text (forgotten ones; no row holds them) stand behind all others. */
static int order_texts(struct slice a, struct slice b)
{
    if (!a.at || !b.at)
        return (a.at == NULL) - (b.at == NULL);
    return slice_cmp(a, b);
}

static int order_codes(const void *a, const void *b, void *ctx)
{
    const struct facts_dictionary *d = ctx;
    return order_texts(d->text(d->ctx, *(const uint32_t *)a),
                       d->text(d->ctx, *(const uint32_t *)b));
}

static void ranks_free(struct ranks *r)
{
    if (!r)
        return;
    free(r->sorted);
    free(r->place);
    free(r);
}

static struct ranks *ranks_new(const struct facts_dictionary *d)
{
    struct ranks *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->dictionary = d;
    r->count = d->count(d->ctx);
    r->sorted = malloc((r->count + (size_t)1) * sizeof *r->sorted);
    r->place = malloc((r->count + (size_t)1) * sizeof *r->place);
    if (!r->sorted || !r->place) {
        ranks_free(r);
        return NULL;
    }
    for (uint32_t i = 0; i < r->count; i++)
        r->sorted[i] = i + 1;
    qsort_r(r->sorted, r->count, sizeof *r->sorted, order_codes, (void *)(uintptr_t)d);
    for (uint32_t i = 0; i < r->count; i++)
        r->place[r->sorted[i] - 1] = i;
    return r;
}

enum err ranks_cache_new(const struct facts_dictionary *dictionary, struct ranks_cache **out)
{
    struct ranks_cache *c = calloc(1, sizeof *c);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    c->dictionary = dictionary;
    pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return ERR_OK;
}

void ranks_cache_free(struct ranks_cache *c)
{
    if (!c)
        return;
    ranks_free(c->newest);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void let_go(struct ranks *r)
{
    if (r && --r->holders == 0)
        ranks_free(r);
}

enum err ranks_hold(struct ranks_cache *c, struct ranks **out)
{
    enum err e = ERR_OK;
    pthread_mutex_lock(&c->lock);
    if (!c->newest || c->newest->count != c->dictionary->count(c->dictionary->ctx)) {
        struct ranks *r = ranks_new(c->dictionary);
        if (r) {
            let_go(c->newest);
            c->newest = r;
            r->holders = 1;
        } else {
            e = ERR_OUT_OF_MEMORY;
        }
    }
    if (e == ERR_OK) {
        c->newest->holders++;
        *out = c->newest;
    }
    pthread_mutex_unlock(&c->lock);
    return e;
}

void ranks_release(struct ranks_cache *c, struct ranks *r)
{
    pthread_mutex_lock(&c->lock);
    let_go(r);
    pthread_mutex_unlock(&c->lock);
}

int64_t ranks_of_code(const struct ranks *r, uint32_t code)
{
    if (code == 0 || code > r->count)
        return 2 * (int64_t)code + 2 * (int64_t)r->count + 1;
    return 2 * (int64_t)r->place[code - 1] + 1;
}

int64_t ranks_of_text(const struct ranks *r, struct slice text)
{
    const struct facts_dictionary *d = r->dictionary;
    uint32_t low = 0, high = r->count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        struct slice here = d->text(d->ctx, r->sorted[mid]);
        int order = here.at ? slice_cmp(here, text) : 1;
        if (order == 0)
            return 2 * (int64_t)mid + 1;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return 2 * (int64_t)low;
}
