/* The HTTP client against a tiny raw server: one thread, one answer per connection. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/limits.h"
#include "net/http_client.h"
#include "unit/net/raw.h"

struct tiny {
    int fd;
    uint16_t port;
    pthread_t thread;
    const char *answer; /* NULL: never answers */
    char seen[8192];    /* the last request */
    atomic_int requests;
    atomic_bool stop;
};

static void serve(struct tiny *t, int fd)
{
    struct raw r = { .fd = fd, .data = malloc(RAW_MAX) };
    if (raw_until(&r, "end-of-body", 1) || r.len) {
        snprintf(t->seen, sizeof t->seen, "%s", r.data);
        t->requests++;
        if (t->answer)
            raw_send(&r, slice_of(t->answer));
        else
            while (!atomic_load(&t->stop) && !r.ended)
                raw_read(&r, 10);
    }
    raw_close(&r);
}

static void *tiny_run(void *arg)
{
    struct tiny *t = arg;
    while (!atomic_load(&t->stop)) {
        struct pollfd p = { .fd = t->fd, .events = POLLIN };
        if (poll(&p, 1, 10) > 0)
            serve(t, accept(t->fd, NULL, NULL));
    }
    return NULL;
}

static void tiny_start(struct tiny *t, const char *answer)
{
    struct sockaddr_in sa = { .sin_family = AF_INET };
    socklen_t len = sizeof sa;
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *t = (struct tiny){ .fd = socket(AF_INET, SOCK_STREAM, 0), .answer = answer };
    cr_assert(bind(t->fd, (struct sockaddr *)&sa, sizeof sa) == 0 && listen(t->fd, 512) == 0);
    getsockname(t->fd, (struct sockaddr *)&sa, &len);
    t->port = ntohs(sa.sin_port);
    pthread_create(&t->thread, NULL, tiny_run, t);
}

static void tiny_stop(struct tiny *t)
{
    atomic_store(&t->stop, true);
    pthread_join(t->thread, NULL);
    close(t->fd);
}

struct got {
    atomic_int done;
    enum err err;
    int status;
    int64_t took_ms;
};

static void on_done(void *ctx, const struct http_client_result *r)
{
    struct got *g = ctx;
    g->err = r->err;
    g->status = r->status;
    g->took_ms = r->took_ms;
    atomic_fetch_add(&g->done, 1);
}

static void await(struct got *g, int n)
{
    int64_t until = clock_mono_ns() + 10000000000;
    while (atomic_load(&g->done) < n && clock_mono_ns() < until)
        poll(NULL, 0, 1);
    cr_assert_eq(atomic_load(&g->done), n);
}

static struct http_client *start(bool loopback, bool plain)
{
    struct http_client *c = NULL;
    struct http_client_options o = { .allow_loopback = loopback, .allow_plain_http = plain };
    cr_assert_eq(http_client_start(&o, &c), ERR_OK);
    return c;
}

static enum err post(struct http_client *c, const char *url, int64_t timeout_ms, struct got *g)
{
    static const struct http_header headers[] = { { { "Content-Type", 12 }, { "text/x", 6 } },
                                                  { { "X-One", 5 }, { "1", 1 } } };
    struct http_client_request r = { .method = SLICE("POST"),
                                     .url = slice_of(url),
                                     .body = SLICE("the body, end-of-body"),
                                     .headers = headers,
                                     .header_count = 2,
                                     .timeout_ms = timeout_ms };
    return http_client_send(c, &r, on_done, g);
}

static const char *local(uint16_t port)
{
    static char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/hook", port);
    return url;
}

