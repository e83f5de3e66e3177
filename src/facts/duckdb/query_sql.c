#include "facts/duckdb/query_sql.h"

#include "facts/check.h"
#include "facts/duckdb/query_sql_priv.h"

static const char *name_of(const struct facts_table *t, unsigned column)
{
    return t->columns[column].name;
}

static void column(struct sql_build *b, struct facts_ref ref)
{
    SQL(b, "%s.\"%s\"", ref.child ? "c" : "p", facts_column_of(b->q, ref)->name);
}

/* FROM and WHERE: the organisation and the time window first, for they let whole row groups be
 * skipped. An unknown organisation has no code: 0 is nobody's. */
static void from_where(struct sql_build *b)
{
    const struct facts_query *q = b->q;
    const struct facts_table *t = q->table, *c = q->child;
    const struct facts_dictionary *d = b->source->dictionary;
    const char *time = name_of(t, q->time.column);
    uint32_t org = 0;
    if (!d->find(d->ctx, q->org, &org))
        org = 0;
    SQL(b, " FROM \"%s\" AS p", t->name);
    if (c)
        SQL(b, " JOIN \"%s\" AS c ON c.\"%s\" = p.\"%s\" AND c.\"%s\" = p.\"%s\"", c->name,
            name_of(c, FACTS_PARENT), name_of(t, FACTS_KEY), name_of(c, FACTS_ORG),
            name_of(t, FACTS_ORG));
    SQL(b, " WHERE p.\"%s\" = %u AND p.\"%s\" >= %lld AND p.\"%s\" <= %lld", name_of(t, FACTS_ORG),
        (unsigned)org, time, (long long)q->from_ms, time, (long long)q->to_ms);
    if (q->bucket_bound_count)
        SQL(b, " AND p.\"%s\" >= %lld AND p.\"%s\" < %lld", time, (long long)q->bucket_bounds[0],
            time, (long long)q->bucket_bounds[q->bucket_bound_count - 1]);
    if (q->filter) {
        SQL(b, " AND ");
        sql_filter(b, q->filter);
    }
}

static void limit(struct sql_build *b)
{
    uint64_t max = INT64_MAX / 2, rows = b->q->limit < max ? b->q->limit : max;
    SQL(b, " LIMIT %llu OFFSET %llu", (unsigned long long)rows + 1,
        (unsigned long long)(b->q->offset < max ? b->q->offset : max));
}

static void order_end(struct sql_build *b, bool descending)
{
    SQL(b, descending ? " DESC NULLS LAST" : " ASC NULLS FIRST");
}

/* ---- raw ---- */

static void order_raw(struct sql_build *b)
{
    const struct facts_query *q = b->q;
    SQL(b, " ORDER BY ");
    for (unsigned i = 0; i < q->sort_count; i++) {
        bool coded = facts_column_of(q, q->sort[i].ref)->type == FACTS_CODE;
        if (coded)
            SQL(b, "cordboard_rank(");
        column(b, q->sort[i].ref);
        if (coded)
            SQL(b, ", %u)", b->source->slot);
        order_end(b, q->sort[i].descending);
        SQL(b, ", ");
    }
    SQL(b, "p.\"%s\" DESC, p.\"%s\"", name_of(q->table, FACTS_CREATED),
        name_of(q->table, FACTS_KEY));
    if (q->child)
        SQL(b, ", c.\"%s\"", name_of(q->child, FACTS_KEY));
}

enum err sql_page(const struct sql_source *s, const struct facts_query *q, struct sql *out)
{
    struct sql_build b;
    sql_begin(&b, s, q);
    SQL(&b, q->child ? "SELECT p.rowid, c.rowid" : "SELECT p.rowid");
    from_where(&b);
    order_raw(&b);
    limit(&b);
    return sql_end(&b, out);
}

enum err sql_rows(const struct sql_source *s, const struct facts_query *q, bool child,
                  const int64_t *rowids, size_t count, struct sql *out)
{
    struct sql_build b;
    const struct facts_table *t = child ? q->child : q->table;
    sql_begin(&b, s, q);
    SQL(&b, "SELECT rowid");
    for (unsigned i = 0; i < q->select_count; i++)
        if (q->select[i].child == child)
            SQL(&b, ", \"%s\"", name_of(t, q->select[i].column));
    SQL(&b, " FROM \"%s\" WHERE rowid IN (", t->name);
    for (size_t i = 0; i < count; i++)
        SQL(&b, i ? ",%lld" : "%lld", (long long)rowids[i]);
    SQL(&b, ")");
    return sql_end(&b, out);
}

/* ---- grouped ---- */

/* Innermost: for each row its leaves l0.., what is aggregated x0.., whether it counts there f0..
 * (an aggregate's own filter may hold an EXISTS, which cannot stand within FILTER). */
