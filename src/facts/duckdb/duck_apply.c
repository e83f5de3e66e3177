/* Upserts without an index: the new rows go to a staging table, their former versions are deleted,
 * the staged rows inserted, and the sequence number moved, all in one transaction. Nothing older
 * than the oldest creation time in the batch can be a former version, so the delete looks at recent
 * row groups only. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/map.h"
#include "facts/check.h"
#include "facts/duckdb/facts_duckdb_priv.h"

struct staging {
    struct duckdb_facts *f;
    const struct facts_table *table;
    const struct facts_row **rows; /* of this table, no key twice */
    size_t count;
    int64_t oldest_ms;
};

/* The last of equal keys stays. Pointers, not indices: NULL ends nothing here. */
static enum err choose(struct staging *st, const struct facts_row *rows, size_t count)
{
    struct map seen;
    enum err e = ERR_OK;
    map_init(&seen);
    st->oldest_ms = INT64_MAX;
    for (size_t i = count; i-- > 0 && e == ERR_OK;) {
        const struct facts_row *r = &rows[i];
        if (r->table != st->table || map_get(&seen, r->values[FACTS_KEY].text))
            continue;
        e = map_put(&seen, r->values[FACTS_KEY].text, (void *)(uintptr_t)r);
        st->rows[st->count++] = r;
        if (r->values[FACTS_CREATED].i64 < st->oldest_ms)
            st->oldest_ms = r->values[FACTS_CREATED].i64;
    }
    map_release(&seen);
    return e;
}

/* ---- chunks ---- */

static void put_null(const struct duck *d, void *vector, uint64_t row)
{
    d->vector_ensure_validity_writable(vector);
    d->vector_get_validity(vector)[row / 64] &= ~(1ULL << (row % 64));
}

static enum err put_value(struct duckdb_facts *f, void *vector, uint64_t row, enum facts_type type,
                          const struct facts_value *v)
{
    const struct facts_dictionary *dictionary = f->options.dictionary;
    void *data = f->duck.vector_get_data(vector);
    double real = v->type == FACTS_REAL ? v->real : (double)v->i64;
    if (!v->set || (type == FACTS_REAL && !isfinite(real)))
        put_null(&f->duck, vector, row);
    else if (type == FACTS_TEXT)
        f->duck.vector_assign_string_element_len(vector, row, v->text.len ? v->text.at : "",
                                                 v->text.len);
    else if (type == FACTS_CODE)
        return dictionary->code(dictionary->ctx, v->text, &((uint32_t *)data)[row]);
    else if (type == FACTS_REAL)
        ((double *)data)[row] = real;
    else if (type == FACTS_BOOL)
        ((int8_t *)data)[row] = v->i64 != 0;
    else
        ((int64_t *)data)[row] = v->i64;
    return ERR_OK;
}

/* Newest first they were chosen, oldest first they are written: that keeps the table in order of
 * time. */
static enum err put_chunk(struct staging *st, void *chunk, size_t from, size_t n)
{
    for (unsigned c = 0; c < st->table->column_count; c++) {
        void *vector = st->f->duck.data_chunk_get_vector(chunk, c);
        for (size_t i = 0; i < n; i++) {
            const struct facts_row *r = st->rows[st->count - 1 - (from + i)];
            enum err e = put_value(st->f, vector, i, st->table->columns[c].type, &r->values[c]);
            if (e != ERR_OK)
                return e;
        }
    }
    st->f->duck.data_chunk_set_size(chunk, n);
    return ERR_OK;
}

static enum err append_chunks(struct staging *st, void *appender, void *chunk)
{
    const struct duck *d = &st->f->duck;
    size_t size = d->vector_size();
    for (size_t from = 0; from < st->count; from += size) {
        size_t n = st->count - from < size ? st->count - from : size;
        d->data_chunk_reset(chunk);
        enum err e = put_chunk(st, chunk, from, n);
        if (e != ERR_OK)
            return e;
        if (d->append_data_chunk(appender, chunk) != DUCK_OK)
            return duck_failed(st->f, "append", d->appender_error(appender));
    }
    return d->appender_close(appender) == DUCK_OK
               ? ERR_OK
               : duck_failed(st->f, "append", d->appender_error(appender));
}

