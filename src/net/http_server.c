/* The glue to libmicrohttpd: listening, the access handler, limits, stopping.
 *
 * The library calls back in this order, all on one net thread per connection:
 *   notify_connection(STARTED)   a socket was accepted: on the watch's list, header clock runs
 *   take_target                  the request line is read: an exchange is made
 *   access_handler               1. headers complete: filter; 2. body bytes; 3. all is read: the
 *                                handler; and 4. once more after a resume: the answer
 *   completed                    answered or broken off: the exchange may go
 *   notify_connection(CLOSED)    before the socket is closed: off the list
 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "net/http_proxy.h"
#include "net/http_server_priv.h"
#include "net/http_tls_priv.h"

/* The library reads the headers into this pool and keeps its own records there too. */
enum { POOL_BYTES = 2 * LIMIT_header_bytes_max, BACKLOG = 4096, BODY_FIRST_BYTES = 16 << 10 };

static struct http_conn *conn_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void write_peer(struct http_conn *c, const struct sockaddr *sa)
{
    if (sa && sa->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, sa, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, c->peer, sizeof c->peer);
    } else if (sa && sa->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, sa, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, c->peer, sizeof c->peer);
    }
}

static void conn_started(struct http_server *s, struct MHD_Connection *mhd, void **slot)
{
    struct http_conn *c = calloc(1, sizeof *c);
    *slot = c;
    if (!c)
        return; /* its requests are refused: see first_call */
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    write_peer(c, MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
    http_conn_expect(c, s->options.header_ms_max, true);
    http_watch_add(&s->watch, c);
}

static void notify_connection(void *cls, struct MHD_Connection *mhd, void **slot,
                              enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = cls;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        conn_started(s, mhd, slot);
    } else if (*slot) {
        http_watch_remove(&s->watch, *slot);
        free(*slot);
        *slot = NULL;
    }
}

static void *take_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
    return http_exchange_new(cls, mhd, target);
}

static void completed(void *cls, struct MHD_Connection *mhd, void **slot,
                      enum MHD_RequestTerminationCode code)
{
    struct http_server *s = cls;
    struct http_exchange *x = *slot;
    (void)code;
    if (!x)
        return;
    *slot = NULL;
    if (x->begun)
        atomic_fetch_sub(&s->in_flight, 1);
    struct http_conn *c = x->hub ? NULL : conn_of(mhd);
    if (c)
        http_conn_expect(c, s->options.idle_ms_max, true);
    http_exchange_resumed(x);
    atomic_fetch_sub(&s->large_bodies_bytes, x->body_counted);
    if (atomic_load(&x->state) == ANSWER_ABANDONED)
        atomic_fetch_sub(&s->alive, 1);
    http_exchange_unref(x);
}

/* ---- reading a request ---- */

static enum MHD_Result refuse(struct http_exchange *x, enum err why, const char *what)
{
    struct http_server *s = x->server;
    x->refuse = why;
    x->reply = (struct http_reply){ .status = err_status(why) };
    s->options.refuse(s->options.ctx, &x->pub, why, &x->reply);
    log_write(LOG_DEBUG, "http_refused", LOG_TEXT("peer", x->pub.peer),
              LOG_TEXT("what", slice_of(what)));
    return http_exchange_answer(x);
}

/* The target is whole when the version follows it at once in the library's buffer (a NUL inside
 * would have cut it short), and the method stands right before it. */
static bool target_is_whole(const struct http_exchange *x, const char *method, const char *version)
{
    return method + strlen(method) + 1 == x->target_at &&
           x->target_at + x->target.len + 1 == version;
}

