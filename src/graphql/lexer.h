/* Tokens of GraphQL text (specification, section 2.1): white space, commas, comments and a byte
 * order mark are skipped. The text must be valid UTF-8 and outlive the tokens. */
#ifndef GRAPHQL_LEXER_H
#define GRAPHQL_LEXER_H
#include <stdint.h>

#include "base/slice.h"
struct arena;
/* A punctuator's kind is its character. */
enum { TOKEN_EOF = 256, TOKEN_NAME, TOKEN_INT, TOKEN_FLOAT, TOKEN_STRING, TOKEN_SPREAD, TOKEN_BAD };
struct token {
    int kind;
    struct slice raw;      /* its bytes; empty at the end */
    struct slice text;     /* NAME and numbers: raw; STRING: what it stands for */
    uint32_t line, column; /* from 1, in characters */
};
struct lexer {
    struct slice in;
    size_t at;
    size_t line_start; /* moves on past continuation bytes, so that columns count characters */
    uint32_t line;
    struct arena *arena; /* for strings with escapes */
    bool out_of_memory;
};
void lexer_init(struct lexer *x, struct slice in, struct arena *a);
void lexer_next(struct lexer *x, struct token *out);
#endif
