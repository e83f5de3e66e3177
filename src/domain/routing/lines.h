/* The lines of a contact centre: contacts wait in queues, agents who can take one stand in pools.
 * Both are heaps, so the first of each is found at once; a decision looks at the pools of one queue
 * or at the pools of one agent and their queues, never at all contacts or agents.
 *
 * A pool is the agents of one team (or all, or a queue's own list) who meet what a queue asks for,
 * in the order of its strategy. Queues that want the same share it. Which agents belong to it is
 * found out when the configuration changes or somebody logs in (routes.h), not when a contact
 * waits.
 *
 * A call distribution group serves a queue's contact once it has waited for the group's time. So a
 * queue has a level for each such time (the first: none), a contact stands in the line of the last
 * level whose time it has waited, and a timer takes it to the next. A team takes contacts of its
 * group's level and of all later ones. */
#ifndef DOMAIN_ROUTING_LINES_H
#define DOMAIN_ROUTING_LINES_H
#include "domain/core/centre_state.h"
#include "domain/routing/strategy.h"
struct ask_set;
struct config_rank;
struct pool;
struct queue;
/* The pool serves the queue's contacts that have waited so long. */
struct link {
    struct queue *queue;
    struct pool *pool;
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
    struct link *links;   /* as of the last look at the configuration; soonest first */
    size_t link_count;
    struct busy busy; /* its contacts until their talk is over */
    struct turn turn; /* of a CIRCULAR one; begins anew with the process */
};
struct pool {
    struct pool *next;
    enum channel_type type;
    const struct strategy *strategy;
    const struct ask_set *asks; /* NULL: nothing is asked */
    struct queue *owner;        /* of a strategy by position, and of a list of agents; else NULL */
    struct heap able;           /* seats of those who can take a contact now */
    struct link *links;         /* the queues it serves */
    size_t link_count, link_cap;
};
/* In which order the agents of a team serve queues; kept by the routes. */
struct ranking {
    struct uuid team;
    const struct config_rank *list;
    size_t count;
};
/* An agent's place in one pool. */
struct seat {
    struct heap_node node; /* key, then: the strategy's rank, order: login order */
    struct agent *agent;
    struct pool *pool;
    int64_t position, fitness;
};
struct queue *queue_make(struct centre *c, struct uuid id); /* NULL: out of memory */
void lines_free(struct centre *c);
/* Into and out of the waiting line of t->queue, with the timer of the next level. */
enum err queue_add(struct queue *q, struct task *t);
void queue_remove(struct task *t); /* waits nowhere: no-op */
size_t queue_length(const struct queue *q);
/* Pools and levels as the configuration says now, every agent seated (routes.c). False: out of
 * memory. */
bool lines_link(struct centre *c);

/* Into the pools the agent belongs to as the configuration says (seats.c); and out of all. */
bool seats_take(struct agent *a);
void seats_leave(struct agent *a);
/* Stands in line where it can take a contact now; true when it newly does. */
bool seats_refresh(struct agent *a, struct effects *fx);
struct rank seat_rank(const struct seat *s);

/* Decisions: pure look-ups. */
struct task *lines_best_task(const struct agent *a); /* NULL: none that the agent could take */
struct seat *lines_best_seat(const struct task *t);  /* NULL: nobody can */
/* Makes every decision that this step has made possible (routing.c). */
void routing_settle(struct centres *all, struct effects *fx);
/* The agent's user was changed: other contacts may suit it now, or none. */
void routing_refit(struct agent *a);
/* A task was parked; an agent can take a contact of some type. */
void routing_hungry_task(struct task *t);
void routing_hungry_agent(struct agent *a);
#endif
