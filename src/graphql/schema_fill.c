/* Second half of a schema: the members of types and directives. */
#include "base/arena.h"
#include "graphql/schema_build.h"

/* One's value of an argument in the SDL, or the fallback. */
static struct slice text_argument(const struct ast_directive *d, const char *name,
                                  struct slice fallback)
{
    for (const struct ast_argument *a = d->arguments; a; a = a->next)
        if (slice_is(a->name, name) && a->value->kind == AST_STRING)
            return a->value->text;
    return fallback;
}

bool builder_directives(struct builder *b, const struct ast_directive *d,
                        enum directive_location on, struct slice *deprecated,
                        struct slice *specified_by)
{
    for (; d; d = d->next) {
        const struct graphql_directive *known =
            graphql_names_get(b->schema->directive_names, d->name);
        if (!known || !(known->locations >> on & 1)) {
            builder_wrong(b, d->at, "Directive '@%.*s' is unknown or may not stand here",
                          SLICE_ARG(d->name));
            return false;
        }
        if (slice_is(d->name, "deprecated") && deprecated)
            *deprecated = builder_copy(b, text_argument(d, "reason", SLICE("No longer supported")));
        if (slice_is(d->name, "specifiedBy") && specified_by)
            *specified_by = builder_copy(b, text_argument(d, "url", SLICE("")));
    }
    return !b->err;
}

static const struct graphql_type *resolve(struct builder *b, const struct ast_type *written)
{
    const struct graphql_type *t = graphql_schema_resolve(b->schema, b->arena, written, &b->err);
    if (t || b->err)
        return t;
    while (written->of)
        written = written->of;
    builder_wrong(b, written->at, "Type '%.*s' is not defined", SLICE_ARG(written->name));
    return NULL;
}

static bool fill_input(struct builder *b, const struct ast_input *in, enum directive_location on,
                       struct graphql_input *out)
{
    out->name = builder_copy(b, in->name);
    out->description = builder_copy(b, in->description);
    out->type = resolve(b, in->type);
    if (!out->type)
        return false;
    if (!graphql_type_is_input(out->type)) {
        builder_wrong(b, in->at, "The type of '%.*s' is none for input", SLICE_ARG(in->name));
        return false;
    }
    if (in->fallback)
        out->fallback_text = builder_copy(b, in->fallback->raw);
    if (!builder_directives(b, in->directives, on, &out->deprecation_reason, NULL))
        return false;
    out->deprecated = out->deprecation_reason.at != NULL;
    return true;
}

bool builder_inputs(struct builder *b, const struct ast_input *in, enum directive_location on,
                    struct graphql_input **out, uint32_t *count)
{
    uint32_t n = 0;
    for (const struct ast_input *i = in; i; i = i->next)
        n++;
    struct graphql_names *names = graphql_names_new(b->scratch, n);
    *out = n ? builder_new(b, n * sizeof **out) : NULL;
    if (!names || (n && !*out)) {
        b->err = ERR_OUT_OF_MEMORY;
        return false;
    }
    for (; in; in = in->next, ++*count) {
        if (!fill_input(b, in, on, &(*out)[*count]))
            return false;
        if (!graphql_names_put(names, in->name, &(*out)[*count])) {
            builder_wrong(b, in->at, "'%.*s' is there twice", SLICE_ARG(in->name));
            return false;
        }
    }
    return true;
}

static uint32_t count_members(const struct ast_member *m)
{
    uint32_t n = 0;
    for (; m; m = m->next)
        n++;
    return n;
}

static bool put_name(struct builder *b, struct graphql_names *names, const struct ast_member *m,
                     struct slice name, void *row)
{
    if (graphql_names_put(names, name, row))
        return true;
    builder_wrong(b, m->at, "'%.*s' is there twice", SLICE_ARG(m->name));
    return false;
}

static bool fill_field(struct builder *b, struct graphql_type *t, const struct ast_member *m,
                       struct graphql_field *f)
{
    f->name = builder_copy(b, m->name);
    f->description = builder_copy(b, m->description);
    f->parent = t;
    f->index = t->field_count;
    f->type = resolve(b, m->type);
    if (!f->type)
        return false;
    if (graphql_type_inner(f->type)->kind == GRAPHQL_INPUT_OBJECT) {
        builder_wrong(b, m->at, "The type of field '%.*s' is for input only", SLICE_ARG(m->name));
        return false;
    }
    if (!builder_inputs(b, m->inputs, DIRECTIVE_ON_ARGUMENT_DEFINITION, &f->args, &f->arg_count))
        return false;
    if (!builder_directives(b, m->directives, DIRECTIVE_ON_FIELD_DEFINITION, &f->deprecation_reason,
                            NULL))
        return false;
    f->deprecated = f->deprecation_reason.at != NULL;
    return true;
}

