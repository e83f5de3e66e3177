/* Who is connected: see realtime.h. A connection is pending (its URL was given out), claimed (the
 * handshake is under way) or open. It hangs in two tables (by secret until it is claimed, by tag
 * for ever) and in the list of its user. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "api/realtime/messages.h"
#include "api/realtime/realtime.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/metrics.h"
#include "base/random.h"
#include "net/ws_hub.h"

enum connection_state { CONNECTION_PENDING, CONNECTION_CLAIMED, CONNECTION_OPEN };

struct user_key {
    struct uuid org, user;
};

struct connection {
    struct connection *next; /* of the same user */
    struct user_key key;
    uint64_t tag;
    enum connection_state state;
    int64_t made_ms, silence_ms;
    char client_type[REALTIME_CLIENT_TYPE_MAX + 1];
    char secret[REALTIME_SECRET_LEN + 1];
};

struct user {
    struct user_key key;
    struct connection *first;
    unsigned open;
};

struct realtime {
    struct realtime_options options;
    struct ws_hub *hub;
    pthread_mutex_t lock;
    struct map by_secret, by_tag, users;
    uint64_t last_tag;
    atomic_bool stopping; /* read by the hub's thread */
};

static struct slice key_bytes(const struct user_key *key)
{
    return (struct slice){ (const char *)key, sizeof *key };
}

static struct slice tag_bytes(const uint64_t *tag)
{
    return (struct slice){ (const char *)tag, sizeof *tag };
}

/* ---- tables; the lock is held ---- */

static struct user *user_find(struct realtime *r, struct user_key key)
{
    return map_get(&r->users, key_bytes(&key));
}

static struct user *user_need(struct realtime *r, struct user_key key)
{
    struct user *u = user_find(r, key);
    if (u)
        return u;
    u = calloc(1, sizeof *u);
    if (!u)
        return NULL;
    u->key = key;
    if (map_put(&r->users, key_bytes(&u->key), u) != ERR_OK) {
        free(u);
        return NULL;
    }
    return u;
}

static void user_drop_if_empty(struct realtime *r, struct user *u)
{
    if (u->first)
        return;
    map_remove(&r->users, key_bytes(&u->key));
    free(u);
}

static void connection_forget(struct realtime *r, struct user *u, struct connection *c)
{
    struct connection **at = &u->first;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    if (c->state == CONNECTION_PENDING)
        map_remove(&r->by_secret, slice_of(c->secret));
    map_remove(&r->by_tag, tag_bytes(&c->tag));
    free(c);
}

/* A claimed one too: its client may have gone in the middle of the handshake, and then nobody tells
 * us. Should it open after all, on_open does not know it and closes it. */
static bool connection_is_stale(const struct connection *c, int64_t now_ms)
{
    return c->state != CONNECTION_OPEN && now_ms - c->made_ms > LIMIT_notification_secret_ms_max;
}

/* Connections of the user and client type; the stale ones go. */
static unsigned count_of_type(struct realtime *r, struct user *u, struct slice type, int64_t now_ms)
{
    unsigned n = 0;
    for (struct connection *c = u->first, *next; c; c = next) {
        next = c->next;
        if (connection_is_stale(c, now_ms))
            connection_forget(r, u, c);
        else
            n += slice_is(type, c->client_type);
    }
    return n;
}

/* ---- subscribing ---- */

/* Tags to be closed, collected under the lock and closed outside. */
struct closing {
    uint64_t tags[LIMIT_notification_sockets_per_user_max];
    unsigned count;
};

static void close_connection(struct realtime *r, struct user *u, struct connection *c,
                             struct closing *out)
{
    if (c->state != CONNECTION_OPEN)
        connection_forget(r, u, c);
    else if (out->count < LIMIT_notification_sockets_per_user_max)
        out->tags[out->count++] = c->tag;
}

/* All client types together, for their names are the client's to choose: the oldest URL that was
 * given out and not used goes. False: all are in use. */
static bool make_room_at_all(struct realtime *r, struct user *u)
{
    struct connection *oldest = NULL;
    unsigned n = 0;
    for (struct connection *c = u->first; c; c = c->next, n++)
        if (c->state != CONNECTION_OPEN)
            oldest = c;
    if (n < LIMIT_notification_connections_per_user_max)
        return true;
    if (oldest)
        connection_forget(r, u, oldest);
    return oldest != NULL;
}

/* Room for one more: without multi login the others of that type must go, with it one when the
 * limit is reached. */
