/* Opening, and beginning anew when what is there cannot be used. The history is derived, so nothing
 * here may keep the server from starting except a file that somebody else has open. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "facts/check.h"
#include "facts/duckdb/facts_duckdb_priv.h"

static bool says(const char *message, const char *part)
{
    return message && strstr(message, part);
}

enum err duck_failed(struct duckdb_facts *f, const char *doing, const char *message)
{
    if (says(message, "INTERRUPT") || says(message, "Interrupted"))
        return ERR_UNAVAILABLE;
    log_write(LOG_ERROR, "duckdb_failed", LOG_TEXT("doing", slice_sub(slice_of(doing), 0, 300)),
              LOG_TEXT("message", slice_of(message)));
    if (says(message, "has been invalidated") || says(message, "FATAL"))
        atomic_store(&f->broken, true);
    if (says(message, "checksum") || says(message, "Corrupt") || says(message, "corrupt")) {
        atomic_store(&f->damaged, true);
        atomic_store(&f->broken, true);
    }
    if (atomic_load(&f->broken))
        return ERR_UNAVAILABLE;
    if (says(message, "Out of Memory"))
        return ERR_OUT_OF_MEMORY;
    return says(message, "IO Error") ? ERR_IO : ERR_INTERNAL;
}

enum err duck_run(struct duckdb_facts *f, void *connection, const char *sql)
{
    struct duck_result result;
    enum err e = ERR_OK;
    if (f->duck.query(connection, sql, &result) != DUCK_OK)
        e = duck_failed(f, sql, f->duck.result_error(&result));
    f->duck.destroy_result(&result);
    return e;
}

enum err duck_read_i64(struct duckdb_facts *f, void *connection, const char *sql, int64_t *out)
{
    const struct duck *d = &f->duck;
    struct duck_result result;
    enum err e = ERR_NOT_FOUND;
    if (d->query(connection, sql, &result) != DUCK_OK) {
        e = duck_failed(f, sql, d->result_error(&result));
        d->destroy_result(&result);
        return e;
    }
    void *chunk = d->fetch_chunk(result);
    if (chunk && d->data_chunk_get_size(chunk) > 0) {
        *out = *(int64_t *)d->vector_get_data(d->data_chunk_get_vector(chunk, 0));
        e = ERR_OK;
    }
    d->destroy_data_chunk(&chunk);
    d->destroy_result(&result);
    return e;
}

/* ---- the schema ---- */

enum duck_type duck_type_of(enum facts_type type)
{
    switch (type) {
    case FACTS_TEXT:
        return DUCK_VARCHAR;
    case FACTS_CODE:
        return DUCK_UINTEGER;
    case FACTS_REAL:
        return DUCK_DOUBLE;
    case FACTS_BOOL:
        return DUCK_TINYINT;
    case FACTS_I64:
    default:
        return DUCK_BIGINT;
    }
}

static const char *type_name(enum facts_type type)
{
    static const char *const names[] = { [FACTS_TEXT] = "VARCHAR",
                                         [FACTS_CODE] = "UINTEGER",
                                         [FACTS_I64] = "BIGINT",
                                         [FACTS_REAL] = "DOUBLE",
                                         [FACTS_BOOL] = "TINYINT" };
    return names[type];
}

static enum err create_table(struct duckdb_facts *f, const struct facts_table *t)
{
    struct buf sql;
    buf_init(&sql);
    buf_printf(&sql, "CREATE TABLE \"%s\" (", t->name);
    for (unsigned i = 0; i < t->column_count; i++)
        buf_printf(&sql, i ? ", \"%s\" %s" : "\"%s\" %s", t->columns[i].name,
                   type_name(t->columns[i].type));
    buf_printf(&sql, ")");
    enum err e = buf_failed(&sql) ? ERR_OUT_OF_MEMORY : duck_run(f, f->writer, sql.data);
    buf_release(&sql);
    return e;
}

static uint64_t fnv(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    return (hash ^ 0xff) * 0x100000001b3;
}

