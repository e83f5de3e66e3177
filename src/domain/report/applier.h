/* The facts thread: reads the journal from where the history ends, projects the events and applies
 * them in micro-batches, each one transaction with the sequence number it reaches. Nothing is kept
 * beside the history itself, so it goes on after a crash where it was, and an empty history is
 * rebuilt from the journal's beginning.
 *
 * When the history fails, the batch is tried again with growing pauses, for ever: the contact
 * centre runs on without it. An event that cannot be read is logged and left out. */
#ifndef DOMAIN_REPORT_APPLIER_H
#define DOMAIN_REPORT_APPLIER_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
struct facts;
struct journal_source;
struct report_applier;
/* Both must outlive the applier. ERR_OUT_OF_MEMORY, ERR_INTERNAL (no thread). */
enum err report_applier_start(struct facts *f, const struct journal_source *j,
                              struct report_applier **out);
/* Gives up what is not applied yet: the next start continues. NULL is fine. */
void report_applier_stop(struct report_applier *a);
/* Events up to `seq` are durable now. Any thread, cheap. */
void report_applier_wake(struct report_applier *a, uint64_t seq);
uint64_t report_applier_seq(struct report_applier *a); /* the history holds everything up to this */
/* Hurries and waits until the history holds `seq` (the virtual clock settles so). ERR_UNAVAILABLE:
 * not within wait_ms of real time, or stopping. */
enum err report_applier_wait(struct report_applier *a, uint64_t seq, int64_t wait_ms);
#endif
