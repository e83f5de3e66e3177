/* Does a filter hold for a row? */
#include "base/arena.h"
#include "facts/check.h"
#include "facts/memory/facts_memory_priv.h"
#include "facts/pattern.h"

struct memory_patterns {
    const struct facts_filter *of;
    struct facts_pattern *pattern;
    struct memory_patterns *next;
};

static int order_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int order_numbers(const struct facts_value *a, const struct facts_value *b)
{
    if (a->type != FACTS_REAL && b->type != FACTS_REAL)
        return order_i64(a->i64, b->i64);
    double x = a->type == FACTS_REAL ? a->real : (double)a->i64;
    double y = b->type == FACTS_REAL ? b->real : (double)b->i64;
    return (x > y) - (x < y);
}

int memory_compare(const struct facts_value *a, const struct facts_value *b)
{
    if (!a->set || !b->set)
        return a->set - b->set;
    return facts_is_text(a->type) ? slice_cmp(a->text, b->text) : order_numbers(a, b);
}

static void forget(void *arg)
{
    facts_pattern_free(arg);
}

static struct facts_pattern *pattern_of(struct memory_search *s, const struct facts_filter *f)
{
    for (struct memory_patterns *p = s->patterns; p; p = p->next)
        if (p->of == f)
            return p->pattern;
    struct memory_patterns *p = arena_alloc(s->arena, sizeof *p);
    if (!p) {
        s->failed = ERR_OUT_OF_MEMORY;
        return NULL;
    }
    s->failed = facts_pattern_new(f->value.text, f->op == FACTS_MATCH, &p->pattern);
    if (s->failed == ERR_OK)
        s->failed = arena_defer(s->arena, forget, p->pattern);
    p->of = f;
    p->next = s->patterns;
    s->patterns = p;
    return s->failed == ERR_OK ? p->pattern : NULL;
}

static bool comparison_holds(enum facts_op op, const struct facts_value *v,
                             const struct facts_value *with)
{
    if (op == FACTS_EQ)
        return memory_compare(v, with) == 0;
    if (op == FACTS_NE)
        return memory_compare(v, with) != 0;
    if (!v->set || !with->set)
        return false;
    int order = memory_compare(v, with);
    if (op == FACTS_LT || op == FACTS_LE)
        return order < 0 || (op == FACTS_LE && order == 0);
    return order > 0 || (op == FACTS_GE && order == 0);
}

static bool leaf_holds(struct memory_search *s, const struct facts_filter *f,
                       struct memory_pair pair)
{
    const struct memory_row *r = f->ref.child ? pair.child : pair.row;
    const struct facts_value *v = &r->values[f->ref.column];
    if (f->op == FACTS_IS_NULL)
        return !v->set;
    if (f->op != FACTS_MATCH && f->op != FACTS_CONTAINS)
        return comparison_holds(f->op, v, &f->value);
    struct facts_pattern *p = pattern_of(s, f);
    return p && v->set && facts_pattern_test(p, v->text);
}

static bool exists(struct memory_search *s, const struct facts_filter *f,
                   const struct memory_row *r)
{
    const struct memory_table *t = memory_table_of(s->facts, f->exists);
    for (size_t i = 0; i < t->count; i++) {
        const struct memory_row *child = t->rows[i];
        if (slice_eq(child->values[FACTS_PARENT].text, r->key) &&
            slice_eq(child->values[FACTS_ORG].text, r->values[FACTS_ORG].text) &&
            memory_holds(s, f->args[0], (struct memory_pair){ r, child }))
            return true;
    }
    return false;
}

/* AND: all hold; OR: one holds, or there is none to ask. */
static bool list_holds(struct memory_search *s, const struct facts_filter *f,
                       struct memory_pair pair)
{
    bool is_and = f->op == FACTS_AND;
    for (unsigned i = 0; i < f->arg_count; i++)
        if (memory_holds(s, f->args[i], pair) != is_and)
            return !is_and;
    return is_and || f->arg_count == 0;
}

bool memory_holds(struct memory_search *s, const struct facts_filter *f, struct memory_pair pair)
{
    if (f->op == FACTS_AND || f->op == FACTS_OR)
        return list_holds(s, f, pair);
    if (f->op == FACTS_NOT)
        return !memory_holds(s, f->args[0], pair);
    if (f->op == FACTS_EXISTS)
        return exists(s, f, pair.row);
    return leaf_holds(s, f, pair);
}
