/* Each introspection type reads one struct of schema.h; the fields are told apart by their position
 * in the prelude's SDL (prelude.c), so the enums below follow it. */
#include "graphql/introspect.h"

#include "base/arena.h"
#include "graphql/schema_priv.h"

enum {
    SCHEMA_DESCRIPTION,
    SCHEMA_TYPES,
    SCHEMA_QUERY,
    SCHEMA_MUTATION,
    SCHEMA_SUBSCRIPTION,
    SCHEMA_DIRECTIVES
};
enum {
    TYPE_KIND,
    TYPE_NAME,
    TYPE_DESCRIPTION,
    TYPE_SPECIFIED_BY,
    TYPE_FIELDS,
    TYPE_INTERFACES,
    TYPE_POSSIBLE,
    TYPE_VALUES,
    TYPE_INPUTS,
    TYPE_OF
};
enum { FIELD_NAME, FIELD_DESCRIPTION, FIELD_ARGS, FIELD_TYPE, FIELD_DEPRECATED, FIELD_REASON };
enum { INPUT_NAME, INPUT_DESCRIPTION, INPUT_TYPE, INPUT_DEFAULT, INPUT_DEPRECATED, INPUT_REASON };
enum { VALUE_NAME, VALUE_DESCRIPTION, VALUE_DEPRECATED, VALUE_REASON };
enum {
    DIRECTIVE_NAME,
    DIRECTIVE_DESCRIPTION,
    DIRECTIVE_LOCATIONS,
    DIRECTIVE_ARGS,
    DIRECTIVE_REPEATABLE
};

static const struct graphql_source_ops type_ops, field_ops, input_ops, value_ops, directive_ops;

/* The source pointer is not const, the schema is: no `get` below writes through it. */
static struct graphql_value source(const struct graphql_source_ops *ops, const void *row)
{
    struct graphql_value v = { .kind = GRAPHQL_SOURCE, .ops = ops };
    memcpy(&v.source, &row, sizeof row);
    return row ? v : graphql_of_null();
}

static struct graphql_value text(struct slice s) /* missing: null */
{
    return s.at ? graphql_of_text(s) : graphql_of_null();
}

struct list {
    struct arena *arena;
    struct graphql_value value, *tail;
    bool deprecated; /* show those too */
    enum err err;
};

static struct list list_for(struct graphql_execution *x, const struct graphql_selected *s)
{
    return (struct list){ .arena = graphql_arena(x),
                          .value = { .kind = GRAPHQL_LIST },
                          .deprecated =
                              graphql_bool(graphql_get(s->args, "includeDeprecated"), false) };
}

static void add(struct list *l, struct graphql_value v)
{
    if (!graphql_append(l->arena, &l->value, &l->tail, v))
        l->err = ERR_OUT_OF_MEMORY;
}

static void add_inputs(struct list *l, const struct graphql_input *in, uint32_t count)
{
    for (uint32_t n = 0; n < count; n++)
        if (!in[n].deprecated || l->deprecated)
            add(l, source(&input_ops, &in[n]));
}

static enum err finish(const struct list *l, struct graphql_value *out)
{
    *out = l->value;
    return l->err;
}

static enum err get_schema(struct graphql_execution *x, void *row, const struct graphql_selected *s,
                           struct graphql_value *out)
{
    const struct graphql_schema *schema = row;
    struct list l = list_for(x, s);
    switch (s->field->index) {
    case SCHEMA_DESCRIPTION:
        *out = text(schema->description);
        return ERR_OK;
    case SCHEMA_TYPES:
        for (uint32_t n = 0; n < schema->type_count; n++)
            add(&l, source(&type_ops, schema->types[n]));
        return finish(&l, out);
    case SCHEMA_DIRECTIVES:
        for (uint32_t n = 0; n < schema->directive_count; n++)
            add(&l, source(&directive_ops, &schema->directives[n]));
        return finish(&l, out);
    default:
        *out = source(&type_ops, schema->roots[s->field->index - SCHEMA_QUERY]);
        return ERR_OK;
    }
}

static enum err type_list(struct graphql_execution *x, const struct graphql_type *t,
                          const struct graphql_selected *s, struct graphql_value *out)
{
    struct list l = list_for(x, s);
    uint32_t n;
    switch (s->field->index) {
    case TYPE_FIELDS:
        for (n = 0; n < t->field_count; n++)
            if (!t->fields[n].deprecated || l.deprecated)
                add(&l, source(&field_ops, &t->fields[n]));
        break;
    case TYPE_VALUES:
        for (n = 0; n < t->value_count; n++)
            if (!t->values[n].deprecated || l.deprecated)
                add(&l, source(&value_ops, &t->values[n]));
        break;
    case TYPE_INTERFACES:
        for (n = 0; n < t->interface_count; n++)
            add(&l, source(&type_ops, t->interfaces[n]));
        break;
    case TYPE_POSSIBLE:
        for (n = 0; n < t->possible_count; n++)
            add(&l, source(&type_ops, t->possible[n]));
        break;
    default:
        add_inputs(&l, t->inputs, t->input_count);
    }
    return finish(&l, out);
}

