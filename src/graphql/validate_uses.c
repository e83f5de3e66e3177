/* Uses of fragments and variables, over the notes that the walk left in each definition. */
#include "base/arena.h"
#include "base/limits.h"
#include "graphql/validate_priv.h"

/* Depth of fragments within fragments below `d`; a cycle is reported where it closes. The recursion
 * is as deep as the limit allows, each fragment is entered once. */
static uint32_t measure(struct validator *v, struct ast_definition *d, uint32_t level)
{
    uint32_t deepest = 0;
    if (d->depth)
        return d->depth;
    d->entered = true;
    for (const struct ast_use *u = d->fragments_used; u && !v->stopped; u = u->next) {
        if (u->fragment->entered) {
            graphql_report_at(v->errors, GRAPHQL_E_FRAGMENT_CYCLE, u->at, u->path,
                              "Fragment cycles not allowed: '%.*s'", SLICE_ARG(u->name));
            continue;
        }
        uint32_t depth = level < LIMIT_graphql_nesting_max ? measure(v, u->fragment, level + 1)
                                                           : LIMIT_graphql_nesting_max;
        deepest = depth > deepest ? depth : deepest;
    }
    d->entered = false;
    d->depth = deepest + 1;
    if (d->depth > LIMIT_graphql_nesting_max && !v->stopped) {
        graphql_report(v->errors, GRAPHQL_E_TOO_COMPLEX, d->at,
                       "Fragments are spread in fragments more than %d deep",
                       (int)LIMIT_graphql_nesting_max);
        v->stopped = true;
    }
    return d->depth;
}

static bool has_value(const struct ast_variable *var)
{
    return var->fallback && var->fallback->kind != AST_NULL;
}

/* A nullable variable may stand in a non-null place if one of the two has a default. */
static bool fits(const struct ast_variable *var, const struct ast_use *u)
{
    const struct graphql_type *t = u->type;
    if (t->kind == GRAPHQL_NON_NULL && var->found->kind != GRAPHQL_NON_NULL &&
        (has_value(var) || u->has_default))
        t = t->of;
    return graphql_schema_is_subtype(t, var->found);
}

static void check_variable(struct validator *v, struct ast_definition *operation,
                           const struct ast_use *u)
{
    struct ast_variable *var = graphql_names_get(operation->variable_names, u->name);
    if (!var) {
        graphql_report_at(v->errors, GRAPHQL_E_UNDEFINED_VARIABLE, u->at, u->path,
                          "Undefined variable '%.*s'", SLICE_ARG(u->name));
        return;
    }
    var->used = true;
    if (u->type && var->found && !fits(var, u))
        graphql_report_at(v->errors, GRAPHQL_E_VARIABLE_TYPE_MISMATCH, u->at, u->path,
                          "Variable '%.*s' of type '%.*s' does not match expected type '%.*s'",
                          SLICE_ARG(u->name), SLICE_ARG(graphql_type_text(var->found, v->arena)),
                          SLICE_ARG(graphql_type_text(u->type, v->arena)));
}

/* Everything `d` uses, for one operation; each fragment once. */
static void follow(struct validator *v, struct ast_definition *operation, struct ast_definition *d)
{
    if (d->seen == v->mark || !validator_step(v, 1))
        return;
    d->seen = v->mark;
    d->used = true;
    for (const struct ast_use *u = d->variables_used; u && validator_step(v, 1); u = u->next)
        check_variable(v, operation, u);
    for (const struct ast_use *u = d->fragments_used; u && validator_step(v, 1); u = u->next)
        follow(v, operation, u->fragment);
}

static void check_operation(struct validator *v, struct ast_definition *d)
{
    v->mark++;
    follow(v, d, d);
    for (const struct ast_variable *var = d->variables; var && !v->stopped; var = var->next)
        if (!var->used && graphql_names_get(d->variable_names, var->name) == var)
            graphql_report(v->errors, GRAPHQL_E_UNUSED_VARIABLE, var->at, "Unused variable '%.*s'",
                           SLICE_ARG(var->name));
}

void validate_uses(struct validator *v)
{
    for (struct ast_definition *d = v->doc->first; d && !v->stopped; d = d->next)
        measure(v, d, 1);
    for (struct ast_definition *d = v->doc->first; d && !v->stopped; d = d->next)
        if (d->kind == AST_OPERATION)
            check_operation(v, d);
    for (struct ast_definition *d = v->doc->first; d && !v->stopped; d = d->next)
        if (d->kind == AST_FRAGMENT && !d->used)
            graphql_report(v->errors, GRAPHQL_E_UNUSED_FRAGMENT, d->at, "Unused fragment '%.*s'",
                           SLICE_ARG(d->name));
}
