/* The chains of activities: for every open contact and every channel of a logged-in agent the row
 * that is now open. What an event cannot know about the one before it comes from here: linking a
 * new activity writes the old one once more, with its end, its duration and what came next.
 *
 * The chains are a memory of rows the history holds already: after a restart they are read back
 * from it (report_chains_keep for each open row). One owner thread; heap memory. */
#ifndef DOMAIN_REPORT_CHAIN_H
#define DOMAIN_REPORT_CHAIN_H
#include "domain/report/project.h"
struct report_chains;
struct report_chains *report_chains_new(void); /* NULL: memory is short */
void report_chains_free(struct report_chains *c);
size_t report_chains_count(const struct report_chains *c);
/* Takes over an open row that is in the history (values are copied). */
enum err report_chains_keep(struct report_chains *c, enum report_table t,
                            const struct facts_value *values);
/* Rows of events in order -> rows for facts_ops.apply, in order. Memory: the arena of `out`. After
 * an error the chains are unusable: read them back from the history. */
enum err report_chains_link(struct report_chains *c, const struct report_rows *in,
                            struct report_rows *out);
#endif
