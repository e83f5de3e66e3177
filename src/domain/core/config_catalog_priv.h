/* Shared by config_catalog.c and config_queues.c; what the functions answer: config_view.h. */
#ifndef DOMAIN_CORE_CONFIG_CATALOG_PRIV_H
#define DOMAIN_CORE_CONFIG_CATALOG_PRIV_H
#include "domain/core/config_view.h"
/* False: a channel that this contact centre does not handle (FAX, VIDEO ...). */
bool config_channel(struct slice word, enum channel_type *out);
int64_t config_milliseconds(int64_t seconds); /* never so many that a sum overflows */
struct uuid config_skill_profile(void *ctx, struct uuid org, struct uuid user, struct uuid team);
bool config_profile_skills(void *ctx, struct uuid org, struct uuid profile, struct arena *a,
                           struct skills *out);
bool config_user_skills(void *ctx, struct uuid org, struct uuid user, struct arena *a,
                        struct skills *out);
bool config_queue_ranks(void *ctx, struct uuid org, struct uuid team, struct arena *a,
                        struct config_rank **list, size_t *count);
bool config_each_routing(void *ctx, struct uuid org,
                         void (*fn)(void *arg, const struct config_routing *r), void *arg);
#endif
