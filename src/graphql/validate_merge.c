/* Fields with one response name end in one place of the answer, so they must be able to merge
 * (specification, section 5.3.2). Comparing all pairs is quadratic, and through fragments
 * exponential; instead the selections of a place are gathered once and grouped by response name,
 * each group is compared with its first member, and the groups' own sub-selections are gathered
 * together:
 *
 *   same    fields that can meet in one object (same parent type, or an abstract one) must have the
 *           same name and arguments
 *   shape   fields of different object types never meet, but their types must look alike
 *
 * A group whose members share one parent type needs only the first check: the second follows. Each
 * gathered field and each compared literal is a counted step (validator_step). */
#include "base/arena.h"
#include "graphql/validate_priv.h"

struct entry { /* a field in the text, seen from one place */
    const struct ast_selection *s;
    const struct graphql_type *parent;
    struct entry *next;
};
struct gathered {
    struct entry *first, **tail;
    uint32_t count;
};
struct group {
    struct slice key;
    struct entry *first, **tail;
    struct group *next;
};
enum mode { SAME, SHAPE };

static void check(struct validator *v, const struct gathered *all, enum mode mode,
                  const struct report_path *path);

static void gather(struct validator *v, const struct ast_selection *first,
                   const struct graphql_type *parent, uint32_t mark, struct gathered *out)
{
    for (const struct ast_selection *s = first; s && validator_step(v, 1); s = s->next) {
        if (s->kind == AST_INLINE) {
            gather(v, s->first, s->type, mark, out);
        } else if (s->kind == AST_SPREAD) {
            if (s->fragment->seen == mark)
                continue;
            s->fragment->seen = mark;
            gather(v, s->fragment->first, s->fragment->type, mark, out);
        } else {
            struct entry *e = validator_new(v, sizeof *e);
            if (!e)
                return;
            *e = (struct entry){ .s = s, .parent = parent };
            *out->tail = e;
            out->tail = &e->next;
            out->count++;
        }
    }
}

/* What stands under all fields of a group. */
static void gather_below(struct validator *v, const struct entry *first, struct gathered *out)
{
    uint32_t mark = ++v->mark;
    *out = (struct gathered){ .tail = &out->first };
    for (const struct entry *e = first; e && !v->stopped; e = e->next)
        gather(v, e->s->first, graphql_type_inner(e->s->field->type), mark, out);
}

static struct group *group_by_key(struct validator *v, const struct gathered *all)
{
    struct group *first = NULL, **tail = &first;
    struct graphql_names *names = graphql_names_new(v->arena, all->count);
    if (!names)
        v->stopped = v->out_of_memory = true;
    for (const struct entry *e = all->first; e && !v->stopped; e = e->next) {
        struct group *g = graphql_names_get(names, e->s->key);
        struct entry *copy = validator_new(v, sizeof *copy);
        if (!g && copy && (g = validator_new(v, sizeof *g))) {
            *g = (struct group){ .key = e->s->key, .tail = &g->first };
            graphql_names_put(names, g->key, g);
            *tail = g;
            tail = &g->next;
        }
        if (!g || !copy)
            return NULL;
        *copy = (struct entry){ .s = e->s, .parent = e->parent };
        *g->tail = copy;
        g->tail = &copy->next;
    }
    return v->stopped ? NULL : first;
}

static bool values_equal(struct validator *v, const struct ast_value *a, const struct ast_value *b)
{
    if (!validator_step(v, 1) || a->kind != b->kind || a->count != b->count ||
        !slice_eq(a->text, b->text) || !slice_eq(a->name, b->name))
        return v->stopped;
    a = a->first;
    b = b->first;
    for (; a && b; a = a->next, b = b->next)
        if (!values_equal(v, a, b))
            return false;
    return true;
}

/* Arguments are unique and known by now, so there are few. */
static bool arguments_equal(struct validator *v, const struct ast_selection *a,
                            const struct ast_selection *b)
{
    uint32_t left = 0;
    for (const struct ast_argument *y = b->arguments; y; y = y->next)
        left++;
    for (const struct ast_argument *x = a->arguments; x; x = x->next, left--) {
        const struct ast_argument *y = b->arguments;
        while (y && !slice_eq(x->name, y->name))
            y = y->next;
        if (!y || !values_equal(v, x->value, y->value))
            return false;
    }
    return left == 0;
}

