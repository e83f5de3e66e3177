/* The chains of activities: for every open contact and every channel of a logged-in agent the row
 * that is now open. What an event cannot know about the one before it comes from here: linking a
 * new activity writes the old one once more, with its end, its duration and what came next.
 *
 * The chains are a memory of rows the history holds already: after a restart they are empty, and
 * the first event of a chain that is not its beginning looks the open row up. One owner thread;
 * heap memory. */
#ifndef DOMAIN_REPORT_CHAIN_H
#define DOMAIN_REPORT_CHAIN_H
#include "domain/report/project.h"
struct report_chains;
/* Finds the open row of a chain in the history. *values stays NULL when there is none. */
struct report_memory {
    void *ctx;
    enum err (*find)(void *ctx, const struct facts_filter *filter, const struct report_row *row,
                     const struct facts_value **values);
};
/* `memory` may be NULL: there is no history yet. NULL: memory is short. */
struct report_chains *report_chains_new(const struct report_memory *memory);
void report_chains_free(struct report_chains *c);
size_t report_chains_count(const struct report_chains *c);
/* Rows of events in order -> rows for facts_ops.apply, in order. Memory: the arena of `out`. After
 * an error the chains are unusable: begin with new ones. */
enum err report_chains_link(struct report_chains *c, const struct report_rows *in,
                            struct report_rows *out);
#endif
