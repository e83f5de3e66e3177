/* From nouns to events: lays out the body that spec/events.yaml names, at once, because the nouns
 * go on changing within the step. */
#ifndef DOMAIN_CORE_PUBLISH_H
#define DOMAIN_CORE_PUBLISH_H
#include "domain/core/centre_state.h"
#include "domain/event/snapshot.h"
struct news {
    enum event_type type;
    const struct centre *centre;
    const struct task *task;    /* NULL: no task in the body */
    const struct agent *agent;  /* NULL: no agent in the body */
    struct uuid task_id;        /* of a task that is not in the body; nil: not told */
    struct uuid user;           /* envelope; nil: the agent above */
    struct uuid channel;        /* of the agent only this channel; nil: all */
    struct slice channel_state; /* empty: not in the body; so with all below */
    struct slice operation, reason, tracking_id;
    int reason_code; /* 0: not in the body */
    struct uuid logged_out_by;
    const struct task *const *tasks;   /* agent.reload */
    const struct agent *const *agents; /* agent.buddies */
    size_t task_count, agent_count;
};
void publish(struct effects *fx, const struct news *n);
/* Rows of nouns: put, or delete when they are over. */
void publish_task_row(struct effects *fx, const struct task *t);
void publish_agent_row(struct effects *fx, const struct agent *a);
void publish_device_row(struct effects *fx, const struct device *d);
/* JSON of one noun as the command's result. */
void publish_result_task(struct effects *fx, const struct task *t);
void publish_result_agent(struct effects *fx, const struct agent *a);
void publish_result_device(struct effects *fx, const struct device_snapshot *d);
#endif
