/* Making a schema: what schema_new.c, schema_fill.c and schema_check.c share. */
#ifndef GRAPHQL_SCHEMA_BUILD_H
#define GRAPHQL_SCHEMA_BUILD_H
#include "graphql/report.h"
#include "graphql/schema_priv.h"
struct builder {
    struct graphql_schema *schema;
    struct arena *arena;   /* the schema's */
    struct arena *scratch; /* trees of the text */
    struct graphql_errors *errors;
    struct ast_sdl *sdl;
    struct ast_sdl **sdl_of; /* by position in schema->types */
    enum err err;
};
/* Reports and sets b->err. */
void builder_wrong(struct builder *b, struct place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void *builder_new(struct builder *b, size_t size); /* zeroed, in the schema's arena */
struct slice builder_copy(struct builder *b, struct slice text);
/* Fields, inputs, values, members of every type and the directives' arguments. */
void builder_fill(struct builder *b);
bool builder_inputs(struct builder *b, const struct ast_input *in, enum directive_location on,
                    struct graphql_input **out, uint32_t *count);
/* Reads @deprecated and @specifiedBy; refuses directives that are unknown or misplaced. */
bool builder_directives(struct builder *b, const struct ast_directive *d,
                        enum directive_location on, struct slice *deprecated,
                        struct slice *specified_by);
/* Defaults become values; interfaces must be implemented; input objects must end. */
void builder_check(struct builder *b);
#endif
