/* The system of record in one SQLite file (WAL, synchronous=FULL): durable on return of commit(),
 * also against power loss as far as the disk keeps its word. */
#ifndef STORE_SQLITE_STORE_SQLITE_H
#define STORE_SQLITE_STORE_SQLITE_H
#include "base/err.h"
struct store;
/* `path`: a folder (which must exist; the file in it is cordboard.db) or the file itself. The files
 * are readable by their owner alone. ERR_CONFLICT: another store has it open; ERR_CORRUPT: not a
 * database, damaged, or written by a newer version; ERR_NOT_FOUND: no such folder; ERR_IO. */
enum err store_sqlite_open(const char *path, struct store **out);
#endif
