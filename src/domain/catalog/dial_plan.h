/* Dial plans: what becomes of a number that an agent types.
 *
 * A plan takes its `strippedChars` out of what was typed, demands that the rest as a whole matches
 * its `regularExpression` (PCRE2), and puts its `prefix` before it. */
#ifndef DOMAIN_CATALOG_DIAL_PLAN_H
#define DOMAIN_CATALOG_DIAL_PLAN_H
#include <stdbool.h>

#include "base/slice.h"
#include "domain/catalog/references.h"
/* Why the expression is none; the text is the arena's. Empty: it is one. */
struct slice dial_plan_fault(struct slice expression, struct arena *a);
/* The number to dial in *out (arena). ERR_NOT_FOUND: the plan is inactive or does not take the
 * number; a number that needs more than LIMIT_pattern_steps_max steps is not taken. */
enum err dial_plan_apply(const struct entity *plan, struct slice typed, struct arena *a,
                         struct slice *out);
/* The first plan of a desktop profile that takes the number. A profile without plans, or with
 * dialPlanEnabled false, leaves it as it is. ERR_NOT_FOUND: none takes it. */
enum err dial_plan_of_profile(const struct catalog_view *view, const struct entity *profile,
                              struct slice typed, struct arena *a, struct slice *out);
#endif