static bool fill_fields(struct builder *b, struct graphql_type *t, const struct ast_sdl *d)
{
    uint32_t count = count_members(d->members);
    struct graphql_names *names = graphql_names_new(b->arena, count);
    t->fields = builder_new(b, (count + 1) * sizeof *t->fields);
    if (!names || !t->fields)
        return false;
    t->names = names;
    if (!count)
        builder_wrong(b, d->at, "Type '%.*s' has no fields", SLICE_ARG(d->name));
    for (const struct ast_member *m = d->members; m && !b->err; m = m->next) {
        struct graphql_field *f = &t->fields[t->field_count];
        if (!fill_field(b, t, m, f) || !put_name(b, names, m, f->name, f))
            return false;
        t->field_count++;
    }
    return !b->err;
}

static bool fill_values(struct builder *b, struct graphql_type *t, const struct ast_sdl *d)
{
    uint32_t count = count_members(d->members);
    struct graphql_names *names = graphql_names_new(b->arena, count);
    t->values = builder_new(b, (count + 1) * sizeof *t->values);
    if (!names || !t->values)
        return false;
    t->names = names;
    if (!count)
        builder_wrong(b, d->at, "Enum '%.*s' has no values", SLICE_ARG(d->name));
    for (const struct ast_member *m = d->members; m && !b->err; m = m->next) {
        struct graphql_enum_value *v = &t->values[t->value_count];
        v->name = builder_copy(b, m->name);
        v->description = builder_copy(b, m->description);
        v->index = t->value_count++;
        builder_directives(b, m->directives, DIRECTIVE_ON_ENUM_VALUE, &v->deprecation_reason, NULL);
        v->deprecated = v->deprecation_reason.at != NULL;
        put_name(b, names, m, v->name, v);
    }
    return !b->err;
}

static bool fill_input_object(struct builder *b, struct graphql_type *t, const struct ast_sdl *d)
{
    if (!d->inputs)
        builder_wrong(b, d->at, "Input '%.*s' has no fields", SLICE_ARG(d->name));
    if (!builder_inputs(b, d->inputs, DIRECTIVE_ON_INPUT_FIELD_DEFINITION, &t->inputs,
                        &t->input_count))
        return false;
    struct graphql_names *names = graphql_names_new(b->arena, t->input_count);
    t->names = names;
    if (!names || (t->input_count && !t->inputs))
        return false;
    for (uint32_t n = 0; n < t->input_count; n++)
        graphql_names_put(names, t->inputs[n].name, &t->inputs[n]);
    return true;
}

/* Types by name: what an object implements, what a union holds. */
static bool fill_list(struct builder *b, const struct ast_member *m, enum graphql_type_kind kind,
                      const struct graphql_type ***out, uint32_t *count)
{
    *out = builder_new(b, (count_members(m) + 1) * sizeof **out);
    for (; m && *out; m = m->next) {
        const struct graphql_type *t = graphql_type_named(b->schema, m->name);
        bool twice = false;
        for (uint32_t n = 0; n < *count; n++)
            twice = twice || (*out)[n] == t;
        if (!t || t->kind != kind || twice) {
            builder_wrong(b, m->at, "'%.*s' is no type for this place, or there twice",
                          SLICE_ARG(m->name));
            return false;
        }
        (*out)[(*count)++] = t;
    }
    return *out != NULL;
}

static bool fill_union(struct builder *b, struct graphql_type *t, const struct ast_sdl *d)
{
    if (!d->members)
        builder_wrong(b, d->at, "Union '%.*s' has no members", SLICE_ARG(d->name));
    return fill_list(b, d->members, GRAPHQL_OBJECT_TYPE, &t->possible, &t->possible_count);
}

