/* Arguments of fields and directives, and the literals in them; variables are noted for later. */
#include "base/arena.h"
#include "graphql/coerce.h"
#include "graphql/validate_priv.h"

/* The two holders of arguments differ in the classes of their mistakes only. */
struct holder {
    const struct graphql_input *args;
    uint32_t count;
    const char *what; /* "field", "directive" */
    enum graphql_error_kind missing;
    struct place at;
    const struct report_path *path;
};

static void note_variable(struct validator *v, const struct coerce *c, const struct graphql_type *t,
                          bool has_default, const struct ast_value *value)
{
    struct ast_use *use = validator_new(v, sizeof *use);
    if (!use || !v->now)
        return;
    *use = (struct ast_use){ .name = value->text,
                             .at = value->at,
                             .path = c ? c->path : NULL,
                             .type = t,
                             .has_default = has_default,
                             .next = v->now->variables_used };
    v->now->variables_used = use;
}

static enum coerced on_variable(struct coerce *c, const struct graphql_type *t, bool has_default,
                                const struct ast_value *value, struct graphql_value *out)
{
    (void)out; /* stays null */
    note_variable(c->context, c, t, has_default, value);
    /* A stand-in that no check objects to: COERCED with null passes every place. */
    return COERCED;
}

static void check_literal(struct validator *v, const struct holder *h,
                          const struct graphql_input *in, const struct ast_argument *a)
{
    struct graphql_value out = graphql_of_null();
    struct coerce c = { .arena = v->arena,
                        .errors = v->errors,
                        .kind = GRAPHQL_E_WRONG_TYPE,
                        .path = h->path,
                        .at = a->at,
                        .noun = "Argument",
                        .name = a->name,
                        .check = true,
                        .variable = on_variable,
                        .context = v };
    if (a->value->kind == AST_NULL && in->type->kind == GRAPHQL_NON_NULL) {
        graphql_report_at(v->errors, GRAPHQL_E_NULL_FOR_NON_NULL_ARGUMENT, a->at, h->path,
                          "Null value for non-null %s argument '%.*s'", h->what,
                          SLICE_ARG(a->name));
        return;
    }
    graphql_coerce_value(&c, in->type, in->fallback != NULL, a->value, &out);
    if (c.out_of_memory)
        v->stopped = v->out_of_memory = true;
}

static void check_arguments(struct validator *v, const struct ast_argument *first,
                            const struct holder *h)
{
    const struct ast_argument **given = NULL;
    if (!first && !h->count)
        return;
    given = validator_new(v, (h->count + 1) * sizeof *given);
    for (const struct ast_argument *a = first; a && given; a = a->next) {
        const struct graphql_input *in = graphql_schema_arg(h->args, h->count, a->name);
        if (!in) {
            graphql_report_at(v->errors, GRAPHQL_E_UNKNOWN_ARGUMENT, a->at, h->path,
                              "Unknown %s argument '%.*s'", h->what, SLICE_ARG(a->name));
        } else if (given[in - h->args]) {
            graphql_report_at(v->errors, GRAPHQL_E_DUPLICATE_ARGUMENT, a->at, h->path,
                              "There can be only one argument named '%.*s'", SLICE_ARG(a->name));
        } else {
            given[in - h->args] = a;
            check_literal(v, h, in, a);
        }
    }
    for (uint32_t n = 0; n < h->count && given; n++)
        if (!given[n] && h->args[n].type->kind == GRAPHQL_NON_NULL && !h->args[n].fallback)
            graphql_report_at(v->errors, h->missing, h->at, h->path, "Missing %s argument '%.*s'",
                              h->what, SLICE_ARG(h->args[n].name));
}

/* Of a field nobody knows: only the variables matter. */
static void note_all(struct validator *v, const struct ast_value *value)
{
    if (value->kind == AST_VARIABLE)
        note_variable(v, NULL, NULL, false, value);
    for (const struct ast_value *child = value->first; child; child = child->next)
        note_all(v, child);
}

void validate_arguments(struct validator *v, struct ast_selection *s,
                        const struct report_path *path)
{
    if (!s->field) {
        for (const struct ast_argument *a = s->arguments; a; a = a->next)
            note_all(v, a->value);
        return;
    }
    struct holder h = { .args = s->field->args,
                        .count = s->field->arg_count,
                        .what = "field",
                        .missing = GRAPHQL_E_MISSING_FIELD_ARGUMENT,
                        .at = s->at,
                        .path = path };
    check_arguments(v, s->arguments, &h);
}

