#include "store/memory/store_memory.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "store/store.h"

/* A commit has two phases, so that it can fail without a trace: first everything is copied and
 * every key gets its row (without a body: as good as absent), then bodies change hands, which
 * cannot fail. */
struct row {
    struct slice kind, org, id; /* in `bytes` */
    struct slice body;          /* heap; at == NULL: not there */
    struct slice key;
    char bytes[];
};
struct event {
    struct store_event e; /* slices in `bytes` */
    char bytes[];
};
struct memory_store {
    struct store base;
    pthread_mutex_t lock; /* recursive: a walk's function may ask for more */
    struct map rows;
    struct event **events;
    size_t first, count, cap; /* events[first .. first + count) */
    uint64_t last_seq;
    uint64_t fail_in; /* 0: never */
};

static char *put(char *at, struct slice s, struct slice *out)
{
    if (s.len)
        memcpy(at, s.at, s.len);
    *out = (struct slice){ at, s.len };
    return at + s.len;
}

/* Lengths first: no two triples give the same bytes. */
static struct row *row_new(struct slice kind, struct slice org, struct slice id)
{
    size_t head = 2 * sizeof(size_t), body = kind.len + org.len + id.len;
    struct row *r = calloc(1, sizeof *r + head + body);
    if (!r)
        return NULL;
    memcpy(r->bytes, &kind.len, sizeof(size_t));
    memcpy(r->bytes + sizeof(size_t), &org.len, sizeof(size_t));
    put(put(put(r->bytes + head, kind, &r->kind), org, &r->org), id, &r->id);
    r->key = (struct slice){ r->bytes, head + body };
    return r;
}

/* Finds the row; when there is none and `make`, makes an absent one. NULL: none, or no memory. */
static struct row *row_of(struct memory_store *m, struct slice kind, struct slice org,
                          struct slice id, bool make)
{
    struct row *probe = row_new(kind, org, id);
    if (!probe)
        return NULL;
    struct row *r = map_get(&m->rows, probe->key);
    if (!r && make && map_put(&m->rows, probe->key, probe) == ERR_OK)
        return probe;
    free(probe);
    return r;
}

static struct event *event_new(const struct store_event *e)
{
    struct event *n = calloc(1, sizeof *n + e->org.len + e->type.len + e->body.len + 1);
    if (!n)
        return NULL;
    n->e = *e;
    put(put(put(n->bytes, e->org, &n->e.org), e->type, &n->e.type), e->body, &n->e.body);
    return n;
}

/* What a commit is about to change. */
struct change {
    struct row **rows;
    struct slice *bodies; /* heap copies */
    size_t row_count;
    struct event **events;
    size_t event_count;
};

static void change_release(struct change *c)
{
    for (size_t i = 0; i < c->row_count; i++)
        free((void *)(uintptr_t)c->bodies[i].at);
    for (size_t i = 0; i < c->event_count; i++)
        free(c->events[i]);
    free(c->rows);
    free(c->bodies);
    free(c->events);
}

static enum err change_write(struct memory_store *m, struct change *c, const struct store_write *w)
{
    struct row *r = row_of(m, w->kind, w->org, w->id, true);
    char *copy = w->body.at ? malloc(w->body.len + 1) : NULL;
    if (!r || (w->body.at && !copy)) {
        free(copy);
        return ERR_OUT_OF_MEMORY;
    }
    if (w->body.at)
        memcpy(copy, w->body.at, w->body.len);
    c->rows[c->row_count] = r;
    c->bodies[c->row_count++] = (struct slice){ copy, w->body.len };
    return ERR_OK;
}

static enum err change_event(struct memory_store *m, struct change *c, const struct store_event *e)
{
    if (e->seq != m->last_seq + c->event_count + 1)
        return ERR_CONFLICT;
    struct event *n = event_new(e);
    if (!n)
        return ERR_OUT_OF_MEMORY;
    c->events[c->event_count++] = n;
    return ERR_OK;
}

static enum err change_fill(struct memory_store *m, struct change *c,
                            const struct store_batch *batches, size_t count)
{
    enum err e = ERR_OK;
    for (size_t b = 0; b < count && e == ERR_OK; b++) {
        for (size_t i = 0; i < batches[b].write_count && e == ERR_OK; i++)
            e = change_write(m, c, &batches[b].writes[i]);
        for (size_t i = 0; i < batches[b].event_count && e == ERR_OK; i++)
            e = change_event(m, c, &batches[b].events[i]);
    }
    return e;
}

