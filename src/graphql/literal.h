/* What string literals stand for (specification, section 2.9.4). */
#ifndef GRAPHQL_LITERAL_H
#define GRAPHQL_LITERAL_H
#include "base/err.h"
#include "base/slice.h"
struct arena;
/* `body`: between the quotes. Without escapes *out is the body itself. ERR_BAD_REQUEST: an escape
 * is wrong; ERR_OUT_OF_MEMORY. */
enum err graphql_literal_string(struct arena *a, struct slice body, struct slice *out);
/* `body`: between the triple quotes; common indentation and blank first and last lines go. */
enum err graphql_literal_block(struct arena *a, struct slice body, struct slice *out);
#endif
