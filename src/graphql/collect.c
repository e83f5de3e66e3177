/* Collecting merges, for one object type, all selections of one response name (specification,
 * section 6.3.2): through fragments that apply, without what @skip and @include take away. Each
 * merged field remembers its pieces of text; its own fields are the collection over all of them. */
#include "graphql/collect.h"

#include "base/arena.h"
#include "base/limits.h"
#include "graphql/coerce.h"

struct piece {
    const struct ast_selection *s;
    struct piece *next;
};
struct for_type { /* collected under an interface or union field */
    const struct graphql_type *type;
    const struct graphql_selected *first;
    struct for_type *next;
};
struct merged { /* behind graphql_selected.merged */
    struct piece *first, **tail;
    struct for_type *types;
    uint32_t depth;
};
struct found { /* fields of one object, in order */
    struct graphql_selected *first, *last;
    const struct graphql_selected *up;
    const struct graphql_type *type;
    uint32_t count, mark;
    struct graphql_names *names; /* by response name; NULL: few */
    uint32_t room;               /* of names */
};

static void *new_bytes(struct collector *c, size_t size)
{
    void *p = c->err ? NULL : arena_alloc(c->op->arena, size);
    if (!p && !c->err)
        c->err = ERR_OUT_OF_MEMORY;
    return p;
}

static enum coerced on_variable(struct coerce *co, const struct graphql_type *t, bool has_default,
                                const struct ast_value *v, struct graphql_value *out)
{
    const struct collector *c = co->context;
    const struct ast_variable *var = graphql_names_get(c->definition->variable_names, v->text);
    (void)has_default;
    if (!var->given)
        return COERCED_ABSENT;
    *out = var->value;
    if (t && t->kind == GRAPHQL_NON_NULL && out->kind == GRAPHQL_NULL) {
        graphql_report_at(co->errors, GRAPHQL_E_NULL_FOR_NON_NULL_ARGUMENT, v->at, co->path,
                          "Variable '%.*s' is null where no null may be", SLICE_ARG(v->text));
        return COERCED_WRONG;
    }
    return COERCED;
}

/* The argument's value or its default; COERCED_ABSENT: neither. */
static enum coerced argument(struct collector *c, const struct graphql_input *in,
                             const struct ast_argument *written, struct place at,
                             struct graphql_value *out)
{
    struct coerce co = { .arena = c->op->arena,
                         .errors = c->errors,
                         .kind = GRAPHQL_E_WRONG_TYPE,
                         .at = at,
                         .noun = "Argument",
                         .name = in->name,
                         .variable = on_variable,
                         .context = c };
    enum coerced done = COERCED_ABSENT;
    while (written && !slice_eq(written->name, in->name))
        written = written->next;
    if (written)
        done = graphql_coerce_value(&co, in->type, in->fallback != NULL, written->value, out);
    if (co.out_of_memory)
        c->err = ERR_OUT_OF_MEMORY;
    if (done == COERCED_ABSENT && in->fallback) {
        *out = *in->fallback;
        return COERCED;
    }
    return done;
}

static bool arguments(struct collector *c, const struct ast_selection *s,
                      const struct graphql_field *f, const struct graphql_value **out)
{
    static const struct graphql_value none = { .kind = GRAPHQL_OBJECT };
    struct graphql_value *tail = NULL, *args;
    *out = &none;
    if (!f->arg_count)
        return true;
    args = new_bytes(c, sizeof *args);
    if (!args)
        return false;
    args->kind = GRAPHQL_OBJECT;
    for (uint32_t n = 0; n < f->arg_count; n++) {
        struct graphql_value v = graphql_of_null();
        enum coerced done = argument(c, &f->args[n], s->arguments, s->at, &v);
        v.name = f->args[n].name;
        if (done == COERCED_WRONG && !c->err)
            c->err = ERR_BAD_REQUEST;
        if (!c->err && done == COERCED && !graphql_append(c->op->arena, args, &tail, v))
            c->err = ERR_OUT_OF_MEMORY;
        if (c->err)
            return false;
    }
    *out = args;
    return true;
}

/* The value of `if`; both directives have that one argument, Boolean! and checked. */
static bool condition(struct collector *c, const struct ast_directive *d)
{
    const struct graphql_directive *known =
        graphql_names_get(c->op->schema->directive_names, d->name);
    struct graphql_value v = graphql_of_null();
    if (argument(c, &known->args[0], d->arguments, d->at, &v) == COERCED_WRONG && !c->err)
        c->err = ERR_BAD_REQUEST;
    return graphql_bool(&v, false);
}

static bool wanted(struct collector *c, const struct ast_selection *s)
{
    for (const struct ast_directive *d = s->directives; d; d = d->next) {
        if (slice_is(d->name, "skip") && condition(c, d))
            return false;
        if (slice_is(d->name, "include") && !condition(c, d))
            return false;
    }
    return !c->err;
}

static bool too_complex(struct collector *c, const struct ast_selection *s, const char *what,
                        int limit)
{
    graphql_report(c->errors, GRAPHQL_E_TOO_COMPLEX, s->at, "The operation has more than %d %s",
                   limit, what);
    c->err = ERR_LIMIT;
    return false;
}

