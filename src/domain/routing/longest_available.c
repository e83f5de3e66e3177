#include "domain/routing/strategy.h"

/* Who has been waiting for a contact the longest. */
int64_t longest_available_rank(const struct candidate *c)
{
    return c->available_since;
}
