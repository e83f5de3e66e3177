/* From the text of one operation to the tree of fields that the answer will have. */
#ifndef GRAPHQL_COLLECT_H
#define GRAPHQL_COLLECT_H
#include "graphql/report.h"
#include "graphql/schema_priv.h"
struct collector { /* behind graphql_operation.state */
    struct graphql_operation *op;
    struct ast_definition *definition;
    struct graphql_errors *errors;
    uint32_t mark;
    enum err err; /* first failure; nothing is collected after it */
};
/* The root fields and all that follow, down to interfaces and unions; fills op->roots. */
enum err graphql_collect_operation(struct collector *c);
enum err graphql_collect_below(struct collector *c, const struct graphql_selected *s,
                               const struct graphql_type *t, const struct graphql_selected **out);
#endif
