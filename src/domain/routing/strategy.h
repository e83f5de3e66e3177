/* How a queue picks among the agents who can take its contact. One strategy, one small file, one
 * row in strategies[]. Pure. */
#ifndef DOMAIN_ROUTING_STRATEGY_H
#define DOMAIN_ROUTING_STRATEGY_H
#include <stdint.h>

#include "base/slice.h"
struct candidate {
    int64_t available_since;
    int64_t login_order;
};
struct strategy {
    const char *name; /* routingType of a queue */
    /* The lower rank is picked; equal ranks: the lower login order. */
    int64_t (*rank)(const struct candidate *c);
};
extern const struct strategy strategies[];               /* ends with a NULL name */
const struct strategy *strategy_find(struct slice name); /* NULL: none */
int64_t longest_available_rank(const struct candidate *c);
#endif