/* Version and columns in one number: a forgotten version must not read the wrong columns. */
static int64_t fingerprint(const struct facts_schema *s)
{
    uint64_t hash = 0xcbf29ce484222325 + s->version;
    for (unsigned i = 0; i < s->table_count; i++) {
        hash = fnv(hash, s->tables[i].name);
        for (unsigned c = 0; c < s->tables[i].column_count; c++)
            hash = fnv(fnv(hash, s->tables[i].columns[c].name),
                       type_name(s->tables[i].columns[c].type));
    }
    return (int64_t)(hash >> 1);
}

static enum err create_schema(struct duckdb_facts *f)
{
    char sql[120];
    enum err e = duck_run(f, f->writer,
                          "BEGIN; CREATE TABLE cordboard_meta (schema BIGINT, applied BIGINT)");
    for (unsigned i = 0; i < f->options.schema->table_count && e == ERR_OK; i++)
        e = create_table(f, &f->options.schema->tables[i]);
    snprintf(sql, sizeof sql, "INSERT INTO cordboard_meta VALUES (%lld, 0); COMMIT",
             (long long)fingerprint(f->options.schema));
    atomic_store(&f->applied, 0);
    return e == ERR_OK ? duck_run(f, f->writer, sql) : e;
}

static bool is_of_another_journal(const struct facts_duckdb_options *o, int64_t applied)
{
    return o->journal_last && (uint64_t)applied > o->journal_last(o->journal_ctx);
}

/* ERR_STALE_VERSION: another schema or journal; ERR_NOT_FOUND: a new file. */
static enum err read_meta(struct duckdb_facts *f)
{
    int64_t tables = 0, schema = 0, applied = 0;
    enum err e = duck_read_i64(f, f->writer, "SELECT count(*) FROM duckdb_tables()", &tables);
    if (e == ERR_OK && tables == 0)
        return ERR_NOT_FOUND;
    if (e == ERR_OK)
        e = duck_read_i64(f, f->writer, "SELECT schema FROM cordboard_meta", &schema);
    if (e == ERR_OK)
        e = duck_read_i64(f, f->writer, "SELECT applied FROM cordboard_meta", &applied);
    if (e != ERR_OK || schema != fingerprint(f->options.schema) ||
        is_of_another_journal(&f->options, applied))
        return ERR_STALE_VERSION;
    atomic_store(&f->applied, (uint64_t)applied);
    return ERR_OK;
}

/* ---- the database ---- */

static void *config_new(struct duckdb_facts *f)
{
    char memory[32], threads[16], temp[PATH_MAX];
    snprintf(memory, sizeof memory, "%uMiB", f->options.memory_mb);
    snprintf(threads, sizeof threads, "%u", f->options.threads);
    snprintf(temp, sizeof temp, "%s.tmp", f->options.path);
    const char *const settings[][2] = {
        { "memory_limit", memory },
        { "threads", threads },
        { "temp_directory", temp },
        { "checkpoint_threshold", "1GiB" }, /* inside a commit it would stop us for a second */
        { "preserve_insertion_order", "false" },
        { "autoinstall_known_extensions", "false" },
        { "autoload_known_extensions", "false" },
        { "allow_community_extensions", "false" },
        { "enable_external_access", "false" },
    };
    void *config = NULL;
    if (f->duck.create_config(&config) != DUCK_OK)
        return NULL;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (f->duck.set_config(config, settings[i][0], settings[i][1]) != DUCK_OK)
            log_write(LOG_WARN, "duckdb_setting_refused",
                      LOG_TEXT("name", slice_of(settings[i][0])));
    return config;
}

