/* Filters: nested objects of the query -> a tree of struct facts_filter.
 *
 *     {and: [{lastQueue: {name: {equals: "Sales"}}}, {not: {channelType: {equals: chat}}}]}
 *
 * Keys of one object are ANDed. A key is a logical one (and, or, not), an operator (equals, gte
 * ...) or one more step of the path. The older form gives an operator an object: {owner: {equals:
 * {id: "x"}}} means owner.id equals x.
 *
 * A path of another table than the searched one (channelInfo, activities) asks whether the record
 * has such a row: the whole object must hold for one row, so the object becomes one EXISTS. When
 * that table is joined (grouped searches), the joined row itself is asked.
 *
 * Null: `equals: null` is "missing", `notequals: null` "present"; `notequals: x` holds for missing
 * ones too. A field without a column is always missing. */
#include "api/search/plan.h"
#include "base/arena.h"
#include "base/limits.h"

struct walk {
    struct search_request *rq;
    const struct search_filter_context *cx;
    int inside; /* table of the EXISTS around, or -1 */
};
static const struct {
    const char *name;
    enum facts_op op;
} operators[] = {
    { "equals", FACTS_EQ },   { "notequals", FACTS_NE },
    { "match", FACTS_MATCH }, { "contains", FACTS_CONTAINS },
    { "gt", FACTS_GT },       { "gte", FACTS_GE },
    { "lt", FACTS_LT },       { "lte", FACTS_LE },
};

static bool operator_named(struct slice name, enum facts_op *op)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (slice_is(name, operators[i].name)) {
            *op = operators[i].op;
            return true;
        }
    return false;
}

static struct facts_filter *filter_new(struct search_request *rq, enum facts_op op, unsigned args)
{
    struct facts_filter *f = arena_alloc(rq->arena, sizeof *f);
    const struct facts_filter **list = arena_alloc(rq->arena, (args + 1) * sizeof *list);
    if (!f || !list) {
        search_no_memory(rq);
        return NULL;
    }
    *f = (struct facts_filter){ .op = op, .args = list, .arg_count = args };
    return f;
}

/* Fills the place of an argument; the list is const for everybody else. */
static void filter_arg(struct facts_filter *f, unsigned i, const struct facts_filter *arg)
{
    const struct facts_filter **list = NULL;
    memcpy(&list, &f->args, sizeof list);
    list[i] = arg;
}

static bool filter_not(struct search_request *rq, const struct facts_filter *arg,
                       const struct facts_filter **out)
{
    struct facts_filter *f = filter_new(rq, FACTS_NOT, 1);
    if (!f)
        return false;
    filter_arg(f, 0, arg);
    *out = f;
    return true;
}

bool search_filter_and(struct search_request *rq, const struct facts_filter *a,
                       const struct facts_filter *b, const struct facts_filter **out)
{
    *out = a ? a : b;
    if (!a || !b)
        return true;
    struct facts_filter *f = filter_new(rq, FACTS_AND, 2);
    if (!f)
        return false;
    filter_arg(f, 0, a);
    filter_arg(f, 1, b);
    *out = f;
    return true;
}

bool search_filter_compare(struct search_request *rq, enum facts_op op, unsigned column,
                           struct facts_value value, const struct facts_filter **out)
{
    struct facts_filter *f = filter_new(rq, op, 0);
    if (!f)
        return false;
    f->ref.column = column;
    f->value = value;
    *out = f;
    return true;
}

bool search_filter_among(struct search_request *rq, unsigned column, const struct slice *texts,
                         unsigned count, const struct facts_filter **out)
{
    struct facts_filter *f = filter_new(rq, FACTS_OR, count);
    if (!f)
        return false;
    for (unsigned i = 0; i < count; i++) {
        const struct facts_filter *one;
        struct facts_value value = { .set = true, .type = FACTS_TEXT, .text = texts[i] };
        if (!search_filter_compare(rq, FACTS_EQ, column, value, &one))
            return false;
        filter_arg(f, i, one);
    }
    *out = f;
    return true;
}

/* AND of nothing is true; its negation false. */
static bool constant(struct search_request *rq, bool holds, const struct facts_filter **out)
{
    const struct facts_filter *yes = filter_new(rq, FACTS_AND, 0);
    *out = yes;
    return yes && (holds || filter_not(rq, yes, out));
}

