/* The living contact centre in memory: what the rooms agent, task, routing and telephony share.
 *
 *     centres ── by org ──> centre ──┬─ agents   user id   -> struct agent   (domain/agent/agent.h)
 *                                    ├─ tasks    task id   -> struct task    (domain/task/task.h)
 *                                    ├─ queues   queue id  -> struct queue (domain/routing/lines.h)
 *                                    ├─ devices  number    -> struct device
 * (domain/telephony/phones.h) └─ numbers  number    -> struct agent who logged in with it
 *
 * A step marks the nouns it changes (agent_touch ...). When the step settles, routing first makes
 * the decisions that became possible, then each marked noun writes its row, once. Nouns that ended
 * are freed when the next step begins, so that what the effects borrowed of them stays readable. */
#ifndef DOMAIN_CORE_CENTRE_STATE_H
#define DOMAIN_CORE_CENTRE_STATE_H
#include <stdbool.h>

#include "base/map.h"
#include "base/uuid.h"
#include "domain/core/centre.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
struct agent;
struct device;
struct device_port;
struct routes;
struct task;
/* How many contacts are somewhere at once (domain/task/busy.c). */
struct busy {
    struct uuid id;
    int64_t open;
};
struct centre {
    struct centres *all;
    struct uuid org;
    char org_text[UUID_TEXT_LEN + 1];
    struct map agents, tasks, queues, devices, numbers;
    struct map entries;    /* entry point id -> struct busy, from its first contact on */
    struct routes *routes; /* who may serve whom (domain/routing/routes.h); NULL: never looked at */
    uint64_t routes_number; /* how often it was made */
    bool has_routes;        /* it is as the configuration says */
    bool must_rematch;      /* configuration changed: waiting contacts may suit agents now */
    struct centre *next_rematch;
};
struct centres {
    struct world *world;
    struct config_view view;
    struct centre_settings settings;
    const struct device_port *port; /* the telephones */
    struct map by_org;
    int64_t last_enqueue, last_login; /* order numbers given out */
    struct task *dirty_tasks, **dirty_tasks_end;
    struct agent *dirty_agents, **dirty_agents_end;
    struct device *dirty_devices, **dirty_devices_end;
    struct task *hungry_tasks, **hungry_tasks_end;    /* parked in this step */
    struct agent *hungry_agents, **hungry_agents_end; /* able to take a contact since this step */
    struct agent *refits, **refits_end;               /* whose user changed in this step */
    struct centre *rematch;
    struct task *ended_tasks; /* of this step, freed when the next begins */
    struct agent *gone_agents;
};
struct centres *centres_of(const struct world *w);
struct centre *centre_find(struct centres *all, struct uuid org); /* NULL: nothing lives there */
struct centre *centre_make(struct centres *all, struct uuid org); /* NULL: out of memory */
static inline struct slice centre_org(const struct centre *c)
{
    return (struct slice){ c->org_text, UUID_TEXT_LEN };
}
static inline int64_t centre_now(const struct centre *c)
{
    return world_now_ms(c->all->world);
}
/* Never negative: the clock may have been set back while the server was down. */
static inline int64_t centre_since(const struct centre *c, int64_t ms)
{
    int64_t now = centre_now(c);
    return now > ms ? now - ms : 0;
}
/* Keys of maps by id: the 16 bytes. */
static inline struct slice id_key(const struct uuid *id)
{
    return (struct slice){ (const char *)id->bytes, sizeof id->bytes };
}
/* Walks the world for checks and tests: every centre in no order. */
bool centres_next(const struct centres *all, size_t *at, struct centre **out);
#endif
