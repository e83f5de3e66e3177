/* A configuration at random, and edits of it, as an administrator might make them in the middle of
 * a day. */
#ifndef SIM_EDITS_H
#define SIM_EDITS_H
#include "base/random.h"
#include "domain/routing/strategy.h"
#include "table_config.h"
struct edits {
    struct random *random;
    struct table_config *config;
};

static inline uint64_t edits_below(struct edits *e, uint64_t n)
{
    return random_below(e->random, n);
}

/* Of a queue; mostly none. */
static inline int64_t some_max_wait(struct edits *e)
{
    return edits_below(e, 3) ? 0 : 1 + (int64_t)edits_below(e, 300000);
}

/* Mostly any number. */
static inline int64_t some_max_contacts(struct edits *e)
{
    return edits_below(e, 3) ? 0 : 1 + (int64_t)edits_below(e, 6);
}

static inline int some_level(struct edits *e)
{
    return (int)edits_below(e, 12) - 1;
}

static inline void some_asks(struct edits *e, unsigned q)
{
    struct table_config *t = e->config;
    t->asks[q] = edits_below(e, 2) ? 0 : (unsigned)edits_below(e, TABLE_ASKS_MAX + 1);
    for (unsigned i = 0; i < t->asks[q]; i++)
        t->ask[q][i] =
            (struct skill_ask){ .skill = table_skill((int)edits_below(e, TABLE_SKILLS)),
                                .condition = (enum skill_condition)edits_below(e, SKILL_NEVER),
                                .level = (int64_t)edits_below(e, 11),
                                .weight = (int64_t)edits_below(e, 5) - 1,
                                .dynamic = edits_below(e, 4) == 0 };
}

static inline void some_staff(struct edits *e, unsigned q)
{
    struct table_config *t = e->config;
    size_t kinds = 0;
    while (strategies[kinds].name)
        kinds++;
    t->staffing[q] = edits_below(e, 2) ? STAFF_TEAMS : (enum staffing)edits_below(e, 3);
    t->strategy[q] = strategies[edits_below(e, kinds)].name;
    t->agents[q] = random_u64(e->random) & ((1ULL << t->users) - 1);
}

static inline void some_capacity(struct edits *e, unsigned i)
{
    e->config->capacity[i] = (struct config_capacity){
        .profile = table_id(6, i),
        .blending = (enum blending)edits_below(e, blending_count),
        .units = { i < 3, (unsigned)edits_below(e, 4), (unsigned)edits_below(e, 4),
                   (unsigned)edits_below(e, 3) },
    };
}

/* One change of one user. */
static inline struct uuid edits_user(struct edits *e)
{
    struct table_config *t = e->config;
    unsigned u = (unsigned)edits_below(e, t->users);
    switch (edits_below(e, 4)) {
    case 0:
        t->user[u].active = !t->user[u].active;
        break;
    case 1:
        t->profile[u] = (unsigned)edits_below(e, t->profiles);
        break;
    case 2:
        t->given[u][edits_below(e, TABLE_SKILLS)] = some_level(e);
        break;
    default:
        t->member[u] = (unsigned)edits_below(e, 1ULL << t->teams);
    }
    return t->user[u].id;
}

/* One change of something else. */
static inline void edits_one(struct edits *e)
{
    struct table_config *t = e->config;
    unsigned q = (unsigned)edits_below(e, t->queues);
    switch (edits_below(e, 14)) {
    case 0:
        t->queue[q].active = !t->queue[q].active;
        break;
    case 1:
        t->team[edits_below(e, t->teams)].active ^= 1;
        break;
    case 2:
        t->rona_ms[q] = (int64_t)edits_below(e, 40000);
        break;
    case 3:
        t->after_ms[q][edits_below(e, t->teams)] = (int64_t)edits_below(e, 3) * 10000;
        break;
    case 4:
        t->max_wait_ms[q] = some_max_wait(e);
        break;
    case 5:
        some_staff(e, q);
        break;
    case 6:
        some_asks(e, q);
        break;
    case 7:
        t->level[edits_below(e, t->users)][edits_below(e, TABLE_SKILLS)] = some_level(e);
        break;
    case 8:
        some_capacity(e, (unsigned)edits_below(e, t->profiles));
        break;
    case 9:
        t->code[edits_below(e, TABLE_CODES)].active ^= 1;
        break;
    case 10:
        t->entry[q].active = !t->entry[q].active;
        break;
    case 12:
        t->rank[q] = (int64_t)edits_below(e, 4);
        break;
    case 11:
        *(edits_below(e, 2) ? &t->queue_max[q] : &t->entry_max[q]) = some_max_contacts(e);
        break;
    default:
        t->serves[q] = (unsigned)edits_below(e, 1ULL << t->teams);
    }
}

static inline void edits_make(struct edits *e)
{
    struct table_config *t = e->config;
    table_init(t, 1 + (unsigned)edits_below(e, 4), 1 + (unsigned)edits_below(e, 8),
               2 + (unsigned)edits_below(e, 20));
    t->profiles = 4;
    for (unsigned i = 0; i < t->profiles; i++)
        some_capacity(e, i);
    for (unsigned i = 0; i < t->users; i++) {
        t->member[i] = 1 + (unsigned)edits_below(e, (1U << t->teams));
        t->profile[i] = (unsigned)edits_below(e, t->profiles);
    }
    for (unsigned i = 0; i < t->queues; i++)
        t->serves[i] = 1 + (unsigned)edits_below(e, (1U << t->teams) - 1);
    for (unsigned i = 0; i < t->queues; i++)
        t->max_wait_ms[i] = some_max_wait(e);
    for (unsigned i = 0; i < t->queues; i++) {
        t->queue_max[i] = some_max_contacts(e);
        t->entry_max[i] = some_max_contacts(e);
        some_staff(e, i);
        some_asks(e, i);
    }
    for (unsigned i = 0; i < t->users; i++)
        for (int k = 0; k < TABLE_SKILLS; k++) {
            t->level[i][k] = some_level(e);
            t->given[i][k] = edits_below(e, 4) ? -1 : some_level(e);
        }
    for (unsigned i = 0; i < t->queues; i++)
        for (unsigned k = 0; k < t->teams; k++)
            t->after_ms[i][k] = edits_below(e, 2) ? 0 : (int64_t)edits_below(e, 30000);
}
#endif
