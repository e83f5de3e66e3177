/* Private to the projector: filling rows from snapshots. */
#ifndef DOMAIN_REPORT_PROJECT_PRIV_H
#define DOMAIN_REPORT_PROJECT_PRIV_H
#include "base/json_read.h"
#include "domain/event/event.h"
#include "domain/event/snapshot.h"
#include "domain/report/project.h"
/* What one event says. Snapshots that its body does not hold are NULL. */
struct report_source {
    const struct event *event;
    const struct json *body;
    const struct task_snapshot *task;
    const struct leg_snapshot *leg; /* set row by row */
    const struct agent_snapshot *agent;
    const struct channel_snapshot *channel; /* set row by row */
    struct arena *arena;
    struct report_rows *out;
    bool failed; /* memory ran out */
};
/* A new row with every column that is a plain copy of a snapshot's member; NULL sets `failed`. */
struct report_row *report_row_from(struct report_source *s, enum report_table t,
                                   enum report_link link);
/* Values: empty text and nil ids are null. */
void report_set_text(struct facts_value *v, struct slice text);
void report_set_i64(struct facts_value *v, int64_t n);
void report_set_bool(struct facts_value *v, bool b);
void report_set_id(struct report_source *s, struct facts_value *v, struct uuid id);
/* Adds a patch in front of the row's. */
void report_row_patch(struct report_source *s, struct report_row *row, unsigned column,
                      struct facts_value value);
struct slice report_id_text(struct report_source *s, struct uuid id);
struct slice report_direction(const struct task_snapshot *t); /* in the words of Search */

void report_task_rows(struct report_source *s);
void report_task_activities(struct report_source *s);
void report_agent_rows(struct report_source *s);
#endif
