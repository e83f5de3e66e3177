#include "facts/check.h"

#include <math.h>

#include "base/limits.h"
#include "base/text.h"

static bool name_is_safe(const char *name)
{
    if (!name || *name < 'a' || *name > 'z')
        return false;
    size_t n = 0;
    for (; name[n]; n++)
        if (!((name[n] >= 'a' && name[n] <= 'z') || (name[n] >= '0' && name[n] <= '9') ||
              name[n] == '_'))
            return false;
    return n <= 60;
}

static enum err table_check(const struct facts_table *t)
{
    static const enum facts_type fixed[] = { FACTS_TEXT, FACTS_CODE, FACTS_I64, FACTS_TEXT };
    unsigned fixed_count = t->parent ? 4 : 3;
    if (!name_is_safe(t->name) || t->column_count < fixed_count ||
        t->column_count > FACTS_COLUMNS_MAX)
        return ERR_BAD_REQUEST;
    for (unsigned i = 0; i < t->column_count; i++) {
        if (!name_is_safe(t->columns[i].name))
            return ERR_BAD_REQUEST;
        if (i < fixed_count && t->columns[i].type != fixed[i])
            return ERR_BAD_REQUEST;
    }
    return ERR_OK;
}

enum err facts_schema_check(const struct facts_schema *schema)
{
    for (unsigned i = 0; i < schema->table_count; i++)
        if (table_check(&schema->tables[i]))
            return ERR_BAD_REQUEST;
    return ERR_OK;
}

static enum err row_check(const struct facts_row *r)
{
    for (unsigned i = 0; i <= FACTS_CREATED; i++)
        if (!r->values[i].set)
            return ERR_BAD_REQUEST;
    for (unsigned i = 0; i < r->table->column_count; i++) {
        const struct facts_value *v = &r->values[i];
        if (v->set && facts_is_text(r->table->columns[i].type) && !utf8_valid(v->text))
            return ERR_BAD_ENCODING;
    }
    return ERR_OK;
}

enum err facts_rows_check(const struct facts_schema *schema, const struct facts_row *rows,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].table < schema->tables || rows[i].table >= schema->tables + schema->table_count)
            return ERR_BAD_REQUEST;
        enum err e = row_check(&rows[i]);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

/* The tables a reference may mean here. */
struct scope {
    const struct facts_table *table, *child;
    bool in_exists;
};

static const struct facts_column *column_in(const struct scope *s, struct facts_ref ref)
{
    const struct facts_table *t = ref.child ? s->child : s->table;
    return t && ref.column < t->column_count ? &t->columns[ref.column] : NULL;
}

static enum err value_check(enum facts_op op, const struct facts_column *c,
                            const struct facts_value *v)
{
    bool is_pattern = op == FACTS_MATCH || op == FACTS_CONTAINS;
    if (is_pattern && (!facts_is_text(c->type) || !v->set))
        return ERR_BAD_REQUEST;
    if (op == FACTS_IS_NULL || !v->set)
        return ERR_OK;
    if (facts_is_text(c->type) != facts_is_text(v->type))
        return ERR_BAD_REQUEST;
    if (v->type == FACTS_REAL && !isfinite(v->real))
        return ERR_BAD_REQUEST;
    return facts_is_text(v->type) && !utf8_valid(v->text) ? ERR_BAD_ENCODING : ERR_OK;
}

static enum err filter_check(const struct scope *s, const struct facts_filter *f, unsigned depth);