static void *chunk_new(struct duckdb_facts *f, const struct facts_table *t)
{
    void *types[FACTS_COLUMNS_MAX];
    for (unsigned i = 0; i < t->column_count; i++)
        types[i] = f->duck.create_logical_type((int)duck_type_of(t->columns[i].type));
    void *chunk = f->duck.create_data_chunk(types, t->column_count);
    for (unsigned i = 0; i < t->column_count; i++)
        f->duck.destroy_logical_type(&types[i]);
    return chunk;
}

static enum err append_all(struct staging *st)
{
    const struct duck *d = &st->f->duck;
    void *appender = NULL, *chunk = chunk_new(st->f, st->table);
    enum err e = chunk ? ERR_OK : ERR_OUT_OF_MEMORY;
    if (e == ERR_OK &&
        d->appender_create_ext(st->f->writer, "temp", "main", "staging", &appender) != DUCK_OK)
        e = duck_failed(st->f, "append", appender ? d->appender_error(appender) : "no appender");
    if (e == ERR_OK)
        e = append_chunks(st, appender, chunk);
    d->appender_destroy(&appender);
    d->destroy_data_chunk(&chunk);
    return e;
}

/* ---- the transaction ---- */

static enum err run(struct duckdb_facts *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static enum err run(struct duckdb_facts *f, const char *format, ...)
{
    char sql[512];
    va_list ap;
    va_start(ap, format);
    vsnprintf(sql, sizeof sql, format, ap);
    va_end(ap);
    return duck_run(f, f->writer, sql);
}

static enum err merge(struct staging *st)
{
    const struct facts_table *t = st->table;
    const char *key = t->columns[FACTS_KEY].name;
    enum err e =
        run(st->f, "CREATE OR REPLACE TEMP TABLE staging AS FROM main.\"%s\" LIMIT 0", t->name);
    if (e == ERR_OK)
        e = append_all(st);
    if (e == ERR_OK)
        e = run(st->f,
                "DELETE FROM main.\"%s\" WHERE \"%s\" >= %lld AND \"%s\" IN"
                " (SELECT \"%s\" FROM temp.staging)",
                t->name, t->columns[FACTS_CREATED].name, (long long)st->oldest_ms, key, key);
    return e == ERR_OK ? run(st->f, "INSERT INTO main.\"%s\" SELECT * FROM temp.staging", t->name)
                       : e;
}

static enum err merge_table(struct duckdb_facts *f, const struct facts_table *t,
                            const struct facts_row *rows, size_t count)
{
    struct staging st = { .f = f, .table = t };
    st.rows = malloc((count + 1) * sizeof(struct facts_row *));
    enum err e = st.rows ? choose(&st, rows, count) : ERR_OUT_OF_MEMORY;
    if (e == ERR_OK && st.count)
        e = merge(&st);
    free(st.rows);
    return e;
}

static enum err apply_locked(struct duckdb_facts *f, uint64_t seq, const struct facts_row *rows,
                             size_t count)
{
    const struct facts_schema *schema = f->options.schema;
    enum err e = duck_run(f, f->writer, "BEGIN");
    if (e != ERR_OK)
        return e;
    for (unsigned i = 0; i < schema->table_count && e == ERR_OK; i++)
        e = merge_table(f, &schema->tables[i], rows, count);
    if (e == ERR_OK)
        e = run(f, "UPDATE main.cordboard_meta SET applied = %llu", (unsigned long long)seq);
    if (e == ERR_OK)
        e = duck_run(f, f->writer, "COMMIT");
    if (e == ERR_OK)
        atomic_store(&f->applied, seq);
    else if (!atomic_load(&f->broken) && duck_run(f, f->writer, "ROLLBACK"))
        atomic_store(&f->broken, true);
    return e;
}

enum err duck_apply(struct facts *base, uint64_t seq, const struct facts_row *rows, size_t count)
{
    struct duckdb_facts *f = (struct duckdb_facts *)base;
    enum err e = facts_rows_check(f->options.schema, rows, count);
    if (e == ERR_OK)
        e = duck_enter(f);
    if (e != ERR_OK)
        return e;
    pthread_mutex_lock(&f->writing);
    e = apply_locked(f, seq, rows, count);
    pthread_mutex_unlock(&f->writing);
    duck_leave(f);
    return e;
}