static enum err look_at_head(struct http_exchange *x, const char *method, const char *version,
                             const char **why)
{
    struct http_head head;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    *why = "request line";
    if (!info || !target_is_whole(x, method, version))
        return ERR_BAD_REQUEST;
    if (info->header_size > LIMIT_header_bytes_max) {
        *why = "headers too large";
        return ERR_HEADERS_TOO_LARGE;
    }
    const char *end = method + info->header_size;
    enum err e = http_filter_head((struct slice){ version, (size_t)(end - version) }, &head, why);
    if (e != ERR_OK)
        return e;
    struct http_header *headers = arena_alloc(x->pub.arena, head.count * sizeof *headers + 1);
    if (!headers)
        return ERR_OUT_OF_MEMORY;
    memcpy(headers, head.headers, head.count * sizeof *headers);
    x->headers = headers;
    x->header_count = head.count;
    x->content_length = head.content_length;
    x->chunked = head.chunked;
    x->version_1_0 = head.version_1_0;
    x->expect_continue = head.expect_continue;
    return ERR_OK;
}

/* Most requests are small, and not looked at any closer. */
static size_t body_max_of(struct http_exchange *x)
{
    const struct http_server_options *o = &x->server->options;
    bool small = !x->chunked && x->content_length <= LIMIT_body_bytes_max;
    return small || !o->body_max ? LIMIT_body_bytes_max : o->body_max(o->ctx, &x->pub);
}

/* A proxy adds at the end: of several lines only the last is its own. */
static void look_behind_proxies(struct http_exchange *x)
{
    const struct http_proxies *proxies = x->server->options.proxies;
    struct slice forwarded = { NULL, 0 };
    if (!proxies || !proxies->count)
        return;
    for (size_t i = 0; i < x->header_count; i++)
        if (slice_eq_nocase(x->headers[i].name, SLICE("X-Forwarded-For")))
            forwarded = x->headers[i].value;
    x->pub.peer = http_proxies_client(proxies, x->pub.peer, forwarded);
}

/* Closing while the client still sends makes the kernel reset the connection, and the client may
 * lose the answer with it. So of what is too large as much is read and thrown away first, unless
 * the client waits to be asked for it, or there is too much of it. */
static bool is_refused_at_once(const struct http_exchange *x)
{
    return x->content_length > (int64_t)x->body_max &&
           (x->expect_continue ||
            x->content_length > (int64_t)x->body_max + LIMIT_refused_body_bytes_max);
}

static enum err look_at_request(struct http_exchange *x, const char *method, const char *version,
                                const char **why)
{
    enum err e = look_at_head(x, method, version, why);
    if (e != ERR_OK)
        return e;
    look_behind_proxies(x);
    *why = "method or target";
    x->pub.method = slice_of(method);
    if (!http_is_token(x->pub.method) ||
        http_filter_target(x->target, &x->pub.path, &x->pub.query) != ERR_OK)
        return ERR_BAD_REQUEST;
    *why = "body too large";
    x->body_max = body_max_of(x);
    return is_refused_at_once(x) ? ERR_TOO_LARGE : ERR_OK;
}

static enum MHD_Result first_call(struct http_exchange *x, const char *method, const char *version)
{
    struct http_server *s = x->server;
    const char *why = "";
    x->begun = true;
    atomic_fetch_add(&s->in_flight, 1);
    x->pub.started_ns = clock_mono_ns();
    x->conn = conn_of(x->mhd);
    if (!x->conn)
        return MHD_NO;
    x->pub.peer = slice_of(x->conn->peer);
    x->pub.secure = s->options.tls;
    enum err e = look_at_request(x, method, version, &why);
    http_conn_expect(x->conn, s->options.body_ms_max, true);
    if (e != ERR_OK) {
        http_conn_expect(x->conn, LIMIT_http_send_ms_max, false);
        return refuse(x, e, why);
    }
    if (x->content_length > 0 && x->content_length <= (int64_t)x->body_max)
        buf_reserve(&x->body, x->content_length < BODY_FIRST_BYTES ? (size_t)x->content_length
                                                                   : BODY_FIRST_BYTES);
    return MHD_YES;
}

