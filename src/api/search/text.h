/* How the Search API reads and writes its scalars. */
#ifndef API_SEARCH_TEXT_H
#define API_SEARCH_TEXT_H
#include "graphql/schema.h"
/* A number as a Java double prints: 24.0, 17237.1935483871, 1.3572571E8. Returns the length. */
enum { JAVA_DOUBLE_MAX = 40 };
size_t search_java_double(double n, char text[JAVA_DOUBLE_MAX]);
/* Long (JSON integers, literals and decimal strings) and Float (Java's form). */
extern const struct graphql_scalar search_scalars[];
#endif
