#include "facts/memory/facts_memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "facts/check.h"
#include "facts/memory/facts_memory_priv.h"

static void row_free(struct memory_row *r)
{
    free(r->values);
    free(r);
}

static size_t text_bytes(const struct facts_row *row)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < row->table->column_count; i++)
        if (row->values[i].set && facts_is_text(row->table->columns[i].type))
            bytes += row->values[i].text.len;
    return bytes;
}

/* A value as its column keeps it. */
static struct facts_value kept(const struct facts_value *v, enum facts_type type, char **texts)
{
    struct facts_value k = { .set = v->set, .type = type };
    if (!v->set)
        return k;
    if (facts_is_text(type)) {
        if (v->text.len)
            memcpy(*texts, v->text.at, v->text.len);
        k.text = (struct slice){ *texts, v->text.len };
        *texts += v->text.len;
    } else if (type == FACTS_REAL) {
        k.real = v->type == FACTS_REAL ? v->real : (double)v->i64;
        k.set = isfinite(k.real);
    } else {
        k.i64 = v->i64;
    }
    return k;
}

/* Values and texts in one piece. */
static struct memory_row *row_new(const struct facts_row *row)
{
    unsigned n = row->table->column_count;
    assert(n > FACTS_CREATED); /* the schema was checked */
    struct memory_row *r = malloc(sizeof *r);
    struct facts_value *values = malloc(n * sizeof *values + text_bytes(row) + 1);
    if (!r || !values) {
        free(r);
        free(values);
        return NULL;
    }
    char *texts = (char *)(values + n);
    for (unsigned i = 0; i < n; i++)
        values[i] = kept(&row->values[i], row->table->columns[i].type, &texts);
    r->values = values;
    r->key = values[FACTS_KEY].text;
    return r;
}

static enum err table_reserve(struct memory_table *t)
{
    if (t->count < t->cap)
        return ERR_OK;
    size_t cap = t->cap ? t->cap * 2 : 64;
    struct memory_row **grown = realloc(t->rows, cap * sizeof(struct memory_row *));
    if (!grown)
        return ERR_OUT_OF_MEMORY;
    t->rows = grown;
    t->cap = cap;
    return ERR_OK;
}

static enum err upsert(struct memory_facts *f, const struct facts_row *row)
{
    struct memory_table *t = &f->tables[row->table - f->schema->tables];
    struct memory_row *new = row_new(row);
    if (!new)
        return ERR_OUT_OF_MEMORY;
    if (table_reserve(t)) {
        row_free(new);
        return ERR_OUT_OF_MEMORY;
    }
    struct memory_row *old = map_remove(&t->by_key, new->key);
    size_t at = t->count;
    for (size_t i = 0; old && i < t->count; i++)
        if (t->rows[i] == old)
            at = i;
    t->rows[at] = new;
    t->count += !old;
    if (old)
        row_free(old);
    return map_put(&t->by_key, new->key, new);
}

static enum err memory_apply(struct facts *base, uint64_t seq, const struct facts_row *rows,
                             size_t count)
{
    struct memory_facts *f = (struct memory_facts *)base;
    enum err e = facts_rows_check(f->schema, rows, count);
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < count && e == ERR_OK; i++)
        e = upsert(f, &rows[i]);
    if (e == ERR_OK)
        f->applied = seq;
    pthread_mutex_unlock(&f->lock);
    return e;
}

static enum err memory_applied(struct facts *base, uint64_t *seq)
{
    struct memory_facts *f = (struct memory_facts *)base;
    pthread_mutex_lock(&f->lock);
    *seq = f->applied;
    pthread_mutex_unlock(&f->lock);
    return ERR_OK;
}

static enum err memory_query_locked(struct facts *base, const struct facts_query *q,
                                    struct arena *a, struct facts_result *out)
{
    struct memory_facts *f = (struct memory_facts *)base;
    enum err e = facts_query_check(q);
    if (e != ERR_OK)
        return e;
    pthread_mutex_lock(&f->lock);
    e = memory_query(f, q, a, out);
    pthread_mutex_unlock(&f->lock);
    return e;
}

/* Rows that were created before that, or are of this organisation (empty: none). */
static void forget_some(struct memory_table *t, int64_t before_ms, struct slice org)
{
    size_t kept_count = 0;
    for (size_t i = 0; i < t->count; i++) {
        struct memory_row *r = t->rows[i];
        if (r->values[FACTS_CREATED].i64 >= before_ms &&
            (!org.len || !slice_eq(r->values[FACTS_ORG].text, org))) {
            t->rows[kept_count++] = r;
            continue;
        }
        map_remove(&t->by_key, r->key);
        row_free(r);
    }
    t->count = kept_count;
}

static enum err memory_maintain(struct facts *base, int64_t before_ms)
{
    struct memory_facts *f = (struct memory_facts *)base;
    pthread_mutex_lock(&f->lock);
    for (unsigned i = 0; i < f->schema->table_count; i++)
        forget_some(&f->tables[i], before_ms, SLICE(""));
    pthread_mutex_unlock(&f->lock);
    return ERR_OK;
}

static enum err memory_forget(struct facts *base, struct slice org)
{
    struct memory_facts *f = (struct memory_facts *)base;
    pthread_mutex_lock(&f->lock);
    for (unsigned i = 0; org.len && i < f->schema->table_count; i++)
        forget_some(&f->tables[i], INT64_MIN, org);
    pthread_mutex_unlock(&f->lock);
    return ERR_OK;
}

static void memory_close(struct facts *base)
{
    struct memory_facts *f = (struct memory_facts *)base;
    for (unsigned i = 0; i < f->schema->table_count; i++) {
        forget_some(&f->tables[i], INT64_MAX, SLICE(""));
        free(f->tables[i].rows);
        map_release(&f->tables[i].by_key);
    }
    free(f->tables);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static const struct facts_ops memory_ops = {
    .name = "memory",
    .apply = memory_apply,
    .applied = memory_applied,
    .query = memory_query_locked,
    .maintain = memory_maintain,
    .forget = memory_forget,
    .close = memory_close,
};

enum err facts_memory_open(const struct facts_schema *schema, struct facts **out)
{
    enum err e = facts_schema_check(schema);
    if (e != ERR_OK)
        return e;
    struct memory_facts *f = calloc(1, sizeof *f);
    struct memory_table *tables = calloc(schema->table_count + 1, sizeof *tables);
    if (!f || !tables) {
        free(f);
        free(tables);
        return ERR_OUT_OF_MEMORY;
    }
    f->base.ops = &memory_ops;
    f->schema = schema;
    f->tables = tables;
    pthread_mutex_init(&f->lock, NULL);
    for (unsigned i = 0; i < schema->table_count; i++)
        map_init(&tables[i].by_key);
    *out = &f->base;
    return ERR_OK;
}
