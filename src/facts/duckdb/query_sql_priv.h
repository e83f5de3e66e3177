/* Shared by the two files that write SQL. */
#ifndef FACTS_DUCKDB_QUERY_SQL_PRIV_H
#define FACTS_DUCKDB_QUERY_SQL_PRIV_H
#include "base/buf.h"
#include "facts/duckdb/query_sql.h"
enum { SQL_PARAMS_MAX = 2048 };
struct sql_build {
    const struct sql_source *source;
    const struct facts_query *q;
    struct buf text;
    struct sql_param *params;
    unsigned param_count;
    enum err err; /* the first */
};
void sql_begin(struct sql_build *b, const struct sql_source *s, const struct facts_query *q);
enum err sql_end(struct sql_build *b, struct sql *out);
#define SQL(b, ...) buf_printf(&(b)->text, __VA_ARGS__)
/* Compares what the SQL `expr` gives, of a column of this type, with a value that is set. `op` is
 * one of < <= > >= =. Codes compare by their text. */
void sql_compare(struct sql_build *b, const char *expr, enum facts_type type, const char *op,
                 const struct facts_value *v);
/* True, false or null (which counts as false) for each row. */
void sql_filter(struct sql_build *b, const struct facts_filter *f);
#endif
