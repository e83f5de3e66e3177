/* The projector: one journal event -> the rows of history it changes. A pure function of the event:
 * its body holds whole nouns (docs/internals/journal.md), so every row comes out complete, and the
 * same event twice gives the same rows.
 *
 * Only the activities (what a contact or a channel did, state after state) are more than one event
 * can tell: the row that was open ends when the next begins. Such rows name the chain they belong
 * to; domain/report/chain.h links them. */
#ifndef DOMAIN_REPORT_PROJECT_H
#define DOMAIN_REPORT_PROJECT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/report/schema.h"
struct arena;
struct event;
enum report_link {
    LINK_NONE, /* a row that stands alone: insert or replace */
    LINK_OPEN, /* begins an activity: the open one of the chain ends at `at_ms` */
    LINK_POINT /* happens at `at_ms` and is over: ends the open one too */,
    LINK_END /* no new row (values NULL): the open one ends at `at_ms` */
};
struct report_row {
    enum report_table table;
    struct facts_value *values; /* one for each column of the table */
    enum report_link link;
    bool last;          /* nothing more comes in this chain */
    struct slice chain; /* linked rows: the contact's or the channel's id */
    bool first;         /* nothing came before it in this chain */
    int64_t since_ms;   /* the chain is not older */
    struct slice org;   /* linked rows */
    int64_t at_ms;      /* linked rows */
    uint64_t seq;       /* the event's */
    unsigned ordinal;   /* which row of the event */
    /* Linked rows: known only now about the activity that ends (wrap-up code). */
    const struct report_patch *patch;
};
struct report_patch {
    unsigned column;
    struct facts_value value;
    const struct report_patch *next;
};
struct report_rows {
    struct report_row *at;
    size_t count, cap;
    struct arena *arena;
};
void report_rows_init(struct report_rows *rows, struct arena *a);
/* A new row with null values in the arena (no values for LINK_END); NULL: memory is short. */
struct report_row *report_rows_add(struct report_rows *rows, enum report_table t,
                                   enum report_link link);
/* Adds the event's rows to `out`; text in them lives in `a` or in the event. ERR_CORRUPT: the body
 * is not what spec/events.yaml says. */
enum err report_project(const struct event *e, struct arena *a, struct report_rows *out);
#endif
