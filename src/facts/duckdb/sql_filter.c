/* Filters as SQL. The port's logic has two values, SQL's has three: null is as good as false
 * wherever only truth is asked for, and AND and OR keep that; NOT does not, hence IS NOT TRUE. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "facts/check.h"
#include "facts/duckdb/query_sql_priv.h"
#include "facts/duckdb/ranks.h"
#include "facts/pattern.h"

void sql_begin(struct sql_build *b, const struct sql_source *s, const struct facts_query *q)
{
    *b = (struct sql_build){ .source = s, .q = q };
    buf_init_arena(&b->text, s->arena);
    b->text.limit = LIMIT_facts_sql_bytes_max;
    b->params = arena_alloc(s->arena, SQL_PARAMS_MAX * sizeof *b->params);
    if (!b->params)
        b->err = ERR_OUT_OF_MEMORY;
}

enum err sql_end(struct sql_build *b, struct sql *out)
{
    if (b->err == ERR_OK && buf_failed(&b->text))
        b->err = ERR_TOO_LARGE;
    if (b->err == ERR_OK)
        *out = (struct sql){ buf_slice(&b->text), b->params, b->param_count };
    return b->err;
}

static void fail(struct sql_build *b, enum err e)
{
    if (b->err == ERR_OK)
        b->err = e;
}

static void param(struct sql_build *b, struct sql_param p)
{
    if (b->err != ERR_OK || b->param_count == SQL_PARAMS_MAX) {
        fail(b, ERR_TOO_LARGE);
        return;
    }
    b->params[b->param_count++] = p;
    SQL(b, "CAST($%u AS %s)", b->param_count, p.is_text ? "VARCHAR" : "DOUBLE");
}

static void text_param(struct sql_build *b, struct slice text)
{
    param(b, (struct sql_param){ .is_text = true, .text = text });
}

static void number(struct sql_build *b, const char *expr, enum facts_type type, const char *op,
                   const struct facts_value *v)
{
    if (type != FACTS_REAL && v->type != FACTS_REAL) {
        SQL(b, "%s %s %lld", expr, op, (long long)v->i64);
        return;
    }
    SQL(b, type == FACTS_REAL ? "%s %s " : "CAST(%s AS DOUBLE) %s ", expr, op);
    param(b, (struct sql_param){ .real = v->type == FACTS_REAL ? v->real : (double)v->i64 });
}

void sql_compare(struct sql_build *b, const char *expr, enum facts_type type, const char *op,
                 const struct facts_value *v)
{
    if (type == FACTS_TEXT) {
        SQL(b, "%s %s ", expr, op);
        text_param(b, v->text);
    } else if (type == FACTS_CODE) {
        SQL(b, "cordboard_rank(%s, %u) %s %lld", expr, b->source->slot, op,
            (long long)ranks_of_text(b->source->ranks, v->text));
    } else {
        number(b, expr, type, op, v);
    }
}

/* ---- one column ---- */

/* Where a filter's references point; inside EXISTS the child is another one. */
struct place {
    const struct facts_table *table, *child;
    const char *child_name;
};

static const char *column_sql(struct sql_build *b, const struct place *at, struct facts_ref ref)
{
    const struct facts_table *t = ref.child ? at->child : at->table;
    struct slice s = arena_printf(b->source->arena, "%s.\"%s\"", ref.child ? at->child_name : "p",
                                  t->columns[ref.column].name);
    if (!s.at)
        fail(b, ERR_OUT_OF_MEMORY);
    return s.at ? s.at : "";
}

/* EQ and NE on a coded column: the code itself, or no row can hold the text. */
static void code_equality(struct sql_build *b, const char *expr, bool equal, struct slice text)
{
    const struct facts_dictionary *d = b->source->dictionary;
    uint32_t code;
    if (!d->find(d->ctx, text, &code))
        SQL(b, equal ? "FALSE" : "TRUE");
    else
        SQL(b, equal ? "%s = %u" : "%s IS DISTINCT FROM %u", expr, (unsigned)code);
}

static void equality(struct sql_build *b, const char *expr, enum facts_type type,
                     const struct facts_filter *f)
{
    bool equal = f->op == FACTS_EQ;
    if (!f->value.set)
        SQL(b, equal ? "%s IS NULL" : "%s IS NOT NULL", expr);
    else if (type == FACTS_CODE)
        code_equality(b, expr, equal, f->value.text);
    else
        sql_compare(b, expr, type, equal ? "=" : "IS DISTINCT FROM", &f->value);
}

struct code_set {
    unsigned char *matches; /* by code - 1 */
    uint32_t count, total;
};

/* Tries the pattern on every text there is, but not beyond the query's time. */
static enum err match_codes(struct sql_build *b, struct facts_pattern *p, struct code_set *set)
{
    const struct facts_dictionary *d = b->source->dictionary;
    for (uint32_t code = 1; code <= set->total; code++) {
        struct slice text = d->text(d->ctx, code);
        bool yes = text.at && facts_pattern_test(p, text);
        set->matches[code - 1] = yes;
        set->count += yes;
        if (code % 256 == 0 && clock_mono_ns() > b->source->deadline_ns)
            return ERR_UNAVAILABLE;
    }
    return ERR_OK;
}

