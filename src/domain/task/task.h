/* A task: one contact, from its arrival to the end of wrap-up. Owned by its centre. */
#ifndef DOMAIN_TASK_TASK_H
#define DOMAIN_TASK_TASK_H
#include "domain/agent/agent.h"
#include "domain/core/centre_state.h"
#include "domain/core/textbox.h"
#include "domain/event/snapshot.h"
struct level;
/* Where a contact is one of those at once. */
enum task_place { PLACE_ENTRY_POINT, PLACE_QUEUE, task_place_count };
struct queue;
struct task {
    struct task_snapshot s; /* s.legs is `legs`, s.attributes is `attributes` */
    struct centre *centre;
    struct textbox box;
    struct leg_snapshot *legs; /* s.leg_count of them; the last is the present one */
    struct attribute *attributes;
    struct queue *queue;      /* parked, offered: whose contact it is; else NULL */
    struct level *level;      /* parked: the line of the queue it stands in; else NULL */
    struct heap_node waiting; /* parked: its place there */
    struct timer widen;       /* parked, when more teams may take it later: then */
    struct agent *agent;      /* offered to wrap-up: the owner; else NULL */
    uint32_t channel;         /* of the agent */
    struct timer overdue;     /* parked in a queue with a longest wait: set */
    struct timer rona;        /* offered: set */
    struct busy *places[task_place_count]; /* until the talk is over */
    bool dirty, hungry;
    struct task *next_dirty, *next_hungry;
};
enum task_event {
#define TASK_EVENT(symbol) TASK_ON_##symbol,
#include "task_states.def"
    TASK_EVENT_COUNT
};
/* The moves of spec/task_states.def; ERR_CONFLICT leaves *state as it was. */
enum err task_step(enum task_state *state, enum task_event on);

struct task *task_find(const struct centre *c, struct uuid id); /* NULL: none, or ended */
void task_touch(struct task *t);                                /* call before changing it */
/* Routing's decision; the agent's channel is free. */
void task_offer(struct task *t, struct agent *a, uint32_t channel, struct effects *fx);
/* What is heard of the agent's device. Not ringing for that agent any more: nothing happens. */
void task_answered(struct task *t, struct effects *fx);
void task_declined(struct task *t, struct effects *fx);
void task_unreachable(struct task *t, struct effects *fx);
/* The contact's talk is over for everybody, by this party; PARTY_SYSTEM: parked too long. */
void task_over(struct task *t, enum party by, struct effects *fx);
/* The organisation closes: whatever state it is in, the contact ends. */
void task_close(struct task *t, struct effects *fx);
/* The agent's user is gone: to be called after a change of configuration and when a talk ends. */
void task_farewell(struct agent *a, struct effects *fx);
struct task *task_new(struct centre *c, const struct task_snapshot *s); /* copies; NULL: memory */
void task_free(struct task *t);
void task_entries_free(struct centre *c);
enum err tasks_load(struct centres *all, struct store *s); /* after agents_load */
#endif
