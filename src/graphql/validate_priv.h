/* What the files of the validation share. */
#ifndef GRAPHQL_VALIDATE_PRIV_H
#define GRAPHQL_VALIDATE_PRIV_H
#include "graphql/report.h"
#include "graphql/validate.h"
struct validator {
    const struct graphql_schema *schema;
    struct arena *arena;
    struct graphql_errors *errors;
    struct ast_document *doc;
    struct graphql_names *fragments;
    struct ast_definition *now; /* whose selections are walked; NULL: none */
    uint32_t mark;              /* of the present walk over fragments */
    uint32_t steps;             /* work done, see validator_step */
    bool stopped;               /* memory or patience ran out */
    bool out_of_memory;
};
void *validator_new(struct validator *v, size_t size); /* zeroed; NULL stops the validation */
/* Work that hostile documents could multiply is counted; false: it was too much. */
bool validator_step(struct validator *v, uint32_t steps);
/* The selections of every definition. */
void validate_selections(struct validator *v, struct ast_definition *d);
void validate_arguments(struct validator *v, struct ast_selection *s,
                        const struct report_path *path);
void validate_directives(struct validator *v, const struct ast_directive *d,
                         enum directive_location on, const struct report_path *path);
/* Types, defaults and names of an operation's variables. */
void validate_variables(struct validator *v, struct ast_definition *d);
/* Variables in their places, fragments used, no cycles: needs all selections walked. */
void validate_uses(struct validator *v);
/* Fields of one response name can be merged: needs a document without mistakes so far. */
void validate_merging(struct validator *v);
#endif