static enum err args_check(const struct scope *s, const struct facts_filter *f, unsigned depth)
{
    if ((f->op == FACTS_NOT || f->op == FACTS_EXISTS) && f->arg_count != 1)
        return ERR_BAD_REQUEST;
    for (unsigned i = 0; i < f->arg_count; i++) {
        enum err e = filter_check(s, f->args[i], depth + 1);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

static enum err filter_check(const struct scope *s, const struct facts_filter *f, unsigned depth)
{
    if (depth > LIMIT_facts_filter_depth_max)
        return ERR_TOO_LARGE;
    if (f->op == FACTS_EXISTS) {
        if (s->in_exists || !f->exists || f->exists->parent != s->table)
            return ERR_BAD_REQUEST;
        struct scope inner = { s->table, f->exists, true };
        return args_check(&inner, f, depth);
    }
    if (f->op == FACTS_AND || f->op == FACTS_OR || f->op == FACTS_NOT)
        return args_check(s, f, depth);
    const struct facts_column *c = column_in(s, f->ref);
    return c ? value_check(f->op, c, &f->value) : ERR_BAD_REQUEST;
}

static enum err aggregates_check(const struct scope *s, const struct facts_query *q)
{
    for (unsigned i = 0; i < q->aggregate_count; i++) {
        const struct facts_aggregate *a = &q->aggregates[i];
        const struct facts_column *c = column_in(s, a->ref);
        bool counts = a->op == FACTS_COUNT || a->op == FACTS_DISTINCT;
        if (!c || (!counts && facts_is_text(c->type)))
            return ERR_BAD_REQUEST;
        enum err e = a->filter ? filter_check(s, a->filter, 0) : ERR_OK;
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

static enum err after_check(const struct facts_query *q)
{
    for (unsigned i = 0; q->after && i < facts_leaf_count(q); i++) {
        struct facts_ref ref;
        bool is_text = facts_leaf(q, i, &ref) && facts_is_text(facts_column_of(q, ref)->type);
        if (q->after[i].set && facts_is_text(q->after[i].type) != is_text)
            return ERR_BAD_REQUEST;
        if (q->after[i].set && is_text && !utf8_valid(q->after[i].text))
            return ERR_BAD_ENCODING;
    }
    return ERR_OK;
}

static enum err grouping_check(const struct scope *s, const struct facts_query *q)
{
    if (!facts_is_grouped(q))
        return q->after || q->bucket_bound_count ? ERR_BAD_REQUEST : ERR_OK;
    if (q->bucket_bound_count && q->bucket_position > q->select_count)
        return ERR_BAD_REQUEST;
    for (unsigned i = 1; i < q->bucket_bound_count; i++)
        if (q->bucket_bounds[i] <= q->bucket_bounds[i - 1])
            return ERR_BAD_REQUEST;
    enum err e = aggregates_check(s, q);
    return e == ERR_OK ? after_check(q) : e;
}

enum err facts_query_check(const struct facts_query *q)
{
    struct scope s = { q->table, q->child, false };
    const struct facts_column *time = q->time.child ? NULL : column_in(&s, q->time);
    if (!time || time->type != FACTS_I64 || (q->child && q->child->parent != q->table))
        return ERR_BAD_REQUEST;
    for (unsigned i = 0; i < q->select_count; i++)
        if (!column_in(&s, q->select[i]))
            return ERR_BAD_REQUEST;
    for (unsigned i = 0; i < q->sort_count; i++)
        if (!column_in(&s, q->sort[i].ref))
            return ERR_BAD_REQUEST;
    enum err e = q->filter ? filter_check(&s, q->filter, 0) : ERR_OK;
    return e == ERR_OK ? grouping_check(&s, q) : e;
}

static bool same_ref(struct facts_ref a, struct facts_ref b)
{
    return a.column == b.column && a.child == b.child;
}

static bool is_selected(const struct facts_query *q, struct facts_ref ref)
{
    for (unsigned i = 0; i < q->select_count; i++)
        if (same_ref(q->select[i], ref))
            return true;
    return false;
}

bool facts_leaf_descending(const struct facts_query *q, unsigned n)
{
    struct facts_ref ref;
    bool is_column = facts_leaf(q, n, &ref);
    if (!is_column && is_selected(q, q->time))
        return false;
    for (unsigned i = 0; i < q->sort_count; i++)
        if (same_ref(q->sort[i].ref, is_column ? ref : q->time))
            return q->sort[i].descending;
    return false;
}

const struct facts_column *facts_column_of(const struct facts_query *q, struct facts_ref ref)
{
    return &(ref.child ? q->child : q->table)->columns[ref.column];
}