static enum err journal_reserve(struct memory_store *m, size_t more)
{
    if (m->first + m->count + more <= m->cap)
        return ERR_OK;
    size_t cap = (m->count + more) * 2;
    struct event **grown = malloc(cap * sizeof(struct event *));
    if (!grown)
        return ERR_OUT_OF_MEMORY;
    if (m->count)
        memcpy(grown, m->events + m->first, m->count * sizeof(struct event *));
    free(m->events);
    m->events = grown;
    m->first = 0;
    m->cap = cap;
    return ERR_OK;
}

static void change_apply(struct memory_store *m, struct change *c)
{
    for (size_t i = 0; i < c->row_count; i++) {
        struct slice old = c->rows[i]->body;
        c->rows[i]->body = c->bodies[i];
        c->bodies[i] = old; /* released with the change */
    }
    for (size_t i = 0; i < c->event_count; i++)
        m->events[m->first + m->count++] = c->events[i];
    m->last_seq += c->event_count;
    c->event_count = 0;
}

static enum err commit_locked(struct memory_store *m, const struct store_batch *batches,
                              size_t count)
{
    struct change c = { 0 };
    size_t writes = 0, events = 0;
    if (m->fail_in && --m->fail_in == 0)
        return ERR_IO;
    for (size_t b = 0; b < count; b++) {
        writes += batches[b].write_count;
        events += batches[b].event_count;
    }
    c.rows = malloc((writes + 1) * sizeof(struct row *));
    c.bodies = malloc((writes + 1) * sizeof(struct slice));
    c.events = malloc((events + 1) * sizeof(struct event *));
    enum err e = c.rows && c.bodies && c.events ? journal_reserve(m, events) : ERR_OUT_OF_MEMORY;
    if (e == ERR_OK)
        e = change_fill(m, &c, batches, count);
    if (e == ERR_OK)
        change_apply(m, &c);
    change_release(&c);
    return e;
}

static enum err memory_commit(struct store *s, const struct store_batch *batches, size_t count)
{
    struct memory_store *m = (struct memory_store *)s;
    pthread_mutex_lock(&m->lock);
    enum err e = commit_locked(m, batches, count);
    pthread_mutex_unlock(&m->lock);
    return e;
}

static enum err memory_get(struct store *s, struct slice kind, struct slice org, struct slice id,
                           struct arena *a, struct slice *body)
{
    struct memory_store *m = (struct memory_store *)s;
    enum err e = ERR_NOT_FOUND;
    pthread_mutex_lock(&m->lock);
    struct row *r = row_of(m, kind, org, id, false);
    if (r && r->body.at) {
        struct slice copy = arena_copy(a, r->body);
        e = copy.at ? ERR_OK : ERR_OUT_OF_MEMORY;
        if (e == ERR_OK)
            *body = copy;
    }
    pthread_mutex_unlock(&m->lock);
    return e;
}

static int row_order(const void *a, const void *b)
{
    const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
    int by_org = slice_cmp(x->org, y->org);
    return by_org ? by_org : slice_cmp(x->id, y->id);
}

static enum err scan_locked(struct memory_store *m, struct slice kind, struct slice org,
                            store_row_fn *fn, void *ctx)
{
    struct row **found = malloc((m->rows.count + 1) * sizeof(struct row *));
    size_t n = 0, at = 0;
    struct slice key;
    void *value;
    enum err e = found ? ERR_OK : ERR_OUT_OF_MEMORY;
    while (found && map_next(&m->rows, &at, &key, &value)) {
        struct row *r = value;
        if (r->body.at && slice_eq(r->kind, kind) && (!org.len || slice_eq(r->org, org)))
            found[n++] = r;
    }
    if (n)
        qsort(found, n, sizeof *found, row_order);
    for (size_t i = 0; i < n && e == ERR_OK; i++)
        e = fn(ctx, found[i]->org, found[i]->id, found[i]->body);
    free(found);
    return e;
}

static enum err memory_scan(struct store *s, struct slice kind, struct slice org, store_row_fn *fn,
                            void *ctx)
{
    struct memory_store *m = (struct memory_store *)s;
    pthread_mutex_lock(&m->lock);
    enum err e = scan_locked(m, kind, org, fn, ctx);
    pthread_mutex_unlock(&m->lock);
    return e;
}

