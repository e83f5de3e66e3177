/* Shared by the files of this adapter only. */
#ifndef STORE_SQLITE_PRIV_H
#define STORE_SQLITE_PRIV_H
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "store/store.h"
enum sqlite_statement {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_PUT,
    SQL_DELETE,
    SQL_APPEND,
    SQL_TRIM,
    SQL_ERASE,
    SQL_COUNT
};
struct sqlite_store {
    struct store base;
    int lock_fd;           /* flock on "<file>.lock" for as long as the store is open */
    pthread_mutex_t write; /* the write connection, its statements and wal_pages */
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_COUNT];
    int wal_pages; /* after the last commit */
    /* Readers: serialized by the library itself, statements are made for each walk. */
    sqlite3 *rows, *journal;
    _Atomic uint64_t last_seq;
};
/* Logs what happened and gives it our name. */
enum err store_sqlite_err(sqlite3 *db, int code, const char *doing);
/* Opens connections, brings the schema up to date. Failure leaves the rest to sqlite_store_close.
 */
enum err store_sqlite_connect(struct sqlite_store *s, const char *file);
void store_sqlite_disconnect(struct sqlite_store *s);
#endif
