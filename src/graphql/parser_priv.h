/* What the parser's files share. Functions return NULL or false after the first mistake; p->err
 * then says which. */
#ifndef GRAPHQL_PARSER_PRIV_H
#define GRAPHQL_PARSER_PRIV_H
#include "graphql/parser.h"
struct parser {
    struct lexer lexer;
    struct token now;
    struct arena *arena;
    struct graphql_errors *errors;
    unsigned depth; /* open brackets of all kinds */
    enum err err;
};
/* Checks the text as a whole and reads the first token. */
bool parser_init(struct parser *p, struct arena *a, struct slice text,
                 struct graphql_errors *errors);
void *parser_new(struct parser *p, size_t size); /* zeroed; NULL: out of memory */
bool parser_next(struct parser *p);
bool parser_wrong(struct parser *p); /* the present token is out of place; always false */
bool parser_enter(struct parser *p); /* one level deeper, or TOO_COMPLEX */
void parser_leave(struct parser *p);
struct place parser_place(const struct parser *p);
bool parser_is(const struct parser *p, int kind);
bool parser_is_word(const struct parser *p, const char *word);
bool parser_skip(struct parser *p, int kind); /* takes the token if it is there */
bool parser_skip_word(struct parser *p, const char *word);
bool parser_expect(struct parser *p, int kind); /* takes it or fails */
bool parser_name(struct parser *p, struct slice *out);
struct ast_value *parser_value(struct parser *p, bool constant);
struct ast_type *parser_type(struct parser *p);
bool parser_arguments(struct parser *p, bool constant, struct ast_argument **out);
bool parser_directives(struct parser *p, bool constant, struct ast_directive **out);
#endif
