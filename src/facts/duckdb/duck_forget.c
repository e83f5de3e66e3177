/* Forgetting an organisation: its rows, then the texts of the dictionary that no row is left with.
 * Both under the writing lock, so that no row with a code comes in between. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "facts/duckdb/facts_duckdb_priv.h"

static enum err delete_rows(struct duckdb_facts *f, uint32_t code)
{
    char sql[200];
    enum err e = ERR_OK;
    for (unsigned i = 0; i < f->options.schema->table_count && e == ERR_OK; i++) {
        const struct facts_table *t = &f->options.schema->tables[i];
        snprintf(sql, sizeof sql, "DELETE FROM main.\"%s\" WHERE \"%s\" = %u", t->name,
                 t->columns[FACTS_ORG].name, code);
        e = duck_run(f, f->writer, sql);
    }
    return e == ERR_OK ? duck_run(f, f->writer, "CHECKPOINT") : e;
}

/* ---- codes that rows hold ---- */

struct used {
    uint8_t *bits;
    uint32_t count; /* of the dictionary when we began */
};

static bool is_used(void *arg, uint32_t code)
{
    const struct used *u = arg;
    return code > u->count || (u->bits[code / 8] >> (code % 8) & 1);
}

static void mark_chunk(const struct duck *d, void *chunk, struct used *u)
{
    uint64_t n = d->data_chunk_get_size(chunk);
    const uint32_t *codes = d->vector_get_data(d->data_chunk_get_vector(chunk, 0));
    for (uint64_t i = 0; i < n; i++)
        if (codes[i] <= u->count)
            u->bits[codes[i] / 8] |= (uint8_t)(1 << codes[i] % 8);
}

static enum err mark_column(struct duckdb_facts *f, const char *table, const char *column,
                            struct used *u)
{
    const struct duck *d = &f->duck;
    struct duck_result result;
    char sql[300];
    void *chunk;
    enum err e = ERR_OK;
    snprintf(sql, sizeof sql, "SELECT DISTINCT \"%s\" FROM main.\"%s\" WHERE \"%s\" IS NOT NULL",
             column, table, column);
    if (d->query(f->writer, sql, &result) != DUCK_OK)
        e = duck_failed(f, sql, d->result_error(&result));
    while (e == ERR_OK && (chunk = d->fetch_chunk(result))) {
        bool over = d->data_chunk_get_size(chunk) == 0;
        mark_chunk(d, chunk, u);
        d->destroy_data_chunk(&chunk);
        if (over)
            break;
    }
    d->destroy_result(&result);
    return e;
}

static enum err mark_all(struct duckdb_facts *f, struct used *u)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; i < f->options.schema->table_count; i++) {
        const struct facts_table *t = &f->options.schema->tables[i];
        for (unsigned c = 0; c < t->column_count && e == ERR_OK; c++)
            if (t->columns[c].type == FACTS_CODE)
                e = mark_column(f, t->name, t->columns[c].name, u);
    }
    return e;
}

static enum err forget_texts(struct duckdb_facts *f)
{
    const struct facts_dictionary *dictionary = f->options.dictionary;
    struct used u = { .count = dictionary->count(dictionary->ctx) };
    u.bits = calloc(u.count / 8 + 1, 1);
    enum err e = u.bits ? mark_all(f, &u) : ERR_OUT_OF_MEMORY;
    if (e == ERR_OK)
        e = dictionary->keep(dictionary->ctx, is_used, &u);
    free(u.bits);
    return e;
}

enum err duck_forget(struct facts *base, struct slice org)
{
    struct duckdb_facts *f = (struct duckdb_facts *)base;
    const struct facts_dictionary *dictionary = f->options.dictionary;
    uint32_t code;
    enum err e = duck_enter(f);
    if (e != ERR_OK)
        return e;
    pthread_mutex_lock(&f->writing);
    if (dictionary->find(dictionary->ctx, org, &code)) /* else no row can hold it */
        e = delete_rows(f, code);
    if (e == ERR_OK)
        e = forget_texts(f);
    pthread_mutex_unlock(&f->writing);
    duck_leave(f);
    return e;
}
