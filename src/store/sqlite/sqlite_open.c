/* Opening: the lock, the files and their modes, three connections, the schema's version. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "store/sqlite/store_sqlite_priv.h"

/* Step n brings a file from version n to n + 1. Never change one that has been released. */
static const char *const migrations[] = {
    "CREATE TABLE rows (kind BLOB NOT NULL, org BLOB NOT NULL, id BLOB NOT NULL, body BLOB NOT "
    "NULL,"
    " PRIMARY KEY (kind, org, id)) WITHOUT ROWID;"
    "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, org BLOB NOT NULL,"
    " type BLOB NOT NULL, body BLOB NOT NULL);",
};
enum { SCHEMA_VERSION = sizeof migrations / sizeof *migrations };

static const char *const statement_text[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_PUT] = "INSERT INTO rows (kind, org, id, body) VALUES (?1, ?2, ?3, ?4)"
                " ON CONFLICT (kind, org, id) DO UPDATE SET body = excluded.body",
    [SQL_DELETE] = "DELETE FROM rows WHERE kind = ?1 AND org = ?2 AND id = ?3",
    [SQL_APPEND] = "INSERT INTO journal (seq, at_ms, org, type, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    [SQL_TRIM] = "DELETE FROM journal WHERE seq < min("
                 "(SELECT coalesce(min(seq), ?2) FROM journal WHERE at_ms >= ?1), ?2,"
                 " (SELECT min(seq) FROM journal) + 2000)",
    [SQL_ERASE] = "UPDATE journal SET org = x'', type = ?2, body = x'7b7d'"
                  " WHERE seq > ?3 AND seq <= ?4 AND org = ?1",
};

enum err store_sqlite_err(sqlite3 *db, int code, const char *doing)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return ERR_OK;
    log_write(LOG_ERROR, "sqlite_failed", LOG_TEXT("doing", slice_of(doing)),
              LOG_NUM("code", sqlite3_extended_errcode(db)),
              LOG_TEXT("message", slice_of(sqlite3_errmsg(db))));
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_NOMEM:
        return ERR_OUT_OF_MEMORY;
    case SQLITE_TOOBIG:
        return ERR_TOO_LARGE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_UNAVAILABLE;
    case SQLITE_MISUSE:
    case SQLITE_ERROR:
        return ERR_INTERNAL;
    default:
        return ERR_IO;
    }
}

static enum err run(sqlite3 *db, const char *sql)
{
    return store_sqlite_err(db, sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
}

static enum err read_i64(sqlite3 *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW)
        *out = sqlite3_column_int64(st, 0);
    enum err e = store_sqlite_err(db, code, sql);
    sqlite3_finalize(st);
    return e;
}

static enum err migrate_step(sqlite3 *db, int64_t version)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA user_version = %lld; COMMIT", (long long)version + 1);
    enum err e = run(db, "BEGIN IMMEDIATE");
    if (e == ERR_OK)
        e = run(db, migrations[version]);
    return e == ERR_OK ? run(db, sql) : e;
}

static enum err migrate(sqlite3 *db)
{
    int64_t version = 0;
    enum err e = read_i64(db, "PRAGMA user_version", &version);
    if (e == ERR_OK && (version < 0 || version > SCHEMA_VERSION)) {
        log_write(LOG_ERROR, "store_schema_unknown", LOG_NUM("version", version));
        return ERR_CORRUPT;
    }
    for (; e == ERR_OK && version < SCHEMA_VERSION; version++)
        e = migrate_step(db, version);
    return e;
}

static int note_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((struct sqlite_store *)arg)->wal_pages = pages;
    return SQLITE_OK;
}

static enum err open_one(const char *file, int flags, sqlite3 **db)
{
    int code = sqlite3_open_v2(file, db, flags, NULL);
    if (code != SQLITE_OK)
        return *db ? store_sqlite_err(*db, code, "open") : ERR_OUT_OF_MEMORY;
    sqlite3_extended_result_codes(*db, 0);
    sqlite3_busy_timeout(*db, 5000);
    return ERR_OK;
}

static enum err prepare_all(struct sqlite_store *s)
{
    enum err e = ERR_OK;
    for (int i = 0; i < SQL_COUNT && e == ERR_OK; i++)
        e = store_sqlite_err(s->db,
                             sqlite3_prepare_v3(s->db, statement_text[i], -1,
                                                SQLITE_PREPARE_PERSISTENT, &s->statements[i], NULL),
                             statement_text[i]);
    return e;
}

/* Checkpoints are ours (tidy and commit), never in the middle of a commit by themselves. */
static enum err open_writer(struct sqlite_store *s, const char *file)
{
    enum err e = open_one(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, &s->db);
    if (e == ERR_OK)
        e = run(s->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                       "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;"
                       "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"
                       "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
    if (e == ERR_OK)
        e = migrate(s->db);
    int64_t last = 0;
    if (e == ERR_OK)
        e = read_i64(s->db, "SELECT coalesce(max(seq), 0) FROM journal", &last);
    if (e == ERR_OK)
        e = prepare_all(s);
    if (e != ERR_OK)
        return e;
    atomic_store(&s->last_seq, (uint64_t)last);
    sqlite3_wal_hook(s->db, note_wal, s);
    return ERR_OK;
}

static enum err open_reader(const char *file, sqlite3 **db)
{
    enum err e = open_one(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, db);
    return e == ERR_OK ? run(*db, "PRAGMA query_only = ON") : e;
}

/* SQLite gives its side files the mode of the file itself, so making that right is enough. The
 * folder is synced: a new file must not vanish in a power loss after its first commits. */
static enum err make_file(const char *file)
{
    char dir[PATH_MAX];
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    bool fine = fchmod(fd, 0600) == 0;
    close(fd);
    snprintf(dir, sizeof dir, "%s", file);
    char *slash = strrchr(dir, '/');
    if (slash)
        slash[slash == dir] = '\0';
    int dir_fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    fine = fine && dir_fd >= 0 && fsync(dir_fd) == 0;
    if (dir_fd >= 0)
        close(dir_fd);
    return fine ? ERR_OK : ERR_IO;
}

/* The kernel lets go of the lock when the process ends, however it ends. */
static enum err take_lock(struct sqlite_store *s, const char *file)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s.lock", file) >= (int)sizeof path)
        return ERR_BAD_REQUEST;
    s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return ERR_OK;
    log_write(LOG_ERROR, "store_in_use", LOG_TEXT("file", slice_of(file)));
    return ERR_CONFLICT;
}

enum err store_sqlite_connect(struct sqlite_store *s, const char *file)
{
    enum err e = take_lock(s, file);
    if (e == ERR_OK)
        e = make_file(file);
    if (e == ERR_OK)
        e = open_writer(s, file);
    if (e == ERR_OK)
        e = open_reader(file, &s->rows);
    return e == ERR_OK ? open_reader(file, &s->journal) : e;
}

void store_sqlite_disconnect(struct sqlite_store *s)
{
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(s->statements[i]);
    sqlite3_close(s->journal);
    sqlite3_close(s->rows);
    sqlite3_close(s->db); /* the last one: empties the log into the file */
    if (s->lock_fd >= 0)
        close(s->lock_fd);
}