static enum err make_room(struct realtime *r, struct user *u, const struct realtime_wish *w,
                          int64_t now_ms, struct closing *out)
{
    unsigned have = count_of_type(r, u, w->client_type, now_ms);
    bool full = w->multi_login ? have >= LIMIT_notification_sockets_per_user_max : have > 0;
    if (!full)
        return ERR_OK;
    if (!w->force)
        return ERR_FORBIDDEN;
    for (struct connection *c = u->first, *next; c; c = next) {
        next = c->next;
        if (!slice_is(w->client_type, c->client_type))
            continue;
        close_connection(r, u, c, out);
        if (w->multi_login)
            break;
    }
    return ERR_OK;
}

static enum err connection_add(struct realtime *r, struct user *u, const struct realtime_wish *w,
                               int64_t now_ms, const uint8_t random[16])
{
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    *c = (struct connection){ .key = u->key, .tag = ++r->last_tag, .made_ms = now_ms };
    c->silence_ms = w->keep_alive ? w->silence_ms : 0;
    memcpy(c->client_type, w->client_type.at, w->client_type.len);
    struct uuid id;
    memcpy(id.bytes, random, sizeof id.bytes);
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    snprintf(c->secret, sizeof c->secret, "%s-%s", c->client_type, text);
    enum err err = map_put(&r->by_tag, tag_bytes(&c->tag), c);
    if (err == ERR_OK && (err = map_put(&r->by_secret, slice_of(c->secret), c)) != ERR_OK)
        map_remove(&r->by_tag, tag_bytes(&c->tag));
    if (err != ERR_OK) {
        free(c);
        return err;
    }
    c->next = u->first;
    u->first = c;
    return ERR_OK;
}

static enum err subscribe_locked(struct realtime *r, const struct realtime_wish *w, int64_t now_ms,
                                 char *secret, struct closing *out)
{
    uint8_t random[16];
    enum err err = random_secret(random, sizeof random);
    if (err != ERR_OK)
        return err;
    struct user *u = user_need(r, (struct user_key){ w->org, w->user });
    if (!u)
        return ERR_OUT_OF_MEMORY;
    err = make_room(r, u, w, now_ms, out);
    if (err == ERR_OK && !make_room_at_all(r, u))
        err = ERR_LIMIT;
    if (err == ERR_OK)
        err = connection_add(r, u, w, now_ms, random);
    if (err == ERR_OK)
        memcpy(secret, u->first->secret, sizeof u->first->secret);
    user_drop_if_empty(r, u);
    return err;
}

static void say_multi_login(struct realtime *r, const struct realtime_wish *w,
                            const struct closing *closing)
{
    struct arena *a = closing->count ? arena_new(LIMIT_request_arena_bytes_max) : NULL;
    struct slice text = a ? message_multi_login(a, w->org, w->user) : (struct slice){ 0 };
    for (unsigned i = 0; i < closing->count; i++) {
        if (text.at)
            ws_send(r->hub, closing->tags[i], text);
        ws_close(r->hub, closing->tags[i], 1000);
    }
    arena_free(a);
}

enum err realtime_subscribe(struct realtime *r, const struct realtime_wish *wish, int64_t now_ms,
                            char secret[REALTIME_SECRET_LEN + 1])
{
    if (wish->client_type.len == 0 || wish->client_type.len > REALTIME_CLIENT_TYPE_MAX)
        return ERR_INVALID_FIELD;
    struct closing closing = { .count = 0 };
    pthread_mutex_lock(&r->lock);
    enum err err = subscribe_locked(r, wish, now_ms, secret, &closing);
    pthread_mutex_unlock(&r->lock);
    say_multi_login(r, wish, &closing);
    return err;
}

enum err realtime_claim(struct realtime *r, struct slice secret, int64_t now_ms, uint64_t *tag)
{
    enum err err = ERR_UNAUTHORIZED;
    pthread_mutex_lock(&r->lock);
    struct connection *c = map_get(&r->by_secret, secret);
    if (c && !connection_is_stale(c, now_ms)) {
        map_remove(&r->by_secret, secret);
        c->state = CONNECTION_CLAIMED;
        c->made_ms = now_ms;
        *tag = c->tag;
        err = ERR_OK;
    }
    pthread_mutex_unlock(&r->lock);
    return err;
}

/* Takes the connection out; true when the user has no open socket left but had one. */
static bool remove_tag(struct realtime *r, uint64_t tag, struct user_key *key)
{
    bool last = false;
    pthread_mutex_lock(&r->lock);
    struct connection *c = map_get(&r->by_tag, tag_bytes(&tag));
    if (c) {
        *key = c->key;
        struct user *u = user_find(r, c->key);
        last = c->state == CONNECTION_OPEN && --u->open == 0;
        connection_forget(r, u, c);
        user_drop_if_empty(r, u);
    }
    pthread_mutex_unlock(&r->lock);
    return last;
}

