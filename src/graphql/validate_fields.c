/* Every selection against the type it stands in. An unknown type or field is reported once; what is
 * under it is walked all the same (type NULL), for its arguments' variables and spreads. */
#include "base/arena.h"
#include "graphql/validate_priv.h"

static void walk(struct validator *v, struct ast_selection *first, const struct graphql_type *t,
                 const struct report_path *path);

static void check_leaf(struct validator *v, const struct ast_selection *s,
                       const struct report_path *path)
{
    const struct graphql_type *inner = graphql_type_inner(s->field->type);
    bool leaf = graphql_type_is_leaf(inner);
    if (leaf && s->first)
        graphql_report_at(v->errors, GRAPHQL_E_SUBSELECTION_NOT_ALLOWED, s->at, path,
                          "Subselection not allowed on leaf type '%.*s' of field '%.*s'",
                          SLICE_ARG(graphql_type_text(s->field->type, v->arena)),
                          SLICE_ARG(s->name));
    if (!leaf && !s->first)
        graphql_report_at(v->errors, GRAPHQL_E_SUBSELECTION_REQUIRED, s->at, path,
                          "Subselection required for type '%.*s' of field '%.*s'",
                          SLICE_ARG(graphql_type_text(s->field->type, v->arena)),
                          SLICE_ARG(s->name));
}

/* Paths outlive the walk: the uses of variables keep them. */
static const struct report_path *extend(struct validator *v, const struct report_path *up,
                                        struct slice name)
{
    struct report_path *path = validator_new(v, sizeof *path);
    if (path)
        *path = (struct report_path){ .up = up, .name = name };
    return path ? path : up;
}

static void walk_field(struct validator *v, struct ast_selection *s, const struct graphql_type *t,
                       const struct report_path *up)
{
    const struct report_path *path = extend(v, up, s->key);
    const struct graphql_type *inner = NULL;
    s->field = t ? graphql_schema_field_of(v->schema, t, s->name) : NULL;
    if (s->field) {
        check_leaf(v, s, path);
        inner = graphql_type_inner(s->field->type);
    } else if (t) {
        graphql_report_at(v->errors, GRAPHQL_E_FIELD_UNDEFINED, s->at, path,
                          "Field '%.*s' in type '%.*s' is undefined", SLICE_ARG(s->name),
                          SLICE_ARG(t->name));
    }
    validate_arguments(v, s, path);
    validate_directives(v, s->directives, DIRECTIVE_ON_FIELD, path);
    walk(v, s->first, inner && graphql_type_is_composite(inner) ? inner : NULL, path);
}

static void check_possible(struct validator *v, const struct ast_selection *s,
                           const struct graphql_type *parent, const struct graphql_type *t,
                           const struct report_path *path)
{
    if (parent && t && !graphql_schema_types_overlap(parent, t))
        graphql_report_at(v->errors, GRAPHQL_E_IMPOSSIBLE_FRAGMENT, s->at, path,
                          "A fragment on type '%.*s' can never apply to type '%.*s'",
                          SLICE_ARG(t->name), SLICE_ARG(parent->name));
}

static void walk_spread(struct validator *v, struct ast_selection *s, const struct graphql_type *t,
                        const struct report_path *path)
{
    s->fragment = graphql_names_get(v->fragments, s->name);
    validate_directives(v, s->directives, DIRECTIVE_ON_FRAGMENT_SPREAD, path);
    if (!s->fragment) {
        graphql_report_at(v->errors, GRAPHQL_E_UNDEFINED_FRAGMENT, s->at, path,
                          "Undefined fragment '%.*s'", SLICE_ARG(s->name));
        return;
    }
    check_possible(v, s, t, s->fragment->type, path);
    struct ast_use *use = validator_new(v, sizeof *use);
    if (!use)
        return;
    *use = (struct ast_use){ .name = s->name,
                             .at = s->at,
                             .path = path,
                             .fragment = s->fragment,
                             .next = v->now->fragments_used };
    v->now->fragments_used = use;
}

static void walk_inline(struct validator *v, struct ast_selection *s, const struct graphql_type *t,
                        const struct report_path *path)
{
    validate_directives(v, s->directives, DIRECTIVE_ON_INLINE_FRAGMENT, path);
    s->type = s->name.len ? graphql_type_named(v->schema, s->name) : t;
    if (s->name.len && !s->type) {
        graphql_report_at(v->errors, GRAPHQL_E_UNKNOWN_TYPE, s->at, path, "Unknown type '%.*s'",
                          SLICE_ARG(s->name));
    } else if (s->type && !graphql_type_is_composite(s->type)) {
        graphql_report_at(v->errors, GRAPHQL_E_INLINE_FRAGMENT_TYPE_CONDITION, s->at, path,
                          "Inline fragment type condition is invalid, '%.*s' has no fields",
                          SLICE_ARG(s->name));
        s->type = NULL;
    }
    check_possible(v, s, t, s->type, path);
    walk(v, s->first, s->type, path);
}

static void walk(struct validator *v, struct ast_selection *first, const struct graphql_type *t,
                 const struct report_path *path)
{
    for (struct ast_selection *s = first; s && !v->stopped; s = s->next) {
        if (s->kind == AST_FIELD)
            walk_field(v, s, t, path);
        else if (s->kind == AST_SPREAD)
            walk_spread(v, s, t, path);
        else
            walk_inline(v, s, t, path);
    }
}

void validate_selections(struct validator *v, struct ast_definition *d)
{
    const struct report_path *path = NULL;
    if (d->kind == AST_FRAGMENT)
        path = extend(v, NULL, d->name);
    walk(v, d->first, d->type, path);
}