static bool exists(struct search_request *rq, enum report_table t, const struct facts_filter *arg,
                   const struct facts_filter **out)
{
    struct facts_filter *f = filter_new(rq, FACTS_EXISTS, 1);
    if (!f)
        return false;
    filter_arg(f, 0, arg);
    f->exists = report_table(t);
    *out = f;
    return true;
}

/* ---- one comparison ---- */
struct place {
    bool known, wrap; /* wrap: in an EXISTS of its own */
    enum report_table table;
    struct facts_ref ref;
};

static struct place place_of(const struct walk *w, struct slice path)
{
    struct place p = { .table = search_path_table(w->cx->root, path) };
    p.known = report_column(p.table, path, &p.ref.column);
    if (w->inside >= 0) {
        p.ref.child = true;
        return p;
    }
    if (p.table == w->cx->table)
        return p;
    unsigned column;
    if (w->cx->child >= 0 && report_column((enum report_table)w->cx->child, path, &column)) {
        p.table = (enum report_table)w->cx->child;
        p.ref.column = column;
        p.known = true;
    } else {
        p.wrap = true;
    }
    p.ref.child = true;
    return p;
}

static bool number_value(const struct graphql_value *v, struct facts_value *out)
{
    if (v->kind == GRAPHQL_REAL) {
        out->type = FACTS_REAL;
        out->real = v->real;
    } else if (v->kind == GRAPHQL_INT || v->kind == GRAPHQL_BOOL) {
        out->i64 = v->kind == GRAPHQL_INT ? v->integer : v->boolean;
        out->real = (double)out->i64;
    } else {
        return false;
    }
    return true;
}

static bool value_of(const struct place *p, const struct graphql_value *v, struct facts_value *out)
{
    enum facts_type type = report_table(p->table)->columns[p->ref.column].type;
    *out = (struct facts_value){ .set = true, .type = type };
    if (type != FACTS_TEXT && type != FACTS_CODE)
        return number_value(v, out);
    if (v->kind != GRAPHQL_TEXT && v->kind != GRAPHQL_ENUM)
        return false;
    out->text = v->kind == GRAPHQL_ENUM ? report_word(p->table, p->ref.column, v->text) : v->text;
    return true;
}

/* A field without a column is missing in every record. */
static bool compare_missing(struct search_request *rq, enum facts_op op, bool with_null,
                            const struct facts_filter **out)
{
    return constant(rq, with_null ? op == FACTS_EQ : op == FACTS_NE, out);
}

static bool compare_known(struct walk *w, const struct place *p, enum facts_op op,
                          const struct graphql_value *v, const struct facts_filter **out)
{
    bool with_null = graphql_is_null(v);
    struct facts_filter *f = filter_new(w->rq, with_null ? FACTS_IS_NULL : op, 0);
    if (!f)
        return false;
    f->ref = p->ref;
    *out = f;
    if (with_null)
        return op == FACTS_NE ? filter_not(w->rq, f, out) : true;
    if (!value_of(p, v, &f->value)) /* of another type: equal to none */
        return constant(w->rq, op == FACTS_NE, out);
    return true;
}

static bool compare(struct walk *w, struct slice path, enum facts_op op,
                    const struct graphql_value *v, const struct facts_filter **out)
{
    if (++w->rq->filter_args > LIMIT_search_filter_args_max)
        return search_refuse(w->rq, ERR_BAD_REQUEST, "more than %d filter arguments",
                             LIMIT_search_filter_args_max);
    struct place p = place_of(w, path);
    if (!p.known)
        return compare_missing(w->rq, op, graphql_is_null(v), out);
    const struct facts_filter *f;
    if (!compare_known(w, &p, op, v, &f))
        return false;
    *out = f;
    return !p.wrap || exists(w->rq, p.table, f, out);
}

/* ---- objects ---- */
static bool walk_object(struct walk *w, struct slice path, const struct graphql_value *object,
                        const struct facts_filter **out);

/* {owner: {equals: {id: "x", name: "y"}}} */
static bool walk_older_form(struct walk *w, struct slice path, enum facts_op op,
                            const struct graphql_value *object, const struct facts_filter **out)
{
    const struct facts_filter *all = NULL;
    GRAPHQL_EACH(m, object)
    {
        struct slice step = search_path_join(w->rq, path, m->name);
        const struct facts_filter *one = NULL;
        if (!compare(w, step, FACTS_EQ, m, &one) || !search_filter_and(w->rq, all, one, &all))
            return false;
    }
    *out = all;
    return !all || op != FACTS_NE || filter_not(w->rq, all, out);
}

