/* Webhook deliveries: every journaled event that an active subscription asks for is posted to its
 * URL, signed, at least once. One thread. Order is not promised; the envelope's id is the same at
 * every attempt and after a crash. How it works: docs/internals/webhooks.md. */
#ifndef API_WEBHOOK_WEBHOOKS_H
#define API_WEBHOOK_WEBHOOKS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct clock;
struct core_port;
struct event;
struct journal_source;
struct subscriptions;
struct webhooks;

/* Where the state of deliveries is kept: rows of kind "webhook-cursor" without an organisation. */
struct webhook_row {
    struct slice id, body; /* body.at NULL: delete */
};
typedef enum err webhook_row_fn(void *ctx, struct slice id, struct slice body);
struct webhook_rows {
    void *ctx;
    /* Every row; slices are valid during the call. Used once, in webhooks_begin. */
    enum err (*load)(void *ctx, webhook_row_fn *fn, void *fn_ctx);
    /* All rows in one commit (copied before it returns). `done` runs once, on any thread, also when
     * an error is returned. */
    enum err (*save)(void *ctx, const struct webhook_row *rows, size_t count,
                     void (*done)(void *arg, enum err result), void *arg);
};
struct webhooks_options {
    struct clock *clock;
    struct subscriptions *subscriptions;
    struct core_port *core;               /* to make a subscription inactive */
    const struct journal_source *journal; /* copied */
    const struct webhook_rows *rows;      /* copied */
    bool allow_private;                   /* loopback and plain http */
};
enum err webhooks_open(const struct webhooks_options *options, struct webhooks **out);
/* Reads the rows, starts the thread; it goes on where it was. */
enum err webhooks_begin(struct webhooks *w);
/* Keeps the state once more and ends; NULL, or never begun, is fine. */
void webhooks_close(struct webhooks *w);
/* An engine subscriber (ctx: struct webhooks): store thread, only hands over. */
void webhooks_on_event(void *ctx, const struct event *event);
/* When the next retry is due; INT64_MAX: none. Any thread; exact after a settle. */
int64_t webhooks_next_due(struct webhooks *w);
/* Runs done(arg) on the webhook thread when everything told so far and everything due at the
 * clock's present was attempted, answered or timed out. */
enum err webhooks_settle(struct webhooks *w, void (*done)(void *arg), void *arg);
enum err webhooks_settle_now(struct webhooks *w); /* waits for it */
/* Subscriptions are gone with their organisation: what is owed to them goes too, with its rows,
 * soon and not only when its time comes. Any thread. */
void webhooks_drop_orphans(struct webhooks *w);
struct subscriptions *webhooks_subscriptions(struct webhooks *w);
#endif
