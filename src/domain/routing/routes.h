/* What the configuration says about who may serve whom, in a form that can be asked fast: made anew
 * after each change of configuration, all in one arena. */
#ifndef DOMAIN_ROUTING_ROUTES_H
#define DOMAIN_ROUTING_ROUTES_H
#include "domain/core/skill_match.h"
#include "domain/routing/lines.h"
struct arena;
struct ask_set {
    struct ask_set *next;
    size_t index;
    const struct skill_ask *asks;
    size_t count;
};
/* Whom pools take their agents from: a team, one user, or (nil) everybody. */
struct place {
    struct pool *pool;
    int64_t position; /* in the queue's list */
};
struct staff {
    struct uuid id;
    struct place *places;
    size_t count, cap;
};
struct routes {
    struct arena *arena;
    struct arena *scratch;          /* of one agent's seating; empty between */
    struct map staff, shared, asks; /* by id; pools and sets of asks by what they are */
    struct map verdicts;            /* of skill profiles, by id (seats.c) */
    struct map rankings;            /* of teams with agents, by id (seats.c) */
    struct pool *pools;
    struct ask_set *ask_sets;
    size_t ask_count;
};
struct routes *routes_new(void); /* NULL: out of memory */
void routes_free(struct routes *r);
/* One queue of the configuration; false: out of memory, or routes_full. */
bool routes_add(struct routes *r, struct queue *q, const struct config_routing *c);
/* LIMIT_routes_bytes_max is reached, or so nearly that the next list may pass it. */
bool routes_full(const struct routes *r);
const struct staff *routes_staff(const struct routes *r, struct uuid id); /* NULL: serves nothing */
/* Adds to a list in the arena that doubles; NULL: out of memory. */
void *routes_grow(struct arena *a, void *list, size_t count, size_t *cap, size_t size);
#endif
