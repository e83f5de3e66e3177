/* Shared inside the room. */
#ifndef DOMAIN_TASK_TASK_PRIV_H
#define DOMAIN_TASK_TASK_PRIV_H
#include "domain/task/commands.h"
#include "domain/task/task.h"
/* The leg's texts already live in the task's box. False: out of memory. */
bool task_leg_begin(struct task *t, const struct leg_snapshot *leg);
/* Adds, replaces, or with an empty value removes. False: out of memory. */
bool task_attribute_set(struct task *t, const struct attribute *a);
/* Into the queue as a new leg; publishes task.parked. */
void task_park(struct task *t, struct uuid queue, const struct config_queue *q, struct effects *fx);
/* Has it `most` contacts at once already? 0: no bound. */
bool task_entry_is_full(const struct centre *c, struct uuid entry_point, int64_t most);
bool task_queue_is_full(const struct centre *c, struct uuid queue, int64_t most);
/* One more at its entry point (false: out of memory), in t->queue; one less. */
bool task_entry_take(struct task *t);
void task_queue_take(struct task *t);
void task_place_leave(struct task *t, enum task_place which);
void task_hold_begin(struct task *t, struct effects *fx);
void task_hold_end(struct task *t, struct effects *fx);
void task_wrapped_up(struct task *t, const struct config_aux_code *code, struct slice reason,
                     struct effects *fx);
void task_wait_over(struct world *w, struct timer *timer, struct effects *fx);
void task_rona_over(struct world *w, struct timer *timer, struct effects *fx);
/* Events with this contact; `a` may be NULL. */
void task_tell(struct task *t, enum event_type type, struct agent *a, struct effects *fx);
void task_tell_reason(struct task *t, enum event_type type, struct agent *a, struct slice reason,
                      int code, struct effects *fx);
void task_tell_channel(struct task *t, struct agent *a, struct slice state, struct effects *fx);
struct slice task_channel_word(const struct task *t); /* the state of its agent's channel */
/* One edge of spec/task_states.def (asserted to be legal), closing the running stretch of time. */
void task_move(struct task *t, enum task_event on);
void task_wait_in_line(struct task *t, struct effects *fx); /* of t->queue, looking for an agent */
void task_leave_line(struct task *t);
enum err task_wait_limit(struct task *t); /* parked: its timer, if the wait has an end */
void task_owner_clear(struct task *t);
void task_rona_stop(struct task *t);
static inline struct leg_snapshot *task_leg(struct task *t) /* the present one; NULL: none yet */
{
    return t->s.leg_count > 0 ? &t->legs[t->s.leg_count - 1] : NULL;
}
#endif
