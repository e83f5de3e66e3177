/* Deleting organisations, on a thread of its own, because it takes as long as there is much to
 * delete. An organisation that is being deleted has its state on disk (catalog/standing.h); every
 * step can be done twice; so after a crash the next start goes on:
 *
 *   1. everything in the world and its rows, piece by piece (core_erase_org)
 *   2. what webhooks still owe to its subscriptions
 *   3. its events in the journal become empty ones
 *   4. its rows in the history
 *   5. itself (catalog_forget_organization); from here on its id is unknown */
#ifndef SERVER_ERASURE_H
#define SERVER_ERASURE_H
#include "base/err.h"
struct erasure;
struct facts;
struct house;
struct report_applier;
struct webhooks;
struct erasure_options {
    struct house *house;
    struct facts *facts;
    struct report_applier *applier;
    struct webhooks *webhooks;
};
/* Also takes up what an earlier run has left. */
enum err erasure_start(const struct erasure_options *options, struct erasure **out);
void erasure_wake(struct erasure *e); /* an organisation is to go; any thread; NULL is fine */
void erasure_stop(struct erasure *e); /* before the engine; what is left is for the next start */
#endif