/* Small bodies always fit, so whoever fills the memory for large ones shuts out only those. */
static bool has_room(struct http_exchange *x, size_t more)
{
    struct http_server *s = x->server;
    if (x->crowded_out || x->body_seen > x->body_max || x->content_length > (int64_t)x->body_max)
        return false;
    if (x->body_seen <= BODY_FIRST_BYTES)
        return true;
    size_t before = atomic_fetch_add(&s->large_bodies_bytes, more);
    x->body_counted += more;
    x->crowded_out = before + more > s->options.large_bodies_bytes_max;
    return !x->crowded_out;
}

/* A chunked body that grows too large is not kept, but read on for a while, so that an honest
 * client gets to its answer; then the connection is cut. */
static enum MHD_Result take_body(struct http_exchange *x, const char *data, size_t *size)
{
    x->body_seen += *size;
    if (has_room(x, *size))
        buf_add(&x->body, (struct slice){ data, *size });
    *size = 0;
    return x->body_seen <= x->body_max + LIMIT_refused_body_bytes_max ? MHD_YES : MHD_NO;
}

static enum MHD_Result all_read(struct http_exchange *x)
{
    if (x->body_seen > x->body_max)
        return refuse(x, ERR_TOO_LARGE, "body too large");
    if (x->crowded_out)
        return refuse(x, ERR_UNAVAILABLE, "too many large bodies at once");
    if (buf_failed(&x->body))
        return refuse(x, ERR_OUT_OF_MEMORY, "no memory for the body");
    x->pub.body = buf_slice(&x->body);
    http_conn_expect(x->conn, 0, false);
    if (!http_exchange_handle(x))
        return MHD_YES;
    http_conn_expect(x->conn, LIMIT_http_send_ms_max, false);
    return http_exchange_answer(x);
}

/* NOLINTNEXTLINE(readability-function-size): the library's callback has eight parameters */
static enum MHD_Result access_handler(void *cls, struct MHD_Connection *mhd, const char *url,
                                      const char *method, const char *version, const char *data,
                                      size_t *size, void **slot)
{
    struct http_exchange *x = *slot;
    (void)cls, (void)mhd, (void)url;
    if (!x)
        return MHD_NO; /* no memory for the exchange */
    if (!x->begun)
        return first_call(x, method, version);
    if (*size)
        return take_body(x, data, size);
    if (!x->handled)
        return all_read(x);
    http_exchange_resumed(x);
    http_conn_expect(x->conn, x->hub ? 0 : LIMIT_http_send_ms_max, false);
    return http_exchange_answer(x);
}

/* ---- starting and stopping ---- */

static bool address_of(const struct http_server_options *o, struct sockaddr_storage *out,
                       socklen_t *len)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(o->port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(o->port) };
    if (inet_pton(AF_INET, o->host, &v4.sin_addr) == 1) {
        memcpy(out, &v4, *len = sizeof v4);
        return true;
    }
    if (inet_pton(AF_INET6, o->host, &v6.sin6_addr) == 1) {
        memcpy(out, &v6, *len = sizeof v6);
        return true;
    }
    errno = EADDRNOTAVAIL;
    return false;
}

static int listen_on(const struct http_server_options *o, uint16_t *port)
{
    struct sockaddr_storage sa = { 0 };
    socklen_t len;
    if (!address_of(o, &sa, &len))
        return -1;
    int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&sa, len) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&sa, &len) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    /* The port is at the same place for both families. */
    struct sockaddr_in in;
    memcpy(&in, &sa, sizeof in);
    *port = ntohs(in.sin_port);
    return fd;
}

