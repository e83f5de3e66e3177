#include "store/sqlite/store_sqlite.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/log.h"
#include "store/sqlite/store_sqlite_priv.h"

/* A checkpoint copies the log into the file and lets the log start over. Usually that waits for a
 * quiet moment (tidy); under load that never pauses it happens beyond this size, between two
 * commits, so that opening after a crash stays quick. */
enum { WAL_PAGES_MAX = 16384 /* 64 MB */, WAL_PAGES_TIDY = 64 };

static struct sqlite_store *self(struct store *s)
{
    return (struct sqlite_store *)s;
}

/* A NULL pointer would bind SQL's null, which an empty slice is not. */
static void bind(sqlite3_stmt *st, int at, struct slice s)
{
    sqlite3_bind_blob64(st, at, s.len ? s.at : "", s.len, SQLITE_STATIC);
}

static enum err step(struct sqlite_store *s, enum sqlite_statement which)
{
    sqlite3_stmt *st = s->statements[which];
    int code = sqlite3_step(st);
    enum err e = store_sqlite_err(s->db, code, sqlite3_sql(st));
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return e;
}

static enum err write_row(struct sqlite_store *s, const struct store_write *w)
{
    enum sqlite_statement which = w->body.at ? SQL_PUT : SQL_DELETE;
    sqlite3_stmt *st = s->statements[which];
    bind(st, 1, w->kind);
    bind(st, 2, w->org);
    bind(st, 3, w->id);
    if (w->body.at)
        bind(st, 4, w->body);
    return step(s, which);
}

static enum err append(struct sqlite_store *s, const struct store_event *e)
{
    sqlite3_stmt *st = s->statements[SQL_APPEND];
    sqlite3_bind_int64(st, 1, (sqlite3_int64)e->seq);
    sqlite3_bind_int64(st, 2, e->at_ms);
    bind(st, 3, e->org);
    bind(st, 4, e->type);
    bind(st, 5, e->body);
    return step(s, SQL_APPEND);
}

static enum err write_batch(struct sqlite_store *s, const struct store_batch *b, uint64_t *seq)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < b->write_count && e == ERR_OK; i++)
        e = write_row(s, &b->writes[i]);
    for (size_t i = 0; i < b->event_count && e == ERR_OK; i++) {
        if (b->events[i].seq != ++*seq)
            return ERR_CONFLICT;
        e = append(s, &b->events[i]);
    }
    return e;
}

static void checkpoint(struct sqlite_store *s)
{
    int left = 0, done = 0;
    int code = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &done);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        store_sqlite_err(s->db, code, "checkpoint");
    s->wal_pages = 0; /* the next commit says how many there really are */
}

/* SQLite undoes the transaction by itself after some errors, so a rollback is asked for only while
 * one is open. */
static void roll_back(struct sqlite_store *s)
{
    if (!sqlite3_get_autocommit(s->db))
        step(s, SQL_ROLLBACK);
}

static enum err sqlite_commit(struct store *store, const struct store_batch *batches, size_t count)
{
    struct sqlite_store *s = self(store);
    pthread_mutex_lock(&s->write);
    uint64_t seq = atomic_load(&s->last_seq);
    enum err e = step(s, SQL_BEGIN);
    for (size_t i = 0; i < count && e == ERR_OK; i++)
        e = write_batch(s, &batches[i], &seq);
    if (e == ERR_OK)
        e = step(s, SQL_COMMIT);
    if (e == ERR_OK)
        atomic_store(&s->last_seq, seq);
    else
        roll_back(s);
    if (e == ERR_OK && s->wal_pages > WAL_PAGES_MAX)
        checkpoint(s);
    pthread_mutex_unlock(&s->write);
    return e;
}

static struct slice column(sqlite3_stmt *st, int at)
{
    const char *bytes = sqlite3_column_blob(st, at);
    return (struct slice){ bytes ? bytes : "", (size_t)sqlite3_column_bytes(st, at) };
}

static enum err prepare(sqlite3 *db, const char *sql, sqlite3_stmt **st)
{
    return store_sqlite_err(db, sqlite3_prepare_v2(db, sql, -1, st, NULL), sql);
}

static enum err sqlite_get(struct store *store, struct slice kind, struct slice org,
                           struct slice id, struct arena *a, struct slice *body)
{
    struct sqlite_store *s = self(store);
    sqlite3_stmt *st = NULL;
    enum err e =
        prepare(s->rows, "SELECT body FROM rows WHERE kind = ?1 AND org = ?2 AND id = ?3", &st);
    if (e != ERR_OK)
        return e;
    bind(st, 1, kind);
    bind(st, 2, org);
    bind(st, 3, id);
    int code = sqlite3_step(st);
    e = store_sqlite_err(s->rows, code, "get");
    if (code == SQLITE_DONE)
        e = ERR_NOT_FOUND;
    if (code == SQLITE_ROW) {
        struct slice copy = arena_copy(a, column(st, 0));
        e = copy.at ? ERR_OK : ERR_OUT_OF_MEMORY;
        if (e == ERR_OK)
            *body = copy;
    }
    sqlite3_finalize(st);
    return e;
}

