/* One thread, one multi handle. A single handle slows down badly beyond some 500 transfers, so the
 * number in flight is bounded below that and the others wait in line, in order. An easy handle is
 * kept for the next transfer; connections are kept open by the multi handle.
 *
 * The guard against requests into the private network sits where the socket is made, behind name
 * resolution: whatever the name says now, the address is judged, and it is the address connected
 * to. A connection in the pool has passed the same guard. */
#include "net/http_client.h"

#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/queue.h"
#include "net/http_address.h"

enum { IDLE_HANDLES = 64, CONNECTIONS_KEPT = 256 };
static_assert((int)LIMIT_webhook_in_flight_max <= 500, "more need several multi handles");

struct transfer {
    struct queue_item item; /* first */
    struct http_client *client;
    CURL *easy;
    struct curl_slist *headers;
    char *url, *method;
    char *body;
    size_t body_len;
    int64_t timeout_ms, started_ns;
    http_client_done *done;
    void *ctx;
    size_t reply_bytes;
    bool refused;  /* an address was not allowed */
    bool too_long; /* the rest of the answer was not read */
    char error[CURL_ERROR_SIZE];
    struct transfer *next_running, *prev_running;
};

struct http_client {
    struct http_client_options options;
    struct queue queue;
    pthread_t thread;
    CURLM *multi;
    struct queue_item *waiting, **waiting_tail; /* taken from the queue, not started */
    _Atomic size_t accepted;                    /* waiting and running */
    struct transfer *running;
    unsigned in_flight;
    CURL *idle[IDLE_HANDLES];
    unsigned idle_count;
};

/* ---- one transfer ---- */

static void transfer_free(struct transfer *t)
{
    if (!t)
        return;
    curl_slist_free_all(t->headers);
    free(t->url);
    free(t->method);
    free(t->body);
    free(t);
}

static char *copy_text(struct slice s)
{
    char *c = malloc(s.len + 1);
    if (c && s.len)
        memcpy(c, s.at, s.len);
    if (c)
        c[s.len] = '\0';
    return c;
}

static bool is_line(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] == '\r' || s.at[i] == '\n' || s.at[i] == '\0')
            return false;
    return true;
}

static bool add_header(struct transfer *t, const struct http_header *h)
{
    size_t len = h->name.len + 2 + h->value.len;
    char *line = malloc(len + 1);
    if (!line)
        return false;
    snprintf(line, len + 1, "%.*s: %.*s", SLICE_ARG(h->name), SLICE_ARG(h->value));
    struct curl_slist *more = curl_slist_append(t->headers, line);
    free(line);
    if (more)
        t->headers = more;
    return more != NULL;
}

static bool fill_headers(struct transfer *t, const struct http_client_request *r)
{
    /* No pause before large bodies, and no header of the library's own choice. */
    static const struct http_header expect = { { "Expect", 6 }, { "", 0 } };
    if (!add_header(t, &expect))
        return false;
    for (size_t i = 0; i < r->header_count; i++)
        if (!add_header(t, &r->headers[i]))
            return false;
    return true;
}

static struct transfer *transfer_new(struct http_client *c, const struct http_client_request *r,
                                     http_client_done *done, void *ctx)
{
    struct transfer *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->client = c;
    t->url = copy_text(r->url);
    t->method = copy_text(r->method);
    t->body = copy_text(r->body);
    t->body_len = r->body.len;
    t->timeout_ms = r->timeout_ms;
    t->done = done;
    t->ctx = ctx;
    if (t->url && t->method && t->body && fill_headers(t, r))
        return t;
    transfer_free(t);
    return NULL;
}

static size_t read_reply(char *data, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    (void)data;
    t->reply_bytes += size * n;
    t->too_long = t->reply_bytes > LIMIT_http_client_reply_bytes_max;
    return t->too_long ? 0 : size * n;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct transfer *t = arg;
    if (purpose != CURLSOCKTYPE_IPCXN ||
        !http_sockaddr_is_allowed(&a->addr, t->client->options.allow_loopback)) {
        t->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static void set_fences(CURL *e, const struct http_client_options *o)
{
    const char *protocols = o->allow_plain_http ? "http,https" : "https";
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, read_reply);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* a stuck look-up must not hold the thread */
}

static void set_request(CURL *e, struct transfer *t)
{
    curl_easy_setopt(e, CURLOPT_URL, t->url);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)t->timeout_ms);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)t->timeout_ms);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(e, CURLOPT_PRIVATE, t);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
    if (t->body_len || strcmp(t->method, "POST") == 0) {
        curl_easy_setopt(e, CURLOPT_POST, 1L);
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->body);
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->body_len);
    } else if (strcmp(t->method, "HEAD") == 0) {
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, t->method);
}

/* ---- the thread ---- */

static void put_back(struct http_client *c, CURL *e)
{
    if (c->idle_count < IDLE_HANDLES) {
        curl_easy_reset(e);
        c->idle[c->idle_count++] = e;
    } else {
        curl_easy_cleanup(e);
    }
}

static void finish(struct http_client *c, struct transfer *t, struct http_client_result *r)
{
    if (t->started_ns)
        r->took_ms = (clock_mono_ns() - t->started_ns) / 1000000;
    atomic_fetch_sub(&c->accepted, 1);
    t->done(t->ctx, r);
    transfer_free(t);
}

static void stop_running(struct http_client *c, struct transfer *t)
{
    curl_multi_remove_handle(c->multi, t->easy);
    put_back(c, t->easy);
    t->easy = NULL;
    c->in_flight--;
    if (t->prev_running)
        t->prev_running->next_running = t->next_running;
    else
        c->running = t->next_running;
    if (t->next_running)
        t->next_running->prev_running = t->prev_running;
}

