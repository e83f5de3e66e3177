/* What somebody can do against what a queue asks for. Pure: the catalogue reads both from its
 * entities (domain/catalog/skills.h), routing and the look-ups of the API compare them here, so
 * that both say the same. */
#ifndef DOMAIN_CORE_SKILL_MATCH_H
#define DOMAIN_CORE_SKILL_MATCH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/uuid.h"
struct skill_held {
    struct uuid skill;
    struct slice text; /* of text and enum skills; "true" or "false" of boolean ones */
    int64_t level;     /* of proficiency skills; -1: none */
};
struct skills { /* memory of the arena and of what they were read from */
    struct skill_held *items;
    size_t count, cap;
};
enum skill_condition {
    SKILL_IS,
    SKILL_IS_NOT,
    SKILL_GTE,
    SKILL_LTE,
    SKILL_GT,
    SKILL_LT,
    SKILL_NEVER, /* met by nobody: a word that is no condition, or a skill that is switched off */
    skill_condition_count
};
enum { SKILL_LEVEL_MAX = 10, SKILL_WEIGHT_DEFAULT = 1 };
struct skill_ask {
    struct uuid skill;
    enum skill_condition condition;
    struct slice value;
    int64_t level;  /* the value as a number; -1: it is none */
    int64_t weight; /* of this skill among those that are asked for */
    bool dynamic;   /* only what was given to the user counts; else the profile and that */
};
enum skill_condition skill_condition_named(struct slice word); /* SKILL_NEVER: none */
bool skill_ask_met(const struct skills *held, const struct skill_ask *ask);

/* All that a queue asks for. Nothing asked of a kind: that kind is met. */
struct skills_match {
    bool profile, dynamic;
    int64_t profile_score, dynamic_score; /* weights of what is met */
    int64_t fitness; /* weights of what is met times the best level for it; where few is asked for
                        (LTE, LT) what is missing to the highest */
};
void skills_match(const struct skills *profile, const struct skills *dynamic,
                  const struct skill_ask *asks, size_t count, struct skills_match *out);
#endif
