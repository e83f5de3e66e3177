#include <criterion/criterion.h>

#include "domain/routing/strategy.h"

static const struct turn start;

/* <0: the first is picked before the second. */
static int order(const struct strategy *s, struct candidate a, struct candidate b, struct turn turn)
{
    struct rank x = s->rank(&a, &turn), y = s->rank(&b, &turn);
    if (x.first != y.first)
        return x.first < y.first ? -1 : 1;
    if (x.then != y.then)
        return x.then < y.then ? -1 : 1;
    return (a.login_order > b.login_order) - (a.login_order < b.login_order);
}

static const struct strategy *find(const char *name)
{
    const struct strategy *s = strategy_find(slice_of(name));
    cr_assert_not_null(s, "%s", name);
    return s;
}

Test(strategy, is_found_by_its_name_only)
{
    cr_assert_null(strategy_find(SLICE("LUCK")));
    cr_assert_null(strategy_find(SLICE("")));
    cr_assert_null(strategy_find(SLICE("linear")));
    cr_assert_null(strategy_find(SLICE("SKILLS_BASED")), "says whom, the second word says how");
}

Test(strategy, longest_available)
{
    const struct strategy *s = find("LONGEST_AVAILABLE_AGENT");
    struct candidate early = { .available_since = 1, .login_order = 9, .position = 5 };
    struct candidate late = { .available_since = 2, .login_order = 1, .fitness = 50 };
    cr_assert_lt(order(s, early, late, start), 0);
    late.available_since = 1;
    cr_assert_gt(order(s, early, late, start), 0, "the lower login order");
}

Test(strategy, best_available)
{
    const struct strategy *s = find("BEST_AVAILABLE_AGENT");
    struct candidate good = { .available_since = 9, .login_order = 9, .fitness = 10 };
    struct candidate poor = { .available_since = 1, .login_order = 1, .fitness = 9 };
    cr_assert_lt(order(s, good, poor, start), 0);
    poor.fitness = 10;
    cr_assert_gt(order(s, good, poor, start), 0, "equals: who waits the longest");
    poor.available_since = 9;
    cr_assert_gt(order(s, good, poor, start), 0, "and the lower login order");
    good.fitness = -3;
    poor.fitness = -4;
    cr_assert_lt(order(s, good, poor, start), 0, "weights may be below zero");
}

Test(strategy, linear)
{
    const struct strategy *s = find("LINEAR");
    struct candidate top = { .available_since = 9, .login_order = 9, .position = 0 };
    struct candidate next = { .available_since = 1, .login_order = 1, .position = 1 };
    cr_assert_lt(order(s, top, next, start), 0);
    cr_assert_lt(order(s, top, next, (struct turn){ 7, 0, 9 }), 0, "whoever had the last");
}

Test(strategy, circular_goes_on_from_the_last_and_round_again)
{
    const struct strategy *s = find("CIRCULAR");
    struct candidate c[3] = { { .login_order = 3 },
                              { .login_order = 1, .position = 1 },
                              { .login_order = 2, .position = 1 } };
    cr_assert_lt(order(s, c[0], c[1], start), 0);
    cr_assert_lt(order(s, c[1], c[2], start), 0, "of one team, by login order");
    struct turn after_second = { 4, 1, 1 };
    cr_assert_lt(order(s, c[2], c[0], after_second), 0);
    cr_assert_lt(order(s, c[0], c[1], after_second), 0);
    struct turn after_last = { 4, 1, 2 };
    cr_assert_lt(order(s, c[0], c[1], after_last), 0);
    cr_assert_lt(order(s, c[1], c[2], after_last), 0);
}

/* What the header asks of every strategy, for the one that has a memory. */
Test(strategy, ranks_of_those_who_wait_stay_right_as_the_turn_goes_on)
{
    struct candidate c[5];
    struct rank at[5];
    struct turn turn = start;
    for (int i = 0; i < 5; i++)
        c[i] = (struct candidate){ .login_order = i + 1, .position = i / 2 };
    for (int i = 0; i < 5; i++)
        at[i] = circular_rank(&c[i], &turn);
    for (int picks = 0; picks < 100; picks++) {
        int best = 0;
        for (int i = 1; i < 5; i++)
            if (at[i].first < at[best].first ||
                (at[i].first == at[best].first && at[i].then < at[best].then))
                best = i;
        cr_assert_eq(best, picks % 5);
        turn = (struct turn){ at[best].first, c[best].position, c[best].login_order };
        at[best] = circular_rank(&c[best], &turn);
        for (int i = 0; i < 5; i++) {
            struct rank now = circular_rank(&c[i], &turn);
            cr_assert(now.first == at[i].first && now.then == at[i].then);
        }
    }
}