static bool start(struct http_client *c, struct transfer *t)
{
    t->easy = c->idle_count ? c->idle[--c->idle_count] : curl_easy_init();
    if (!t->easy)
        return false;
    t->started_ns = clock_mono_ns();
    set_fences(t->easy, &c->options);
    set_request(t->easy, t);
    if (curl_multi_add_handle(c->multi, t->easy) != CURLM_OK) {
        put_back(c, t->easy);
        return false;
    }
    c->in_flight++;
    t->next_running = c->running;
    if (c->running)
        c->running->prev_running = t;
    c->running = t;
    return true;
}

static void take_new(struct http_client *c)
{
    struct queue_item *list = queue_take_all(&c->queue, 0);
    *c->waiting_tail = list;
    for (; list; list = list->next)
        c->waiting_tail = &list->next;
}

static struct transfer *next_waiting(struct http_client *c)
{
    struct queue_item *item = c->waiting;
    c->waiting = item->next;
    if (!c->waiting)
        c->waiting_tail = &c->waiting;
    return (struct transfer *)item;
}

static void start_waiting(struct http_client *c)
{
    while (c->waiting && c->in_flight < LIMIT_webhook_in_flight_max) {
        struct transfer *t = next_waiting(c);
        struct http_client_result r = { .err = ERR_OUT_OF_MEMORY, .what = "no memory" };
        if (!start(c, t))
            finish(c, t, &r);
    }
}

static void judge(const struct transfer *t, CURLcode code, struct http_client_result *r)
{
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    r->what = t->error[0] ? t->error : curl_easy_strerror(code);
    if (code == CURLE_OK || (t->too_long && status)) {
        r->err = ERR_OK;
        r->status = (int)status;
    } else if (t->refused || code == CURLE_UNSUPPORTED_PROTOCOL) {
        r->err = ERR_FORBIDDEN;
        r->what = "the address or protocol is not allowed";
    } else {
        r->err = ERR_IO;
    }
}

static void collect(struct http_client *c)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(c->multi, &left));) {
        struct transfer *t = NULL;
        struct http_client_result r = { .err = ERR_IO };
        if (m->msg != CURLMSG_DONE)
            continue;
        CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
        judge(t, code, &r);
        stop_running(c, t);
        finish(c, t, &r);
    }
}

static void end_all(struct http_client *c)
{
    struct http_client_result r = { .err = ERR_UNAVAILABLE, .what = "stopped" };
    while (c->running) {
        struct transfer *t = c->running;
        stop_running(c, t);
        finish(c, t, &r);
    }
    take_new(c);
    while (c->waiting)
        finish(c, next_waiting(c), &r);
}

static void *client_run(void *arg)
{
    struct http_client *c = arg;
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    while (!queue_is_closed(&c->queue)) {
        int running;
        struct curl_waitfd wake = { .fd = c->queue.event_fd, .events = CURL_WAIT_POLLIN };
        take_new(c);
        start_waiting(c);
        curl_multi_perform(c->multi, &running);
        collect(c);
        if (c->waiting && c->in_flight < LIMIT_webhook_in_flight_max)
            continue;
        curl_multi_poll(c->multi, &wake, 1, 60000, NULL);
    }
    end_all(c);
    return NULL;
}

/* ---- the outside ---- */

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void library_init(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT); /* for the life of the process */
}

enum err http_client_start(const struct http_client_options *options, struct http_client **out)
{
    pthread_once(&library_once, library_init);
    struct http_client *c = calloc(1, sizeof *c);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    c->options = *options;
    c->waiting_tail = &c->waiting;
    c->multi = curl_multi_init();
    if (!c->multi || queue_init(&c->queue, LIMIT_http_client_queue_max, true) != ERR_OK)
        goto fail;
    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    if (pthread_create(&c->thread, NULL, client_run, c) == 0) {
        *out = c;
        return ERR_OK;
    }
    queue_release(&c->queue);
fail:
    if (c->multi)
        curl_multi_cleanup(c->multi);
    free(c);
    return ERR_OUT_OF_MEMORY;
}

void http_client_stop(struct http_client *c)
{
    queue_close(&c->queue);
    pthread_join(c->thread, NULL);
    while (c->idle_count)
        curl_easy_cleanup(c->idle[--c->idle_count]);
    curl_multi_cleanup(c->multi);
    queue_release(&c->queue);
    free(c);
}

static bool is_clean(const struct http_client_request *r)
{
    bool clean = r->method.len && is_line(r->method) && r->url.len && is_line(r->url);
    for (size_t i = 0; clean && i < r->header_count; i++)
        clean = is_line(r->headers[i].name) && is_line(r->headers[i].value);
    return clean;
}

enum err http_client_send(struct http_client *c, const struct http_client_request *r,
                          http_client_done *done, void *ctx)
{
    if (!is_clean(r))
        return ERR_BAD_REQUEST;
    if (atomic_fetch_add(&c->accepted, 1) >= LIMIT_http_client_queue_max) {
        atomic_fetch_sub(&c->accepted, 1);
        return ERR_LIMIT;
    }
    struct transfer *t = transfer_new(c, r, done, ctx);
    enum err e = t ? queue_push(&c->queue, &t->item) : ERR_OUT_OF_MEMORY;
    if (e != ERR_OK) {
        atomic_fetch_sub(&c->accepted, 1);
        transfer_free(t);
    }
    return e;
}
