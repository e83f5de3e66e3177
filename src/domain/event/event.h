/* News: what has happened, told upwards. Types and payloads: spec/events.yaml (the generator makes
 * domain/event/types.def). A journaled event is durable, numbered and reaches webhooks and history;
 * a notice is for one agent's sockets only. */
#ifndef DOMAIN_EVENT_EVENT_H
#define DOMAIN_EVENT_EVENT_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
struct task_snapshot;
struct agent_snapshot;
enum event_type {
#define EVENT(symbol, name, journaled, living) EVENT_##symbol,
#include "domain/event/types.def"
    EVENT_TYPE_COUNT
};
struct event {
    enum event_type type;
    uint64_t seq; /* journaled: its place in the journal; notice: 0 */
    int64_t at_ms;
    struct slice org;
    struct slice agent; /* whose sockets it concerns first; may be empty */
    struct slice body;  /* JSON object: spec/events.yaml */
    /* Only when the step was asked for plain events; valid until the next step. */
    const struct task_snapshot *task;
    const struct agent_snapshot *session;
};
const char *event_name(enum event_type t); /* "task.parked" */
bool event_is_journaled(enum event_type t);
bool event_is_living(enum event_type t); /* its body has the snapshot of a task or an agent */
bool event_type_find(struct slice name, enum event_type *out);
#endif
