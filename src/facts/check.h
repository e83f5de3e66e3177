/* What every adapter asks of its callers, checked in one place, so that adapters refuse alike. */
#ifndef FACTS_CHECK_H
#define FACTS_CHECK_H
#include "facts/facts.h"
/* Names are safe for SQL, fixed columns have their types, parents come with their children. */
enum err facts_schema_check(const struct facts_schema *schema);
enum err facts_rows_check(const struct facts_schema *schema, const struct facts_row *rows,
                          size_t count);
/* References in range, values that can be compared with their columns, nesting within limits. */
enum err facts_query_check(const struct facts_query *q);
static inline bool facts_is_text(enum facts_type type)
{
    return type == FACTS_TEXT || type == FACTS_CODE;
}
static inline bool facts_is_grouped(const struct facts_query *q)
{
    return q->grouped || q->aggregate_count > 0;
}
/* Leaves of a grouped query, the bucket among them. */
static inline unsigned facts_leaf_count(const struct facts_query *q)
{
    return q->select_count + (q->bucket_bound_count ? 1 : 0);
}
/* The n-th leaf; false: it is the bucket. */
static inline bool facts_leaf(const struct facts_query *q, unsigned n, struct facts_ref *ref)
{
    if (q->bucket_bound_count && n == q->bucket_position)
        return false;
    *ref = q->select[n - (q->bucket_bound_count && n > q->bucket_position ? 1 : 0)];
    return true;
}
bool facts_leaf_descending(const struct facts_query *q, unsigned n);
const struct facts_column *facts_column_of(const struct facts_query *q, struct facts_ref ref);
#endif
