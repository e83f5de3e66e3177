/* Text to trees. Both functions report the first mistake to `errors` as SYNTAX (or TOO_COMPLEX for
 * a limit) and return ERR_BAD_REQUEST; *out is untouched then. */
#ifndef GRAPHQL_PARSER_H
#define GRAPHQL_PARSER_H
#include "base/err.h"
#include "graphql/ast.h"
#include "graphql/lexer.h"
enum err graphql_parse_document(struct arena *a, struct slice text, struct graphql_errors *errors,
                                struct ast_document **out);
/* Type system definitions in order, linked by `next`; *out NULL: none. */
enum err graphql_parse_sdl(struct arena *a, struct slice text, struct graphql_errors *errors,
                           struct ast_sdl **out);
#endif
