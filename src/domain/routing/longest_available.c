#include "domain/routing/strategy.h"

/* Who has been waiting for a contact the longest. */
struct rank longest_available_rank(const struct candidate *c, const struct turn *turn)
{
    (void)turn;
    return (struct rank){ .first = c->available_since };
}
