/* Receivers and their deliveries: who may send, what an answer means.
 *
 * A receiver in good health has up to LIMIT_webhook_in_flight_per_receiver_max deliveries under
 * way, one that fails has one, and all failing ones together have half of the places at most:
 * however many receivers are slow or dead, half of the places are always free for the others. */
#include <stdlib.h>

#include "api/webhook/webhooks_priv.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"

enum { FAILING_FLYING_MAX = LIMIT_webhook_in_flight_max / 2 };

int64_t webhook_backoff_ms(unsigned failed_attempts)
{
    unsigned doublings = failed_attempts ? failed_attempts - 1 : 0;
    return (int64_t)LIMIT_webhook_backoff_ms_first << (doublings < 16 ? doublings : 16);
}

static struct slice key_of(const struct uuid *id)
{
    return (struct slice){ (const char *)id->bytes, sizeof id->bytes };
}

struct receiver *receiver_get(struct webhooks *w, struct uuid org, struct uuid id)
{
    struct receiver *r = map_get(&w->receivers, key_of(&id));
    if (r)
        return r;
    r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    *r = (struct receiver){ .webhooks = w, .id = id, .org = org };
    r->ready_tail = &r->ready;
    if (map_put(&w->receivers, key_of(&r->id), r) == ERR_OK)
        return r;
    free(r);
    return NULL;
}

static void mark(struct receiver *r)
{
    r->dirty = r->webhooks->state_dirty = true;
}

/* One that has a row stays until the row is deleted (state.c). */
void receiver_release_if_done(struct receiver *r)
{
    if (r->count || r->behind || r->queued || r->giving_up || r->has_row)
        return;
    map_remove(&r->webhooks->receivers, key_of(&r->id));
    free(r);
}

/* ---- the line of receivers ---- */

static unsigned flying_max(const struct receiver *r)
{
    return r->failing ? 1 : LIMIT_webhook_in_flight_per_receiver_max;
}

static void line_up(struct receiver *r)
{
    struct webhooks *w = r->webhooks;
    if (r->queued || r->giving_up || !r->ready || r->flying >= flying_max(r))
        return;
    r->queued = true;
    r->next_queued = NULL;
    *w->line_tail = r;
    w->line_tail = &r->next_queued;
}

static struct receiver *line_take(struct webhooks *w)
{
    struct receiver *r = w->line;
    w->line = r->next_queued;
    if (!w->line)
        w->line_tail = &w->line;
    r->queued = false;
    return r;
}

static void set_failing(struct receiver *r, bool failing)
{
    if (r->failing == failing)
        return;
    r->failing = failing;
    if (failing)
        r->webhooks->failing_flying += r->flying;
    else
        r->webhooks->failing_flying -= r->flying;
}

static void count_flying(struct receiver *r, int by)
{
    r->flying += (unsigned)by;
    r->webhooks->flying += (unsigned)by;
    if (r->failing)
        r->webhooks->failing_flying += (unsigned)by;
}

/* ---- one delivery ---- */

static void make_ready(struct delivery *d)
{
    struct receiver *r = d->receiver;
    d->state = DELIVERY_READY;
    d->next_ready = NULL;
    *r->ready_tail = d;
    r->ready_tail = &d->next_ready;
    line_up(r);
}

static struct delivery *take_ready(struct receiver *r)
{
    struct delivery *d = r->ready;
    r->ready = d->next_ready;
    if (!r->ready)
        r->ready_tail = &r->ready;
    return d;
}

static void make_waiting(struct delivery *d, int64_t due_ms)
{
    d->state = DELIVERY_WAITING;
    d->node.key = due_ms;
    d->node.order = d->seq;
    if (heap_add(&d->webhooks->waiting, &d->node) != ERR_OK)
        make_ready(d); /* rather too early than never */
}

static struct delivery *delivery_new(struct receiver *r, uint64_t seq, unsigned index)
{
    struct delivery *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->inbox.kind = INBOX_ANSWER;
    d->webhooks = r->webhooks;
    d->receiver = r;
    d->seq = seq;
    d->index = index;
    d->prev = r->last;
    if (r->last)
        r->last->next = d;
    else
        r->first = d;
    r->last = d;
    r->count++;
    mark(r);
    return d;
}

static void delivery_free(struct delivery *d)
{
    union {
        const char *in;
        void *out;
    } data = { d->data.at };
    free(data.out);
    free(d);
}

/* Neither ready nor under way any more. */
static void delivery_remove(struct delivery *d)
{
    struct receiver *r = d->receiver;
    heap_remove(&r->webhooks->waiting, &d->node);
    if (d->prev)
        d->prev->next = d->next;
    else
        r->first = d->next;
    if (d->next)
        d->next->prev = d->prev;
    else
        r->last = d->prev;
    r->count--;
    mark(r);
    delivery_free(d);
}

static bool keep_data(struct delivery *d, enum webhook_event type, struct slice data)
{
    char *copy = malloc(data.len + 1);
    if (!copy)
        return false;
    memcpy(copy, data.at, data.len);
    d->data = (struct slice){ copy, data.len };
    d->type = type;
    return true;
}

