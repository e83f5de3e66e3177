/* A query of the port as SQL of DuckDB. Only names of the schema and whole numbers (times, codes,
 * limits) are written into the text; texts and fractions are parameters.
 *
 * Functions of ours appear in it, see functions.c. */
#ifndef FACTS_DUCKDB_QUERY_SQL_H
#define FACTS_DUCKDB_QUERY_SQL_H
#include "facts/facts.h"
struct arena;
struct ranks;
struct sql_param { /* $1, $2 ... */
    bool is_text;
    struct slice text;
    double real;
};
struct sql {
    struct slice text; /* ends in a NUL that len does not count */
    const struct sql_param *params;
    unsigned param_count;
};
struct sql_source {
    const struct facts_dictionary *dictionary;
    const struct ranks *ranks;
    unsigned slot;       /* whose context the functions shall use */
    int64_t deadline_ns; /* clock_mono_ns: patterns are tried on the whole dictionary */
    struct arena *arena;
};
/* All want a query that facts_query_check() lets pass. ERR_BAD_REQUEST: no regex; ERR_UNAVAILABLE:
 * past the deadline; ERR_TOO_LARGE: LIMIT_facts_sql_bytes_max.
 * Raw, first step: rowid, with a child its rowid too; one row more than the limit. */
enum err sql_page(const struct sql_source *s, const struct facts_query *q, struct sql *out);
/* Raw, second step: rowid and those of the selected columns that are the child's (or are not). */
enum err sql_rows(const struct sql_source *s, const struct facts_query *q, bool child,
                  const int64_t *rowids, size_t count, struct sql *out);
/* Leaves, aggregates; one row more than the limit. */
enum err sql_groups(const struct sql_source *s, const struct facts_query *q, struct sql *out);
#endif
