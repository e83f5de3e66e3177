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

/* What fits; NULL: nothing does. */
static const struct skill_held *fitting(const struct skills *held, const struct skill_ask *ask)
{
    for (size_t i = 0; i < held->count; i++)
        if (uuid_eq(held->items[i].skill, ask->skill) && compares(&held->items[i], ask))
            return &held->items[i];
    return NULL;
}

bool skill_ask_met(const struct skills *held, const struct skill_ask *ask)
{
    return (fitting(held, ask) != NULL) != (ask->condition == SKILL_IS_NOT);
}

/* The skills that count for it. IS_NOT has to hold for both lists. */
static const struct skill_held *
fitting_of(const struct skills *profile, const struct skills *dynamic, const struct skill_ask *ask)
{
    const struct skill_held *h = ask->dynamic ? NULL : fitting(profile, ask);
    return h ? h : fitting(dynamic, ask);
}

static int64_t fitness(const struct skill_held *h, const struct skill_ask *ask)
{
    if (!h || h->level < 0)
        return 0;
    bool few = ask->condition == SKILL_LTE || ask->condition == SKILL_LT;
    return ask->weight * (few ? SKILL_LEVEL_MAX - h->level : h->level);
}

void skills_match(const struct skills *profile, const struct skills *dynamic,
                  const struct skill_ask *asks, size_t count, struct skills_match *out)
{
    *out = (struct skills_match){ .profile = true, .dynamic = true };
    for (size_t i = 0; i < count; i++) {
        const struct skill_held *h = fitting_of(profile, dynamic, &asks[i]);
        if ((h != NULL) == (asks[i].condition == SKILL_IS_NOT)) {
            *(asks[i].dynamic ? &out->dynamic : &out->profile) = false;
            continue;
        }
        *(asks[i].dynamic ? &out->dynamic_score : &out->profile_score) += asks[i].weight;
        out->fitness += fitness(h, &asks[i]);
    }
}