void realtime_abandon(struct realtime *r, uint64_t tag)
{
    struct user_key key;
    remove_tag(r, tag, &key);
}

/* ---- the hub's thread ---- */

static void presence(struct realtime *r, const struct user_key *key, bool present)
{
    if (r->options.presence && !atomic_load(&r->stopping))
        r->options.presence(r->options.presence_ctx, key->org, key->user, present);
}

static void send_welcome(struct realtime *r, uint64_t tag, const struct user_key *key)
{
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    struct slice text = a ? message_welcome(a, key->org, key->user) : (struct slice){ 0 };
    if (text.at)
        ws_send(r->hub, tag, text);
    else
        ws_close(r->hub, tag, 1011);
    arena_free(a);
}

static void on_open(void *ctx, uint64_t tag)
{
    struct realtime *r = ctx;
    struct user_key key;
    int64_t silence_ms = 0;
    bool first = false;
    pthread_mutex_lock(&r->lock);
    struct connection *c = map_get(&r->by_tag, tag_bytes(&tag));
    if (c) {
        key = c->key;
        silence_ms = c->silence_ms;
        c->state = CONNECTION_OPEN;
        first = user_find(r, key)->open++ == 0;
    }
    pthread_mutex_unlock(&r->lock);
    if (!c) {
        ws_close(r->hub, tag, 1008);
        return;
    }
    if (silence_ms)
        ws_set_silence_ms(r->hub, tag, silence_ms);
    send_welcome(r, tag, &key);
    if (first)
        presence(r, &key, true);
}

/* The only thing a client says is that it lives; it is told the same. */
static void on_message(void *ctx, uint64_t tag, struct slice text)
{
    struct realtime *r = ctx;
    struct arena *a = arena_new(LIMIT_ws_frame_bytes_max * 4);
    if (a && message_is_keepalive(a, text))
        ws_send(r->hub, tag, MESSAGE_KEEPALIVE);
    arena_free(a);
}

static void on_closed(void *ctx, uint64_t tag)
{
    struct realtime *r = ctx;
    struct user_key key;
    if (remove_tag(r, tag, &key))
        presence(r, &key, false);
}

/* ---- events ---- */

enum { TAGS_MAX = LIMIT_notification_connections_per_user_max, CODE_TRY_LATER = 1013 };

/* The open sockets of one user, newest first. */
static unsigned tags_of(struct realtime *r, const struct user_key *key, uint64_t *tags,
                        unsigned max)
{
    unsigned n = 0;
    pthread_mutex_lock(&r->lock);
    struct user *u = user_find(r, *key);
    for (struct connection *c = u ? u->first : NULL; c && n < max; c = c->next)
        if (c->state == CONNECTION_OPEN)
            tags[n++] = c->tag;
    pthread_mutex_unlock(&r->lock);
    return n;
}

struct delivery {
    struct realtime *realtime;
    struct arena *arena;
    struct user_key key;
    struct event event;
};

static void deliver(void *arg)
{
    struct delivery *d = arg;
    uint64_t tags[TAGS_MAX];
    struct message_list list = { 0 };
    if (messages_of_event(&d->event, d->arena, &list) != ERR_OK)
        log_write(LOG_ERROR, "event_without_message",
                  LOG_TEXT("type", slice_of(event_name(d->event.type))));
    unsigned n = list.count ? tags_of(d->realtime, &d->key, tags, TAGS_MAX) : 0;
    for (unsigned m = 0; m < list.count; m++)
        for (unsigned i = 0; i < n; i++)
            ws_send(d->realtime->hub, tags[i], list.texts[m]);
    arena_free(d->arena);
}

/* A client that misses a message does not know it; one that is cut off comes back and asks. */
static void cut_off(struct realtime *r, const struct user_key *key)
{
    uint64_t tags[TAGS_MAX];
    unsigned n = tags_of(r, key, tags, TAGS_MAX);
    for (unsigned i = 0; i < n; i++)
        ws_close(r->hub, tags[i], CODE_TRY_LATER);
}

