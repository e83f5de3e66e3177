/* Filter, then sort, then page; grouped: sort by the leaves, then walk over runs of equal leaves.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "facts/check.h"
#include "facts/memory/facts_memory_priv.h"
#include "facts/pattern.h"

struct pairs {
    struct memory_pair *at;
    size_t count, cap;
};

static void add_pair(struct memory_search *s, struct pairs *p, struct memory_pair pair)
{
    if (p->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 256;
        struct memory_pair *grown = realloc(p->at, cap * sizeof *grown);
        if (!grown) {
            s->failed = ERR_OUT_OF_MEMORY;
            return;
        }
        p->at = grown;
        p->cap = cap;
    }
    p->at[p->count++] = pair;
}

/* The bucket's start; false: the time is in none. */
static bool bucket_of(const struct facts_query *q, int64_t time, int64_t *start)
{
    for (unsigned i = 0; i + 1 < q->bucket_bound_count; i++)
        if (time >= q->bucket_bounds[i] && time < q->bucket_bounds[i + 1]) {
            *start = q->bucket_bounds[i];
            return true;
        }
    return false;
}

static bool in_window(const struct facts_query *q, const struct memory_row *r)
{
    const struct facts_value *time = &r->values[q->time.column];
    int64_t start;
    if (!slice_eq(r->values[FACTS_ORG].text, q->org) || !time->set || time->i64 < q->from_ms ||
        time->i64 > q->to_ms)
        return false;
    return !q->bucket_bound_count || bucket_of(q, time->i64, &start);
}

static void consider(struct memory_search *s, struct pairs *p, struct memory_pair pair)
{
    if (!s->q->filter || memory_holds(s, s->q->filter, pair))
        add_pair(s, p, pair);
}

static void join_children(struct memory_search *s, struct pairs *p, const struct memory_row *r)
{
    const struct memory_table *t = memory_table_of(s->facts, s->q->child);
    for (size_t i = 0; i < t->count; i++) {
        const struct memory_row *c = t->rows[i];
        if (slice_eq(c->values[FACTS_PARENT].text, r->key) &&
            slice_eq(c->values[FACTS_ORG].text, r->values[FACTS_ORG].text))
            consider(s, p, (struct memory_pair){ r, c });
    }
}

static void collect(struct memory_search *s, struct pairs *p)
{
    const struct memory_table *t = memory_table_of(s->facts, s->q->table);
    for (size_t i = 0; i < t->count && s->failed == ERR_OK; i++) {
        if (!in_window(s->q, t->rows[i]))
            continue;
        if (s->q->child)
            join_children(s, p, t->rows[i]);
        else
            consider(s, p, (struct memory_pair){ t->rows[i], NULL });
    }
}

static const struct facts_value *value_of(struct memory_pair pair, struct facts_ref ref)
{
    return &(ref.child ? pair.child : pair.row)->values[ref.column];
}

static struct facts_value leaf_of(const struct facts_query *q, struct memory_pair pair, unsigned n)
{
    struct facts_ref ref;
    struct facts_value bucket = { .set = true, .type = FACTS_I64 };
    if (facts_leaf(q, n, &ref))
        return *value_of(pair, ref);
    bucket_of(q, value_of(pair, q->time)->i64, &bucket.i64);
    return bucket;
}

static int order_raw(const struct facts_query *q, struct memory_pair a, struct memory_pair b)
{
    for (unsigned i = 0; i < q->sort_count; i++) {
        int c = memory_compare(value_of(a, q->sort[i].ref), value_of(b, q->sort[i].ref));
        if (c)
            return q->sort[i].descending ? -c : c;
    }
    int c = memory_compare(&b.row->values[FACTS_CREATED], &a.row->values[FACTS_CREATED]);
    if (!c)
        c = slice_cmp(a.row->key, b.row->key);
    return c || !a.child ? c : slice_cmp(a.child->key, b.child->key);
}

