/* Is a document good for a schema? (specification, section 5) Marks what it finds in the tree. */
#ifndef GRAPHQL_VALIDATE_H
#define GRAPHQL_VALIDATE_H
#include "graphql/ast.h"
#include "graphql/schema_priv.h"
struct report_path;
/* ERR_OK: valid. ERR_BAD_REQUEST: `errors` says why. Scratch memory comes from `a`. */
enum err validate_document(const struct graphql_schema *s, struct arena *a,
                           struct ast_document *doc, struct graphql_errors *errors);
#endif