static enum err open_database(struct duckdb_facts *f)
{
    char *error = NULL;
    void *config = config_new(f);
    if (!config)
        return ERR_OUT_OF_MEMORY;
    int code = f->duck.open_ext(f->options.path, &f->database, config, &error);
    f->duck.destroy_config(&config);
    enum err e = ERR_OK;
    if (code != DUCK_OK) {
        f->database = NULL;
        log_write(LOG_WARN, "duckdb_open_failed", LOG_TEXT("message", slice_of(error)));
        e = says(error, "Could not set lock") ? ERR_CONFLICT : ERR_CORRUPT;
        f->duck.free(error);
    }
    return e;
}

static enum err open_connections(struct duckdb_facts *f)
{
    if (f->duck.connect(f->database, &f->writer) != DUCK_OK)
        return ERR_OUT_OF_MEMORY;
    enum err e = duck_register_functions(f, f->writer);
    if (e == ERR_OK)
        e = duck_run(f, f->writer, "SET lock_configuration = true");
    for (unsigned i = 0; i < f->pool.count && e == ERR_OK; i++)
        if (f->duck.connect(f->database, &f->pool.slots[i].connection) != DUCK_OK)
            e = ERR_OUT_OF_MEMORY;
    return e;
}

static enum err try_open(struct duckdb_facts *f)
{
    enum err e = open_database(f);
    if (e == ERR_OK)
        e = open_connections(f);
    if (e == ERR_OK)
        e = read_meta(f);
    return e == ERR_NOT_FOUND ? create_schema(f) : e;
}

void duck_disconnect(struct duckdb_facts *f)
{
    for (unsigned i = 0; i < f->pool.count; i++)
        if (f->pool.slots[i].connection)
            f->duck.disconnect(&f->pool.slots[i].connection);
    if (f->writer)
        f->duck.disconnect(&f->writer);
    if (f->database)
        f->duck.close(&f->database);
    f->database = NULL;
    f->writer = NULL;
}

static void move_aside(const char *path, const char *ending)
{
    char from[PATH_MAX], to[PATH_MAX];
    snprintf(from, sizeof from, "%s%s", path, ending);
    snprintf(to, sizeof to, "%s.aside%s", path, ending);
    if (rename(from, to) && errno == ENOENT)
        unlink(to); /* it must not be taken for the log of the file beside it */
}

static void set_aside(const char *path)
{
    log_write(LOG_WARN, "history_set_aside", LOG_TEXT("path", slice_of(path)));
    move_aside(path, "");
    move_aside(path, ".wal");
}

enum err duck_connect(struct duckdb_facts *f)
{
    mode_t mask = umask(0077); /* before other threads make files, or rarely */
    if (atomic_exchange(&f->damaged, false))
        set_aside(f->options.path);
    enum err e = try_open(f);
    if (e != ERR_OK && e != ERR_CONFLICT && e != ERR_OUT_OF_MEMORY) {
        duck_disconnect(f);
        set_aside(f->options.path);
        e = try_open(f);
    }
    umask(mask);
    if (e != ERR_OK)
        duck_disconnect(f);
    atomic_store(&f->damaged, false);
    atomic_store(&f->broken, e != ERR_OK);
    return e;
}

enum err duck_enter(struct duckdb_facts *f)
{
    enum err e = ERR_OK;
    pthread_rwlock_rdlock(&f->gate);
    if (!atomic_load(&f->broken))
        return ERR_OK;
    pthread_rwlock_unlock(&f->gate);
    pthread_rwlock_wrlock(&f->gate);
    if (atomic_load(&f->broken)) {
        log_write(LOG_WARN, "history_opened_again", LOG_TEXT("path", slice_of(f->options.path)));
        duck_disconnect(f);
        e = duck_connect(f);
    }
    pthread_rwlock_unlock(&f->gate);
    if (e != ERR_OK)
        return ERR_UNAVAILABLE;
    pthread_rwlock_rdlock(&f->gate);
    if (!atomic_load(&f->broken))
        return ERR_OK;
    pthread_rwlock_unlock(&f->gate);
    return ERR_UNAVAILABLE;
}

void duck_leave(struct duckdb_facts *f)
{
    pthread_rwlock_unlock(&f->gate);
}
