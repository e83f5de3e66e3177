/* Inside the webhook room: the state of deliveries. Everything belongs to the webhook thread but
 * what is under a lock or atomic. Not for other rooms. */
#ifndef API_WEBHOOK_WEBHOOKS_PRIV_H
#define API_WEBHOOK_WEBHOOKS_PRIV_H
#include <pthread.h>
#include <stdatomic.h>

#include "api/webhook/payload.h"
#include "api/webhook/webhooks.h"
#include "base/heap.h"
#include "base/map.h"
#include "base/queue.h"
#include "domain/core/submit.h"
#include "domain/event/journal_source.h"
#include "domain/subscription/commands.h"
#include "net/http_client.h"

/* What comes back to the thread through its inbox. */
enum inbox_kind { INBOX_NUDGE, INBOX_ANSWER, INBOX_GAVE_UP };
struct inbox_item {
    struct queue_item item; /* first */
    enum inbox_kind kind;
};

/* One piece of news for one subscription, until it was taken or given up. It is in one place only:
 * its receiver's ready list, the heap of those that wait for their time, or under way. */
enum delivery_state { DELIVERY_READY, DELIVERY_WAITING, DELIVERY_FLYING };
struct delivery {
    struct inbox_item inbox; /* first: comes back when it was answered */
    struct webhooks *webhooks;
    struct receiver *receiver;
    struct delivery *prev, *next; /* of its receiver, oldest first */
    struct delivery *next_ready;
    struct heap_node node; /* key: due */
    enum delivery_state state;
    uint64_t seq;
    unsigned index, attempts;
    enum webhook_event type;
    struct slice data; /* at == NULL: to be made again from the journal */
    enum err outcome;  /* written by the client's thread before it comes back */
    int status;
};
/* A subscription with deliveries to make. */
struct receiver {
    struct webhooks *webhooks;
    struct uuid id, org;
    struct delivery *first, *last;
    struct delivery *ready, **ready_tail;
    unsigned count, flying;
    uint64_t behind; /* not 0: events after this number are still to be read for it */
    bool failing;    /* its last attempt failed: one at a time */
    bool giving_up;  /* it is being made inactive */
    bool dirty;      /* differs from its row */
    bool has_row;
    bool queued; /* in the line of those that can send */
    struct receiver *next_queued;
};
/* Tells the core to make a subscription inactive. */
struct give_up {
    struct inbox_item inbox; /* first */
    struct subscription_name name;
    struct webhooks *webhooks;
    enum err result;
};
struct settle_wait {
    struct settle_wait *next;
    void (*done)(void *arg);
    void *arg;
};
struct webhooks {
    struct webhooks_options options;
    struct journal_source journal;
    struct webhook_rows rows;
    struct http_client *client;
    pthread_t thread;
    bool begun;
    struct arena *arena; /* of one turn of the loop */

    struct queue inbox; /* the thread sleeps on it */

    pthread_mutex_t lock; /* the six below, and `saving` */
    pthread_cond_t saved;
    uint64_t seen;        /* last event told */
    uint64_t interesting; /* first event since the last look that somebody wants; 0: none */
    bool nudged;          /* the nudge is in the inbox */
    bool orphans;         /* drop what is owed to subscriptions that are gone */
    struct settle_wait *waits;
    bool saving;
    struct inbox_item nudge;

    struct map receivers; /* by id */
    struct heap waiting;
    struct receiver *line, **line_tail; /* receivers with something ready to send */
    unsigned flying, failing_flying, behind_count, giving_up_count;
    uint64_t cursor, saved_cursor; /* all events up to here are handed out */
    bool is_caught_up;             /* the journal was read to its end once */
    bool cursor_dirty, state_dirty;
    int64_t saved_at_ms; /* monotonic */
    enum err save_result;
    _Atomic int64_t next_due;
};
/* delivery.c */
int64_t webhook_backoff_ms(unsigned failed_attempts); /* wait after this many failures, >= 1 */
struct receiver *receiver_get(struct webhooks *w, struct uuid org, struct uuid id); /* or new */
void receiver_release_if_done(struct receiver *r); /* frees it unless it still owes something */
enum err delivery_add(struct receiver *r, uint64_t seq, unsigned index,
                      const struct webhook_news *news);
void delivery_restore(struct receiver *r, uint64_t seq, unsigned index, unsigned attempts,
                      int64_t due_ms);
void deliveries_wake_due(struct webhooks *w, int64_t now_ms);
void deliveries_send(struct webhooks *w);
void delivery_finished(struct delivery *d);
void give_up_finished(struct give_up *g);
void deliveries_free(struct webhooks *w);
void deliveries_drop_orphans(struct webhooks *w); /* of subscriptions that are gone */
/* fanout.c */
void events_read(struct webhooks *w);
bool events_are_pending(struct webhooks *w);
/* Makes type and data of a restored delivery again. ERR_NOT_FOUND: the event is gone. */
enum err event_find_news(struct webhooks *w, uint64_t seq, unsigned index, enum webhook_event *type,
                         struct slice *data);
/* state.c */
enum err state_load(struct webhooks *w);
void state_save_if_due(struct webhooks *w);
void state_save_last(struct webhooks *w);
bool state_is_dirty(const struct webhooks *w);
/* webhooks.c */
void webhooks_nudge(struct webhooks *w); /* any thread */
#endif
