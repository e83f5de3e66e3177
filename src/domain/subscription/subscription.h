/* Webhook subscriptions of all organisations: what they are and who may read them.
 *
 * The core thread changes them by the commands of commands.h. Readers on any thread see the
 * published version: an immutable set for each organisation, at most
 * LIMIT_subscriptions_per_org_max of them, replaced as a whole once a change is durable. Rows of
 * the store: kind "subscription", id the subscription's. */
#ifndef DOMAIN_SUBSCRIPTION_SUBSCRIPTION_H
#define DOMAIN_SUBSCRIPTION_SUBSCRIPTION_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "base/uuid.h"
struct arena;
struct json;
struct json_writer;
struct subscriptions;
struct world;

enum webhook_event {
#define WEBHOOK_EVENT(symbol, resource, action, made) WEBHOOK_##symbol,
#include "webhook_events.def"
    WEBHOOK_EVENT_COUNT
};
struct webhook_event_row {
    const char *name, *resource, *action; /* "agent:login" */
    bool made;
};
extern const struct webhook_event_row webhook_events[WEBHOOK_EVENT_COUNT];
struct webhook_resource_row {
    const char *resource, *version;
};
extern const struct webhook_resource_row webhook_resources[]; /* ends with NULL */
bool webhook_event_find(struct slice name, enum webhook_event *out);

enum { SUBSCRIPTION_EVENTS_MAX = 32 };
struct subscription {
    struct uuid id, org;
    int generation; /* 1 or 2: /v1 and /v2 see only their own */
    bool active;
    struct slice name, description, url;
    struct slice secret;           /* empty: none. Never shown, never logged */
    struct slice resource_version; /* "agent:1.0.0"; empty in the first generation */
    struct slice created_by, updated_by;
    int64_t created_ms, updated_ms;
    int64_t active_since_ms;                 /* events before this are not for it */
    uint64_t events;                         /* bit 1 << enum webhook_event */
    uint8_t listed[SUBSCRIPTION_EVENTS_MAX]; /* the same, in the client's order */
    unsigned listed_count;
};
static inline bool subscription_wants(const struct subscription *s, enum webhook_event e)
{
    return s->active && (s->events >> e & 1);
}
struct subscription_set {
    size_t count;
    struct subscription items[];
};
enum err subscriptions_new(struct subscriptions **out);
void subscriptions_free(struct subscriptions *s); /* no readers left */
/* Makes it a part of the world, which loads it and frees it in the end. */
void subscriptions_attach(struct world *w, struct subscriptions *s);
struct subscriptions *subscriptions_of_world(const struct world *w); /* NULL: not attached */
/* Any thread, between epoch_enter and epoch_leave. Never NULL. */
const struct subscription_set *subscriptions_published(struct subscriptions *s, struct uuid org);
const struct subscription *subscription_in(const struct subscription_set *set, struct uuid id);
/* Row and command result: every member; the secret only in the row. */
void subscription_write(struct json_writer *w, const struct subscription *s, bool with_secret);
/* Texts point into `v` and the arena. ERR_CORRUPT: not what subscription_write makes. */
enum err subscription_read(const struct json *v, struct subscription *out);
#endif