static struct MHD_Daemon *daemon_start(struct http_server *s, int fd)
{
    const struct http_server_options *o = &s->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE;
    static char priorities[] = HTTP_TLS_PRIORITIES; /* the library's list wants a void * */
    union {
        gnutls_certificate_retrieve_function2 *in;
        void *out;
    } choose = { http_tls_choose };
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, choose.out },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, priorities },
        { MHD_OPTION_END, 0, NULL },
    };
    struct MHD_OptionItem plain[] = { { MHD_OPTION_END, 0, NULL } };
    if (o->tls)
        flags |= MHD_USE_TLS;
    return MHD_start_daemon(
        flags, s->port, NULL, NULL, access_handler, s, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, o->threads, MHD_OPTION_CONNECTION_LIMIT, o->connections_max,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->connections_per_address_max,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_URI_LOG_CALLBACK,
        take_target, s, MHD_OPTION_NOTIFY_COMPLETED, completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        notify_connection, s, MHD_OPTION_ARRAY, o->tls ? tls : plain, MHD_OPTION_END);
}

static void fill_defaults(struct http_server_options *o)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!o->threads)
        o->threads = cores > 0 ? (unsigned)cores : 1;
    if (!o->header_ms_max)
        o->header_ms_max = LIMIT_header_ms_max;
    if (!o->body_ms_max)
        o->body_ms_max = LIMIT_http_body_ms_max;
    if (!o->idle_ms_max)
        o->idle_ms_max = LIMIT_http_idle_ms_max;
    if (!o->connections_max)
        o->connections_max = LIMIT_connections_max;
    if (!o->connections_per_address_max)
        o->connections_per_address_max = LIMIT_connections_per_address_max;
    if (!o->large_bodies_bytes_max)
        o->large_bodies_bytes_max = LIMIT_large_bodies_bytes_max;
}

static void server_free(struct http_server *s)
{
    for (unsigned i = 0; i < s->spares.count; i++)
        arena_free(s->spares.arenas[i]);
    pthread_mutex_destroy(&s->spares.lock);
    pthread_mutex_destroy(&s->waiting_lock);
    free(s);
}

static int64_t tick_of(int64_t header_ms)
{
    int64_t tick = header_ms / 8;
    return tick < 10 ? 10 : tick > 500 ? 500 : tick;
}

enum err http_server_start(const struct http_server_options *options, struct http_server **out)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_OUT_OF_MEMORY;
    s->options = *options;
    fill_defaults(&s->options);
    pthread_mutex_init(&s->spares.lock, NULL);
    pthread_mutex_init(&s->waiting_lock, NULL);
    int fd = listen_on(&s->options, &s->port);
    if (fd < 0)
        goto free_server;
    if (http_watch_start(&s->watch, tick_of(s->options.header_ms_max)) != ERR_OK)
        goto close_socket;
    s->daemon = daemon_start(s, fd);
    if (!s->daemon)
        goto stop_watch;
    *out = s;
    return ERR_OK;
stop_watch:
    http_watch_stop(&s->watch);
close_socket:
    close(fd);
free_server:
    server_free(s);
    return ERR_IO;
}

uint16_t http_server_port(const struct http_server *s)
{
    return s->port;
}

/* Polled, in steps of a millisecond: it happens once, at the end. */
static void wait_zero(_Atomic int *count, int64_t until_ms)
{
    while (atomic_load(count) > 0 && http_mono_ms() < until_ms)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

void http_server_stop(struct http_server *s, int64_t drain_ms)
{
    enum { PARTING_MS = 500 }; /* for the 503s to get out */
    MHD_socket fd = MHD_quiesce_daemon(s->daemon);
    atomic_store(&s->draining, true);
    wait_zero(&s->in_flight, http_mono_ms() + drain_ms);
    /* A handler may still be on its way to being suspended: the library may not be stopped before
     * every suspended connection was resumed. */
    for (int64_t until = http_mono_ms() + PARTING_MS; http_mono_ms() < until;) {
        http_exchange_abandon_all(s);
        wait_zero(&s->in_flight, http_mono_ms() + 20);
        if (atomic_load(&s->in_flight) == 0)
            break;
    }
    MHD_stop_daemon(s->daemon);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    http_watch_stop(&s->watch);
    wait_zero(&s->alive, INT64_MAX); /* threads on their way out of http_reply */
    server_free(s);
}
