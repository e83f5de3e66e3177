/* Inside the HTTP server: who shares what. Not for other rooms. */
#ifndef NET_HTTP_SERVER_PRIV_H
#define NET_HTTP_SERVER_PRIV_H
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "net/http_filter.h"
#include "net/http_server.h"

/* One TCP connection, from accept to close: its place in the list that the watch walks. */
struct http_conn {
    struct http_conn *prev, *next;
    int fd;
    _Atomic int64_t deadline_ms; /* monotonic; the watch shuts the socket down after it */
    _Atomic uint32_t step;       /* counts the deadlines set; odd: we wait for the client's bytes */
    uint32_t eof_step;           /* watch only: the step in which the end of the stream was seen */
    char peer[INET6_ADDRSTRLEN];
};

/* Cuts connections that are late: one thread, and a list under a lock that is taken only when a
 * connection begins or ends and when the watch walks. Setting a deadline is one atomic store. */
struct http_watch {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct http_conn *first;
    pthread_t thread;
    int64_t tick_ms;
    unsigned ticks;
    bool stop;
};
enum err http_watch_start(struct http_watch *w, int64_t tick_ms);
void http_watch_stop(struct http_watch *w);
void http_watch_add(struct http_watch *w, struct http_conn *c);
void http_watch_remove(struct http_watch *w, struct http_conn *c);
/* Net thread of the connection: time starts anew. in_ms 0: no limit. `reading`: the next move is
 * the client's. */
void http_conn_expect(struct http_conn *c, int64_t in_ms, bool reading);
int64_t http_mono_ms(void);

/* Arenas of finished requests, kept for the next ones. */
enum { HTTP_SPARE_ARENAS = 64 };
struct http_spares {
    pthread_mutex_t lock;
    struct arena *arenas[HTTP_SPARE_ARENAS];
    unsigned count;
};
struct arena *http_spares_take(struct http_spares *s);
void http_spares_give(struct http_spares *s, struct arena *a);

/* Who moves an answer forward (see http_request.c). */
enum answer_state { ANSWER_NONE, ANSWER_AWAITED, ANSWER_READY, ANSWER_ABANDONED };

struct http_exchange {
    struct http_request pub; /* first: http_request <-> http_exchange */
    struct http_server *server;
    struct http_conn *conn;
    struct MHD_Connection *mhd;
    const char *target_at; /* in the library's buffer */
    struct slice target;   /* our copy */
    const struct http_header *headers;
    size_t header_count;
    int64_t content_length; /* -1: none */
    bool chunked, version_1_0, expect_continue;
    struct buf body;
    size_t body_max;
    size_t body_seen, body_counted; /* the latter: its part of large_bodies_bytes */
    bool crowded_out;               /* of the memory for large bodies: 503 once it is read */
    bool begun;                     /* headers were looked at */
    bool handled;                   /* the handler was called */
    enum err refuse;                /* set: no handler, this answer */
    _Atomic int state;
    _Atomic int owners; /* the library, and the one who owes the answer */
    struct http_exchange *prev_waiting, *next_waiting; /* while suspended */
    bool listed;
    struct http_reply reply;
    struct ws_hub *hub; /* set: upgrade instead of reply */
    uint64_t tag;
    struct slice accept; /* Sec-WebSocket-Accept */
};

struct http_server {
    struct http_server_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    struct http_watch watch;
    struct http_spares spares;
    pthread_mutex_t waiting_lock;
    struct http_exchange *waiting; /* suspended ones */
    _Atomic int in_flight;         /* requests read and not completed */
    _Atomic size_t
        large_bodies_bytes; /* what all bodies hold beyond their first BODY_FIRST_BYTES */
    _Atomic int alive; /* exchanges whose memory comes back to us; the abandoned do not count */
    atomic_bool draining;
};

struct http_exchange *http_exchange_new(struct http_server *s, struct MHD_Connection *mhd,
                                        const char *target);
void http_exchange_unref(struct http_exchange *x);
/* Calls the handler, and suspends the connection if the answer is not there yet. True: it is. */
bool http_exchange_handle(struct http_exchange *x);
void http_exchange_resumed(struct http_exchange *x); /* takes it off the waiting list */
void http_exchange_abandon_all(struct http_server *s);
/* Gives the answer to the library. */
enum MHD_Result http_exchange_answer(struct http_exchange *x);
enum MHD_Result http_exchange_upgrade(struct http_exchange *x);
#endif
