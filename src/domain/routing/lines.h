/* The lines of a contact centre: contacts wait in queues, agents who can take one stand in their
 * team's line. Both are heaps, so the first of each is found at once; a decision looks at the teams
 * of one queue or the queues of one team, never at all contacts or agents.
 *
 * A call distribution group serves a queue's contact once it has waited for the group's time. So a
 * queue has a level for each such time (the first: none), a contact stands in the line of the last
 * level whose time it has waited, and a timer takes it to the next. A team takes contacts of its
 * group's level and of all later ones. */
#ifndef DOMAIN_ROUTING_LINES_H
#define DOMAIN_ROUTING_LINES_H
#include "domain/core/centre_state.h"
struct queue;
struct team;
/* The team serves the queue's contacts that have waited so long. */
struct link {
    struct queue *queue;
    struct team *team;
    int64_t after_ms;
};
struct level {
    struct level *next; /* of a longer time */
    int64_t after_ms;
    struct heap waiting; /* tasks: key priority, order enqueueOrder */
};
struct queue {
    struct uuid id;
    struct level *levels; /* never empty */
    struct link *teams;   /* of its call distribution groups, as of the last look; soonest first */
    size_t team_count, team_cap;
};
struct team {
    struct uuid id;
    struct heap able[channel_type_count]; /* seats */
    struct link *queues;
    size_t queue_count, queue_cap;
};
struct queue *queue_make(struct centre *c, struct uuid id); /* NULL: out of memory */
struct team *team_make(struct centre *c, struct uuid id);
void lines_free(struct centre *c);
/* Into and out of the waiting line of t->queue, with the timer of the next level. */
enum err queue_add(struct queue *q, struct task *t);
void queue_remove(struct task *t); /* waits nowhere: no-op */
size_t queue_length(const struct queue *q);
/* Links queues and teams as the configuration says now (links.c). False: out of memory. */
bool lines_link(struct centre *c);

/* Decisions: pure look-ups. */
struct task *lines_best_task(const struct agent *a);  /* for an agent who can take one */
struct agent *lines_best_agent(const struct task *t); /* NULL: nobody can */
/* Makes every decision that this step has made possible (routing.c). */
void routing_settle(struct centres *all, struct effects *fx);
/* A task was parked; an agent can take a contact of some type. */
void routing_hungry_task(struct task *t);
void routing_hungry_agent(struct agent *a);
#endif