static int order_leaves(const struct facts_query *q, struct memory_pair a, struct memory_pair b)
{
    for (unsigned i = 0; i < facts_leaf_count(q); i++) {
        struct facts_value x = leaf_of(q, a, i), y = leaf_of(q, b, i);
        int c = memory_compare(&x, &y);
        if (c)
            return facts_leaf_descending(q, i) ? -c : c;
    }
    return 0;
}

static int order_pairs(const void *a, const void *b, void *ctx)
{
    const struct facts_query *q = ctx;
    return facts_is_grouped(q)
               ? order_leaves(q, *(const struct memory_pair *)a, *(const struct memory_pair *)b)
               : order_raw(q, *(const struct memory_pair *)a, *(const struct memory_pair *)b);
}

/* ---- raw ---- */

/* Room for rows in the page after the offset. */
static struct facts_value *page(struct memory_search *s, size_t total, struct facts_result *out)
{
    const struct facts_query *q = s->q;
    size_t left = total > q->offset ? total - (size_t)q->offset : 0;
    out->row_count = left < q->limit ? left : q->limit;
    out->more = left > q->limit;
    struct facts_value *values =
        arena_alloc(s->arena, (out->row_count * out->column_count + 1) * sizeof *values);
    if (!values)
        s->failed = ERR_OUT_OF_MEMORY;
    out->values = values;
    return values;
}

static struct facts_value copied(struct memory_search *s, struct facts_value v)
{
    if (v.set && facts_is_text(v.type)) {
        v.text = arena_copy(s->arena, v.text);
        if (!v.text.at)
            s->failed = ERR_OUT_OF_MEMORY;
    }
    return v;
}

static void give_raw(struct memory_search *s, const struct pairs *p, struct facts_result *out)
{
    const struct facts_query *q = s->q;
    out->column_count = q->select_count;
    struct facts_value *v = page(s, p->count, out);
    for (size_t i = 0; v && i < out->row_count; i++)
        for (unsigned c = 0; c < q->select_count; c++)
            *v++ = copied(s, *value_of(p->at[q->offset + i], q->select[c]));
}

/* ---- grouped ---- */

static size_t count_distinct(const struct facts_value **values, size_t n)
{
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = memory_compare(values[i], values[j]) == 0;
        distinct += !seen;
    }
    return distinct;
}

static double number(const struct facts_value *v)
{
    return v->type == FACTS_REAL ? v->real : (double)v->i64;
}

static double sum_of(const struct facts_value **values, size_t n)
{
    __extension__ __int128 whole = 0; /* whole numbers are summed exactly */
    double real = 0;
    for (size_t i = 0; i < n; i++)
        if (values[i]->type == FACTS_REAL)
            real += values[i]->real;
        else
            whole += values[i]->i64;
    return real + (double)whole;
}

static double extreme(const struct facts_value **values, size_t n, int sign)
{
    const struct facts_value *best = values[0];
    for (size_t i = 1; i < n; i++)
        if (memory_compare(values[i], best) * sign > 0)
            best = values[i];
    return number(best);
}

static struct facts_value aggregate(enum facts_aggregate_op op, const struct facts_value **values,
                                    size_t n)
{
    struct facts_value v = { .set = true, .type = FACTS_REAL };
    if (op == FACTS_COUNT) {
        v.real = (double)n;
    } else if (op == FACTS_DISTINCT) {
        v.real = (double)count_distinct(values, n);
    } else if (n == 0) {
        v.set = false;
    } else if (op == FACTS_MIN || op == FACTS_MAX) {
        v.real = extreme(values, n, op == FACTS_MAX ? 1 : -1);
    } else {
        v.real = sum_of(values, n) / (op == FACTS_AVERAGE ? (double)n : 1.0);
    }
    return v;
}

