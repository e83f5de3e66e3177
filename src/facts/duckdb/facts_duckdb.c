#include "facts/duckdb/facts_duckdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "facts/check.h"
#include "facts/duckdb/facts_duckdb_priv.h"

static enum err duck_applied(struct facts *base, uint64_t *seq)
{
    struct duckdb_facts *f = (struct duckdb_facts *)base;
    enum err e = duck_enter(f); /* opening again may have begun an empty file */
    if (e != ERR_OK)
        return e;
    *seq = atomic_load(&f->applied);
    duck_leave(f);
    return ERR_OK;
}

static enum err maintain_locked(struct duckdb_facts *f, int64_t before_ms)
{
    char sql[200];
    enum err e = ERR_OK;
    for (unsigned i = 0; i < f->options.schema->table_count && e == ERR_OK; i++) {
        const struct facts_table *t = &f->options.schema->tables[i];
        snprintf(sql, sizeof sql, "DELETE FROM main.\"%s\" WHERE \"%s\" < %lld", t->name,
                 t->columns[FACTS_CREATED].name, (long long)before_ms);
        e = duck_run(f, f->writer, sql);
    }
    return e == ERR_OK ? duck_run(f, f->writer, "CHECKPOINT") : e;
}

static enum err duck_maintain(struct facts *base, int64_t before_ms)
{
    struct duckdb_facts *f = (struct duckdb_facts *)base;
    enum err e = duck_enter(f);
    if (e != ERR_OK)
        return e;
    pthread_mutex_lock(&f->writing);
    e = maintain_locked(f, before_ms);
    pthread_mutex_unlock(&f->writing);
    duck_leave(f);
    return e;
}

static void duck_close(struct facts *base)
{
    struct duckdb_facts *f = (struct duckdb_facts *)base;
    duck_disconnect(f);
    duck_pool_stop(f);
    ranks_cache_free(f->ranks);
    pthread_mutex_destroy(&f->writing);
    pthread_rwlock_destroy(&f->gate);
    duck_unload(&f->duck);
    free(f);
}

static const struct facts_ops duck_ops = {
    .name = "duckdb",
    .apply = duck_apply,
    .applied = duck_applied,
    .query = duck_query,
    .maintain = duck_maintain,
    .forget = duck_forget,
    .close = duck_close,
};

static struct facts_duckdb_options with_defaults(struct facts_duckdb_options o)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned cores = online > 0 ? (unsigned)online : 1;
    o.memory_mb = o.memory_mb ? o.memory_mb : 1024;
    o.threads = o.threads ? o.threads : cores;
    o.connections = o.connections ? o.connections : 2 * cores;
    return o;
}

enum err facts_duckdb_open(const struct facts_duckdb_options *options, struct facts **out)
{
    enum err e = facts_schema_check(options->schema);
    struct duckdb_facts *f = e == ERR_OK ? calloc(1, sizeof *f) : NULL;
    if (!f)
        return e == ERR_OK ? ERR_OUT_OF_MEMORY : e;
    e = duck_load(options->library, &f->duck);
    if (e != ERR_OK) {
        free(f);
        return e;
    }
    f->base.ops = &duck_ops;
    f->options = with_defaults(*options);
    pthread_rwlock_init(&f->gate, NULL);
    pthread_mutex_init(&f->writing, NULL);
    e = duck_pool_start(f);
    if (e == ERR_OK)
        e = ranks_cache_new(options->dictionary, &f->ranks);
    if (e == ERR_OK)
        e = duck_connect(f);
    if (e != ERR_OK)
        duck_close(&f->base);
    else
        *out = &f->base;
    return e;
}
