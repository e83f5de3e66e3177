/* A GraphQL engine (specification of October 2021): one schema for the process, and for each
 * request
 *
 *     graphql_prepare   parse, validate, choose the operation, coerce variables and arguments,
 *                       collect the fields: gives a tree of struct graphql_selected
 *     (the embedder)    may walk that tree and plan one query for a whole subtree, take its time,
 *                       change threads, and leave notes in the nodes
 *     graphql_execute   asks the sources for values and streams them out
 *
 * One mechanism serves resolvers and planned queries: an object is a `struct graphql_source_ops`
 * and a pointer, and `get` is asked for the value of one selected field. The root of the operation
 * is such an object too: its `get` is the table of resolvers. Values come back as in value.h: ready
 * ones (NULL, BOOL, INT, REAL, TEXT, LIST, OBJECT read by member name) or again SOURCE and STREAM.
 *
 * Everything of a request lives in its arena; only the schema is shared. No function here blocks.
 * Limits: spec/limits.def, graphql_*. */
#ifndef GRAPHQL_GRAPHQL_H
#define GRAPHQL_GRAPHQL_H
#include "graphql/error.h"
#include "graphql/schema.h"
#include "graphql/value.h"
struct arena;
struct json;
struct json_writer;
struct graphql_execution;
/* A field of the answer: all occurrences of one response name merged, through fragments and with
 * @skip and @include applied. */
struct graphql_selected {
    struct slice key; /* response name: alias, else the field's name */
    const struct graphql_field *field;
    const struct graphql_value *args; /* OBJECT: coerced, variables substituted, defaults applied;
                                         arguments that were not given are absent. Never NULL */
    const struct graphql_selected *children; /* in order of the selection. NULL: a leaf, or a field
                                                of interface or union type (graphql_children) */
    const struct graphql_selected *next;     /* sibling */
    const struct graphql_selected *up;       /* NULL at the root */
    uint32_t index; /* 0 ... field_count-1, unique in the operation, parents first */
    uint32_t child_count;
    uint32_t line, column; /* of the first occurrence */
    void *note;            /* the embedder's own, NULL at first: graphql_note */
    void *merged;          /* the engine's own */
};
enum graphql_operation_kind { GRAPHQL_QUERY, GRAPHQL_MUTATION, GRAPHQL_SUBSCRIPTION };
struct graphql_operation {
    enum graphql_operation_kind kind;
    struct slice name; /* empty: anonymous */
    const struct graphql_selected *roots;
    /* Selected fields in the whole tree, __typename and introspection too; fields under interfaces
     * and unions count when graphql_children first asks for them. */
    uint32_t field_count;
    const struct graphql_schema *schema;
    struct arena *arena;
    void *state; /* the engine's own */
};
struct graphql_request {
    const struct graphql_schema *schema;
    struct arena *arena;
    struct slice query;           /* must outlive the operation */
    struct slice operation_name;  /* empty: the only one */
    const struct json *variables; /* NULL or a JSON object */
    bool introspection;           /* false: __schema and __type are refused */
};
/* ERR_BAD_REQUEST: `errors` holds at least one; ERR_OUT_OF_MEMORY. *out untouched on failure. */
enum err graphql_prepare(const struct graphql_request *rq, struct graphql_errors *errors,
                         struct graphql_operation **out);
/* The fields under `s` for an object of type `t` (a possible type of s->field->type); collected
 * once and kept. ERR_OUT_OF_MEMORY, ERR_LIMIT (too many fields). */
enum err graphql_children(struct graphql_operation *op, const struct graphql_selected *s,
                          const struct graphql_type *t, const struct graphql_selected **out);
/* Leaves a note in a node of this operation (the nodes are const for everybody else). */
void graphql_note(struct graphql_operation *op, const struct graphql_selected *s, void *note);

struct graphql_source_ops {
    /* Value of one field, *out is NULL-kinded before. Any error becomes an entry of `errors` with
     * the field's path (word it with graphql_fail) and null in its place; ERR_OUT_OF_MEMORY ends
     * the execution. Never asked for __typename or introspection. */
    enum err (*get)(struct graphql_execution *x, void *source, const struct graphql_selected *s,
                    struct graphql_value *out);
    /* Name of the object's type; needed only where the field's type is an interface or a union. */
    struct slice (*type_name)(void *source);
};
struct graphql_stream_ops {
    /* Next item, or false at the end. */
    bool (*next)(struct graphql_execution *x, void *source, struct graphql_value *out);
};
/* Writes the operation's `data` value (an object, or null where a null reached the top) and adds to
 * `errors`. ERR_OK also when fields failed; ERR_OUT_OF_MEMORY: what was written is cut. `user` is
 * for graphql_user. */
enum err graphql_execute(struct graphql_operation *op, struct graphql_value root, void *user,
                         struct graphql_errors *errors, struct json_writer *w);
void *graphql_user(struct graphql_execution *x);
struct arena *graphql_arena(struct graphql_execution *x); /* the operation's */
/* Words the error of the field that is being asked for; returns `e` for the caller to return. */
enum err graphql_fail(struct graphql_execution *x, enum err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#endif
