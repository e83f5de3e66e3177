/* The webhook thread. One turn: take what came back, read what is new, wake what is due, send what
 * may go, keep what changed, tell those who wait for calm; then sleep until something comes back or
 * falls due. */
#include <stdlib.h>

#include "api/webhook/webhooks_priv.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"

enum { INBOX_MAX = 1 << 20, ARENA_BYTES = 8 << 20, SLEEP_MS_MAX = 60000 };

static void take_inbox(struct webhooks *w, struct queue_item *list)
{
    while (list) {
        struct inbox_item *in = (struct inbox_item *)list;
        list = list->next;
        if (in->kind == INBOX_ANSWER) {
            delivery_finished((struct delivery *)in);
        } else if (in->kind == INBOX_GAVE_UP) {
            give_up_finished((struct give_up *)in);
        } else {
            pthread_mutex_lock(&w->lock);
            w->nudged = false;
            pthread_mutex_unlock(&w->lock);
        }
    }
}

void webhooks_nudge(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    bool push = !w->nudged;
    w->nudged = true;
    pthread_mutex_unlock(&w->lock);
    if (push)
        queue_push(&w->inbox, &w->nudge.item);
}

static int64_t first_due(const struct webhooks *w)
{
    const struct heap_node *n = heap_first(&w->waiting);
    return n ? n->key : INT64_MAX;
}

static bool is_calm(struct webhooks *w)
{
    return w->flying == 0 && !w->line && w->giving_up_count == 0 && !events_are_pending(w) &&
           first_due(w) > clock_now_ms(w->options.clock);
}

static void tell_calm(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    struct settle_wait *list = w->waits;
    w->waits = NULL;
    pthread_mutex_unlock(&w->lock);
    while (list) {
        struct settle_wait *next = list->next;
        list->done(list->arg);
        free(list);
        list = next;
    }
}

static bool somebody_waits(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    bool waits = w->waits != NULL;
    pthread_mutex_unlock(&w->lock);
    return waits;
}

static bool take_orphans(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    bool orphans = w->orphans;
    w->orphans = false;
    pthread_mutex_unlock(&w->lock);
    return orphans;
}

static void turn(struct webhooks *w)
{
    events_read(w);
    if (take_orphans(w))
        deliveries_drop_orphans(w);
    deliveries_wake_due(w, clock_now_ms(w->options.clock));
    deliveries_send(w);
    state_save_if_due(w);
    atomic_store(&w->next_due, first_due(w));
    if (somebody_waits(w) && is_calm(w))
        tell_calm(w);
}

/* A virtual clock does not run while we sleep: who moves it asks us to settle, which wakes us. */
static int64_t sleep_ms(struct webhooks *w)
{
    int64_t ms = SLEEP_MS_MAX, due = first_due(w);
    if (events_are_pending(w))
        return 0;
    if (!w->options.clock->is_virtual && due != INT64_MAX) {
        int64_t left = due - clock_now_ms(w->options.clock);
        ms = left < ms ? left : ms;
    }
    if (state_is_dirty(w) && ms > LIMIT_webhook_save_ms_min)
        ms = LIMIT_webhook_save_ms_min;
    return ms > 0 ? ms : 0;
}

static void *webhooks_run(void *arg)
{
    struct webhooks *w = arg;
    while (!queue_is_closed(&w->inbox)) {
        turn(w);
        take_inbox(w, queue_take_all(&w->inbox, sleep_ms(w)));
    }
    tell_calm(w); /* nobody shall wait for ever */
    return NULL;
}

/* ---- the outside ---- */

enum err webhooks_open(const struct webhooks_options *options, struct webhooks **out)
{
    struct webhooks *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_OUT_OF_MEMORY;
    w->options = *options;
    w->journal = *options->journal;
    w->rows = *options->rows;
    w->line_tail = &w->line;
    atomic_store(&w->next_due, INT64_MAX);
    map_init(&w->receivers);
    heap_init(&w->waiting);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->saved, NULL);
    w->arena = arena_new(ARENA_BYTES);
    enum err e = w->arena ? queue_init(&w->inbox, INBOX_MAX, false) : ERR_OUT_OF_MEMORY;
    if (e == ERR_OK) {
        *out = w;
        return ERR_OK;
    }
    arena_free(w->arena);
    free(w);
    return e;
}

enum err webhooks_begin(struct webhooks *w)
{
    struct http_client_options o = { .allow_loopback = w->options.allow_private,
                                     .allow_plain_http = w->options.allow_private };
    enum err e = state_load(w);
    atomic_store(&w->next_due, first_due(w));
    if (e == ERR_OK)
        e = http_client_start(&o, &w->client);
    if (e != ERR_OK)
        return e;
    if (pthread_create(&w->thread, NULL, webhooks_run, w) != 0) {
        http_client_stop(w->client);
        w->client = NULL;
        return ERR_OUT_OF_MEMORY;
    }
    w->begun = true;
    return ERR_OK;
}

static void drop_inbox(struct webhooks *w)
{
    struct queue_item *list = queue_take_all(&w->inbox, 0);
    take_inbox(w, list);
}

void webhooks_close(struct webhooks *w)
{
    if (!w)
        return;
    queue_close(&w->inbox);
    if (w->begun) {
        pthread_join(w->thread, NULL);
        drop_inbox(w); /* answers that came at the last moment still count */
        state_save_last(w);
        http_client_stop(w->client);
    }
    deliveries_free(w);
    map_release(&w->receivers);
    heap_release(&w->waiting);
    queue_release(&w->inbox);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->saved);
    arena_free(w->arena);
    free(w);
}

int64_t webhooks_next_due(struct webhooks *w)
{
    return atomic_load(&w->next_due);
}

struct subscriptions *webhooks_subscriptions(struct webhooks *w)
{
    return w->options.subscriptions;
}

void webhooks_drop_orphans(struct webhooks *w)
{
    pthread_mutex_lock(&w->lock);
    w->orphans = true;
    pthread_mutex_unlock(&w->lock);
    webhooks_nudge(w);
}

enum err webhooks_settle(struct webhooks *w, void (*done)(void *arg), void *arg)
{
    struct settle_wait *wait = malloc(sizeof *wait);
    if (!wait)
        return ERR_OUT_OF_MEMORY;
    pthread_mutex_lock(&w->lock);
    *wait = (struct settle_wait){ w->waits, done, arg };
    w->waits = wait;
    pthread_mutex_unlock(&w->lock);
    webhooks_nudge(w);
    return ERR_OK;
}

struct calm {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool reached;
};

static void reach(void *arg)
{
    struct calm *c = arg;
    pthread_mutex_lock(&c->lock);
    c->reached = true;
    pthread_cond_signal(&c->cond);
    pthread_mutex_unlock(&c->lock);
}

enum err webhooks_settle_now(struct webhooks *w)
{
    struct calm c = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
    enum err e = webhooks_settle(w, reach, &c);
    if (e != ERR_OK)
        return e;
    pthread_mutex_lock(&c.lock);
    while (!c.reached)
        pthread_cond_wait(&c.cond, &c.lock);
    pthread_mutex_unlock(&c.lock);
    pthread_mutex_destroy(&c.lock);
    pthread_cond_destroy(&c.cond);
    return ERR_OK;
}