static bool fill_type(struct builder *b, struct graphql_type *t, const struct ast_sdl *d)
{
    static const enum directive_location on[] = {
        DIRECTIVE_ON_SCALAR, DIRECTIVE_ON_OBJECT, DIRECTIVE_ON_INTERFACE,
        DIRECTIVE_ON_UNION,  DIRECTIVE_ON_ENUM,   DIRECTIVE_ON_INPUT_OBJECT,
    };
    if (!builder_directives(b, d->directives, on[t->kind], NULL, &t->specified_by))
        return false;
    switch (t->kind) {
    case GRAPHQL_OBJECT_TYPE:
    case GRAPHQL_INTERFACE:
        return fill_list(b, d->interfaces, GRAPHQL_INTERFACE, &t->interfaces,
                         &t->interface_count) &&
               fill_fields(b, t, d);
    case GRAPHQL_UNION:
        return fill_union(b, t, d);
    case GRAPHQL_ENUM_TYPE:
        return fill_values(b, t, d);
    case GRAPHQL_INPUT_OBJECT:
        return fill_input_object(b, t, d);
    case GRAPHQL_SCALAR:
    case GRAPHQL_LIST_OF:
    case GRAPHQL_NON_NULL:
        break;
    }
    return true;
}

static void fill_possible(struct builder *b, struct graphql_type *interface)
{
    struct graphql_schema *s = b->schema;
    interface->possible = builder_new(b, s->type_count * sizeof(void *));
    for (uint32_t n = 0; n < s->type_count && interface->possible; n++)
        for (uint32_t i = 0; i < s->types[n]->interface_count; i++)
            if (s->types[n]->interfaces[i] == interface && s->types[n]->kind == GRAPHQL_OBJECT_TYPE)
                interface->possible[interface->possible_count++] = s->types[n];
}

static bool fill_locations(struct builder *b, struct graphql_directive *d,
                           const struct ast_member *m)
{
    for (; m; m = m->next) {
        int n = 0;
        while (n < DIRECTIVE_LOCATION_COUNT &&
               !slice_is(m->name, graphql_directive_location_names[n]))
            n++;
        if (n == DIRECTIVE_LOCATION_COUNT) {
            builder_wrong(b, m->at, "'%.*s' is no place for a directive", SLICE_ARG(m->name));
            return false;
        }
        d->locations |= 1u << n;
    }
    return true;
}

/* Names first, arguments later: arguments may carry directives themselves. */
static void name_directives(struct builder *b)
{
    struct graphql_schema *s = b->schema;
    size_t count = 0;
    for (const struct ast_sdl *d = b->sdl; d; d = d->next)
        count += d->kind == SDL_DIRECTIVE;
    s->directives = builder_new(b, count * sizeof *s->directives);
    s->directive_names = graphql_names_new(b->arena, count);
    for (const struct ast_sdl *d = b->sdl; d && s->directives && s->directive_names; d = d->next) {
        if (d->kind != SDL_DIRECTIVE ||
            (d->builtin && graphql_names_get(s->directive_names, d->name)))
            continue;
        struct graphql_directive *row = &s->directives[s->directive_count];
        row->name = builder_copy(b, d->name);
        row->description = builder_copy(b, d->description);
        row->repeatable = d->repeatable;
        if (!fill_locations(b, row, d->members))
            return;
        if (!graphql_names_put(s->directive_names, row->name, row)) {
            builder_wrong(b, d->at, "Directive '@%.*s' is defined twice", SLICE_ARG(d->name));
            return;
        }
        if (++s->directive_count > 64) /* validation keeps a set of them in one word */
            builder_wrong(b, d->at, "A schema may have 64 directives");
    }
}

static void fill_directives(struct builder *b)
{
    for (const struct ast_sdl *d = b->sdl; d && !b->err; d = d->next) {
        if (d->kind != SDL_DIRECTIVE)
            continue;
        struct graphql_directive *row = graphql_names_get(b->schema->directive_names, d->name);
        if (!row->args)
            builder_inputs(b, d->inputs, DIRECTIVE_ON_ARGUMENT_DEFINITION, &row->args,
                           &row->arg_count);
    }
}

void builder_fill(struct builder *b)
{
    struct graphql_schema *s = b->schema;
    name_directives(b);
    if (!b->err)
        fill_directives(b);
    for (uint32_t n = 0; n < s->type_count && !b->err; n++)
        if (!fill_type(b, s->types[n], b->sdl_of[n]) && !b->err)
            b->err = ERR_OUT_OF_MEMORY;
    for (uint32_t n = 0; n < s->type_count && !b->err; n++)
        if (s->types[n]->kind == GRAPHQL_INTERFACE)
            fill_possible(b, s->types[n]);
    for (const struct ast_sdl *d = b->sdl; d && !b->err; d = d->next)
        if (d->kind == SDL_SCHEMA)
            builder_directives(b, d->directives, DIRECTIVE_ON_SCHEMA, NULL, NULL);
}