static struct facts_value aggregate_run(struct memory_search *s, const struct facts_aggregate *a,
                                        const struct pairs *p, size_t from, size_t to)
{
    size_t found = 0;
    const struct facts_value **values = malloc((to - from + 1) * sizeof(struct facts_value *));
    if (!values) {
        s->failed = ERR_OUT_OF_MEMORY;
        return (struct facts_value){ 0 };
    }
    for (size_t i = from; i < to; i++)
        if (value_of(p->at[i], a->ref)->set && (!a->filter || memory_holds(s, a->filter, p->at[i])))
            values[found++] = value_of(p->at[i], a->ref);
    struct facts_value v = aggregate(a->op, values, found);
    free(values);
    return v;
}

static bool is_after(const struct facts_query *q, struct memory_pair pair)
{
    for (unsigned i = 0; q->after && i < facts_leaf_count(q); i++) {
        struct facts_value leaf = leaf_of(q, pair, i);
        int c = memory_compare(&leaf, &q->after[i]);
        if (c)
            return (facts_leaf_descending(q, i) ? -c : c) > 0;
    }
    return !q->after;
}

/* Begins of the runs of equal leaves behind the cursor; the last entry is the end. */
static size_t *find_runs(const struct facts_query *q, const struct pairs *p, size_t *count)
{
    size_t *runs = malloc((p->count + 2) * sizeof *runs);
    size_t n = 0;
    for (size_t i = 0; runs && i < p->count; i++)
        if ((i == 0 || order_leaves(q, p->at[i - 1], p->at[i])) && is_after(q, p->at[i]))
            runs[n++] = i;
    if (runs && n == 0 && facts_leaf_count(q) == 0 && !q->after)
        runs[n++] = 0; /* without leaves there is one row, even of nothing */
    if (runs)
        runs[n] = p->count;
    *count = n;
    return runs;
}

static void give_grouped(struct memory_search *s, const struct pairs *p, struct facts_result *out)
{
    const struct facts_query *q = s->q;
    size_t count = 0, *runs = find_runs(q, p, &count);
    unsigned leaves = facts_leaf_count(q);
    out->column_count = leaves + q->aggregate_count;
    struct facts_value *v = runs ? page(s, count, out) : NULL;
    if (!runs)
        s->failed = ERR_OUT_OF_MEMORY;
    for (size_t i = 0; v && i < out->row_count; i++) {
        size_t from = runs[q->offset + i], to = runs[q->offset + i + 1];
        for (unsigned c = 0; c < leaves; c++)
            *v++ = copied(s, leaf_of(q, p->at[from], c));
        for (unsigned c = 0; c < q->aggregate_count; c++)
            *v++ = aggregate_run(s, &q->aggregates[c], p, from, to);
    }
    free(runs);
}

/* A pattern must be refused even when no row was there to try it on. */
static void try_patterns(struct memory_search *s, const struct facts_filter *f)
{
    struct facts_pattern *p;
    for (unsigned i = 0; f && i < f->arg_count; i++)
        try_patterns(s, f->args[i]);
    if (!f || (f->op != FACTS_MATCH && f->op != FACTS_CONTAINS) || s->failed)
        return;
    s->failed = facts_pattern_new(f->value.text, f->op == FACTS_MATCH, &p);
    if (s->failed == ERR_OK)
        facts_pattern_free(p);
}

enum err memory_query(struct memory_facts *f, const struct facts_query *q, struct arena *a,
                      struct facts_result *out)
{
    struct memory_search s = { .facts = f, .q = q, .arena = a };
    struct facts_result result = { 0 };
    struct pairs p = { 0 };
    try_patterns(&s, q->filter);
    for (unsigned i = 0; i < q->aggregate_count; i++)
        try_patterns(&s, q->aggregates[i].filter);
    collect(&s, &p);
    if (p.count)
        qsort_r(p.at, p.count, sizeof *p.at, order_pairs, (void *)(uintptr_t)q);
    if (s.failed == ERR_OK && facts_is_grouped(q))
        give_grouped(&s, &p, &result);
    else if (s.failed == ERR_OK)
        give_raw(&s, &p, &result);
    free(p.at);
    if (s.failed == ERR_OK)
        *out = result;
    return s.failed;
}