static enum err sqlite_scan(struct store *store, struct slice kind, struct slice org,
                            store_row_fn *fn, void *ctx)
{
    struct sqlite_store *s = self(store);
    sqlite3_stmt *st = NULL;
    int code = SQLITE_DONE;
    enum err e =
        prepare(s->rows,
                org.len ? "SELECT org, id, body FROM rows WHERE kind = ?1 AND org = ?2"
                          " ORDER BY org, id"
                        : "SELECT org, id, body FROM rows WHERE kind = ?1 ORDER BY org, id",
                &st);
    if (e != ERR_OK)
        return e;
    bind(st, 1, kind);
    if (org.len)
        bind(st, 2, org);
    while (e == ERR_OK && (code = sqlite3_step(st)) == SQLITE_ROW)
        e = fn(ctx, column(st, 0), column(st, 1), column(st, 2));
    if (e == ERR_OK)
        e = store_sqlite_err(s->rows, code, "scan");
    sqlite3_finalize(st);
    return e;
}

static enum err give_event(sqlite3_stmt *st, store_event_fn *fn, void *ctx)
{
    struct store_event event = { .seq = (uint64_t)sqlite3_column_int64(st, 0),
                                 .at_ms = sqlite3_column_int64(st, 1),
                                 .org = column(st, 2),
                                 .type = column(st, 3),
                                 .body = column(st, 4) };
    return fn(ctx, &event);
}

static enum err sqlite_journal_read(struct store *store, uint64_t after, size_t max,
                                    store_event_fn *fn, void *ctx)
{
    struct sqlite_store *s = self(store);
    sqlite3_stmt *st = NULL;
    int code = SQLITE_DONE;
    if (after >= atomic_load(&s->last_seq))
        return ERR_OK; /* the usual answer to "anything new?", without touching the file */
    enum err e = prepare(s->journal,
                         "SELECT seq, at_ms, org, type, body FROM journal WHERE seq > ?1"
                         " ORDER BY seq LIMIT ?2",
                         &st);
    if (e != ERR_OK)
        return e;
    sqlite3_bind_int64(st, 1, (sqlite3_int64)after);
    sqlite3_bind_int64(st, 2, max > INT64_MAX ? INT64_MAX : (sqlite3_int64)max);
    while (e == ERR_OK && (code = sqlite3_step(st)) == SQLITE_ROW)
        e = give_event(st, fn, ctx);
    if (e == ERR_OK)
        e = store_sqlite_err(s->journal, code, "journal_read");
    sqlite3_finalize(st);
    return e;
}

static enum err sqlite_journal_last(struct store *store, uint64_t *seq)
{
    *seq = atomic_load(&self(store)->last_seq);
    return ERR_OK;
}

/* In small transactions: commits come in between. */
static enum err sqlite_journal_trim(struct store *store, int64_t before_ms)
{
    struct sqlite_store *s = self(store);
    enum err e = ERR_OK;
    for (int removed = 1; removed && e == ERR_OK;) {
        pthread_mutex_lock(&s->write);
        sqlite3_bind_int64(s->statements[SQL_TRIM], 1, before_ms);
        sqlite3_bind_int64(s->statements[SQL_TRIM], 2, (sqlite3_int64)atomic_load(&s->last_seq));
        e = step(s, SQL_TRIM);
        removed = sqlite3_changes(s->db);
        pthread_mutex_unlock(&s->write);
    }
    return e;
}

static enum err sqlite_journal_erase(struct store *store, struct slice org, struct slice as,
                                     uint64_t after, size_t max, uint64_t *reached)
{
    struct sqlite_store *s = self(store);
    uint64_t last = atomic_load(&s->last_seq), until = after + max < last ? after + max : last;
    sqlite3_stmt *st = s->statements[SQL_ERASE];
    pthread_mutex_lock(&s->write);
    bind(st, 1, org);
    bind(st, 2, as);
    sqlite3_bind_int64(st, 3, (sqlite3_int64)after);
    sqlite3_bind_int64(st, 4, (sqlite3_int64)until);
    enum err e = step(s, SQL_ERASE);
    pthread_mutex_unlock(&s->write);
    if (e == ERR_OK)
        *reached = until;
    return e;
}

static void sqlite_tidy(struct store *store)
{
    struct sqlite_store *s = self(store);
    pthread_mutex_lock(&s->write);
    if (s->wal_pages > WAL_PAGES_TIDY)
        checkpoint(s);
    pthread_mutex_unlock(&s->write);
}

static void sqlite_close(struct store *store)
{
    struct sqlite_store *s = self(store);
    store_sqlite_disconnect(s);
    pthread_mutex_destroy(&s->write);
    free(s);
}

static const struct store_ops sqlite_ops = {
    .name = "sqlite",
    .commit = sqlite_commit,
    .get = sqlite_get,
    .scan = sqlite_scan,
    .journal_read = sqlite_journal_read,
    .journal_last = sqlite_journal_last,
    .journal_trim = sqlite_journal_trim,
    .journal_erase = sqlite_journal_erase,
    .tidy = sqlite_tidy,
    .close = sqlite_close,
};

enum err store_sqlite_open(const char *path, struct store **out)
{
    char file[PATH_MAX];
    struct stat st;
    bool is_dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    if (snprintf(file, sizeof file, "%s%s", path, is_dir ? "/cordboard.db" : "") >=
        (int)sizeof file)
        return ERR_BAD_REQUEST;
    struct sqlite_store *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_OUT_OF_MEMORY;
    s->base.ops = &sqlite_ops;
    s->lock_fd = -1;
    pthread_mutex_init(&s->write, NULL);
    enum err e = store_sqlite_connect(s, file);
    if (e != ERR_OK)
        sqlite_close(&s->base);
    else
        *out = &s->base;
    return e;
}
