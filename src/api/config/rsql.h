/* RSQL, the filter language of the configuration lists (the dialect of rsql-parser and
 * rsql-jpa-specification), as a tree. Knows nothing about fields.
 *
 *     or         = and *( ("," / " or ") and )
 *     and        = constraint *( (";" / " and ") constraint )
 *     constraint = "(" or ")" / selector operator ( value / "(" value *( "," value ) ")" )
 *     selector   = 1*unreserved
 *     operator   = "==" / "!=" / "<" / "<=" / ">" / ">=" / "=" *letter "="
 *     value      = 1*unreserved / "'" text "'" / DQUOTE text DQUOTE     (\ escapes inside quotes)
 *     unreserved = anything but " ' ( ) ; , = ! ~ < > and space */
#ifndef API_CONFIG_RSQL_H
#define API_CONFIG_RSQL_H
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
enum rsql_kind { RSQL_AND, RSQL_OR, RSQL_TERM };
enum rsql_op {
    RSQL_EQ,
    RSQL_NE,
    RSQL_IN,
    RSQL_OUT,
    RSQL_GT,
    RSQL_GE,
    RSQL_LT,
    RSQL_LE,
    RSQL_LIKE,
    RSQL_NOT_LIKE,
    RSQL_ILIKE,
    RSQL_NOT_ILIKE,
    RSQL_EQ_NOCASE,
    RSQL_BETWEEN,
    RSQL_NOT_BETWEEN,
    RSQL_IS_NULL,
    RSQL_NOT_NULL
};
struct rsql_value {
    struct slice text; /* unescaped */
    struct rsql_value *next;
};
struct rsql {
    enum rsql_kind kind;
    struct rsql *first, *next; /* children of AND and OR; sibling */
    struct slice selector;
    enum rsql_op op;
    struct rsql_value *values;
    size_t value_count;
    /* For whoever gives the selector a meaning. */
    int bound;
    struct slice *exact; /* of `values` those that are no patterns, in order; not in values then */
    size_t exact_count;
};
/* All memory of the arena. ERR_INVALID_FIELD: not a filter, too long, too deep or with too many
 * terms (LIMIT_filter_*); *why says what and where. */
enum err rsql_parse(struct arena *a, struct slice text, struct rsql **out, struct slice *why);
const char *rsql_op_text(enum rsql_op op);
#endif
