/* The sets of all organisations: working and published version. Inside this room only. */
#ifndef DOMAIN_SUBSCRIPTION_SET_PRIV_H
#define DOMAIN_SUBSCRIPTION_SET_PRIV_H
#include "domain/core/effects.h"
#include "domain/subscription/subscription.h"
/* Core thread: the newest set, which may not be published yet. Never NULL. */
const struct subscription_set *subscriptions_working(struct subscriptions *s, struct uuid org);
/* A new working set: the present one with `put` in place of the one with its id (or added), or
 * without `remove`; either may be NULL. Published once the step is durable. ERR_OUT_OF_MEMORY. */
enum err subscriptions_change(struct subscriptions *s, struct uuid org,
                              const struct subscription *put, const struct uuid *remove,
                              struct effects *fx);
#endif
