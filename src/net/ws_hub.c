/* The hub: one thread, one epoll set, a map from tag to connection, a heap of deadlines. Everything
 * but the queue of orders belongs to the thread alone.
 *
 * An idle connection costs its struct ws_conn and its place in map and heap: buffers exist only
 * while a message is incomplete in one of the directions.
 *
 * A connection that ends is taken from the map at once, so that `closed` is told at once and its
 * tag is free; the struct is freed only after the present batch of epoll events, for one of them
 * may still point to it. */
#include "net/ws_hub.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/metrics.h"
#include "base/queue.h"
#include "net/ws_conn.h"

enum { EVENTS_AT_ONCE = 256, READ_BYTES = 64 << 10, STOP_MS = 1000 };

enum order_kind { ORDER_ADOPT, ORDER_SEND, ORDER_CLOSE, ORDER_SILENCE, ORDER_RUN, ORDER_STOP };

struct order {
    struct queue_item item; /* first */
    enum order_kind kind;
    uint64_t tag;
    int fd;
    uint16_t code;
    int64_t ms;
    void (*fn)(void *arg); /* run, or release */
    void *arg;
    size_t len;
    char data[];
};

struct ws_hub {
    struct ws_events events;
    void *ctx;
    struct queue orders;
    struct order *stop; /* made at the start, so that stopping needs no memory */
    pthread_t thread;
    int epoll;
    _Atomic unsigned count;
    atomic_bool overrun; /* an order was lost: nobody knows whose */
    struct map by_tag;
    struct heap due;
    struct ws_conn *dead;
    bool stopping;
    int64_t stop_by_ms;
    char *bytes; /* READ_BYTES */
};

static int64_t now_ms(void)
{
    return clock_mono_ns() / 1000000;
}

static struct slice key_of(const uint64_t *tag)
{
    return (struct slice){ (const char *)tag, sizeof *tag };
}

/* ---- ending ---- */

static void unlist(struct ws_hub *h, struct ws_conn *c)
{
    if (!c->listed)
        return;
    c->listed = false;
    map_remove(&h->by_tag, key_of(&c->tag));
    metric_add(METRIC_WS_OPEN, -1);
    if (h->events.closed)
        h->events.closed(h->ctx, c->tag);
}

static void kill_conn(struct ws_hub *h, struct ws_conn *c)
{
    if (c->state == WS_DEAD)
        return;
    c->state = WS_DEAD;
    heap_remove(&h->due, &c->due);
    unlist(h, c);
    c->next_dead = h->dead;
    h->dead = c;
}

static void bury(struct ws_hub *h)
{
    while (h->dead) {
        struct ws_conn *c = h->dead;
        h->dead = c->next_dead;
        ws_conn_release(c);
        free(c);
        atomic_fetch_sub(&h->count, 1);
    }
}

static void schedule(struct ws_hub *h, struct ws_conn *c)
{
    int64_t due = ws_conn_due(c);
    if (c->due.index && c->due.key <= due)
        return; /* looked at early, and put back then */
    heap_remove(&h->due, &c->due);
    c->due.key = due;
    if (due != INT64_MAX && heap_add(&h->due, &c->due) != ERR_OK)
        kill_conn(h, c);
}

static void part(struct ws_hub *h, struct ws_conn *c)
{
    c->state = WS_PARTING;
    c->close_by_ms = now_ms() + LIMIT_ws_close_ms_max;
    unlist(h, c);
    if (!ws_conn_flush(c))
        kill_conn(h, c);
    else
        schedule(h, c);
}

/* The closing handshake begun by us. */
static void start_close(struct ws_hub *h, struct ws_conn *c, uint16_t code)
{
    if (c->state != WS_OPEN)
        return;
    c->state = WS_CLOSING;
    c->close_by_ms = now_ms() + LIMIT_ws_close_ms_max;
    if (!ws_conn_send_close(c, code))
        kill_conn(h, c);
    else
        schedule(h, c);
}

static void drop(struct ws_hub *h, struct ws_conn *c, const char *why)
{
    metric_add(METRIC_WS_DROPPED, 1);
    log_write(LOG_DEBUG, "ws_dropped", LOG_TEXT("why", slice_of(why)));
    kill_conn(h, c);
}