enum err delivery_add(struct receiver *r, uint64_t seq, unsigned index,
                      const struct webhook_news *news)
{
    struct delivery *d = delivery_new(r, seq, index);
    if (!d)
        return ERR_OUT_OF_MEMORY;
    keep_data(d, news->type, news->data); /* without memory: made again later */
    make_ready(d);
    return ERR_OK;
}

void delivery_restore(struct receiver *r, uint64_t seq, unsigned index, unsigned attempts,
                      int64_t due_ms)
{
    struct delivery *d = delivery_new(r, seq, index);
    if (!d)
        return;
    d->attempts = attempts;
    if (attempts)
        set_failing(r, true);
    if (due_ms > clock_now_ms(r->webhooks->options.clock))
        make_waiting(d, due_ms);
    else
        make_ready(d);
}

void deliveries_wake_due(struct webhooks *w, int64_t now_ms)
{
    for (struct heap_node *n; (n = heap_first(&w->waiting)) && n->key <= now_ms;) {
        struct delivery *d = (struct delivery *)((char *)n - offsetof(struct delivery, node));
        heap_remove(&w->waiting, n);
        make_ready(d);
    }
}

/* The subscription is gone or inactive: what is not under way is dropped. */
static void drop_all(struct receiver *r)
{
    r->ready = NULL;
    r->ready_tail = &r->ready;
    for (struct delivery *d = r->first, *next; d; d = next) {
        next = d->next;
        if (d->state != DELIVERY_FLYING)
            delivery_remove(d);
    }
    if (r->behind)
        r->webhooks->behind_count--;
    r->behind = 0;
    mark(r);
}

static bool is_orphan(const struct receiver *r)
{
    epoch_enter();
    bool gone = !subscription_in(
        subscriptions_published(r->webhooks->options.subscriptions, r->org), r->id);
    epoch_leave();
    return gone;
}

void deliveries_drop_orphans(struct webhooks *w)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&w->receivers, &at, &key, &value)) {
        struct receiver *r = value;
        if (!is_orphan(r))
            continue;
        drop_all(r);
        receiver_release_if_done(r);
    }
}

/* ---- sending ---- */

/* The client's thread: the outcome goes into the delivery, which comes back through the inbox. When
 * that is closed we are ending, and the delivery is freed with its receiver. */
static void on_answer(void *ctx, const struct http_client_result *result)
{
    struct delivery *d = ctx;
    d->outcome = result->err;
    d->status = result->status;
    queue_push(&d->webhooks->inbox, &d->inbox.item);
}

enum { HEADERS_MAX = 5 };
struct message {
    struct buf body;
    struct http_header headers[HEADERS_MAX];
    size_t header_count;
    char signature[WEBHOOK_SIGNATURE_LEN + 1];
    char timestamp[24];
};

static void add_header(struct message *m, struct slice name, struct slice value)
{
    m->headers[m->header_count++] = (struct http_header){ name, value };
}

static enum err write_message(struct delivery *d, const struct subscription *s, struct message *m)
{
    int64_t now = clock_now_ms(d->webhooks->options.clock);
    struct webhook_envelope e = { d->seq, d->index, d->type, d->data, now };
    m->header_count = 0;
    buf_init_arena(&m->body, d->webhooks->arena);
    webhook_envelope_write(&m->body, s, &e);
    if (buf_failed(&m->body))
        return ERR_OUT_OF_MEMORY;
    add_header(m, SLICE("Content-Type"), SLICE("application/json"));
    add_header(m, SLICE("User-Agent"), SLICE("Cordboard"));
    if (s->secret.len) {
        enum err err = webhook_sign(s->secret, buf_slice(&m->body), m->signature);
        if (err != ERR_OK)
            return err;
        add_header(m, SLICE("X-WebexCC-Signature"), slice_of(m->signature));
    }
    if (s->generation == 2) {
        snprintf(m->timestamp, sizeof m->timestamp, "%lld", (long long)now);
        add_header(m, SLICE("X-WebExCC-Timestamp"), slice_of(m->timestamp));
        add_header(m, SLICE("X-WebexCC-Webhook-Version"), s->resource_version);
    }
    return ERR_OK;
}

static enum err post(struct delivery *d, const struct subscription *s)
{
    struct message m;
    enum err e = write_message(d, s, &m);
    if (e != ERR_OK)
        return e;
    struct http_client_request r = { .method = SLICE("POST"),
                                     .url = s->url,
                                     .body = buf_slice(&m.body),
                                     .headers = m.headers,
                                     .header_count = m.header_count,
                                     .timeout_ms = LIMIT_webhook_reply_ms_max };
    return http_client_send(d->webhooks->client, &r, on_answer, d);
}

/* A delivery from before the last start knows only its place in the journal. */
static enum err fill_data(struct delivery *d)
{
    enum webhook_event type;
    struct slice data;
    if (d->data.at)
        return ERR_OK;
    enum err e = event_find_news(d->webhooks, d->seq, d->index, &type, &data);
    if (e == ERR_OK && !keep_data(d, type, data))
        e = ERR_OUT_OF_MEMORY;
    return e;
}