static void conflict(struct validator *v, const struct entry *e, const struct report_path *path,
                     const char *why)
{
    graphql_report_at(v->errors, GRAPHQL_E_FIELDS_CONFLICT, e->s->at, path,
                      "'%.*s' : fields of this response name conflict because %s",
                      SLICE_ARG(e->s->key), why);
}

static bool check_same(struct validator *v, const struct entry *first, const struct entry *e,
                       const struct report_path *path)
{
    if (first->s == e->s)
        return true;
    if (!slice_eq(first->s->name, e->s->name)) {
        conflict(v, e, path, "they are different fields");
        return false;
    }
    if (arguments_equal(v, first->s, e->s))
        return true;
    conflict(v, e, path, "they have differing arguments");
    return false;
}

static bool same_shape(const struct graphql_type *a, const struct graphql_type *b)
{
    while (a->of && b->of && a->kind == b->kind) {
        a = a->of;
        b = b->of;
    }
    if (a == b)
        return true;
    return graphql_type_is_composite(a) && graphql_type_is_composite(b);
}

static void check_below(struct validator *v, const struct entry *first, enum mode mode,
                        const struct report_path *path)
{
    struct gathered below;
    gather_below(v, first, &below);
    if (below.first && !v->stopped)
        check(v, &below, mode, path);
}

static void check_shapes(struct validator *v, const struct group *g, const struct report_path *path)
{
    for (const struct entry *e = g->first->next; e; e = e->next)
        if (!same_shape(g->first->s->field->type, e->s->field->type)) {
            conflict(v, e, path, "they return differing types");
            return;
        }
    check_below(v, g->first, SHAPE, path);
}

static void check_sames(struct validator *v, const struct entry *first,
                        const struct report_path *path)
{
    for (const struct entry *e = first->next; e && !v->stopped; e = e->next)
        if (!check_same(v, first, e, path))
            return;
    check_below(v, first, SAME, path);
}

/* The members that can meet in an object of type `t`; NULL: those of abstract types only. */
static struct entry *members_of(struct validator *v, const struct group *g,
                                const struct graphql_type *t)
{
    struct entry *first = NULL, **tail = &first;
    for (const struct entry *e = g->first; e && validator_step(v, 1); e = e->next) {
        if (e->parent->kind == GRAPHQL_OBJECT_TYPE && e->parent != t)
            continue;
        struct entry *copy = validator_new(v, sizeof *copy);
        if (!copy)
            return NULL;
        *copy = (struct entry){ .s = e->s, .parent = e->parent };
        *tail = copy;
        tail = &copy->next;
    }
    return v->stopped ? NULL : first;
}

static void check_mixed(struct validator *v, const struct group *g, const struct report_path *path)
{
    uint32_t before = v->errors->count;
    struct entry *first;
    bool objects = false;
    check_shapes(v, g, path);
    if (v->errors->count > before)
        return;
    for (const struct entry *e = g->first; e && !v->stopped; e = e->next) {
        const struct entry *twin = g->first;
        while (twin->parent != e->parent && validator_step(v, 1))
            twin = twin->next;
        if (e->parent->kind != GRAPHQL_OBJECT_TYPE || twin != e)
            continue;
        objects = true;
        if ((first = members_of(v, g, e->parent)))
            check_sames(v, first, path);
    }
    if (!objects && (first = members_of(v, g, NULL)))
        check_sames(v, first, path);
}

static bool one_parent(const struct group *g)
{
    for (const struct entry *e = g->first->next; e; e = e->next)
        if (e->parent != g->first->parent)
            return false;
    return true;
}

static void check(struct validator *v, const struct gathered *all, enum mode mode,
                  const struct report_path *path)
{
    for (const struct group *g = group_by_key(v, all); g && !v->stopped; g = g->next) {
        struct report_path here = { .up = path, .name = g->key };
        if (mode == SHAPE)
            check_shapes(v, g, &here);
        else if (one_parent(g))
            check_sames(v, g->first, &here);
        else
            check_mixed(v, g, &here);
    }
}

void validate_merging(struct validator *v)
{
    for (const struct ast_definition *d = v->doc->first; d && !v->stopped; d = d->next) {
        struct gathered all = { .tail = &all.first };
        if (d->kind != AST_OPERATION) /* a fragment is judged where it is used */
            continue;
        gather(v, d->first, d->type, ++v->mark, &all);
        if (!v->stopped)
            check(v, &all, SAME, NULL);
    }
}
