/* The lines of a contact centre: contacts wait in queues, agents who can take one stand in their
 * team's line. Both are heaps, so the first of each is found at once; a decision looks at the teams
 * of one queue or the queues of one team, never at all contacts or agents. */
#ifndef DOMAIN_ROUTING_LINES_H
#define DOMAIN_ROUTING_LINES_H
#include "domain/core/centre_state.h"
struct team;
struct queue {
    struct uuid id;
    struct heap waiting; /* tasks: key priority, order enqueueOrder */
    struct team **teams; /* of its call distribution groups, as of the last look */
    size_t team_count, team_cap;
};
struct team {
    struct uuid id;
    struct heap able[channel_type_count]; /* seats */
    struct queue **queues;
    size_t queue_count, queue_cap;
};
struct queue *queue_make(struct centre *c, struct uuid id); /* NULL: out of memory */
struct team *team_make(struct centre *c, struct uuid id);
void lines_free(struct centre *c);
/* Into and out of the waiting line of t->queue. */
enum err queue_add(struct queue *q, struct task *t);
void queue_remove(struct queue *q, struct task *t);
/* Links queues and teams as the configuration says now. False: out of memory. */
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
