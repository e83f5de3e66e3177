/* What can be wrong with a document, its variables or its execution. The engine gives a class, the
 * path of response names and a sentence; the embedder words and wraps them as its API demands. */
#ifndef GRAPHQL_ERROR_H
#define GRAPHQL_ERROR_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
struct arena;
struct json_writer;
enum graphql_error_kind {
#define GRAPHQL_ERROR(sym, name) GRAPHQL_E_##sym,
#include "graphql/error.def"
    GRAPHQL_E_COUNT
};
struct graphql_error {
    enum graphql_error_kind kind;
    struct slice message; /* English, without the class and the path */
    /* Response names (aliases) joined by '/'; under a named fragment its name comes first; list
     * indexes appear in execution errors only. Empty for the whole document. */
    struct slice path;
    uint32_t line, column; /* from 1; 0: no place in the document */
    struct graphql_error *next;
};
/* In order of discovery. Lives in one arena; at most LIMIT_graphql_errors_max are kept. */
struct graphql_errors {
    struct arena *arena;
    struct graphql_error *first, *last;
    uint32_t count;
    bool out_of_memory; /* an error could not be kept */
};
void graphql_errors_init(struct graphql_errors *e, struct arena *a);
/* Class name in the style known from the Java engine: "FieldUndefined". */
const char *graphql_error_name(enum graphql_error_kind kind);
/* The specification's `errors` value: a list of {message, locations, path, extensions
 * {classification}}. */
void graphql_errors_write(const struct graphql_errors *e, struct json_writer *w);
#endif