/* ---- what the client says (struct ws_sink) ---- */

struct hearing {
    struct ws_hub *hub;
    struct ws_conn *conn;
};

static bool hear_text(void *ctx, struct slice text)
{
    struct hearing *at = ctx;
    at->conn->heard_ms = now_ms();
    if (at->conn->state == WS_OPEN && at->hub->events.message)
        at->hub->events.message(at->hub->ctx, at->conn->tag, text);
    return at->conn->state != WS_DEAD;
}

static bool hear_ping(void *ctx, struct slice data)
{
    struct hearing *at = ctx;
    if (at->conn->state == WS_OPEN && !ws_conn_send(at->conn, WS_PONG, data))
        drop(at->hub, at->conn, "slow");
    return at->conn->state != WS_DEAD;
}

static bool hear_pong(void *ctx)
{
    struct hearing *at = ctx;
    return at->conn->state != WS_DEAD;
}

static bool hear_close(void *ctx, uint16_t code)
{
    struct hearing *at = ctx;
    if (at->conn->state == WS_OPEN && !ws_conn_send_close(at->conn, code))
        kill_conn(at->hub, at->conn);
    else
        part(at->hub, at->conn);
    return false;
}

static const struct ws_sink sink = { hear_text, hear_ping, hear_pong, hear_close };

static void feed(struct ws_hub *h, struct ws_conn *c, char *data, size_t len)
{
    struct hearing at = { h, c };
    if (c->state == WS_PARTING || c->state == WS_DEAD)
        return; /* read and forget, until the end of the stream */
    uint16_t code = ws_reader_feed(&c->reader, data, len, &sink, &at);
    if (code == WS_CODE_NONE || c->state == WS_DEAD)
        return;
    if (c->state == WS_OPEN && !ws_conn_send_close(c, code))
        kill_conn(h, c);
    else
        part(h, c);
}

