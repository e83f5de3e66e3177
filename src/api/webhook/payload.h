/* From events to webhook bodies: pure functions of the event, so that a retry and a restart say the
 * same again. Contract: CloudEvents 1.0 in structured JSON; data for each event type. */
#ifndef API_WEBHOOK_PAYLOAD_H
#define API_WEBHOOK_PAYLOAD_H
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/uuid.h"
#include "domain/event/event.h"
#include "domain/subscription/subscription.h"
struct arena;
struct webhook_news {
    enum webhook_event type;
    struct slice data; /* JSON object */
};
/* Which webhook events a domain event can become: bits 1 << enum webhook_event. */
uint64_t webhook_events_of(enum event_type type);
/* All that this event is news of, in a fixed order; *count may be 0. Memory of the arena.
 * ERR_CORRUPT: the body is not what spec/events.yaml says. */
enum err webhook_news_of(const struct event *e, struct arena *a, const struct webhook_news **out,
                         size_t *count);
struct webhook_envelope {
    uint64_t seq; /* of the event, and which of its news: together with the subscription the id */
    unsigned index;
    enum webhook_event type;
    struct slice data;
    int64_t dispatched_ms; /* second generation only */
};
void webhook_envelope_write(struct buf *out, const struct subscription *s,
                            const struct webhook_envelope *e);
struct uuid webhook_delivery_id(struct uuid subscription, uint64_t seq, unsigned index);
/* Lower-case hexadecimal HMAC-SHA256. ERR_INTERNAL: the library failed. */
enum { WEBHOOK_SIGNATURE_LEN = 64 };
enum err webhook_sign(struct slice secret, struct slice body, char out[WEBHOOK_SIGNATURE_LEN + 1]);
#endif