static void retry_later(struct delivery *d)
{
    int64_t now = clock_now_ms(d->webhooks->options.clock);
    make_waiting(d, now + webhook_backoff_ms(d->attempts ? d->attempts : 1));
    mark(d->receiver);
}

/* Sends one; `s` is the subscription as it is now. `e`: whether its data could be made. */
static void launch(struct delivery *d, const struct subscription *s, enum err e)
{
    d->state = DELIVERY_FLYING;
    count_flying(d->receiver, 1); /* before the answer can come */
    if (e == ERR_OK)
        e = post(d, s);
    if (e == ERR_OK)
        return;
    count_flying(d->receiver, -1);
    retry_later(d); /* ours is the fault: no attempt */
}

/* False: the subscription is gone or inactive. */
static bool launch_if_active(struct delivery *d, enum err e)
{
    struct receiver *r = d->receiver;
    epoch_enter();
    const struct subscription *s =
        subscription_in(subscriptions_published(r->webhooks->options.subscriptions, r->org), r->id);
    bool active = s && s->active;
    if (active)
        launch(d, s, e);
    epoch_leave();
    return active;
}

static void send_next(struct receiver *r)
{
    struct delivery *d = r->ready ? take_ready(r) : NULL;
    if (d) {
        arena_reset(r->webhooks->arena);
        enum err e = fill_data(d);
        if (e == ERR_NOT_FOUND)
            delivery_remove(d); /* its event is older than the journal */
        else if (!launch_if_active(d, e))
            drop_all(r);
    }
    line_up(r);
    receiver_release_if_done(r);
}

void deliveries_send(struct webhooks *w)
{
    struct receiver *held = NULL, *r;
    while (w->line && w->flying < LIMIT_webhook_in_flight_max) {
        r = line_take(w);
        if (r->failing && w->failing_flying >= FAILING_FLYING_MAX) {
            r->next_queued = held;
            held = r;
        } else {
            send_next(r);
        }
    }
    while ((r = held)) {
        held = r->next_queued;
        line_up(r);
    }
}

/* ---- answers ---- */

static void give_up_done(void *ctx, const struct core_answer *answer)
{
    struct give_up *g = ctx;
    g->result = answer->err;
    if (queue_push(&g->webhooks->inbox, &g->inbox.item) != ERR_OK)
        free(g);
}

/* Makes the subscription inactive. False: not now; the delivery is tried once more later. */
static bool give_up(struct receiver *r)
{
    struct webhooks *w = r->webhooks;
    struct give_up *g = calloc(1, sizeof *g);
    if (!g)
        return false;
    *g = (struct give_up){ .inbox.kind = INBOX_GAVE_UP,
                           .name = { .org = r->org, .id = r->id },
                           .webhooks = w };
    struct core_command c = { subscription_deactivate, &g->name, give_up_done, g };
    if (w->options.core->submit(w->options.core, &c) != ERR_OK) {
        free(g);
        return false;
    }
    r->giving_up = true;
    w->giving_up_count++;
    return true;
}

void give_up_finished(struct give_up *g)
{
    struct receiver *r = map_get(&g->webhooks->receivers, key_of(&g->name.id));
    bool over = g->result == ERR_OK || g->result == ERR_NOT_FOUND || g->result == ERR_CONFLICT;
    g->webhooks->giving_up_count--;
    free(g);
    if (!r)
        return;
    r->giving_up = false;
    if (over)
        drop_all(r);
    line_up(r);
    receiver_release_if_done(r);
}

static void log_failure(const struct delivery *d)
{
    char id[UUID_TEXT_LEN + 1];
    uuid_format(d->receiver->id, id);
    log_write(LOG_INFO, "webhook_failed", LOG_TEXT("subscription", slice_of(id)),
              LOG_NUM("seq", (long long)d->seq), LOG_NUM("attempt", d->attempts),
              LOG_NUM("status", d->status), LOG_TEXT("why", slice_of(err_code(d->outcome))));
}

static void failed(struct delivery *d)
{
    struct receiver *r = d->receiver;
    metric_add(METRIC_WEBHOOK_FAILED, 1);
    d->attempts++;
    log_failure(d);
    set_failing(r, true);
    if (d->attempts >= LIMIT_webhook_attempts_max && !r->giving_up && !give_up(r))
        d->attempts--;
    retry_later(d); /* dropped with all others when giving up succeeds */
}

void delivery_finished(struct delivery *d)
{
    struct receiver *r = d->receiver;
    bool taken = d->outcome == ERR_OK && d->status >= 200 && d->status <= 299;
    count_flying(r, -1);
    if (taken) {
        metric_add(METRIC_WEBHOOK_DELIVERED, 1);
        set_failing(r, false);
        delivery_remove(d);
    } else {
        failed(d);
    }
    line_up(r);
    receiver_release_if_done(r);
}

void deliveries_free(struct webhooks *w)
{
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&w->receivers, &at, &key, &value)) {
        struct receiver *r = value;
        for (struct delivery *d = r->first, *next; d; d = next) {
            next = d->next;
            delivery_free(d);
        }
        map_remove(&w->receivers, key_of(&r->id));
        free(r);
    }
}