Test(http_client, posts)
{
    struct tiny t;
    struct got g = { 0 };
    tiny_start(&t, "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    struct http_client *c = start(true, true);
    cr_assert_eq(post(c, local(t.port), 3000, &g), ERR_OK);
    await(&g, 1);
    cr_assert(g.err == ERR_OK && g.status == 202);
    cr_assert(strncmp(t.seen, "POST /hook HTTP/1.1\r\n", 21) == 0, "%s", t.seen);
    cr_assert(strstr(t.seen, "Content-Type: text/x\r\n") && strstr(t.seen, "X-One: 1\r\n"));
    cr_assert(strstr(t.seen, "Content-Length: 21\r\n") && !strstr(t.seen, "Expect"));
    http_client_stop(c);
    tiny_stop(&t);
}

Test(http_client, does_not_follow)
{
    struct tiny t;
    struct got g = { 0 };
    tiny_start(&t, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"
                   "Connection: close\r\n\r\n");
    struct http_client *c = start(true, true);
    post(c, local(t.port), 3000, &g);
    await(&g, 1);
    cr_assert(g.err == ERR_OK && g.status == 302 && t.requests == 1);
    http_client_stop(c);
    tiny_stop(&t);
}

Test(http_client, no_answer_in_time)
{
    struct tiny t;
    struct got g = { 0 };
    tiny_start(&t, NULL);
    struct http_client *c = start(true, true);
    post(c, local(t.port), 200, &g);
    await(&g, 1);
    cr_assert_eq(g.err, ERR_IO);
    cr_assert(g.took_ms >= 150 && g.took_ms < 2000);
    http_client_stop(c);
    tiny_stop(&t);
}

Test(http_client, an_endless_answer_is_cut_and_counts_by_its_status)
{
    struct tiny t;
    struct got g = { 0 };
    static char text[LIMIT_http_client_reply_bytes_max * 3];
    size_t n =
        (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    memset(text + n, 'x', sizeof text - n - 1);
    tiny_start(&t, text);
    struct http_client *c = start(true, true);
    post(c, local(t.port), 5000, &g);
    await(&g, 1);
    cr_assert(g.err == ERR_OK && g.status == 200);
    http_client_stop(c);
    tiny_stop(&t);
}

Test(http_client, refuses_addresses_and_protocols)
{
    struct tiny t;
    tiny_start(&t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    struct http_client *strict = start(false, false), *plain = start(false, true),
                       *local_tls = start(true, false);
    char by_name[64], mapped[64];
    snprintf(by_name, sizeof by_name, "http://localhost:%u/", t.port);
    snprintf(mapped, sizeof mapped, "http://[::ffff:127.0.0.1]:%u/", t.port);
    const struct {
        struct http_client *c;
        const char *url;
    } rows[] = {
        { strict, local(t.port) },
        { plain, local(t.port) },
        { plain, by_name },
        { plain, mapped },
        { local_tls, by_name },
        { plain, "http://10.0.0.1/" },
        { plain, "http://[::1]:1/" },
        { plain, "http://0/" },
        { plain, "http://0x7f000001/" },
        { plain, "http://2130706433/" },
        { plain, "http://169.254.169.254/" },
        { plain, "ftp://127.0.0.1/" },
        { plain, "file:///etc/passwd" },
        { plain, "gopher://8.8.8.8/" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct got g = { 0 };
        cr_assert_eq(post(rows[i].c, rows[i].url, 3000, &g), ERR_OK);
        await(&g, 1);
        cr_assert_eq(g.err, ERR_FORBIDDEN, "%s gave %d", rows[i].url, g.err);
    }
    cr_assert_eq(t.requests, 0);
    http_client_stop(strict);
    http_client_stop(plain);
    http_client_stop(local_tls);
    tiny_stop(&t);
}

Test(http_client, refuses_line_breaks_and_users_in_urls)
{
    struct http_client *c = start(true, true);
    struct got g = { 0 };
    struct http_header evil = { SLICE("X"), SLICE("a\r\nY: b") };
    struct http_client_request r = { .method = SLICE("POST"),
                                     .url = SLICE("http://127.0.0.1:1/"),
                                     .headers = &evil,
                                     .header_count = 1,
                                     .timeout_ms = 100 };
    cr_assert_eq(http_client_send(c, &r, on_done, &g), ERR_BAD_REQUEST);
    cr_assert_eq(post(c, "http://a\nb/", 100, &g), ERR_BAD_REQUEST);
    cr_assert_eq(post(c, "http://user:pw@127.0.0.1:1/", 100, &g), ERR_OK);
    await(&g, 1);
    cr_assert_neq(g.err, ERR_OK);
    http_client_stop(c);
}

Test(http_client, no_one_there)
{
    struct http_client *c = start(true, true);
    struct got g = { 0 };
    post(c, "http://127.0.0.1:1/", 1000, &g);
    await(&g, 1);
    cr_assert_eq(g.err, ERR_IO);
    http_client_stop(c);
}

/* More than may be in flight, to a receiver that never answers: all of them end at the stop. */
Test(http_client, stop_ends_what_is_under_way_and_what_waits)
{
    enum { N = LIMIT_webhook_in_flight_max + 50 };
    struct tiny t;
    struct got g = { 0 };
    tiny_start(&t, NULL);
    struct http_client *c = start(true, true);
    for (int i = 0; i < N; i++)
        cr_assert_eq(post(c, local(t.port), 60000, &g), ERR_OK);
    poll(NULL, 0, 50);
    http_client_stop(c);
    cr_assert_eq(atomic_load(&g.done), N);
    cr_assert_eq(g.err, ERR_UNAVAILABLE);
    tiny_stop(&t);
}

Test(http_client, the_line_is_bounded)
{
    struct tiny t;
    struct got g = { 0 };
    int sent = 0;
    tiny_start(&t, NULL);
    struct http_client *c = start(true, true);
    while (sent <= LIMIT_http_client_queue_max && post(c, local(t.port), 60000, &g) == ERR_OK)
        sent++;
    cr_assert_eq(sent, LIMIT_http_client_queue_max);
    http_client_stop(c);
    cr_assert_eq(atomic_load(&g.done), sent);
    tiny_stop(&t);
}