static bool walk_list(struct walk *w, struct slice path, bool any, const struct graphql_value *list,
                      const struct facts_filter **out)
{
    *out = NULL;
    if (graphql_is_null(list) || !list->count)
        return true;
    struct facts_filter *f = filter_new(w->rq, any ? FACTS_OR : FACTS_AND, list->count);
    if (!f)
        return false;
    f->arg_count = 0;
    GRAPHQL_EACH(item, list)
    {
        const struct facts_filter *one = NULL;
        if (!walk_object(w, path, item, &one))
            return false;
        if (!one && any) /* one alternative lets everything through */
            return true;
        if (one)
            filter_arg(f, f->arg_count++, one);
    }
    *out = f->arg_count ? f : NULL;
    return true;
}

static bool walk_not(struct walk *w, struct slice path, const struct graphql_value *object,
                     const struct facts_filter **out)
{
    const struct facts_filter *inner = NULL;
    if (!walk_object(w, path, object, &inner))
        return false;
    *out = NULL;
    return !inner || filter_not(w->rq, inner, out);
}

static bool walk_member(struct walk *w, struct slice path, const struct graphql_value *m,
                        const struct facts_filter **out)
{
    enum facts_op op;
    *out = NULL;
    if (slice_is(m->name, "and") || slice_is(m->name, "or"))
        return walk_list(w, path, slice_is(m->name, "or"), m, out);
    if (slice_is(m->name, "not"))
        return walk_not(w, path, m, out);
    if (operator_named(m->name, &op))
        return m->kind == GRAPHQL_OBJECT ? walk_older_form(w, path, op, m, out)
                                         : compare(w, path, op, m, out);
    struct slice step = search_path_join(w->rq, path, m->name);
    return step.at && walk_object(w, step, m, out);
}

static bool walk_members(struct walk *w, struct slice path, const struct graphql_value *object,
                         const struct facts_filter **out)
{
    const struct facts_filter *all = NULL;
    GRAPHQL_EACH(m, object)
    {
        const struct facts_filter *one = NULL;
        if (!walk_member(w, path, m, &one) || !search_filter_and(w->rq, all, one, &all))
            return false;
    }
    *out = all;
    return true;
}

/* Does a row of another table have to hold the whole object? */
static bool begins_table(const struct walk *w, struct slice path,
                         const struct graphql_value *object)
{
    if (w->inside >= 0 || w->cx->child >= 0 || w->cx->table != w->cx->root->table)
        return false;
    if (slice_is(path, "channelInfo"))
        return !graphql_get(object, "activities");
    return slice_ends(path, SLICE("activities.nodes"));
}

static bool walk_object(struct walk *w, struct slice path, const struct graphql_value *object,
                        const struct facts_filter **out)
{
    *out = NULL;
    if (graphql_is_null(object) || object->kind != GRAPHQL_OBJECT)
        return true;
    if (!begins_table(w, path, object))
        return walk_members(w, path, object, out);
    struct slice below = search_path_join(w->rq, path, SLICE("x"));
    w->inside = (int)search_path_table(w->cx->root, below);
    const struct facts_filter *inner;
    bool ok = walk_members(w, path, object, &inner);
    enum report_table t = (enum report_table)w->inside;
    w->inside = -1;
    return ok && (!inner || exists(w->rq, t, inner, out));
}

bool search_filter(struct search_request *rq, const struct search_filter_context *cx,
                   const struct graphql_value *value, const struct facts_filter **out)
{
    struct walk w = { rq, cx, -1 };
    return walk_object(&w, (struct slice){ 0 }, value, out);
}

/* Only the first steps of a path say the table, and logical keys stand in front of them. */
bool search_filter_names(const struct search_root *root, const struct graphql_value *value,
                         enum report_table t)
{
    GRAPHQL_EACH(m, value)
    {
        if (slice_is(m->name, "channelInfo") || slice_is(m->name, "activities")) {
            bool deep = slice_is(m->name, "activities") || graphql_get(m, "activities");
            struct slice path = slice_is(m->name, "activities") ? SLICE("activities.x")
                                : deep                          ? SLICE("channelInfo.activities.x")
                                                                : SLICE("channelInfo.x");
            if (search_path_table(root, path) == t && t != root->table)
                return true;
        } else if (search_filter_names(root, m, t)) {
            return true;
        }
    }
    return false;
}
