/* Trees that the parser makes: of requests and of schema text. All nodes live in the parser's
 * arena; text points into the input or the arena. */
#ifndef GRAPHQL_AST_H
#define GRAPHQL_AST_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "graphql/graphql.h"
struct place {
    uint32_t line, column; /* 0: nowhere in the text */
};
enum ast_value_kind {
    AST_VARIABLE,
    AST_NULL,
    AST_BOOL,
    AST_INT,
    AST_FLOAT,
    AST_STRING,
    AST_ENUM,
    AST_LIST,
    AST_OBJECT,
};
struct ast_value {
    enum ast_value_kind kind;
    struct place at;
    struct slice text; /* variable's name, number, string, enum, true or false */
    struct slice name; /* as a member of an object */
    struct slice raw;  /* its bytes; of JSON values too */
    struct ast_value *first, *next;
    uint32_t count;
};
struct ast_type { /* exactly one of name, of */
    struct slice name;
    struct ast_type *of; /* a list of these */
    bool non_null;
    struct place at;
};
struct ast_argument {
    struct slice name;
    struct ast_value *value;
    struct place at;
    struct ast_argument *next;
};
struct ast_directive {
    struct slice name;
    struct ast_argument *arguments;
    struct place at;
    struct ast_directive *next;
};
enum ast_selection_kind { AST_FIELD, AST_SPREAD, AST_INLINE };
struct ast_selection {
    enum ast_selection_kind kind;
    struct slice key;  /* FIELD: response name */
    struct slice name; /* FIELD, SPREAD; type condition of INLINE or empty */
    struct ast_argument *arguments;
    struct ast_directive *directives;
    struct ast_selection *first, *next;
    struct place at;
    /* Found by validation: */
    const struct graphql_field *field;
    struct ast_definition *fragment; /* SPREAD */
    const struct graphql_type *type; /* INLINE: what its fields belong to */
};
struct ast_variable {
    struct slice name;
    struct ast_type *type;
    struct ast_value *fallback;
    struct ast_directive *directives;
    struct place at;
    struct ast_variable *next;
    /* Found by validation and coercion: */
    const struct graphql_type *found;
    bool used;
    bool given; /* has a value: given or default */
    struct graphql_value value;
};
enum ast_definition_kind { AST_OPERATION, AST_FRAGMENT, AST_NOT_EXECUTABLE };
struct ast_definition {
    enum ast_definition_kind kind;
    enum graphql_operation_kind operation;
    struct slice name;      /* empty: anonymous operation */
    struct slice condition; /* FRAGMENT: on which type */
    struct ast_variable *variables;
    struct ast_directive *directives;
    struct ast_selection *first;
    struct place at;
    struct ast_definition *next;
    /* Found by validation: */
    const struct graphql_type *type;
    struct graphql_names *variable_names; /* OPERATION; NULL: no variables */
    struct ast_use *variables_used, *fragments_used;
    bool used, entered;
    uint32_t depth; /* of fragments in it; 0: not known yet */
    uint32_t seen;  /* mark of the walk that last passed here */
};
/* A place in a definition where a variable or a fragment is used; see validate.c. */
struct ast_use {
    struct slice name;
    struct place at;
    const struct report_path *path;
    const struct graphql_type *type; /* variable: expected here; NULL: anything will do */
    bool has_default;                /* variable: the place has one */
    struct ast_definition *fragment;
    struct ast_use *next;
};
struct ast_document {
    struct ast_definition *first;
    uint32_t count;
};

/* Schema text. */
struct ast_input {
    struct slice name, description;
    struct ast_type *type;
    struct ast_value *fallback;
    struct ast_directive *directives;
    struct place at;
    struct ast_input *next;
};
struct ast_member { /* field, enum value; name alone: interface, union member, location */
    struct slice name, description;
    struct ast_input *inputs;
    struct ast_type *type;
    struct ast_directive *directives;
    struct place at;
    struct ast_member *next;
};
enum ast_sdl_kind { SDL_TYPE, SDL_SCHEMA, SDL_DIRECTIVE };
struct ast_sdl {
    enum ast_sdl_kind kind;
    enum graphql_type_kind type_kind; /* SDL_TYPE */
    bool extends;
    bool repeatable; /* SDL_DIRECTIVE */
    bool builtin;
    struct slice name, description;
    struct ast_directive *directives;
    struct ast_member *members; /* fields, enum values, union members, locations, root types */
    struct ast_member *interfaces;
    struct ast_input *inputs; /* of an input object, of a directive */
    struct place at;
    struct ast_sdl *next;
};
#endif