static void projection(struct sql_build *b)
{
    const struct facts_query *q = b->q;
    SQL(b, "SELECT 1 AS one");
    for (unsigned i = 0; i < facts_leaf_count(q); i++) {
        struct facts_ref ref;
        SQL(b, ", ");
        if (facts_leaf(q, i, &ref))
            column(b, ref);
        else
            SQL(b, "cordboard_bucket(p.\"%s\", %u)", name_of(q->table, q->time.column),
                b->source->slot);
        SQL(b, " AS l%u", i);
    }
    for (unsigned i = 0; i < q->aggregate_count; i++) {
        SQL(b, ", ");
        column(b, q->aggregates[i].ref);
        SQL(b, " AS x%u", i);
        if (!q->aggregates[i].filter)
            continue;
        SQL(b, ", ");
        sql_filter(b, q->aggregates[i].filter);
        SQL(b, " AS f%u", i);
    }
    from_where(b);
}

static void aggregate(struct sql_build *b, unsigned i)
{
    static const char *const calls[] = {
        [FACTS_COUNT] = "count(", [FACTS_MIN] = "min(",     [FACTS_MAX] = "max(",
        [FACTS_SUM] = "sum(",     [FACTS_AVERAGE] = "avg(", [FACTS_DISTINCT] = "count(DISTINCT "
    };
    SQL(b, "CAST(%sx%u)", calls[b->q->aggregates[i].op], i);
    if (b->q->aggregates[i].filter)
        SQL(b, " FILTER (WHERE f%u)", i);
    SQL(b, " AS DOUBLE) AS a%u, ", i);
}

static void groups(struct sql_build *b)
{
    const struct facts_query *q = b->q;
    unsigned leaves = facts_leaf_count(q);
    SQL(b, "SELECT ");
    for (unsigned i = 0; i < leaves; i++)
        SQL(b, "l%u, ", i);
    for (unsigned i = 0; i < q->aggregate_count; i++)
        aggregate(b, i);
    SQL(b, "count(*) AS n FROM (");
    projection(b);
    SQL(b, ")");
    for (unsigned i = 0; i < leaves; i++)
        SQL(b, i ? ", l%u" : " GROUP BY l%u", i);
}

static enum facts_type leaf_type(const struct facts_query *q, unsigned n)
{
    struct facts_ref ref;
    return facts_leaf(q, n, &ref) ? facts_column_of(q, ref)->type : FACTS_I64;
}

static void leaf_beyond(struct sql_build *b, unsigned i)
{
    const struct facts_value *v = &b->q->after[i];
    bool descending = facts_leaf_descending(b->q, i);
    char name[16];
    snprintf(name, sizeof name, "l%u", i);
    if (!v->set) {
        SQL(b, descending ? "FALSE" : "l%u IS NOT NULL", i);
        return;
    }
    sql_compare(b, name, leaf_type(b->q, i), descending ? "<" : ">", v);
    if (descending)
        SQL(b, " OR l%u IS NULL", i);
}

static void leaf_equal(struct sql_build *b, unsigned i)
{
    char name[16];
    snprintf(name, sizeof name, "l%u", i);
    if (b->q->after[i].set)
        sql_compare(b, name, leaf_type(b->q, i), "=", &b->q->after[i]);
    else
        SQL(b, "l%u IS NULL", i);
}

/* (l0 > a0) OR (l0 = a0 AND ((l1 > a1) OR (l1 = a1 AND ...))) */
static void after(struct sql_build *b)
{
    unsigned leaves = facts_leaf_count(b->q);
    if (leaves == 0)
        SQL(b, "FALSE");
    for (unsigned i = 0; i < leaves; i++) {
        SQL(b, "((");
        leaf_beyond(b, i);
        SQL(b, ")");
        if (i + 1 == leaves)
            break;
        SQL(b, " OR (");
        leaf_equal(b, i);
        SQL(b, ") AND ");
    }
    for (unsigned i = 0; i < leaves; i++)
        SQL(b, ")");
}

static void order_groups(struct sql_build *b)
{
    for (unsigned i = 0; i < facts_leaf_count(b->q); i++) {
        SQL(b, i ? ", " : " ORDER BY ");
        if (leaf_type(b->q, i) == FACTS_CODE)
            SQL(b, "cordboard_rank(l%u, %u)", i, b->source->slot);
        else
            SQL(b, "l%u", i);
        order_end(b, facts_leaf_descending(b->q, i));
    }
}

enum err sql_groups(const struct sql_source *s, const struct facts_query *q, struct sql *out)
{
    struct sql_build b;
    sql_begin(&b, s, q);
    SQL(&b, "SELECT * FROM (");
    groups(&b);
    SQL(&b, ")");
    if (q->after) {
        SQL(&b, " WHERE ");
        after(&b);
    }
    order_groups(&b);
    limit(&b);
    return sql_end(&b, out);
}
