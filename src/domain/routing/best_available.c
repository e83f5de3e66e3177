#include "domain/routing/strategy.h"

/* Who suits best; of those, who has been waiting the longest. */
struct rank best_available_rank(const struct candidate *c, const struct turn *turn)
{
    (void)turn;
    return (struct rank){ .first = -c->fitness, .then = c->available_since };
}