static struct graphql_selected *new_field(struct collector *c, struct found *to,
                                          const struct ast_selection *s)
{
    uint32_t depth = to->up ? ((const struct merged *)to->up->merged)->depth + 1 : 1;
    if (depth > LIMIT_graphql_depth_max)
        too_complex(c, s, "levels of fields", LIMIT_graphql_depth_max);
    else if (c->op->field_count >= LIMIT_graphql_nodes_max)
        too_complex(c, s, "fields", LIMIT_graphql_nodes_max);
    struct graphql_selected *node = new_bytes(c, sizeof *node);
    struct merged *m = new_bytes(c, sizeof *m);
    if (!m)
        return NULL;
    *m = (struct merged){ .tail = &m->first, .depth = depth };
    *node = (struct graphql_selected){ .key = s->key,
                                       .up = to->up,
                                       .index = c->op->field_count++,
                                       .line = s->at.line,
                                       .column = s->at.column,
                                       .merged = m };
    /* The concrete type's own field: its arguments may have other defaults. */
    node->field = graphql_schema_field_of(c->op->schema, to->type, s->name);
    if (to->last)
        to->last->next = node;
    else
        to->first = node;
    to->last = node;
    to->count++;
    return arguments(c, s, node->field, &node->args) ? node : NULL;
}

/* The nodes are const for everybody else; in here they are still being made. */
static struct graphql_selected *own(const struct graphql_selected *s)
{
    struct graphql_selected *mine;
    memcpy(&mine, &s, sizeof mine);
    return mine;
}

/* Few fields are searched in order; from FEW on a table of names grows with them. */
enum { FEW = 8 };

static void grow_names(struct collector *c, struct found *in)
{
    in->room = in->room ? in->room * 2 : FEW * 4;
    in->names = graphql_names_new(c->op->arena, in->room);
    if (!in->names)
        c->err = ERR_OUT_OF_MEMORY;
    for (struct graphql_selected *s = in->first; s && in->names; s = own(s->next))
        graphql_names_put(in->names, s->key, s);
}

static void note_name(struct collector *c, struct found *in, struct graphql_selected *s)
{
    if (in->count == FEW || in->count == in->room)
        grow_names(c, in);
    else if (in->names)
        graphql_names_put(in->names, s->key, s);
}

static struct graphql_selected *field_of_key(const struct found *in, struct slice key)
{
    if (in->names)
        return graphql_names_get(in->names, key);
    for (struct graphql_selected *s = in->first; s; s = own(s->next))
        if (slice_eq(s->key, key))
            return s;
    return NULL;
}

static void add_field(struct collector *c, struct found *to, const struct ast_selection *s)
{
    struct graphql_selected *node = field_of_key(to, s->key);
    struct piece *p = new_bytes(c, sizeof *p);
    if (p && !node) {
        node = new_field(c, to, s);
        if (node)
            note_name(c, to, node);
    }
    if (!p || !node)
        return;
    struct merged *m = node->merged;
    p->s = s;
    *m->tail = p;
    m->tail = &p->next;
}

static void collect(struct collector *c, struct found *to, const struct ast_selection *first)
{
    for (const struct ast_selection *s = first; s && !c->err; s = s->next) {
        if (s->directives && !wanted(c, s))
            continue;
        if (s->kind == AST_FIELD) {
            add_field(c, to, s);
        } else if (s->kind == AST_INLINE) {
            if (graphql_schema_is_possible(s->type, to->type))
                collect(c, to, s->first);
        } else if (s->fragment->seen != to->mark) {
            s->fragment->seen = to->mark;
            if (graphql_schema_is_possible(s->fragment->type, to->type))
                collect(c, to, s->fragment->first);
        }
    }
}

static void descend(struct collector *c, struct graphql_selected *first);

static void collect_under(struct collector *c, const struct graphql_selected *s, struct found *to)
{
    const struct merged *m = s->merged;
    to->mark = ++c->mark;
    to->up = s;
    for (const struct piece *p = m->first; p && !c->err; p = p->next)
        collect(c, to, p->s->first);
    descend(c, to->first);
}

static void descend(struct collector *c, struct graphql_selected *first)
{
    for (struct graphql_selected *s = first; s && !c->err; s = own(s->next)) {
        struct found below = { .type = graphql_type_inner(s->field->type) };
        if (below.type->kind != GRAPHQL_OBJECT_TYPE)
            continue;
        collect_under(c, s, &below);
        s->children = below.first;
        s->child_count = below.count;
    }
}

enum err graphql_collect_operation(struct collector *c)
{
    struct found roots = { .type = c->definition->type, .mark = ++c->mark };
    collect(c, &roots, c->definition->first);
    descend(c, roots.first);
    c->op->roots = roots.first;
    return c->err;
}

enum err graphql_collect_below(struct collector *c, const struct graphql_selected *s,
                               const struct graphql_type *t, const struct graphql_selected **out)
{
    struct merged *m = s->merged;
    struct found below = { .type = t };
    *out = s->children;
    if (graphql_type_inner(s->field->type)->kind == GRAPHQL_OBJECT_TYPE)
        return ERR_OK;
    for (const struct for_type *known = m->types; known; known = known->next)
        if (known->type == t) {
            *out = known->first;
            return ERR_OK;
        }
    c->err = ERR_OK;
    collect_under(c, s, &below);
    struct for_type *kept = new_bytes(c, sizeof *kept);
    if (!kept)
        return c->err;
    *kept = (struct for_type){ .type = t, .first = below.first, .next = m->types };
    m->types = kept;
    *out = below.first;
    return ERR_OK;
}
