/* Input coercion (specification, sections 3.5 to 3.12): written literals and JSON variables become
 * values of a type. Both arrive as struct ast_value, so that scalar hooks cannot tell them apart.
 */
#ifndef GRAPHQL_COERCE_H
#define GRAPHQL_COERCE_H
#include "graphql/report.h"
#include "graphql/schema_priv.h"
struct json;
enum coerced {
    COERCED,
    COERCED_ABSENT, /* a variable without a value: as if nothing had been written */
    COERCED_WRONG,  /* reported, or out_of_memory is set */
};
struct coerce {
    struct arena *arena;
    struct graphql_errors *errors;
    enum graphql_error_kind kind;   /* class of what is reported */
    const struct report_path *path; /* where in the selection */
    struct place at;                /* used for values without a place (JSON) */
    const char *noun;               /* "Argument", "Variable" */
    struct slice name;
    bool json;  /* strings may name enum values */
    bool check; /* look at everything, go on after a mistake */
    bool out_of_memory;
    /* Value of a variable where `t` is expected (NULL: anything, inside a scalar that takes
     * objects); `has_default`: the place has a default. NULL: there are no variables. */
    enum coerced (*variable)(struct coerce *c, const struct graphql_type *t, bool has_default,
                             const struct ast_value *v, struct graphql_value *out);
    void *context;
};
enum coerced graphql_coerce_value(struct coerce *c, const struct graphql_type *t, bool has_default,
                                  const struct ast_value *v, struct graphql_value *out);
/* A JSON value as if it had been written; NULL: out of memory. */
struct ast_value *graphql_coerce_of_json(struct arena *a, const struct json *v);
/* Hooks of the built-in scalars by name; NULL: none. */
const struct graphql_scalar *graphql_coerce_builtin(struct slice name);
#endif
