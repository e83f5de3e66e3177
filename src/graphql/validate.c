/* Validation in passes:
 *
 *   names        operations and fragments: unique, types known
 *   selections   every definition once, whoever uses it: fields, arguments, directives; each use of
 * a variable or fragment is noted in its definition (validate_fields.c, _args.c) uses         over
 * those notes, not over the text again: cycles, unused and undefined ones, variables in their
 * places (validate_uses.c) merging      fields of one response name (validate_merge.c)
 *
 * Walks that a small hostile document could make long (each operation over all its fragments,
 * merging of fragments in fragments) count their steps and end at LIMIT_graphql_merge_steps_max. */
#include "base/arena.h"
#include "base/limits.h"
#include "graphql/validate_priv.h"

void *validator_new(struct validator *v, size_t size)
{
    void *p = arena_alloc(v->arena, size);
    if (!p)
        v->stopped = v->out_of_memory = true;
    return p;
}

bool validator_step(struct validator *v, uint32_t steps)
{
    if (v->stopped)
        return false;
    v->steps += steps;
    if (v->steps <= LIMIT_graphql_merge_steps_max)
        return true;
    graphql_report(v->errors, GRAPHQL_E_TOO_COMPLEX, v->doc->first->at,
                   "The document takes more than %d steps to check",
                   (int)LIMIT_graphql_merge_steps_max);
    v->stopped = true;
    return false;
}

static void name_fragment(struct validator *v, struct ast_definition *d)
{
    if (!graphql_names_put(v->fragments, d->name, d))
        graphql_report(v->errors, GRAPHQL_E_DUPLICATE_FRAGMENT_NAME, d->at,
                       "There can be only one fragment named '%.*s'", SLICE_ARG(d->name));
    struct report_path path = { .name = d->name };
    d->type = graphql_type_named(v->schema, d->condition);
    if (!d->type)
        graphql_report_at(v->errors, GRAPHQL_E_UNKNOWN_TYPE, d->at, &path, "Unknown type '%.*s'",
                          SLICE_ARG(d->condition));
    else if (!graphql_type_is_composite(d->type)) {
        graphql_report_at(v->errors, GRAPHQL_E_FRAGMENT_TYPE_CONDITION, d->at, &path,
                          "Fragment type condition is invalid, '%.*s' has no fields",
                          SLICE_ARG(d->condition));
        d->type = NULL;
    }
}

static void name_operation(struct validator *v, struct ast_definition *d,
                           struct graphql_names *operations)
{
    static const char *const words[] = { "queries", "mutations", "subscriptions" };
    if (d->name.len && !graphql_names_put(operations, d->name, d))
        graphql_report(v->errors, GRAPHQL_E_DUPLICATE_OPERATION_NAME, d->at,
                       "There can be only one operation named '%.*s'", SLICE_ARG(d->name));
    d->type = v->schema->roots[d->operation];
    if (!d->type)
        graphql_report(v->errors, GRAPHQL_E_OPERATION_NOT_SUPPORTED, d->at, "The schema has no %s",
                       words[d->operation]);
}

static void name_definitions(struct validator *v)
{
    uint32_t count = 0, anonymous = 0;
    struct graphql_names *operations = graphql_names_new(v->arena, v->doc->count);
    v->fragments = graphql_names_new(v->arena, v->doc->count);
    if (!operations || !v->fragments) {
        v->stopped = v->out_of_memory = true;
        return;
    }
    for (struct ast_definition *d = v->doc->first; d; d = d->next) {
        if (d->kind == AST_FRAGMENT) {
            name_fragment(v, d);
            continue;
        }
        name_operation(v, d, operations);
        count++;
        anonymous += d->name.len == 0;
    }
    if (anonymous && count > 1)
        graphql_report(v->errors, GRAPHQL_E_LONE_ANONYMOUS_OPERATION, v->doc->first->at,
                       "An operation without a name must be the only one");
}

/* A subscription has one root field; fragments and directives around it are looked through only in
 * so far as they must not hide a second one. */
static void check_single_root(struct validator *v, const struct ast_definition *d)
{
    if (d->operation == GRAPHQL_SUBSCRIPTION && (d->first->next || d->first->kind != AST_FIELD))
        graphql_report(v->errors, GRAPHQL_E_SUBSCRIPTION_ROOT_FIELDS, d->at,
                       "A subscription must have exactly one root field");
}

static void walk_definition(struct validator *v, struct ast_definition *d)
{
    static const enum directive_location on[] = { DIRECTIVE_ON_QUERY, DIRECTIVE_ON_MUTATION,
                                                  DIRECTIVE_ON_SUBSCRIPTION };
    struct report_path path = { .name = d->name };
    bool fragment = d->kind == AST_FRAGMENT;
    v->now = d;
    if (!fragment) {
        validate_variables(v, d);
        check_single_root(v, d);
    }
    validate_directives(v, d->directives,
                        fragment ? DIRECTIVE_ON_FRAGMENT_DEFINITION : on[d->operation],
                        fragment ? &path : NULL);
    validate_selections(v, d);
    v->now = NULL;
}

enum err validate_document(const struct graphql_schema *s, struct arena *a,
                           struct ast_document *doc, struct graphql_errors *errors)
{
    struct validator v = { .schema = s, .arena = a, .errors = errors, .doc = doc };
    uint32_t before = errors->count;
    name_definitions(&v);
    for (struct ast_definition *d = doc->first; d && !v.stopped && !graphql_report_full(errors);
         d = d->next)
        walk_definition(&v, d);
    if (!v.stopped && !graphql_report_full(errors))
        validate_uses(&v);
    if (!v.stopped && errors->count == before)
        validate_merging(&v);
    if (v.out_of_memory || errors->out_of_memory)
        return ERR_OUT_OF_MEMORY;
    return errors->count == before && !v.stopped ? ERR_OK : ERR_BAD_REQUEST;
}
