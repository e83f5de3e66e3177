#include "domain/routing/strategy.h"

/* On through the list from whom the last contact was offered to, and round again at its end. Who
 * stands up to that place comes in the next round, the others in this one. The one picked has the
 * lowest rank, so nobody in line is ever passed over: their ranks stay right as the turn goes on.
 */
struct rank circular_rank(const struct candidate *c, const struct turn *turn)
{
    bool passed = c->position != turn->position ? c->position < turn->position
                                                : c->login_order <= turn->login_order;
    return (struct rank){ .first = turn->round + passed, .then = c->position };
}
