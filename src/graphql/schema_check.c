/* Last pass over a new schema: what can only be judged once every type is complete. */
#include "base/arena.h"
#include "graphql/coerce.h"
#include "graphql/schema_build.h"

/* Defaults point into the schema's memory only: texts are copied. */
static bool own_value(struct builder *b, struct graphql_value *v)
{
    v->name = builder_copy(b, v->name);
    if (v->kind == GRAPHQL_TEXT || v->kind == GRAPHQL_ENUM)
        v->text = builder_copy(b, v->text);
    if (v->kind != GRAPHQL_LIST && v->kind != GRAPHQL_OBJECT)
        return !b->err;
    struct graphql_value whole = *v, *tail = NULL;
    v->first = NULL;
    v->count = 0;
    GRAPHQL_EACH(child, &whole)
    {
        struct graphql_value copy = *child;
        if (!own_value(b, &copy))
            return false;
        if (!graphql_append(b->arena, v, &tail, copy)) {
            b->err = ERR_OUT_OF_MEMORY;
            return false;
        }
    }
    return true;
}

static void set_default(struct builder *b, const struct ast_input *written,
                        struct graphql_input *in)
{
    struct graphql_value v = graphql_of_null();
    struct coerce c = { .arena = b->scratch,
                        .errors = b->errors,
                        .kind = GRAPHQL_E_SCHEMA,
                        .at = written->at,
                        .noun = "Default of",
                        .name = in->name };
    if (graphql_coerce_value(&c, in->type, false, written->fallback, &v) != COERCED) {
        b->err = c.out_of_memory ? ERR_OUT_OF_MEMORY : ERR_BAD_REQUEST;
        return;
    }
    struct graphql_value *kept = builder_new(b, sizeof *kept);
    if (!kept || !own_value(b, &v))
        return;
    *kept = v;
    in->fallback = kept;
}

static void set_defaults(struct builder *b, const struct ast_input *written,
                         struct graphql_input *in)
{
    for (; written && !b->err; written = written->next, in++)
        if (written->fallback)
            set_default(b, written, in);
}

/* A default may lean on the defaults of the fields inside: those come first. Each type is entered
 * once. */
static void set_input_defaults(struct builder *b, uint32_t n, struct graphql_names *seen)
{
    const struct graphql_type *t = b->schema->types[n];
    if (!t->inputs || !graphql_names_put(seen, t->name, b))
        return;
    for (uint32_t i = 0; i < t->input_count; i++)
        for (uint32_t m = 0; m < b->schema->type_count; m++)
            if (b->schema->types[m] == graphql_type_inner(t->inputs[i].type))
                set_input_defaults(b, m, seen);
    set_defaults(b, b->sdl_of[n]->inputs, t->inputs);
}

static void set_all_defaults(struct builder *b)
{
    struct graphql_schema *s = b->schema;
    struct graphql_names *seen = graphql_names_new(b->scratch, s->type_count);
    if (!seen)
        b->err = ERR_OUT_OF_MEMORY;
    for (uint32_t n = 0; n < s->type_count && !b->err; n++)
        set_input_defaults(b, n, seen);
    for (uint32_t n = 0; n < s->type_count; n++) {
        uint32_t f = 0;
        if (s->types[n]->fields)
            for (const struct ast_member *m = b->sdl_of[n]->members; m; m = m->next)
                set_defaults(b, m->inputs, s->types[n]->fields[f++].args);
    }
    for (const struct ast_sdl *d = b->sdl; d; d = d->next) {
        const struct graphql_directive *row =
            d->kind == SDL_DIRECTIVE ? graphql_names_get(s->directive_names, d->name) : NULL;
        if (row && row->arg_count && !row->args->fallback)
            set_defaults(b, d->inputs, row->args);
    }
}

static void wrong_field(struct builder *b, struct place at, const struct graphql_type *t,
                        const struct graphql_type *interface, struct slice field)
{
    builder_wrong(b, at, "Type '%.*s' does not implement '%.*s' of interface '%.*s'",
                  SLICE_ARG(t->name), SLICE_ARG(field), SLICE_ARG(interface->name));
}

static bool same_type(const struct graphql_type *a, const struct graphql_type *b)
{
    while (a->of && b->of && a->kind == b->kind) {
        a = a->of;
        b = b->of;
    }
    return a == b;
}

/* Its own field must take all the interface's arguments, and demand no others. */
static bool arguments_fit(const struct graphql_field *own, const struct graphql_field *asked)
{
    for (uint32_t n = 0; n < asked->arg_count; n++) {
        const struct graphql_input *in =
            graphql_schema_arg(own->args, own->arg_count, asked->args[n].name);
        if (!in || !same_type(in->type, asked->args[n].type))
            return false;
    }
    for (uint32_t n = 0; n < own->arg_count; n++)
        if (own->args[n].type->kind == GRAPHQL_NON_NULL && !own->args[n].fallback &&
            !graphql_schema_arg(asked->args, asked->arg_count, own->args[n].name))
            return false;
    return true;
}

static bool has_interface(const struct graphql_type *t, const struct graphql_type *interface)
{
    for (uint32_t n = 0; n < t->interface_count; n++)
        if (t->interfaces[n] == interface)
            return true;
    return false;
}

static void check_interface(struct builder *b, struct place at, const struct graphql_type *t,
                            const struct graphql_type *interface)
{
    for (uint32_t n = 0; n < interface->field_count; n++) {
        const struct graphql_field *asked = &interface->fields[n];
        const struct graphql_field *own = graphql_field_named(t, asked->name);
        if (!own || !graphql_schema_is_subtype(asked->type, own->type) ||
            !arguments_fit(own, asked))
            wrong_field(b, at, t, interface, asked->name);
    }
    for (uint32_t n = 0; n < interface->interface_count; n++)
        if (interface->interfaces[n] == t || !has_interface(t, interface->interfaces[n]))
            builder_wrong(b, at, "Type '%.*s' must also implement '%.*s'", SLICE_ARG(t->name),
                          SLICE_ARG(interface->interfaces[n]->name));
}

/* Does a value of `t` need a value of `wanted` inside? Each type is entered once (`seen`). */
static bool needs(struct builder *b, const struct graphql_type *t,
                  const struct graphql_type *wanted, struct graphql_names *seen)
{
    for (uint32_t n = 0; n < t->input_count; n++) {
        const struct graphql_type *in = t->inputs[n].type;
        if (in->kind != GRAPHQL_NON_NULL || in->of->kind != GRAPHQL_INPUT_OBJECT)
            continue;
        if (in->of == wanted)
            return true;
        if (graphql_names_put(seen, in->of->name, b) && needs(b, in->of, wanted, seen))
            return true;
    }
    return false;
}

static void check_endless(struct builder *b, struct place at, const struct graphql_type *t)
{
    struct graphql_names *seen = graphql_names_new(b->scratch, b->schema->type_count);
    if (!seen)
        b->err = ERR_OUT_OF_MEMORY;
    else if (needs(b, t, t, seen))
        builder_wrong(b, at, "No value of input '%.*s' could ever end", SLICE_ARG(t->name));
}

void builder_check(struct builder *b)
{
    struct graphql_schema *s = b->schema;
    for (uint32_t n = 0; n < s->type_count && !b->err; n++) {
        const struct graphql_type *t = s->types[n];
        for (uint32_t i = 0; i < t->interface_count; i++)
            check_interface(b, b->sdl_of[n]->at, t, t->interfaces[i]);
        if (t->kind == GRAPHQL_INPUT_OBJECT)
            check_endless(b, b->sdl_of[n]->at, t);
    }
    if (!b->err)
        set_all_defaults(b);
}
