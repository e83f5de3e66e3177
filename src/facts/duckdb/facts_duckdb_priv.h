/* Shared by the files of this adapter only. */
#ifndef FACTS_DUCKDB_PRIV_H
#define FACTS_DUCKDB_PRIV_H
#include <pthread.h>
#include <stdatomic.h>

#include "facts/duckdb/facts_duckdb.h"
#include "facts/duckdb/library.h"
#include "facts/duckdb/ranks.h"

/* One connection of the pool, and what the query on it lets our SQL functions know. */
struct duck_slot {
    void *connection;
    bool busy;
    int64_t deadline_ns;       /* the pool's lock; 0: nothing to interrupt */
    int64_t match_deadline_ns; /* the same for the functions, which take no lock */
    const struct ranks *ranks;
    const int64_t *bounds;
    unsigned bound_count;
};
struct duck_pool {
    struct duck_slot *slots;
    unsigned count, waiting;
    bool stopping;
    pthread_mutex_t lock;
    pthread_cond_t freed, due; /* CLOCK_MONOTONIC */
    pthread_t watchdog;
    bool watched;
};
/* `gate`: everyone who uses the database holds it for reading; closing and opening it again for
 * writing. `writing`: the one connection that changes anything. */
struct duckdb_facts {
    struct facts base;
    struct facts_duckdb_options options;
    struct duck duck;
    pthread_rwlock_t gate;
    pthread_mutex_t writing;
    void *database, *writer;
    _Atomic uint64_t applied;
    atomic_bool broken;  /* the engine says so: open again before the next use */
    atomic_bool damaged; /* the file, rather: begin an empty one then */
    struct duck_pool pool;
    struct ranks_cache *ranks;
};

/* ---- statements ---- */
/* Logs, and notices what calls for opening again. */
enum err duck_failed(struct duckdb_facts *f, const char *doing, const char *message);
enum err duck_run(struct duckdb_facts *f, void *connection, const char *sql);
/* One whole number of the first row; ERR_NOT_FOUND: no row. */
enum err duck_read_i64(struct duckdb_facts *f, void *connection, const char *sql, int64_t *out);

/* ---- opening (duck_open.c) ---- */
/* Database, schema, connections; the gate is held for writing, or nobody else is there yet. */
enum err duck_connect(struct duckdb_facts *f);
void duck_disconnect(struct duckdb_facts *f);
/* Takes the gate for reading, after opening again what is broken. */
enum err duck_enter(struct duckdb_facts *f);
void duck_leave(struct duckdb_facts *f);

/* ---- our SQL functions (functions.c) ---- */
enum err duck_register_functions(struct duckdb_facts *f, void *connection);

/* ---- the pool (pool.c) ---- */
enum err duck_pool_start(struct duckdb_facts *f);
void duck_pool_stop(struct duckdb_facts *f);
/* Waits for a slot until the deadline. ERR_UNAVAILABLE: too many wait already, or it passed. */
enum err duck_pool_take(struct duckdb_facts *f, int64_t deadline_ns, unsigned *slot);
/* From now on nothing on this slot is interrupted. */
void duck_pool_calm(struct duckdb_facts *f, unsigned slot);
void duck_pool_give(struct duckdb_facts *f, unsigned slot);

/* ---- operations ---- */
enum err duck_apply(struct facts *base, uint64_t seq, const struct facts_row *rows, size_t count);
enum err duck_forget(struct facts *base, struct slice org);
enum err duck_query(struct facts *base, const struct facts_query *q, struct arena *a,
                    struct facts_result *out);
/* Column types as the database stores them. */
enum duck_type duck_type_of(enum facts_type type);
#endif
