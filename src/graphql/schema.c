/* Look-ups in a finished schema. */
#include "graphql/schema.h"

#include "base/arena.h"
#include "base/buf.h"
#include "graphql/schema_priv.h"

const char *const graphql_directive_location_names[DIRECTIVE_LOCATION_COUNT] = {
#define LOCATION(name) #name,
#include "graphql/location.def"
};

void graphql_schema_free(struct graphql_schema *s)
{
    if (s)
        arena_free(s->arena); /* the schema itself lives in it */
}

const struct graphql_type *graphql_type_named(const struct graphql_schema *s, struct slice name)
{
    return graphql_names_get(s->type_names, name);
}

const struct graphql_field *graphql_field_named(const struct graphql_type *t, struct slice name)
{
    bool has = t->kind == GRAPHQL_OBJECT_TYPE || t->kind == GRAPHQL_INTERFACE;
    return has ? graphql_names_get(t->names, name) : NULL;
}

const struct graphql_input *graphql_input_named(const struct graphql_type *t, struct slice name)
{
    return t->kind == GRAPHQL_INPUT_OBJECT ? graphql_names_get(t->names, name) : NULL;
}

const struct graphql_enum_value *graphql_enum_named(const struct graphql_type *t, struct slice name)
{
    return t->kind == GRAPHQL_ENUM_TYPE ? graphql_names_get(t->names, name) : NULL;
}

const struct graphql_type *graphql_query_type(const struct graphql_schema *s)
{
    return s->roots[GRAPHQL_QUERY];
}

const struct graphql_type *graphql_type_inner(const struct graphql_type *t)
{
    while (t->of)
        t = t->of;
    return t;
}

bool graphql_type_is_leaf(const struct graphql_type *t)
{
    return t->kind == GRAPHQL_SCALAR || t->kind == GRAPHQL_ENUM_TYPE;
}

bool graphql_type_is_composite(const struct graphql_type *t)
{
    return t->kind == GRAPHQL_OBJECT_TYPE || t->kind == GRAPHQL_INTERFACE ||
           t->kind == GRAPHQL_UNION;
}

bool graphql_type_is_input(const struct graphql_type *t)
{
    t = graphql_type_inner(t);
    return graphql_type_is_leaf(t) || t->kind == GRAPHQL_INPUT_OBJECT;
}

static void add_type(struct buf *b, const struct graphql_type *t)
{
    if (t->kind == GRAPHQL_LIST_OF)
        buf_add_char(b, '[');
    if (t->of)
        add_type(b, t->of);
    else
        buf_add(b, t->name);
    if (t->kind == GRAPHQL_LIST_OF)
        buf_add_char(b, ']');
    if (t->kind == GRAPHQL_NON_NULL)
        buf_add_char(b, '!');
}

struct slice graphql_type_text(const struct graphql_type *t, struct arena *a)
{
    struct buf b;
    if (!t->of)
        return t->name;
    buf_init_arena(&b, a);
    add_type(&b, t);
    return buf_failed(&b) ? (struct slice){ 0 } : buf_slice(&b);
}

const struct graphql_field *graphql_schema_field_of(const struct graphql_schema *s,
                                                    const struct graphql_type *t, struct slice name)
{
    if (name.len > 2 && name.at[0] == '_' && name.at[1] == '_') {
        if (slice_is(name, "__typename"))
            return graphql_type_is_composite(t) ? &s->typename : NULL;
        if (t == s->roots[GRAPHQL_QUERY] && slice_is(name, "__schema"))
            return &s->schema_of;
        if (t == s->roots[GRAPHQL_QUERY] && slice_is(name, "__type"))
            return &s->type_of;
    }
    return graphql_field_named(t, name);
}

static const struct graphql_type *wrap(struct arena *a, enum graphql_type_kind kind,
                                       const struct graphql_type *of, enum err *err)
{
    struct graphql_type *t = of ? arena_alloc(a, sizeof *t) : NULL;
    if (of && !t)
        *err = ERR_OUT_OF_MEMORY;
    if (t)
        *t = (struct graphql_type){ .kind = kind, .of = of };
    return t;
}

const struct graphql_type *graphql_schema_resolve(const struct graphql_schema *s, struct arena *a,
                                                  const struct ast_type *t, enum err *err)
{
    const struct graphql_type *found;
    if (t->of)
        found = wrap(a, GRAPHQL_LIST_OF, graphql_schema_resolve(s, a, t->of, err), err);
    else
        found = graphql_type_named(s, t->name);
    return t->non_null ? wrap(a, GRAPHQL_NON_NULL, found, err) : found;
}

bool graphql_schema_is_possible(const struct graphql_type *t, const struct graphql_type *object)
{
    if (t == object)
        return true;
    for (uint32_t n = 0; n < t->possible_count; n++)
        if (t->possible[n] == object)
            return true;
    return false;
}

bool graphql_schema_types_overlap(const struct graphql_type *a, const struct graphql_type *b)
{
    if (a == b)
        return true;
    if (b->kind == GRAPHQL_OBJECT_TYPE)
        return graphql_schema_is_possible(a, b);
    for (uint32_t n = 0; n < b->possible_count; n++)
        if (graphql_schema_is_possible(a, b->possible[n]))
            return true;
    return false;
}

static bool implements(const struct graphql_type *t, const struct graphql_type *interface)
{
    for (uint32_t n = 0; n < t->interface_count; n++)
        if (t->interfaces[n] == interface)
            return true;
    return false;
}

bool graphql_schema_is_subtype(const struct graphql_type *t, const struct graphql_type *sub)
{
    if (t == sub)
        return true;
    if (t->kind == GRAPHQL_NON_NULL)
        return sub->kind == GRAPHQL_NON_NULL && graphql_schema_is_subtype(t->of, sub->of);
    if (sub->kind == GRAPHQL_NON_NULL)
        return graphql_schema_is_subtype(t, sub->of);
    if (t->kind == GRAPHQL_LIST_OF || sub->kind == GRAPHQL_LIST_OF)
        return t->kind == sub->kind && graphql_schema_is_subtype(t->of, sub->of);
    return implements(sub, t) ||
           (sub->kind == GRAPHQL_OBJECT_TYPE && graphql_schema_is_possible(t, sub));
}

const struct graphql_input *graphql_schema_arg(const struct graphql_input *args, uint32_t count,
                                               struct slice name)
{
    for (uint32_t n = 0; n < count; n++)
        if (slice_eq(args[n].name, name))
            return &args[n];
    return NULL;
}
