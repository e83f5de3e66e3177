/* How a queue picks among the agents who can take its contact. One strategy, one small file, one
 * row in strategies[]. Pure. */
#ifndef DOMAIN_ROUTING_STRATEGY_H
#define DOMAIN_ROUTING_STRATEGY_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
struct candidate {
    int64_t available_since;
    int64_t login_order; /* of two agents never the same */
    int64_t position;    /* in the queue's list of teams or agents, from 0 */
    int64_t fitness;     /* how well the agent's skills suit (domain/core/skill_match.h) */
};
struct rank {
    int64_t first, then;
};
/* Whom a queue's last contact was offered to, and the how-many-eth round through its agents. */
struct turn {
    int64_t round, position, login_order;
};
struct strategy {
    const char *name; /* the contract's word */
    /* The lowest rank is picked: by first, by then, by the lower login order. While an agent waits
     * in line its rank may not change except with the candidate, whatever `turn` becomes. */
    struct rank (*rank)(const struct candidate *c, const struct turn *turn);
    bool by_position; /* the place in the queue's list counts */
};
extern const struct strategy strategies[];               /* ends with a NULL name */
const struct strategy *strategy_find(struct slice name); /* NULL: none */
struct rank longest_available_rank(const struct candidate *c, const struct turn *turn);
struct rank best_available_rank(const struct candidate *c, const struct turn *turn);
struct rank circular_rank(const struct candidate *c, const struct turn *turn);
struct rank linear_rank(const struct candidate *c, const struct turn *turn);
#endif