/* The shorter of the two lists: those that match, or those that do not. Codes younger than the set
 * are not in it either way. */
static void code_list(struct sql_build *b, const char *expr, const struct code_set *set)
{
    bool listed = set->count <= set->total / 2;
    if (set->count == 0 || set->count == set->total) {
        if (set->count)
            SQL(b, "%s <= %u", expr, (unsigned)set->total);
        else
            SQL(b, "FALSE");
        return;
    }
    if (!listed)
        SQL(b, "%s <= %u AND ", expr, (unsigned)set->total);
    SQL(b, listed ? "%s IN (" : "%s NOT IN (", expr);
    const char *comma = "";
    for (uint32_t i = 0; i < set->total; i++)
        if (set->matches[i] == listed) {
            SQL(b, "%s%u", comma, (unsigned)i + 1);
            comma = ",";
        }
    SQL(b, ")");
}

static void code_pattern(struct sql_build *b, const char *expr, struct facts_pattern *p)
{
    const struct facts_dictionary *d = b->source->dictionary;
    struct code_set set = { .total = d->count(d->ctx) };
    set.matches = arena_alloc(b->source->arena, (size_t)set.total + 1);
    enum err e = set.matches ? match_codes(b, p, &set) : ERR_OUT_OF_MEMORY;
    if (e != ERR_OK)
        fail(b, e);
    else
        code_list(b, expr, &set);
}

static void pattern(struct sql_build *b, const char *expr, enum facts_type type,
                    const struct facts_filter *f)
{
    struct facts_pattern *p = NULL;
    enum err e = facts_pattern_new(f->value.text, f->op == FACTS_MATCH, &p);
    if (e != ERR_OK) {
        fail(b, e);
    } else if (type == FACTS_CODE) {
        code_pattern(b, expr, p);
    } else {
        SQL(b, "cordboard_%s(%s, ", f->op == FACTS_MATCH ? "match" : "contains", expr);
        text_param(b, f->value.text);
        SQL(b, ", %u)", b->source->slot);
    }
    facts_pattern_free(p);
}

static const char *order_sign(enum facts_op op)
{
    if (op == FACTS_LT || op == FACTS_LE)
        return op == FACTS_LT ? "<" : "<=";
    return op == FACTS_GT ? ">" : ">=";
}

static void leaf(struct sql_build *b, const struct place *at, const struct facts_filter *f)
{
    const struct facts_table *t = f->ref.child ? at->child : at->table;
    enum facts_type type = t->columns[f->ref.column].type;
    const char *expr = column_sql(b, at, f->ref);
    if (f->op == FACTS_IS_NULL)
        SQL(b, "%s IS NULL", expr);
    else if (f->op == FACTS_EQ || f->op == FACTS_NE)
        equality(b, expr, type, f);
    else if (f->op == FACTS_MATCH || f->op == FACTS_CONTAINS)
        pattern(b, expr, type, f);
    else if (f->value.set)
        sql_compare(b, expr, type, order_sign(f->op), &f->value);
    else
        SQL(b, "FALSE");
}

/* ---- trees ---- */

static void filter_at(struct sql_build *b, const struct place *at, const struct facts_filter *f);

static void list(struct sql_build *b, const struct place *at, const struct facts_filter *f)
{
    if (f->arg_count == 0)
        SQL(b, "TRUE");
    for (unsigned i = 0; i < f->arg_count && b->err == ERR_OK; i++) {
        if (i)
            SQL(b, f->op == FACTS_AND ? " AND " : " OR ");
        filter_at(b, at, f->args[i]);
    }
}

static void exists(struct sql_build *b, const struct place *at, const struct facts_filter *f)
{
    struct place inner = { at->table, f->exists, "e" };
    SQL(b,
        "EXISTS (SELECT 1 FROM \"%s\" AS e WHERE e.\"%s\" = p.\"%s\" AND e.\"%s\" = p.\"%s\" AND ",
        f->exists->name, f->exists->columns[FACTS_PARENT].name, at->table->columns[FACTS_KEY].name,
        f->exists->columns[FACTS_ORG].name, at->table->columns[FACTS_ORG].name);
    filter_at(b, &inner, f->args[0]);
    SQL(b, ")");
}

static void filter_at(struct sql_build *b, const struct place *at, const struct facts_filter *f)
{
    SQL(b, "(");
    if (f->op == FACTS_AND || f->op == FACTS_OR) {
        list(b, at, f);
    } else if (f->op == FACTS_NOT) {
        filter_at(b, at, f->args[0]);
        SQL(b, " IS NOT TRUE");
    } else if (f->op == FACTS_EXISTS) {
        exists(b, at, f);
    } else {
        leaf(b, at, f);
    }
    SQL(b, ")");
}

void sql_filter(struct sql_build *b, const struct facts_filter *f)
{
    struct place at = { b->q->table, b->q->child, "c" };
    filter_at(b, &at, f);
}
