/* The notification WebSocket: subscriptions, sockets and the messages that events become (contract:
 * Notification API; what Cisco's SDK needs of it). One user has up to
 * LIMIT_notification_sockets_per_user_max sockets per client type; every one gets all of that
 * user's messages. The URL's last part is the secret: it opens one socket, once, within
 * LIMIT_notification_secret_ms_max.
 *
 * Threads: subscribe and open run on net threads, realtime_on_event on the store thread, the hub's
 * callbacks on the hub's; one lock guards the tables, nothing is sent or computed under it. */
#ifndef API_REALTIME_REALTIME_H
#define API_REALTIME_REALTIME_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"
#include "domain/event/event.h"
struct realtime;
struct services;
struct ws_hub;
struct arena;
struct realtime_options {
    /* A user's last socket closed (present = false) or the first opened (true). Hub's thread. NULL:
     * nobody asks. */
    void (*presence)(void *ctx, struct uuid org, struct uuid user, bool present);
    void *presence_ctx;
};
/* Starts the hub. */
enum err realtime_new(const struct realtime_options *options, struct realtime **out);
/* Asks every open socket to close (1001), and tells no more presence. Before http_server_stop,
 * which under TLS still carries the sockets. Any thread. */
void realtime_close_all(struct realtime *r);
/* The organisation is closed: its sockets are asked to close (1008), and URLs given out open none.
 * Any thread. */
void realtime_close_org(struct realtime *r, struct uuid org);
/* The same for one user, whose tokens have ended. */
void realtime_close_user(struct realtime *r, struct uuid org, struct uuid user);
void realtime_stop(struct realtime *r); /* closes every socket; then realtime_free */
void realtime_free(struct realtime *r);
struct ws_hub *realtime_hub(struct realtime *r);
/* For engine_subscribe: hands the event to the sockets of event->agent. */
void realtime_on_event(void *realtime, const struct event *event);

/* What a client asks for when it subscribes. */
struct realtime_wish {
    struct uuid org, user;
    struct slice client_type; /* 1 to REALTIME_CLIENT_TYPE_MAX characters */
    bool keep_alive, multi_login, force;
    int64_t silence_ms; /* with keep_alive: dropped after so long without a message */
};
enum {
    REALTIME_CLIENT_TYPE_MAX = 64,
    REALTIME_SECRET_LEN = REALTIME_CLIENT_TYPE_MAX + 1 + UUID_TEXT_LEN
};
/* Makes the secret "<clientType>-<uuid>" (kernel randomness). ERR_FORBIDDEN: the limit is reached,
 * or a login exists and neither allowMultiLogin nor force was asked for. */
enum err realtime_subscribe(struct realtime *r, const struct realtime_wish *wish, int64_t now_ms,
                            char secret[REALTIME_SECRET_LEN + 1]);
/* Takes the secret: the connection's tag for http_upgrade. ERR_UNAUTHORIZED: unknown, used or
 * expired. */
enum err realtime_claim(struct realtime *r, struct slice secret, int64_t now_ms, uint64_t *tag);
/* The claimed socket never came to be. */
void realtime_abandon(struct realtime *r, uint64_t tag);
#endif
