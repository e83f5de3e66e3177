/* The history, as a port: wide rows (tasks, legs, activities, agent sessions ...) that are
 * appended, upserted, filtered, grouped and paged. It is derived: the journal is the truth, and
 * each apply() says up to which sequence number the history now goes, in the same transaction as
 * the rows. Low-cardinality text is stored as codes of a dictionary that lives in the system of
 * record. One thread applies; any number of threads query (each adapter bounds that itself, 2 x
 * cores). */
#ifndef FACTS_FACTS_H
#define FACTS_FACTS_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct facts;
enum facts_type {
    FACTS_TEXT,
    FACTS_CODE /* text with few values */,
    FACTS_I64,
    FACTS_REAL,
    FACTS_BOOL
};
struct facts_value {
    bool set; /* false: null */
    enum facts_type type;
    struct slice text; /* TEXT and CODE */
    int64_t i64;       /* I64 (times too: epoch ms), BOOL: 0 or 1 */
    double real;
};
struct facts_column {
    const char *name; /* SQL-safe: [a-z][a-z0-9_]* */
    enum facts_type type;
};
/* Column 0 is the row's key (TEXT, unique), 1 the organisation (CODE), 2 the creation time (I64,
 * never changes for a key). A child table has the parent's key in column 3. */
enum { FACTS_KEY = 0, FACTS_ORG = 1, FACTS_CREATED = 2, FACTS_PARENT = 3 };
enum { FACTS_COLUMNS_MAX = 512 };
struct facts_table {
    const char *name;
    const struct facts_column *columns;
    unsigned column_count;            /* at most FACTS_COLUMNS_MAX */
    const struct facts_table *parent; /* NULL: none */
};
struct facts_schema {
    const struct facts_table *tables;
    unsigned table_count;
    unsigned version; /* another version: the adapter starts empty, applied() says 0 */
};
struct facts_row {
    const struct facts_table *table;
    const struct facts_value *values; /* column_count of them */
};
/* Where codes come from. code() makes new ones and returns only once they are durable; both may be
 * called from any thread. */
struct facts_dictionary {
    void *ctx;
    enum err (*code)(void *ctx, struct slice text, uint32_t *out);
    bool (*find)(void *ctx, struct slice text, uint32_t *out); /* false: no row can hold it */
    struct slice (*text)(void *ctx,
                         uint32_t code); /* lives as long as the dictionary; {NULL,0}: unknown */
    uint32_t (*count)(void *ctx);        /* codes are 1..count */
    /* Forgets, durably, every text whose code `used` does not answer for. Nothing may call code()
     * meanwhile for rows that are not counted as used yet. */
    enum err (*keep)(void *ctx, bool (*used)(void *arg, uint32_t code), void *arg);
};

/* ---- queries ----
 * Filters are two-valued: a comparison with null is false (but see EQ and NE), and NOT of it true.
 * A value is compared with a column of its own kind: text (TEXT, CODE) or number (I64, REAL, BOOL);
 * anything else is ERR_BAD_REQUEST. An unset value: EQ is "is null", NE "is not null", the others
 * false. Text compares by code point. */
enum facts_op {
    FACTS_AND,
    FACTS_OR,
    FACTS_NOT,
    FACTS_EQ,
    FACTS_NE /* also true for null */,
    FACTS_LT,
    FACTS_LE,
    FACTS_GT,
    FACTS_GE,
    FACTS_IS_NULL,
    FACTS_MATCH /* regex (facts/pattern.h), whole value */,
    FACTS_CONTAINS /* regex, part */,
    FACTS_EXISTS /* a row of the child table, with this parent, for which args[0] holds; not nested
                  */
};
struct facts_ref {
    unsigned column;
    bool child; /* column of query->child (or of the EXISTS child), else of query->table */
};
struct facts_filter {
    enum facts_op op;
    struct facts_ref ref;
    struct facts_value value;
    const struct facts_filter *const
        *args; /* AND, OR: arg_count; NOT, EXISTS: 1. AND of none: true, OR of none: true */
    unsigned arg_count;
    const struct facts_table *exists;
};
enum facts_aggregate_op {
    FACTS_COUNT /* non-null values */,
    FACTS_MIN,
    FACTS_MAX,
    FACTS_SUM,
    FACTS_AVERAGE,
    FACTS_DISTINCT
};
struct facts_aggregate { /* MIN, MAX, SUM, AVERAGE: numbers only. Over nothing: not set, real 0.0 */
    enum facts_aggregate_op op;
    struct facts_ref ref;
    const struct facts_filter *filter; /* NULL: none */
};
struct facts_sort {
    struct facts_ref ref;
    bool descending; /* nulls first ascending, last descending */
};
struct facts_query {
    const struct facts_table *table;
    const struct facts_table *child; /* NULL, or a child table joined: one row for each (row, child
                                        row); rows without stay out */
    struct slice org;
    struct facts_ref time;  /* compared column of `table` */
    int64_t from_ms, to_ms; /* from <= time <= to */
    const struct facts_filter *filter;
    /* Raw: these columns of each row. Grouped (aggregate_count or grouped): these are the group
     * leaves. */
    const struct facts_ref *select;
    unsigned select_count;
    bool grouped;
    const struct facts_aggregate *aggregates;
    unsigned aggregate_count;
    /* Grouped by time too: rising bounds of buckets [b0,b1) [b1,b2) ...; the bucket's start is one
     * more leaf, placed at bucket_position among the leaves. Rows outside the bounds stay out.
     * 0 bounds: no buckets. */
    const int64_t *bucket_bounds;
    unsigned bucket_bound_count, bucket_position;
    /* Raw order; equal rows, and all without `sort`: created descending, then key (the child's
     * after its parent's). Grouped rows always sort by the leaves: ascending, null first, text by
     * code point; a `sort` row with desc turns its leaf round (with the ref of `time`: the bucket,
     * unless that column is a leaf itself). */
    const struct facts_sort *sort;
    unsigned sort_count;
    uint64_t offset, limit;
    const struct facts_value
        *after; /* grouped: only rows strictly after this leaf tuple; NULL: from the start */
    int64_t timeout_ms; /* 0: the adapter's default (30 s) */
};
struct facts_result {
    unsigned
        column_count; /* raw: select_count; grouped: leaves (bucket: I64), then aggregates (REAL) */
    uint64_t row_count;
    const struct facts_value *values; /* row after row */
    bool more;                        /* rows beyond the limit exist */
};
struct facts_ops {
    const char *name;
    /* Upserts by key (the last of equal keys in `rows` wins) and records `seq`, in one transaction.
     * ERR_BAD_REQUEST: a row without key, organisation or creation time; ERR_BAD_ENCODING: text
     * that is not UTF-8. Numbers that are not finite become null. */
    enum err (*apply)(struct facts *f, uint64_t seq, const struct facts_row *rows, size_t count);
    enum err (*applied)(struct facts *f, uint64_t *seq);
    /* Memory belongs to `a`. ERR_BAD_REQUEST: a pattern that is no regex; ERR_UNAVAILABLE: timed
     * out or too many waiting. */
    enum err (*query)(struct facts *f, const struct facts_query *q, struct arena *a,
                      struct facts_result *out);
    /* Quiet-time work (checkpoint, retention: rows created before `before_ms` go). */
    enum err (*maintain)(struct facts *f, int64_t before_ms);
    /* All rows of the organisation go, and the texts that no other row holds. */
    enum err (*forget)(struct facts *f, struct slice org);
    void (*close)(struct facts *f);
};
struct facts {
    const struct facts_ops *ops;
};
#endif
