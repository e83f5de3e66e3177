/* The schema as a source of values (specification, section 4). */
#ifndef GRAPHQL_INTROSPECT_H
#define GRAPHQL_INTROSPECT_H
#include "graphql/graphql.h"
/* Value of __schema or __type. ERR_OUT_OF_MEMORY. */
enum err graphql_introspect_root(const struct graphql_operation *op,
                                 const struct graphql_selected *s, struct graphql_value *out);
#endif
