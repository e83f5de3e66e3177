/* From a request's text to an operation that can be executed. */
#include "base/arena.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "graphql/coerce.h"
#include "graphql/collect.h"
#include "graphql/parser.h"
#include "graphql/validate.h"

static struct ast_definition *choose(const struct ast_document *doc, struct slice name,
                                     struct graphql_errors *errors)
{
    struct ast_definition *found = NULL;
    uint32_t count = 0;
    for (struct ast_definition *d = doc->first; d; d = d->next)
        if (d->kind == AST_OPERATION && (!name.len || slice_eq(d->name, name))) {
            found = d;
            count++;
        }
    if (count == 1)
        return found;
    struct place nowhere = { 0 };
    if (name.len)
        graphql_report(errors, GRAPHQL_E_UNKNOWN_OPERATION, nowhere,
                       "Unknown operation named '%.*s'", SLICE_ARG(name));
    else
        graphql_report(errors, GRAPHQL_E_UNKNOWN_OPERATION, nowhere,
                       count ? "Must provide operation name if query contains multiple operations"
                             : "The document contains no operation");
    return NULL;
}

/* True: var has its value, or none and needs none. */
static bool set_variable(const struct graphql_request *rq, struct ast_variable *var,
                         struct graphql_errors *errors, bool *out_of_memory)
{
    const struct json *given = json_get_slice(rq->variables, var->name);
    struct coerce c = { .arena = rq->arena,
                        .errors = errors,
                        .kind = GRAPHQL_E_VARIABLE_VALUE,
                        .at = var->at,
                        .noun = "Variable",
                        .name = var->name,
                        .json = given != NULL };
    const struct ast_value *v = given ? graphql_coerce_of_json(rq->arena, given) : var->fallback;
    if (given && !v)
        *out_of_memory = true;
    if (!v && var->found->kind == GRAPHQL_NON_NULL)
        graphql_report(errors, GRAPHQL_E_VARIABLE_VALUE, var->at,
                       "Variable '%.*s' of the non-null type '%.*s' has no value",
                       SLICE_ARG(var->name), SLICE_ARG(graphql_type_text(var->found, rq->arena)));
    if (!v)
        return !given && var->found->kind != GRAPHQL_NON_NULL;
    var->given = true;
    bool ok = graphql_coerce_value(&c, var->found, false, v, &var->value) == COERCED;
    *out_of_memory = *out_of_memory || c.out_of_memory;
    return ok;
}

static enum err set_variables(const struct graphql_request *rq, struct ast_definition *d,
                              struct graphql_errors *errors)
{
    bool ok = true, out_of_memory = false;
    for (struct ast_variable *var = d->variables; var && !out_of_memory; var = var->next)
        ok = set_variable(rq, var, errors, &out_of_memory) && ok;
    if (out_of_memory)
        return ERR_OUT_OF_MEMORY;
    return ok ? ERR_OK : ERR_BAD_REQUEST;
}

static enum err check_roots(const struct graphql_request *rq, const struct graphql_operation *op,
                            struct graphql_errors *errors)
{
    for (const struct graphql_selected *s = op->roots; s && !rq->introspection; s = s->next)
        if (s->field == &rq->schema->schema_of || s->field == &rq->schema->type_of) {
            graphql_report(errors, GRAPHQL_E_INTROSPECTION_DISABLED,
                           (struct place){ s->line, s->column }, "Introspection is switched off");
            return ERR_BAD_REQUEST;
        }
    return ERR_OK;
}

static enum err make_operation(const struct graphql_request *rq, struct ast_definition *d,
                               struct graphql_errors *errors, struct graphql_operation **out)
{
    struct graphql_operation *op = arena_alloc(rq->arena, sizeof *op);
    struct collector *c = arena_alloc(rq->arena, sizeof *c);
    if (!op || !c)
        return ERR_OUT_OF_MEMORY;
    *op = (struct graphql_operation){
        .kind = d->operation, .name = d->name, .schema = rq->schema, .arena = rq->arena, .state = c
    };
    /* The marks of the validation are smaller than these. */
    *c = (struct collector){ .op = op, .definition = d, .errors = errors, .mark = 1u << 31 };
    enum err e = graphql_collect_operation(c);
    if (e == ERR_LIMIT)
        e = ERR_BAD_REQUEST;
    if (!e)
        e = check_roots(rq, op, errors);
    if (!e)
        *out = op;
    return e;
}

enum err graphql_prepare(const struct graphql_request *rq, struct graphql_errors *errors,
                         struct graphql_operation **out)
{
    struct ast_document *doc;
    struct ast_definition *d;
    if (rq->query.len > LIMIT_graphql_bytes_max) {
        graphql_report(errors, GRAPHQL_E_TOO_COMPLEX, (struct place){ 0 },
                       "The document is larger than %d bytes", (int)LIMIT_graphql_bytes_max);
        return ERR_BAD_REQUEST;
    }
    enum err e = graphql_parse_document(rq->arena, rq->query, errors, &doc);
    if (!e)
        e = validate_document(rq->schema, rq->arena, doc, errors);
    if (e)
        return e;
    d = choose(doc, rq->operation_name, errors);
    if (!d)
        return ERR_BAD_REQUEST;
    if (d->operation == GRAPHQL_SUBSCRIPTION) {
        graphql_report(errors, GRAPHQL_E_OPERATION_NOT_SUPPORTED, d->at,
                       "Subscriptions are not offered");
        return ERR_BAD_REQUEST;
    }
    e = set_variables(rq, d, errors);
    return e ? e : make_operation(rq, d, errors, out);
}

enum err graphql_children(struct graphql_operation *op, const struct graphql_selected *s,
                          const struct graphql_type *t, const struct graphql_selected **out)
{
    return graphql_collect_below(op->state, s, t, out);
}

void graphql_note(struct graphql_operation *op, const struct graphql_selected *s, void *note)
{
    struct graphql_selected *own; /* all nodes are made writable, in the operation's arena */
    (void)op;
    memcpy(&own, &s, sizeof own);
    own->note = note;
}
