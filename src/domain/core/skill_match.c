#include "domain/core/skill_match.h"

enum skill_condition skill_condition_named(struct slice word)
{
    static const char *const words[SKILL_NEVER] = {
        [SKILL_IS] = "IS",   [SKILL_IS_NOT] = "IS_NOT", [SKILL_GTE] = "GTE",
        [SKILL_LTE] = "LTE", [SKILL_GT] = "GT",         [SKILL_LT] = "LT",
    };
    for (int i = 0; i < SKILL_NEVER; i++)
        if (slice_is(word, words[i]))
            return (enum skill_condition)i;
    return SKILL_NEVER;
}

static bool equals(const struct skill_held *h, const struct skill_ask *ask)
{
    if (h->level >= 0 && ask->level >= 0)
        return h->level == ask->level;
    return h->text.len > 0 && slice_eq_nocase(h->text, ask->value);
}

static bool compares(const struct skill_held *h, const struct skill_ask *ask)
{
    if (ask->condition == SKILL_IS || ask->condition == SKILL_IS_NOT)
        return equals(h, ask);
    if (h->level < 0 || ask->level < 0)
        return false;
    switch (ask->condition) {
    case SKILL_GTE:
        return h->level >= ask->level;
    case SKILL_LTE:
        return h->level <= ask->level;
    case SKILL_GT:
        return h->level > ask->level;
    case SKILL_LT:
        return h->level < ask->level;
    case SKILL_IS:
    case SKILL_IS_NOT:
    case SKILL_NEVER:
    case skill_condition_count:
    default:
        return false;
    }
}

struct fit {
    bool found;
    int64_t points; /* of the best that was found */
};

/* Where few is asked for, few is good. */
static int64_t points(const struct skill_held *h, const struct skill_ask *ask)
{
    bool few = ask->condition == SKILL_LTE || ask->condition == SKILL_LT;
    if (h->level < 0 || ask->condition == SKILL_IS_NOT)
        return 0;
    return few ? SKILL_LEVEL_MAX - h->level : h->level;
}

static void look(const struct skills *held, const struct skill_ask *ask, struct fit *out)
{
    for (size_t i = 0; i < held->count; i++) {
        const struct skill_held *h = &held->items[i];
        if (!uuid_eq(h->skill, ask->skill) || !compares(h, ask))
            continue;
        int64_t here = points(h, ask);
        out->found = true;
        if (here > out->points)
            out->points = here;
    }
}

bool skill_ask_met(const struct skills *held, const struct skill_ask *ask)
{
    struct fit fit = { 0 };
    look(held, ask, &fit);
    return fit.found != (ask->condition == SKILL_IS_NOT);
}

void skills_match(const struct skills *profile, const struct skills *dynamic,
                  const struct skill_ask *asks, size_t count, struct skills_match *out)
{
    *out = (struct skills_match){ .profile = true, .dynamic = true };
    for (size_t i = 0; i < count; i++) {
        struct fit fit = { 0 };
        if (!asks[i].dynamic)
            look(profile, &asks[i], &fit);
        look(dynamic, &asks[i], &fit); /* IS_NOT has to hold for both */
        if (fit.found == (asks[i].condition == SKILL_IS_NOT)) {
            *(asks[i].dynamic ? &out->dynamic : &out->profile) = false;
            continue;
        }
        *(asks[i].dynamic ? &out->dynamic_score : &out->profile_score) += asks[i].weight;
        out->fitness += asks[i].weight * fit.points;
    }
}
