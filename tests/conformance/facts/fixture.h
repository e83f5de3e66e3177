/* The schema and the openers that the tests of the history share. Included once by each test. */
#ifndef TESTS_FACTS_FIXTURE_H
#define TESTS_FACTS_FIXTURE_H
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "facts/dictionary.h"
#include "facts/duckdb/facts_duckdb.h"
#include "facts/facts.h"
#include "facts/memory/facts_memory.h"

enum { T_KEY, T_ORG, T_CREATED, T_QUEUE, T_ORDER, T_NOTE, T_DURATION, T_SCORE, T_ACTIVE, T_ENDED };
enum { A_KEY, A_ORG, A_CREATED, A_PARENT, A_EVENT, A_WAIT, A_NOTE };
static const struct facts_column task_columns[] = {
    { "id", FACTS_TEXT },       { "org", FACTS_CODE },   { "created_time", FACTS_I64 },
    { "queue_id", FACTS_CODE }, { "order", FACTS_CODE }, { "note", FACTS_TEXT },
    { "duration", FACTS_I64 },  { "score", FACTS_REAL }, { "active", FACTS_BOOL },
    { "ended_time", FACTS_I64 }
};
static const struct facts_column activity_columns[] = {
    { "id", FACTS_TEXT },   { "org", FACTS_CODE },   { "created_time", FACTS_I64 },
    { "task", FACTS_TEXT }, { "event", FACTS_CODE }, { "wait", FACTS_I64 },
    { "note", FACTS_TEXT }
};
static const struct facts_table tables[] = {
    { "tasks", task_columns, sizeof task_columns / sizeof *task_columns, NULL },
    { "activities", activity_columns, sizeof activity_columns / sizeof *activity_columns,
      &tables[0] },
};
static const struct facts_schema schema = { tables, 2, 1 };
static const struct facts_table *const TASKS = &tables[0], *const ACTIVITIES = &tables[1];

static inline struct facts_value null(void)
{
    return (struct facts_value){ 0 };
}
static inline struct facts_value text(const char *t)
{
    return (struct facts_value){ .set = true, .type = FACTS_TEXT, .text = slice_of(t) };
}
static inline struct facts_value whole(int64_t n)
{
    return (struct facts_value){ .set = true, .type = FACTS_I64, .i64 = n };
}
static inline struct facts_value real(double d)
{
    return (struct facts_value){ .set = true, .type = FACTS_REAL, .real = d };
}
static inline struct facts_value flag(bool b)
{
    return (struct facts_value){ .set = true, .type = FACTS_BOOL, .i64 = b };
}

static inline const char *duckdb_library(void)
{
    const char *given = getenv("CORDBOARD_DUCKDB");
    return given ? given
                 : "packaging/duckdb/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so";
}

struct fixture {
    struct facts *facts;
    struct dictionary *dictionary;
    struct arena *arena;
    char folder[40], path[64];
};
static inline struct facts_duckdb_options duckdb_options(struct fixture *x)
{
    return (struct facts_duckdb_options){ .path = x->path,
                                          .library = duckdb_library(),
                                          .schema = &schema,
                                          .dictionary = dictionary_port(x->dictionary),
                                          .memory_mb = 256 };
}
static inline void fixture_init(struct fixture *x)
{
    *x = (struct fixture){ .folder = "/tmp/cordboard-facts-XXXXXX" };
    cr_assert(mkdtemp(x->folder));
    snprintf(x->path, sizeof x->path, "%s/history.duckdb", x->folder);
    x->arena = arena_new(1 << 28);
    cr_assert_eq(dictionary_new(NULL, NULL, NULL, &x->dictionary), ERR_OK);
}
static inline void fixture_release(struct fixture *x)
{
    char command[80];
    snprintf(command, sizeof command, "rm -rf %s", x->folder);
    cr_assert_eq(system(command), 0);
    dictionary_free(x->dictionary);
    arena_free(x->arena);
}
static inline void open_memory(struct fixture *x)
{
    cr_assert_eq(facts_memory_open(&schema, &x->facts), ERR_OK);
}
static inline void open_duckdb(struct fixture *x)
{
    struct facts_duckdb_options o = duckdb_options(x);
    cr_assert_eq(facts_duckdb_open(&o, &x->facts), ERR_OK, "is packaging/duckdb installed?");
}
#endif
