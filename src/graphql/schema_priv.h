/* The inside of a schema, for the engine's own files. */
#ifndef GRAPHQL_SCHEMA_PRIV_H
#define GRAPHQL_SCHEMA_PRIV_H
#include "graphql/ast.h"
#include "graphql/names.h"
#include "graphql/schema.h"
enum directive_location {
#define LOCATION(name) DIRECTIVE_ON_##name,
#include "graphql/location.def"
    DIRECTIVE_LOCATION_COUNT
};
extern const char *const graphql_directive_location_names[DIRECTIVE_LOCATION_COUNT];
struct graphql_directive {
    struct slice name, description;
    struct graphql_input *args;
    uint32_t arg_count;
    uint32_t locations; /* bit n: directive_location n */
    bool repeatable;
};
struct graphql_schema {
    struct arena *arena;
    struct slice description;
    struct graphql_type **types; /* the SDL's in order, then the built-in ones */
    uint32_t type_count;
    struct graphql_names *type_names;
    struct graphql_directive *directives;
    uint32_t directive_count;
    struct graphql_names *directive_names;
    const struct graphql_type *roots[3];               /* by graphql_operation_kind; NULL: none */
    struct graphql_field typename, schema_of, type_of; /* __typename, __schema, __type(name:) */
    const struct graphql_scalar *scalars;
};
/* The field as a selection may name it: meta fields too. NULL: none. */
const struct graphql_field *graphql_schema_field_of(const struct graphql_schema *s,
                                                    const struct graphql_type *t,
                                                    struct slice name);
/* Turns written types into types, wrappers in `a`. NULL: unknown name (or, with *err set,
 * ERR_OUT_OF_MEMORY). */
const struct graphql_type *graphql_schema_resolve(const struct graphql_schema *s, struct arena *a,
                                                  const struct ast_type *t, enum err *err);
/* May an object of type `object` stand where `t` is expected? */
bool graphql_schema_is_possible(const struct graphql_type *t, const struct graphql_type *object);
/* Can one object be of both types? */
bool graphql_schema_types_overlap(const struct graphql_type *a, const struct graphql_type *b);
/* Is every value of `sub` a value of `t`? (results: interfaces implemented, covariant) */
bool graphql_schema_is_subtype(const struct graphql_type *t, const struct graphql_type *sub);
const struct graphql_input *graphql_schema_arg(const struct graphql_input *args, uint32_t count,
                                               struct slice name);
/* The SDL of what every schema has: built-in scalars, directives, introspection types. */
struct slice graphql_schema_prelude(void);
#endif