/* Which of the lists a kind of type has; the others are null. */
static bool has_list(const struct graphql_type *t, uint32_t list)
{
    bool fields = t->kind == GRAPHQL_OBJECT_TYPE || t->kind == GRAPHQL_INTERFACE;
    if (list == TYPE_FIELDS || list == TYPE_INTERFACES)
        return fields;
    if (list == TYPE_POSSIBLE)
        return t->kind == GRAPHQL_INTERFACE || t->kind == GRAPHQL_UNION;
    return t->kind == (list == TYPE_VALUES ? GRAPHQL_ENUM_TYPE : GRAPHQL_INPUT_OBJECT);
}

static enum err get_type(struct graphql_execution *x, void *row, const struct graphql_selected *s,
                         struct graphql_value *out)
{
    static const char *const kinds[] = { "SCALAR", "OBJECT",       "INTERFACE", "UNION",
                                         "ENUM",   "INPUT_OBJECT", "LIST",      "NON_NULL" };
    const struct graphql_type *t = row;
    switch (s->field->index) {
    case TYPE_KIND:
        *out = text(slice_of(kinds[t->kind]));
        return ERR_OK;
    case TYPE_NAME:
        *out = text(t->name);
        return ERR_OK;
    case TYPE_DESCRIPTION:
        *out = text(t->description);
        return ERR_OK;
    case TYPE_SPECIFIED_BY:
        *out = text(t->specified_by);
        return ERR_OK;
    case TYPE_OF:
        *out = source(&type_ops, t->of);
        return ERR_OK;
    default:
        return has_list(t, s->field->index) ? type_list(x, t, s, out) : ERR_OK;
    }
}

static enum err get_field(struct graphql_execution *x, void *row, const struct graphql_selected *s,
                          struct graphql_value *out)
{
    const struct graphql_field *f = row;
    struct list l = list_for(x, s);
    switch (s->field->index) {
    case FIELD_NAME:
        *out = text(f->name);
        break;
    case FIELD_DESCRIPTION:
        *out = text(f->description);
        break;
    case FIELD_ARGS:
        add_inputs(&l, f->args, f->arg_count);
        return finish(&l, out);
    case FIELD_TYPE:
        *out = source(&type_ops, f->type);
        break;
    case FIELD_DEPRECATED:
        *out = graphql_of_bool(f->deprecated);
        break;
    default:
        *out = text(f->deprecation_reason);
    }
    return ERR_OK;
}

static enum err get_input(struct graphql_execution *x, void *row, const struct graphql_selected *s,
                          struct graphql_value *out)
{
    const struct graphql_input *in = row;
    (void)x;
    switch (s->field->index) {
    case INPUT_NAME:
        *out = text(in->name);
        break;
    case INPUT_DESCRIPTION:
        *out = text(in->description);
        break;
    case INPUT_TYPE:
        *out = source(&type_ops, in->type);
        break;
    case INPUT_DEFAULT:
        *out = text(in->fallback_text);
        break;
    case INPUT_DEPRECATED:
        *out = graphql_of_bool(in->deprecated);
        break;
    default:
        *out = text(in->deprecation_reason);
    }
    return ERR_OK;
}

static enum err get_value(struct graphql_execution *x, void *row, const struct graphql_selected *s,
                          struct graphql_value *out)
{
    const struct graphql_enum_value *v = row;
    (void)x;
    if (s->field->index == VALUE_NAME)
        *out = text(v->name);
    else if (s->field->index == VALUE_DESCRIPTION)
        *out = text(v->description);
    else if (s->field->index == VALUE_DEPRECATED)
        *out = graphql_of_bool(v->deprecated);
    else
        *out = text(v->deprecation_reason);
    return ERR_OK;
}

static enum err get_directive(struct graphql_execution *x, void *row,
                              const struct graphql_selected *s, struct graphql_value *out)
{
    const struct graphql_directive *d = row;
    struct list l = list_for(x, s);
    switch (s->field->index) {
    case DIRECTIVE_NAME:
        *out = text(d->name);
        return ERR_OK;
    case DIRECTIVE_DESCRIPTION:
        *out = text(d->description);
        return ERR_OK;
    case DIRECTIVE_REPEATABLE:
        *out = graphql_of_bool(d->repeatable);
        return ERR_OK;
    case DIRECTIVE_LOCATIONS:
        for (int n = 0; n < DIRECTIVE_LOCATION_COUNT; n++)
            if (d->locations >> n & 1)
                add(&l, text(slice_of(graphql_directive_location_names[n])));
        return finish(&l, out);
    default:
        add_inputs(&l, d->args, d->arg_count);
        return finish(&l, out);
    }
}

static const struct graphql_source_ops schema_ops = { .get = get_schema };
static const struct graphql_source_ops type_ops = { .get = get_type };
static const struct graphql_source_ops field_ops = { .get = get_field };
static const struct graphql_source_ops input_ops = { .get = get_input };
static const struct graphql_source_ops value_ops = { .get = get_value };
static const struct graphql_source_ops directive_ops = { .get = get_directive };

enum err graphql_introspect_root(const struct graphql_operation *op,
                                 const struct graphql_selected *s, struct graphql_value *out)
{
    if (s->field == &op->schema->schema_of)
        *out = source(&schema_ops, op->schema);
    else
        *out = source(
            &type_ops,
            graphql_type_named(op->schema, graphql_text(graphql_get(s->args, "name"), SLICE(""))));
    return ERR_OK;
}