static enum err memory_journal_read(struct store *s, uint64_t after, size_t max, store_event_fn *fn,
                                    void *ctx)
{
    struct memory_store *m = (struct memory_store *)s;
    enum err e = ERR_OK;
    pthread_mutex_lock(&m->lock);
    uint64_t first_seq = m->last_seq - m->count + 1;
    size_t from = after >= first_seq ? (size_t)(after - first_seq + 1) : 0;
    for (size_t i = from; i < m->count && i - from < max && e == ERR_OK; i++)
        e = fn(ctx, &m->events[m->first + i]->e);
    pthread_mutex_unlock(&m->lock);
    return e;
}

static enum err memory_journal_last(struct store *s, uint64_t *seq)
{
    struct memory_store *m = (struct memory_store *)s;
    pthread_mutex_lock(&m->lock);
    *seq = m->last_seq;
    pthread_mutex_unlock(&m->lock);
    return ERR_OK;
}

static enum err memory_journal_trim(struct store *s, int64_t before_ms)
{
    struct memory_store *m = (struct memory_store *)s;
    pthread_mutex_lock(&m->lock);
    while (m->count > 1 && m->events[m->first]->e.at_ms < before_ms) {
        free(m->events[m->first++]);
        m->count--;
    }
    pthread_mutex_unlock(&m->lock);
    return ERR_OK;
}

/* A new one in its place, for its slices lie behind it. */
static enum err erase_event(struct event **at, struct slice as)
{
    const struct slice body = SLICE("{}");
    struct event *empty = malloc(sizeof *empty + as.len + body.len);
    if (!empty)
        return ERR_OUT_OF_MEMORY;
    empty->e = (struct store_event){ .seq = (*at)->e.seq, .at_ms = (*at)->e.at_ms };
    put(put(put(empty->bytes, SLICE(""), &empty->e.org), as, &empty->e.type), body, &empty->e.body);
    free(*at);
    *at = empty;
    return ERR_OK;
}

static enum err memory_journal_erase(struct store *s, struct slice org, struct slice as,
                                     uint64_t after, size_t max, uint64_t *reached)
{
    struct memory_store *m = (struct memory_store *)s;
    enum err e = ERR_OK;
    pthread_mutex_lock(&m->lock);
    uint64_t until = after + max < m->last_seq ? after + max : m->last_seq;
    for (size_t i = 0; i < m->count && e == ERR_OK; i++) {
        struct event **at = &m->events[m->first + i];
        if ((*at)->e.seq > after && (*at)->e.seq <= until && slice_eq((*at)->e.org, org))
            e = erase_event(at, as);
    }
    if (e == ERR_OK)
        *reached = until;
    pthread_mutex_unlock(&m->lock);
    return e;
}

static void memory_close(struct store *s)
{
    struct memory_store *m = (struct memory_store *)s;
    struct slice key;
    void *value;
    for (size_t at = 0; map_next(&m->rows, &at, &key, &value);) {
        struct row *r = value;
        free((void *)(uintptr_t)r->body.at);
        free(r);
    }
    map_release(&m->rows);
    for (size_t i = 0; i < m->count; i++)
        free(m->events[m->first + i]);
    free(m->events);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

static const struct store_ops memory_ops = {
    .name = "memory",
    .commit = memory_commit,
    .get = memory_get,
    .scan = memory_scan,
    .journal_read = memory_journal_read,
    .journal_last = memory_journal_last,
    .journal_trim = memory_journal_trim,
    .journal_erase = memory_journal_erase,
    .close = memory_close,
};

enum err store_memory_open(struct store **out)
{
    struct memory_store *m = calloc(1, sizeof *m);
    pthread_mutexattr_t attr;
    if (!m)
        return ERR_OUT_OF_MEMORY;
    m->base.ops = &memory_ops;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&m->lock, &attr);
    pthread_mutexattr_destroy(&attr);
    map_init(&m->rows);
    *out = &m->base;
    return ERR_OK;
}

void store_memory_fail(struct store *s, uint64_t nth)
{
    struct memory_store *m = (struct memory_store *)s;
    pthread_mutex_lock(&m->lock);
    m->fail_in = nth;
    pthread_mutex_unlock(&m->lock);
}
