#include "domain/routing/strategy.h"

const struct strategy strategies[] = {
    { .name = "LONGEST_AVAILABLE_AGENT", .rank = longest_available_rank },
    { .name = "BEST_AVAILABLE_AGENT", .rank = best_available_rank },
    { .name = "CIRCULAR", .rank = circular_rank, .by_position = true },
    { .name = "LINEAR", .rank = linear_rank, .by_position = true },
    { .name = NULL },
};

const struct strategy *strategy_find(struct slice name)
{
    for (const struct strategy *s = strategies; s->name; s++)
        if (slice_is(name, s->name))
            return s;
    return NULL;
}
