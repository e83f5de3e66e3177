#include <criterion/criterion.h>

#include "domain/core/skill_match.h"

static const struct uuid german = { { 1 } }, vip = { { 2 } }, product = { { 3 } };

static struct skill_held held[] = {
    { { { 1 } }, { "", 0 }, 6 },
    { { { 2 } }, { "true", 4 }, -1 },
    { { { 3 } }, { "Phones", 6 }, -1 },
    { { { 3 } }, { "Cards", 5 }, -1 },
};
static const struct skills all = { held, 4, 4 }, none;

static struct skill_ask ask(struct uuid skill, const char *condition, const char *value)
{
    struct skill_ask a = { .skill = skill,
                           .condition = skill_condition_named(slice_of(condition)),
                           .value = slice_of(value),
                           .level = -1,
                           .weight = 1 };
    slice_to_i64(a.value, &a.level);
    return a;
}

static bool met(struct uuid skill, const char *condition, const char *value)
{
    struct skill_ask a = ask(skill, condition, value);
    return skill_ask_met(&all, &a);
}

Test(skill_match, proficiency_compares_as_a_number)
{
    static const struct {
        const char *condition;
        bool of[3]; /* 5, 6, 7 */
    } rows[] = {
        { "IS", { false, true, false } },    { "IS_NOT", { true, false, true } },
        { "GTE", { true, true, false } },    { "LTE", { false, true, true } },
        { "GT", { true, false, false } },    { "LT", { false, false, true } },
        { "LIKE", { false, false, false } },
    };
    static const char *const values[] = { "5", "6", "7" };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < 3; k++)
            cr_assert_eq(met(german, rows[i].condition, values[k]), rows[i].of[k], "%s %s",
                         rows[i].condition, values[k]);
    cr_assert_not(met(german, "GTE", "many"));
}

Test(skill_match, words_compare_in_any_case)
{
    cr_assert(met(vip, "IS", "TRUE"));
    cr_assert_not(met(vip, "IS", "false"));
    cr_assert(met(vip, "IS_NOT", "false"));
    cr_assert(met(product, "IS", "phones") && met(product, "IS", "Cards"), "several values");
    cr_assert_not(met(product, "IS_NOT", "Cards"));
    cr_assert_not(met(product, "GTE", "Cards"), "words have no order");
}

Test(skill_match, who_has_nothing_meets_only_what_asks_for_nothing)
{
    struct skill_ask is = ask(german, "IS", "6"), is_not = ask(german, "IS_NOT", "6");
    cr_assert_not(skill_ask_met(&none, &is));
    cr_assert(skill_ask_met(&none, &is_not));
}

Test(skill_match, each_kind_against_its_lists_and_levels_count_by_weight)
{
    struct skill_ask asks[] = { ask(german, "GTE", "3"), ask(german, "LTE", "8"),
                                ask(vip, "IS", "true") };
    struct skills_match m;
    asks[0].weight = 10;
    skills_match(&all, &none, asks, 3, &m);
    cr_assert(m.profile && m.dynamic);
    cr_assert_eq(m.profile_score, 12);
    cr_assert_eq(m.fitness, 10 * 6 + (10 - 6));
    asks[2].dynamic = true;
    skills_match(&all, &none, asks, 3, &m);
    cr_assert(m.profile && !m.dynamic);
    skills_match(&none, &all, asks, 3, &m);
    cr_assert(m.profile && m.dynamic, "what was given counts for both kinds");
    asks[0] = ask(german, "IS_NOT", "6");
    skills_match(&none, &all, asks, 1, &m);
    cr_assert_not(m.profile, "and against both");
    skills_match(&none, &none, NULL, 0, &m);
    cr_assert(m.profile && m.dynamic && m.fitness == 0);
}
