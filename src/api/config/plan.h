/* Which entities a filter makes it worth looking at, found by the indexes of a published set. */
#ifndef API_CONFIG_PLAN_H
#define API_CONFIG_PLAN_H
#include "api/config/rsql.h"
#include "domain/catalog/access.h"
#include "domain/catalog/index.h"
struct arena;
enum plan_kind { PLAN_ALL, PLAN_RANGE, PLAN_LIST };
/* The candidates, in order of id. */
struct plan {
    enum plan_kind kind;
    size_t count;
    bool exact; /* they all match; else each has to be looked at */
    struct index_range range;
    uint32_t *positions;
};
struct plan_question {
    struct catalog_set set;
    const struct entity_set *indexed; /* NULL: no indexes, but ids */
    enum resource resource;
    const struct rsql *filter;             /* bound and resolved; NULL: none */
    struct uuid parent;                    /* only its children; nil: any */
    const struct access *access, *desktop; /* only what both show */
};
/* Memory of the arena. ERR_OUT_OF_MEMORY. */
enum err plan_make(const struct plan_question *q, struct arena *a, struct plan *out);
/* Position in the set of candidate i. */
static inline size_t plan_position(const struct plan *p, size_t i)
{
    if (p->kind == PLAN_RANGE)
        return index_position(p->range, i);
    return p->kind == PLAN_LIST ? p->positions[i] : i;
}
#endif
