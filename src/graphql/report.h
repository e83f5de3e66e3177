/* Adding to a list of errors. */
#ifndef GRAPHQL_REPORT_H
#define GRAPHQL_REPORT_H
#include "graphql/ast.h"
#include "graphql/error.h"
struct report_path { /* names up to the root, the last one first */
    const struct report_path *up;
    struct slice name; /* empty with is_index */
    uint32_t index;
    bool is_index;
};
/* `e` may be NULL: nothing is kept. */
void graphql_report(struct graphql_errors *e, enum graphql_error_kind kind, struct place at,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));
void graphql_report_at(struct graphql_errors *e, enum graphql_error_kind kind, struct place at,
                       const struct report_path *path, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* As graphql_report_at, for an error whose text is already in the errors' arena. */
void graphql_report_text(struct graphql_errors *e, enum graphql_error_kind kind, struct place at,
                         const struct report_path *path, struct slice message);
bool graphql_report_full(const struct graphql_errors *e); /* LIMIT_graphql_errors_max is reached */
#endif