static void read_from(struct ws_hub *h, struct ws_conn *c)
{
    ssize_t n = recv(c->fd, h->bytes, READ_BYTES, MSG_DONTWAIT);
    if (n > 0)
        feed(h, c, h->bytes, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        kill_conn(h, c);
}

/* ---- orders from other threads ---- */

static struct ws_conn *conn_new(struct ws_hub *h, const struct order *o)
{
    struct ws_conn *c = calloc(1, sizeof *c);
    struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
    if (!c)
        return NULL;
    *c = (struct ws_conn){ .tag = o->tag,
                           .fd = o->fd,
                           .epoll = h->epoll,
                           .heard_ms = now_ms(),
                           .release = o->fn,
                           .release_arg = o->arg };
    ws_reader_init(&c->reader);
    buf_init(&c->out);
    if (map_get(&h->by_tag, key_of(&c->tag)) || map_put(&h->by_tag, key_of(&c->tag), c) != ERR_OK) {
        free(c);
        return NULL;
    }
    c->listed = true;
    metric_add(METRIC_WS_OPEN, 1);
    if (h->events.open)
        h->events.open(h->ctx, c->tag);
    if (epoll_ctl(h->epoll, EPOLL_CTL_ADD, c->fd, &ev) != 0)
        kill_conn(h, c);
    return c;
}

static void adopt(struct ws_hub *h, struct order *o)
{
    struct ws_conn *c = h->stopping ? NULL : conn_new(h, o);
    if (c) {
        feed(h, c, o->data, o->len);
        return;
    }
    atomic_fetch_sub(&h->count, 1);
    if (o->fn)
        o->fn(o->arg);
    else
        close(o->fd);
}

static void send_text(struct ws_hub *h, struct ws_conn *c, struct slice text)
{
    if (c->state != WS_OPEN)
        return;
    metric_add(METRIC_WS_MESSAGES, 1);
    if (!ws_conn_send(c, WS_TEXT, text))
        drop(h, c, "slow");
}

static void set_silence(struct ws_hub *h, struct ws_conn *c, int64_t ms)
{
    c->silence_ms = ms;
    c->heard_ms = now_ms();
    schedule(h, c);
}

static void begin_stop(struct ws_hub *h)
{
    size_t at = 0;
    struct slice key;
    void *c;
    h->stopping = true;
    h->stop_by_ms = now_ms() + STOP_MS;
    while (map_next(&h->by_tag, &at, &key, &c))
        start_close(h, c, WS_CODE_GOING_AWAY);
}

static void obey(struct ws_hub *h, struct order *o)
{
    struct ws_conn *c = map_get(&h->by_tag, key_of(&o->tag));
    if (o->kind == ORDER_ADOPT)
        adopt(h, o);
    else if (o->kind == ORDER_RUN)
        o->fn(o->arg);
    else if (o->kind == ORDER_STOP)
        begin_stop(h);
    else if (c && o->kind == ORDER_SEND)
        send_text(h, c, (struct slice){ o->data, o->len });
    else if (c && o->kind == ORDER_CLOSE)
        start_close(h, c, o->code);
    else if (c && o->kind == ORDER_SILENCE)
        set_silence(h, c, o->ms);
    if (o != h->stop)
        free(o);
}

/* Somebody's message was lost because the queue was full. A socket that misses a message is worse
 * than one that is closed: its client comes back and asks for the present state. */
static void close_all(struct ws_hub *h)
{
    size_t at = 0;
    struct slice key;
    void *c;
    log_write(LOG_ERROR, "ws_orders_lost", LOG_NUM("open", (long long)h->by_tag.count));
    while (map_next(&h->by_tag, &at, &key, &c))
        start_close(h, c, WS_CODE_TRY_LATER);
}

static void obey_all(struct ws_hub *h)
{
    struct queue_item *item = queue_take_all(&h->orders, 0);
    while (item) {
        struct order *o = (struct order *)item;
        item = item->next;
        obey(h, o);
    }
    if (atomic_exchange(&h->overrun, false))
        close_all(h);
}

/* ---- the thread ---- */

static void fire_due(struct ws_hub *h)
{
    int64_t now = now_ms();
    for (struct heap_node *n; (n = heap_first(&h->due)) && n->key <= now;) {
        struct ws_conn *c = (struct ws_conn *)((char *)n - offsetof(struct ws_conn, due));
        heap_remove(&h->due, n);
        if (ws_conn_due(c) > now)
            schedule(h, c);
        else if (c->state != WS_OPEN)
            kill_conn(h, c);
        else {
            metric_add(METRIC_WS_DROPPED, 1);
            start_close(h, c, WS_CODE_POLICY);
        }
    }
}

static int wait_ms(const struct ws_hub *h)
{
    const struct heap_node *n = heap_first(&h->due);
    int64_t until = n ? n->key : INT64_MAX, now = now_ms();
    if (h->stopping && h->stop_by_ms < until)
        until = h->stop_by_ms;
    if (until == INT64_MAX)
        return -1;
    return until <= now ? 0 : until - now > 60000 ? 60000 : (int)(until - now);
}

static void on_event(struct ws_hub *h, const struct epoll_event *ev)
{
    struct ws_conn *c = ev->data.ptr;
    if (!c)
        return; /* the orders' eventfd: obeyed once a round anyway */
    if (c->state != WS_DEAD && (ev->events & EPOLLOUT) && !ws_conn_flush(c))
        kill_conn(h, c);
    if (c->state != WS_DEAD && (ev->events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        read_from(h, c);
}

static void *hub_run(void *arg)
{
    struct ws_hub *h = arg;
    struct epoll_event events[EVENTS_AT_ONCE];
    for (;;) {
        int n = epoll_wait(h->epoll, events, EVENTS_AT_ONCE, wait_ms(h));
        for (int i = 0; i < n; i++)
            on_event(h, &events[i]);
        obey_all(h);
        fire_due(h);
        bury(h);
        if (h->stopping && (atomic_load(&h->count) == 0 || now_ms() >= h->stop_by_ms))
            return NULL;
    }
}

/* ---- the outside ---- */

static struct order *order_new(enum order_kind kind, uint64_t tag, struct slice data)
{
    struct order *o = malloc(sizeof *o + data.len);
    if (!o)
        return NULL;
    *o = (struct order){ .kind = kind, .tag = tag, .len = data.len };
    if (data.len)
        memcpy(o->data, data.at, data.len);
    return o;
}

static enum err push(struct ws_hub *h, struct order *o)
{
    enum err e = o ? queue_push(&h->orders, &o->item) : ERR_OUT_OF_MEMORY;
    if (e != ERR_OK)
        free(o);
    return e;
}

static void push_or_overrun(struct ws_hub *h, struct order *o)
{
    enum err e = push(h, o);
    if (e == ERR_LIMIT || e == ERR_OUT_OF_MEMORY)
        atomic_store(&h->overrun, true);
}

void ws_send(struct ws_hub *h, uint64_t tag, struct slice text)
{
    push_or_overrun(h, order_new(ORDER_SEND, tag, text));
}

void ws_close(struct ws_hub *h, uint64_t tag, uint16_t code)
{
    struct order *o = order_new(ORDER_CLOSE, tag, (struct slice){ NULL, 0 });
    if (o)
        o->code = code;
    push_or_overrun(h, o);
}

void ws_set_silence_ms(struct ws_hub *h, uint64_t tag, int64_t ms)
{
    struct order *o = order_new(ORDER_SILENCE, tag, (struct slice){ NULL, 0 });
    if (o)
        o->ms = ms;
    push_or_overrun(h, o);
}

enum err ws_hub_run(struct ws_hub *h, void (*fn)(void *arg), void *arg)
{
    struct order *o = order_new(ORDER_RUN, 0, (struct slice){ NULL, 0 });
    if (o) {
        o->fn = fn;
        o->arg = arg;
    }
    return push(h, o);
}

enum err ws_hub_adopt(struct ws_hub *h, int fd, uint64_t tag, struct slice early,
                      void (*release)(void *), void *release_arg)
{
    if (atomic_fetch_add(&h->count, 1) >= LIMIT_ws_connections_max) {
        atomic_fetch_sub(&h->count, 1);
        return ERR_LIMIT;
    }
    struct order *o = order_new(ORDER_ADOPT, tag, early);
    if (o) {
        o->fd = fd;
        o->fn = release;
        o->arg = release_arg;
    }
    enum err e = push(h, o);
    if (e != ERR_OK)
        atomic_fetch_sub(&h->count, 1);
    return e;
}

static void hub_free(struct ws_hub *h)
{
    if (h->epoll >= 0)
        close(h->epoll);
    map_release(&h->by_tag);
    heap_release(&h->due);
    free(h->bytes);
    free(h->stop);
    free(h);
}

enum err ws_hub_start(const struct ws_events *events, void *ctx, struct ws_hub **out)
{
    struct ws_hub *h = calloc(1, sizeof *h);
    if (!h)
        return ERR_OUT_OF_MEMORY;
    struct epoll_event ev = { .events = EPOLLIN };
    h->events = *events;
    h->ctx = ctx;
    h->stop = order_new(ORDER_STOP, 0, (struct slice){ NULL, 0 });
    map_init(&h->by_tag);
    heap_init(&h->due);
    h->bytes = malloc(READ_BYTES);
    h->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!h->bytes || !h->stop || h->epoll < 0 ||
        queue_init(&h->orders, LIMIT_ws_commands_max, true) != ERR_OK) {
        hub_free(h);
        return ERR_IO;
    }
    if (epoll_ctl(h->epoll, EPOLL_CTL_ADD, h->orders.event_fd, &ev) != 0 ||
        pthread_create(&h->thread, NULL, hub_run, h) != 0) {
        queue_release(&h->orders);
        hub_free(h);
        return ERR_IO;
    }
    *out = h;
    return ERR_OK;
}

static void drop_orders(struct ws_hub *h)
{
    queue_close(&h->orders);
    h->stopping = true;
    obey_all(h);
}

static void kill_all(struct ws_hub *h)
{
    size_t at = 0;
    struct slice key;
    void *c;
    while (map_next(&h->by_tag, &at, &key, &c))
        kill_conn(h, c);
    for (struct heap_node *n; (n = heap_first(&h->due));) /* those that were parting */
        kill_conn(h, (struct ws_conn *)((char *)n - offsetof(struct ws_conn, due)));
    bury(h);
}

void ws_hub_stop(struct ws_hub *h)
{
    while (queue_push(&h->orders, &h->stop->item) == ERR_LIMIT)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    pthread_join(h->thread, NULL);
    drop_orders(h);
    kill_all(h);
    queue_release(&h->orders);
    hub_free(h);
}