static bool hand_over(struct realtime *r, const struct user_key *key, const struct event *event)
{
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    struct delivery *d = a ? arena_alloc(a, sizeof *d) : NULL;
    if (!d) {
        arena_free(a);
        return false;
    }
    *d = (struct delivery){ .realtime = r, .arena = a, .key = *key, .event = *event };
    d->event.org = arena_copy(a, event->org);
    d->event.agent = arena_copy(a, event->agent);
    d->event.body = arena_copy(a, event->body);
    bool taken = d->event.org.at && d->event.agent.at && d->event.body.at &&
                 ws_hub_run(r->hub, deliver, d) == ERR_OK;
    if (!taken)
        arena_free(a);
    return taken;
}

void realtime_on_event(void *realtime, const struct event *event)
{
    struct realtime *r = realtime;
    struct user_key key;
    uint64_t one;
    if (!event->agent.len || !uuid_parse(event->org, &key.org) ||
        !uuid_parse(event->agent, &key.user) || tags_of(r, &key, &one, 1) == 0)
        return;
    if (!hand_over(r, &key, event))
        cut_off(r, &key);
}

/* ---- life ---- */

enum err realtime_new(const struct realtime_options *options, struct realtime **out)
{
    static const struct ws_events events = { .open = on_open,
                                             .message = on_message,
                                             .closed = on_closed };
    struct realtime *r = calloc(1, sizeof *r);
    if (!r)
        return ERR_OUT_OF_MEMORY;
    r->options = *options;
    pthread_mutex_init(&r->lock, NULL);
    map_init(&r->by_secret);
    map_init(&r->by_tag);
    map_init(&r->users);
    enum err err = ws_hub_start(&events, r, &r->hub);
    if (err != ERR_OK) {
        realtime_free(r);
        return err;
    }
    *out = r;
    return ERR_OK;
}

void realtime_close_all(struct realtime *r)
{
    size_t at = 0;
    struct slice key;
    void *value;
    uint64_t tag;
    atomic_store(&r->stopping, true); /* a stopping server is not a lost agent */
    pthread_mutex_lock(&r->lock);
    while (map_next(&r->by_tag, &at, &key, &value)) {
        memcpy(&tag, key.at, sizeof tag);
        ws_close(r->hub, tag, 1001);
    }
    pthread_mutex_unlock(&r->lock);
}

struct parting {
    struct realtime *realtime;
    struct user_key whose; /* user nil: everybody's in the organisation */
};

static bool is_meant(const struct parting *c, const struct user *u)
{
    return uuid_eq(u->key.org, c->whose.org) &&
           (uuid_is_nil(c->whose.user) || uuid_eq(u->key.user, c->whose.user));
}

static void close_those(void *arg)
{
    const struct parting *parting = arg;
    struct realtime *r = parting->realtime;
    size_t at = 0;
    struct slice key;
    void *value;
    pthread_mutex_lock(&r->lock);
    while (map_next(&r->users, &at, &key, &value)) {
        struct user *u = value;
        for (struct connection *c = u->first, *next; c && is_meant(parting, u); c = next) {
            next = c->next;
            if (c->state == CONNECTION_OPEN)
                ws_close(r->hub, c->tag, 1008);
            else
                connection_forget(r, u, c);
        }
        user_drop_if_empty(r, u);
    }
    pthread_mutex_unlock(&r->lock);
    free(arg);
}

/* On the hub's thread, behind the messages that were handed over before: the last of them tell why.
 */
static void close_later(struct realtime *r, struct user_key whose)
{
    struct parting *c = malloc(sizeof *c);
    if (c)
        *c = (struct parting){ r, whose };
    if (!c || ws_hub_run(r->hub, close_those, c) != ERR_OK) {
        log_write(LOG_ERROR, "sockets_left", LOG_NUM("memory", c == NULL));
        free(c);
    }
}

void realtime_close_org(struct realtime *r, struct uuid org)
{
    close_later(r, (struct user_key){ .org = org });
}

void realtime_close_user(struct realtime *r, struct uuid org, struct uuid user)
{
    close_later(r, (struct user_key){ org, user });
}

void realtime_stop(struct realtime *r)
{
    atomic_store(&r->stopping, true);
    ws_hub_stop(r->hub);
    r->hub = NULL;
}

void realtime_free(struct realtime *r)
{
    if (!r)
        return;
    size_t at = 0;
    struct slice key;
    void *value;
    while (map_next(&r->by_tag, &at, &key, &value))
        free(value);
    at = 0;
    while (map_next(&r->users, &at, &key, &value))
        free(value);
    map_release(&r->by_secret);
    map_release(&r->by_tag);
    map_release(&r->users);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

struct ws_hub *realtime_hub(struct realtime *r)
{
    return r->hub;
}
