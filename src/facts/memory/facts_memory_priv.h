/* Shared by the files of this adapter only. */
#ifndef FACTS_MEMORY_PRIV_H
#define FACTS_MEMORY_PRIV_H
#include <pthread.h>

#include "base/map.h"
#include "facts/facts.h"
struct memory_row {
    struct facts_value *values;
    struct slice key;
};
struct memory_table {
    struct memory_row **rows;
    size_t count, cap;
    struct map by_key;
};
struct memory_facts {
    struct facts base;
    const struct facts_schema *schema;
    struct memory_table *tables;
    uint64_t applied;
    pthread_mutex_t lock;
};
/* One row of a join. */
struct memory_pair {
    const struct memory_row *row, *child; /* child NULL: no child in the query */
};
struct memory_search {
    const struct memory_facts *facts;
    const struct facts_query *q;
    struct arena *arena;
    struct memory_patterns *patterns; /* compiled, by their filter */
    enum err failed;
};
static inline const struct memory_table *memory_table_of(const struct memory_facts *f,
                                                         const struct facts_table *t)
{
    return &f->tables[t - f->schema->tables];
}
/* Null first; numbers by value, text by code point. */
int memory_compare(const struct facts_value *a, const struct facts_value *b);
bool memory_holds(struct memory_search *s, const struct facts_filter *f, struct memory_pair pair);
enum err memory_query(struct memory_facts *f, const struct facts_query *q, struct arena *a,
                      struct facts_result *out);
#endif