static void check_directive(struct validator *v, const struct ast_directive *d,
                            const struct graphql_directive *known, enum directive_location on,
                            const struct report_path *path)
{
    struct holder h = { .args = known->args,
                        .count = known->arg_count,
                        .what = "directive",
                        .missing = GRAPHQL_E_MISSING_DIRECTIVE_ARGUMENT,
                        .at = d->at,
                        .path = path };
    if (!(known->locations >> on & 1))
        graphql_report_at(v->errors, GRAPHQL_E_MISPLACED_DIRECTIVE, d->at, path,
                          "Directive '%.*s' not allowed here (%s)", SLICE_ARG(d->name),
                          graphql_directive_location_names[on]);
    check_arguments(v, d->arguments, &h);
}

void validate_directives(struct validator *v, const struct ast_directive *d,
                         enum directive_location on, const struct report_path *path)
{
    uint64_t seen = 0; /* bit n: the schema's directive n; there are 64 at most */
    for (; d && !v->stopped; d = d->next) {
        const struct graphql_directive *known =
            graphql_names_get(v->schema->directive_names, d->name);
        if (!known) {
            graphql_report_at(v->errors, GRAPHQL_E_UNKNOWN_DIRECTIVE, d->at, path,
                              "Unknown directive '%.*s'", SLICE_ARG(d->name));
            for (const struct ast_argument *a = d->arguments; a; a = a->next)
                note_all(v, a->value);
            continue;
        }
        uint64_t bit = UINT64_C(1) << (known - v->schema->directives);
        if ((seen & bit) && !known->repeatable)
            graphql_report_at(v->errors, GRAPHQL_E_DUPLICATE_DIRECTIVE, d->at, path,
                              "Directive '%.*s' can be used only once here", SLICE_ARG(d->name));
        seen |= bit;
        check_directive(v, d, known, on, path);
    }
}

static void check_default(struct validator *v, const struct ast_variable *var)
{
    struct graphql_value out = graphql_of_null();
    struct coerce c = { .arena = v->arena,
                        .errors = v->errors,
                        .kind = GRAPHQL_E_WRONG_TYPE,
                        .at = var->at,
                        .noun = "Default of variable",
                        .name = var->name,
                        .check = true };
    graphql_coerce_value(&c, var->found, false, var->fallback, &out);
    if (c.out_of_memory)
        v->stopped = v->out_of_memory = true;
}

static void check_variable(struct validator *v, struct ast_variable *var)
{
    enum err err = ERR_OK;
    var->found = graphql_schema_resolve(v->schema, v->arena, var->type, &err);
    if (err) {
        v->stopped = v->out_of_memory = true;
        return;
    }
    const struct ast_type *name = var->type;
    while (name->of)
        name = name->of;
    if (!var->found) {
        graphql_report(v->errors, GRAPHQL_E_UNKNOWN_TYPE, name->at, "Unknown type '%.*s'",
                       SLICE_ARG(name->name));
    } else if (!graphql_type_is_input(var->found)) {
        graphql_report(v->errors, GRAPHQL_E_NON_INPUT_VARIABLE, var->at,
                       "Input variable '%.*s' type '%.*s' is not an input type",
                       SLICE_ARG(var->name), SLICE_ARG(name->name));
        var->found = NULL;
    } else if (var->fallback) {
        check_default(v, var);
    }
    validate_directives(v, var->directives, DIRECTIVE_ON_VARIABLE_DEFINITION, NULL);
}

void validate_variables(struct validator *v, struct ast_definition *d)
{
    size_t count = 0;
    for (const struct ast_variable *var = d->variables; var; var = var->next)
        count++;
    struct graphql_names *names = count ? graphql_names_new(v->arena, count) : NULL;
    if (count && !names) {
        v->stopped = v->out_of_memory = true;
        return;
    }
    for (struct ast_variable *var = d->variables; var && !v->stopped; var = var->next) {
        if (!graphql_names_put(names, var->name, var))
            graphql_report(v->errors, GRAPHQL_E_DUPLICATE_VARIABLE, var->at,
                           "There can be only one variable named '%.*s'", SLICE_ARG(var->name));
        check_variable(v, var);
    }
    d->variable_names = names;
}
