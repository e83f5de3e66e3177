/* A schema built once from SDL text: immutable afterwards, read by any number of threads without
 * locks. All pointers in here live as long as the schema. Source: GraphQL specification, October
 * 2021, section 3. */
#ifndef GRAPHQL_SCHEMA_H
#define GRAPHQL_SCHEMA_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "graphql/error.h"
#include "graphql/value.h"
struct json_writer;
struct graphql_schema;
struct graphql_names; /* name -> row, see names.h */
enum graphql_type_kind {
    GRAPHQL_SCALAR,
    GRAPHQL_OBJECT_TYPE,
    GRAPHQL_INTERFACE,
    GRAPHQL_UNION,
    GRAPHQL_ENUM_TYPE,
    GRAPHQL_INPUT_OBJECT,
    GRAPHQL_LIST_OF,
    GRAPHQL_NON_NULL,
};
/* What a scalar accepts and how it is written. Rows of an array that ends with a NULL name; a row
 * named like a built-in scalar (Int, Float, String, Boolean, ID) replaces it. */
struct graphql_scalar {
    const char *name;
    /* `in` is a literal or a variable's JSON value, both seen alike (enum literals only as
     * GRAPHQL_ENUM); never null. False: not acceptable; *why may be set to static text. NULL:
     * everything is accepted as it stands. */
    bool (*parse)(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                  const char **why);
    /* Writes a result (never null). False: nothing was written, the value is a field error. NULL:
     * written after its kind. */
    bool (*write)(const struct graphql_value *v, struct json_writer *w);
};
struct graphql_input { /* an argument or a field of an input object */
    struct slice name, description;
    const struct graphql_type *type;
    const struct graphql_value *fallback; /* coerced default; NULL: none */
    struct slice fallback_text;           /* as written in the SDL */
    bool deprecated;
    struct slice deprecation_reason;
};
struct graphql_field {
    struct slice name, description;
    const struct graphql_type *type;
    const struct graphql_type *parent;
    struct graphql_input *args;
    uint32_t arg_count;
    uint32_t index; /* position in its type */
    bool deprecated;
    struct slice deprecation_reason;
    bool meta; /* __typename, __schema, __type: the engine answers */
};
struct graphql_enum_value {
    struct slice name, description;
    bool deprecated;
    struct slice deprecation_reason;
    uint32_t index;
};
struct graphql_type {
    enum graphql_type_kind kind;
    struct slice name; /* empty for LIST_OF and NON_NULL */
    struct slice description;
    const struct graphql_type *of; /* LIST_OF, NON_NULL */
    struct graphql_field *fields;  /* OBJECT_TYPE, INTERFACE; in SDL order */
    uint32_t field_count;
    struct graphql_input *inputs; /* INPUT_OBJECT */
    uint32_t input_count;
    struct graphql_enum_value *values; /* ENUM_TYPE */
    uint32_t value_count;
    const struct graphql_type **interfaces; /* OBJECT_TYPE, INTERFACE */
    uint32_t interface_count;
    const struct graphql_type **possible; /* INTERFACE, UNION: the object types */
    uint32_t possible_count;
    const struct graphql_scalar *scalar; /* SCALAR; NULL: no hooks */
    struct slice specified_by;           /* SCALAR; empty: none */
    const struct graphql_names *names;   /* of fields, inputs or values */
};
/* `scalars` may be NULL and must outlive the schema; `sdl` need not. ERR_BAD_REQUEST: the SDL is
 * wrong, `errors` (may be NULL) says where; ERR_OUT_OF_MEMORY. *out untouched on failure. */
enum err graphql_schema_new(struct slice sdl, const struct graphql_scalar *scalars,
                            struct graphql_errors *errors, struct graphql_schema **out);
void graphql_schema_free(struct graphql_schema *s); /* NULL is fine */
/* Look-ups; NULL: none. */
const struct graphql_type *graphql_type_named(const struct graphql_schema *s, struct slice name);
const struct graphql_field *graphql_field_named(const struct graphql_type *t, struct slice name);
const struct graphql_input *graphql_input_named(const struct graphql_type *t, struct slice name);
const struct graphql_enum_value *graphql_enum_named(const struct graphql_type *t,
                                                    struct slice name);
const struct graphql_type *graphql_query_type(const struct graphql_schema *s);
/* Without lists and non-null around it. */
const struct graphql_type *graphql_type_inner(const struct graphql_type *t);
bool graphql_type_is_leaf(const struct graphql_type *t);      /* scalar, enum */
bool graphql_type_is_composite(const struct graphql_type *t); /* object, interface, union */
bool graphql_type_is_input(const struct graphql_type *t);     /* looks through the wrappers */
struct slice graphql_type_text(const struct graphql_type *t, struct arena *a); /* "[Task!]!" */
#endif
