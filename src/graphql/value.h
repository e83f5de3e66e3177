/* One kind of value for everything: arguments after coercion, variables, results of resolvers.
 * Values are built in an arena and are immutable once handed over. Nothing here is shared between
 * threads except the default values of a schema, which never change. */
#ifndef GRAPHQL_VALUE_H
#define GRAPHQL_VALUE_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
struct arena;
struct graphql_source_ops;
struct graphql_stream_ops;
enum graphql_value_kind {
    GRAPHQL_NULL,
    GRAPHQL_BOOL,
    GRAPHQL_INT,  /* fits in 64 bits */
    GRAPHQL_REAL, /* also whole numbers beyond 64 bits */
    GRAPHQL_TEXT,
    GRAPHQL_ENUM,   /* `text` is the name; in results TEXT is as good */
    GRAPHQL_LIST,   /* children: first, next */
    GRAPHQL_OBJECT, /* children with a name: input object, JSON scalar, or a result read by name */
    GRAPHQL_SOURCE, /* results only: an object whose fields are asked for */
    GRAPHQL_STREAM, /* results only: a list whose items are asked for one by one */
};
struct graphql_value {
    enum graphql_value_kind kind;
    uint32_t count;    /* children of LIST and OBJECT */
    struct slice name; /* as a member of an OBJECT */
    const struct graphql_value *next;
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct slice text;
        const struct graphql_value *first;
        struct {
            union {
                const struct graphql_source_ops *ops;
                const struct graphql_stream_ops *stream;
            };
            void *source;
        };
    };
};
#define GRAPHQL_EACH(child, parent) \
    for (const struct graphql_value *child = graphql_first(parent); child; child = child->next)
/* First child of a LIST or OBJECT; NULL for anything else, also for NULL. */
const struct graphql_value *graphql_first(const struct graphql_value *v);
/* Member by name, or NULL (also when `object` is NULL or no OBJECT). A member that was given as
 * null is there, with kind GRAPHQL_NULL. */
const struct graphql_value *graphql_get(const struct graphql_value *object, const char *name);
const struct graphql_value *graphql_get_slice(const struct graphql_value *object,
                                              struct slice name);
/* Values with a fallback for missing, null or of another kind. text: TEXT and ENUM. */
struct slice graphql_text(const struct graphql_value *v, struct slice fallback);
int64_t graphql_i64(const struct graphql_value *v, int64_t fallback);
double graphql_real(const struct graphql_value *v, double fallback); /* INT too */
bool graphql_bool(const struct graphql_value *v, bool fallback);
static inline bool graphql_is_null(const struct graphql_value *v) /* missing or null */
{
    return !v || v->kind == GRAPHQL_NULL;
}
static inline struct graphql_value graphql_of_null(void)
{
    return (struct graphql_value){ .kind = GRAPHQL_NULL };
}
static inline struct graphql_value graphql_of_bool(bool b)
{
    return (struct graphql_value){ .kind = GRAPHQL_BOOL, .boolean = b };
}
static inline struct graphql_value graphql_of_i64(int64_t n)
{
    return (struct graphql_value){ .kind = GRAPHQL_INT, .integer = n };
}
static inline struct graphql_value graphql_of_real(double n)
{
    return (struct graphql_value){ .kind = GRAPHQL_REAL, .real = n };
}
static inline struct graphql_value graphql_of_text(struct slice s)
{
    return (struct graphql_value){ .kind = GRAPHQL_TEXT, .text = s };
}
static inline struct graphql_value graphql_of_source(const struct graphql_source_ops *ops,
                                                     void *source)
{
    return (struct graphql_value){ .kind = GRAPHQL_SOURCE, .ops = ops, .source = source };
}
static inline struct graphql_value graphql_of_stream(const struct graphql_stream_ops *stream,
                                                     void *source)
{
    return (struct graphql_value){ .kind = GRAPHQL_STREAM, .stream = stream, .source = source };
}
/* Builds a LIST or OBJECT: copies `item` into the arena as the last child. `tail` starts as NULL
 * and is the caller's place keeper. False: memory is short. */
bool graphql_append(struct arena *a, struct graphql_value *parent, struct graphql_value **tail,
                    struct graphql_value item) __attribute__((warn_unused_result));
#endif
