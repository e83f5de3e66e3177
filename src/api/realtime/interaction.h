/* The contract's `interaction` object, made from a task's snapshot: participants, media, processing
 * details. */
#ifndef API_REALTIME_INTERACTION_H
#define API_REALTIME_INTERACTION_H
#include "base/slice.h"
struct agent_snapshot;
struct json_writer;
struct task_snapshot;
/* `agent`: whoever the message is about when the task has no owner (a lapsed offer, the end); may
 * be NULL. */
void interaction_write(struct json_writer *w, const struct task_snapshot *t,
                       const struct agent_snapshot *agent);
#endif
