/* Where consumers of the journal read it (history, webhooks): a port, so that they know no store.
 */
#ifndef DOMAIN_EVENT_JOURNAL_SOURCE_H
#define DOMAIN_EVENT_JOURNAL_SOURCE_H
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
struct event;
/* The event's slices are valid during the call. Anything but ERR_OK ends the walk and is returned.
 */
typedef enum err journal_event_fn(void *ctx, const struct event *e);
struct journal_source {
    void *ctx;
    /* Durable events with seq > after, in order, at most `max`. Any thread; each consumer its own
     * walk. An event of a type this program does not know is left out. */
    enum err (*read)(void *ctx, uint64_t after, size_t max, journal_event_fn *fn, void *fn_ctx);
};
#endif
