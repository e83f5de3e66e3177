/* The HTTP server over loopback, spoken to byte by byte. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/random.h"
#include "net/http_server.h"
#include "unit/net/raw.h"

static struct http_server *server;
static atomic_int handled;
static _Atomic(struct http_request *) held; /* of "/hold" */

static void *answer_later(void *arg)
{
    struct http_request *req = arg;
    struct http_reply reply = { .status = 200, .body = SLICE("later") };
    http_reply(req, &reply);
    return NULL;
}

/* Echoes what it saw: "METHOD path query body host". */
static void handler(void *ctx, struct http_request *req)
{
    (void)ctx;
    handled++;
    if (slice_is(req->path, "/hold")) {
        atomic_store(&held, req);
        return;
    }
    if (slice_is(req->path, "/later")) {
        pthread_t t;
        pthread_create(&t, NULL, answer_later, req);
        pthread_detach(t);
        return;
    }
    struct slice host = http_header(req, "hOST");
    struct http_header own = { SLICE("X-Own"), SLICE("yes") };
    struct slice echo =
        arena_printf(req->arena, "%.*s %.*s %.*s %zu:%.*s %.*s", SLICE_ARG(req->method),
                     SLICE_ARG(req->path), SLICE_ARG(req->query), req->body.len,
                     (int)(req->body.len < 64 ? req->body.len : 64), req->body.at, SLICE_ARG(host));
    struct http_reply reply = { .status = 200,
                                .content_type = SLICE("text/plain"),
                                .body = echo,
                                .headers = &own,
                                .header_count = 1 };
    http_reply(req, &reply);
}

static void refusal(void *ctx, struct http_request *req, enum err why, struct http_reply *out)
{
    (void)ctx;
    out->status = err_status(why);
    out->content_type = SLICE("application/json");
    out->body = arena_printf(req->arena, "{\"refused\":\"%s\"}", err_code(why));
}

static void start_with(struct http_server_options o)
{
    o.host = "127.0.0.1";
    o.threads = 2;
    o.handler = handler;
    o.refuse = refusal;
    handled = 0;
    cr_assert_eq(http_server_start(&o, &server), ERR_OK);
}

static void setup(void)
{
    start_with((struct http_server_options){ 0 });
}

static void teardown(void)
{
    if (server)
        http_server_stop(server, 1000);
    server = NULL;
}

static void stop_server(int64_t drain_ms)
{
    http_server_stop(server, drain_ms);
    server = NULL;
}

TestSuite(http_server, .init = setup, .fini = teardown);
TestSuite(http_limits, .fini = teardown); /* each test starts its own */

static struct raw ask(struct slice request)
{
    struct raw r = raw_open(http_server_port(server));
    cr_assert(raw_send(&r, request));
    return r;
}

#define ASK(text) ask(SLICE(text))

Test(http_server, answers)
{
    struct raw r = ASK("GET /a%20b?x=1&y=%41 HTTP/1.1\r\nHost: me\r\n\r\n");
    cr_assert(raw_until(&r, "GET /a%20b x=1&y=%41 0: me", 1), "%s", r.data);
    cr_assert_eq(raw_status(&r), 200);
    cr_assert(strstr(r.data, "X-Own: yes\r\n") && strstr(r.data, "Content-Type: text/plain\r\n"));
    r.len = 0;
    cr_assert(raw_send(&r, SLICE("POST /p HTTP/1.1\r\nHost: me\r\nContent-Length: 4\r\n\r\nabcd")));
    cr_assert(raw_until(&r, "POST /p  4:abcd me", 1), "the connection lives on");
    raw_close(&r);
}

Test(http_server, pipelines_in_order)
{
    struct raw r = ASK("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /later HTTP/1.1\r\nHost: a\r\n\r\n"
                       "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_assert(raw_until(&r, "HTTP/1.1 200", 3) && raw_until(&r, "GET /3", 1));
    char *first = strstr(r.data, "GET /1"), *second = strstr(r.data, "later"),
         *third = strstr(r.data, "GET /3");
    cr_assert(first && second && third && first < second && second < third);
    raw_close(&r);
}

Test(http_server, head_has_no_body)
{
    struct raw r = ASK("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_assert(raw_until(&r, "GET /next", 1));
    cr_assert_not(strstr(r.data, "HEAD /h"), "%s", r.data);
    raw_close(&r);
}

Test(http_server, continues_when_expected)
{
    struct raw r = ASK("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                       "Expect: 100-continue\r\n\r\n");
    cr_assert(raw_until(&r, "HTTP/1.1 100", 1));
    cr_assert_eq(handled, 0);
    cr_assert(raw_send(&r, SLICE("abc")) && raw_until(&r, "3:abc", 1));
    raw_close(&r);
}

Test(http_server, refuses_before_the_body_is_asked_for)
{
    struct raw r = ASK("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n"
                       "Expect: 100-continue\r\n\r\n");
    cr_assert(raw_until_end(&r));
    cr_assert_eq(raw_status(&r), 413);
    cr_assert(strstr(r.data, "{\"refused\":\"TOO_LARGE\"}") && !strstr(r.data, " 100 "));
    raw_close(&r);
}

Test(http_server, reads_chunks)
{
    struct raw r = ASK("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n5;ext=1\r\ndefgh\r\n0\r\nTrailer: x\r\n\r\n"
                       "GET /after HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_assert(raw_until(&r, "8:abcdefgh", 1) && raw_until(&r, "GET /after", 1), "%s", r.data);
    raw_close(&r);
}

static void send_chunks(struct raw *r, size_t bytes)
{
    static char chunk[0x1000 + 16];
    size_t n = (size_t)snprintf(chunk, sizeof chunk, "1000\r\n");
    memset(chunk + n, 'x', 0x1000);
    memcpy(chunk + n + 0x1000, "\r\n", 3);
    for (size_t sent = 0; sent < bytes; sent += 0x1000)
        if (!raw_send(r, (struct slice){ chunk, n + 0x1000 + 2 }))
            return;
}

Test(http_server, body_limit_while_reading_chunks)
{
    struct raw r = ASK("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    send_chunks(&r, LIMIT_body_bytes_max);
    raw_send(&r, SLICE("0\r\n\r\n"));
    cr_assert(raw_until(&r, "1048576:xxx", 1), "exactly the limit is fine");
    raw_close(&r);
    r = ASK("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    send_chunks(&r, LIMIT_body_bytes_max + 0x1000);
    raw_send(&r, SLICE("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
    cr_assert(raw_until_end(&r) && raw_status(&r) == 413 && !strstr(r.data, "smuggled"));
    raw_close(&r);
    cr_assert_eq(handled, 1);
}

Test(http_server, endless_chunks_are_cut)
{
    struct raw r = ASK("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    send_chunks(&r, 64 * (size_t)LIMIT_body_bytes_max);
    cr_assert(raw_until_end(&r));
    cr_assert_eq(handled, 0);
    raw_close(&r);
}

Test(http_server, content_length_at_the_limit)
{
    struct raw r = ASK("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
    char *body = calloc(1, LIMIT_body_bytes_max);
    memset(body, 'y', LIMIT_body_bytes_max);
    cr_assert(raw_send(&r, (struct slice){ body, LIMIT_body_bytes_max }));
    cr_assert(raw_until(&r, "1048576:yyy", 1));
    raw_close(&r);
    free(body);
}

/* Sends all of it before it looks at what comes: true when it gets to the whole answer. */
static bool is_told(size_t length)
{
    char head[100];
    struct slice body = { calloc(1, length), length };
    struct raw r = raw_open(http_server_port(server));
    snprintf(head, sizeof head, "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n",
             length);
    bool sent = raw_send(&r, slice_of(head)) && raw_send(&r, body);
    bool told = sent && raw_until(&r, "{\"refused\":\"TOO_LARGE\"}", 1) && raw_status(&r) == 413;
    told = told && raw_until_end(&r);
    raw_close(&r);
    free((char *)(uintptr_t)body.at);
    return told;
}

Test(http_server, who_still_sends_what_is_too_large_gets_the_answer)
{
    for (int i = 0; i < 10; i++) {
        cr_assert(is_told(LIMIT_body_bytes_max + 1), "%d", i);
        cr_assert(is_told(4 * (size_t)LIMIT_body_bytes_max), "%d", i);
    }
    cr_assert(is_told(LIMIT_body_bytes_max + LIMIT_refused_body_bytes_max));
    cr_assert_eq(handled, 0);
}

Test(http_server, far_too_much_is_refused_at_once)
{
    struct raw r = ASK("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n");
    cr_assert(raw_until_end(&r) && raw_status(&r) == 413);
    raw_close(&r);
}

struct attack {
    const char *text;
    size_t len;
};
#define ATTACK(s)        \
    {                    \
        s, sizeof(s) - 1 \
    }
#define NEXT "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

/* After each of them the connection ends, nothing behind it is read as a request, and the handler
 * has seen nothing. */
static const struct attack attacks[] = {
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
           "0\r\n\r\n" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
           "0\r\n\r\n" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\ncontent-length: 4\r\n\r\nabcd" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\nabcd" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" NEXT),
    ATTACK("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT),
    ATTACK("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nAccept: a\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX: a\0\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nX: \0\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX\0Y: a\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX: a\rY: b\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX: a\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\n\n" NEXT),
    ATTACK("GET / HTTP/1.1\nHost: a\n\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tfolded: b\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\n Host: a\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1\r\nHost: a\r\nX\x01: a\r\n\r\n" NEXT),
    ATTACK("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET  / HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET /  HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET a HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET /#f HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("G\0T / HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("G@T / HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/2.0\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET / HTTP/1.1 x\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET / http/1.1\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("GET /\r\nHost: a\r\n\r\n" NEXT),
    ATTACK("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ATTACK("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03 hello\r\n\r\n"),
};

Test(http_server, refuses_what_could_be_read_in_two_ways)
{
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        struct raw r = ask((struct slice){ attacks[i].text, attacks[i].len });
        cr_assert(raw_until_end(&r), "attack %zu kept the connection: %s", i, r.data);
        int status = raw_status(&r);
        cr_assert(r.len == 0 || (status >= 400 && status < 600), "attack %zu: %s", i, r.data);
        cr_assert_eq(handled, 0, "attack %zu reached the handler", i);
        raw_close(&r);
    }
}

/* What the library answers by itself closes too; ours carries our body. */
Test(http_server, refusals_have_our_shape)
{
    struct raw r = ASK("GET / HTTP/1.1\r\nAccept: a\r\n\r\n");
    cr_assert(raw_until_end(&r) && raw_status(&r) == 400);
    cr_assert(strstr(r.data, "{\"refused\":\"BAD_REQUEST\"}") &&
              strstr(r.data, "Connection: close"));
    raw_close(&r);
}

Test(http_server, http_1_0_needs_no_host)
{
    struct raw r = ASK("GET /old HTTP/1.0\r\n\r\n");
    cr_assert(raw_until_end(&r) && raw_status(&r) == 200 && strstr(r.data, "GET /old"));
    raw_close(&r);
}

Test(http_server, header_limits)
{
    static char text[64 << 10];
    size_t n = (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    memset(text + n, 'x', LIMIT_header_bytes_max - n - 4);
    memcpy(text + LIMIT_header_bytes_max - 4, "\r\n\r\n", 5);
    struct raw r = ask(slice_of(text));
    cr_assert(raw_until(&r, "\r\n\r\n", 1) && raw_status(&r) == 200, "just fits: %s", r.data);
    raw_close(&r);
    memset(text + n, 'x', LIMIT_header_bytes_max - n - 3);
    memcpy(text + LIMIT_header_bytes_max - 3, "\r\n\r\n", 5);
    r = ask(slice_of(text));
    cr_assert(raw_until_end(&r) && raw_status(&r) == 431, "%s", r.data);
    raw_close(&r);
    memset(text + n, 'x', 60000);
    memcpy(text + 60000, "\r\n\r\n", 5);
    r = ask(slice_of(text));
    raw_until_end(&r);
    cr_assert(r.len == 0 || raw_status(&r) == 431);
    raw_close(&r);
    n = (size_t)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < LIMIT_header_count_max; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "X: %d\r\n", i);
    snprintf(text + n, sizeof text - n, "\r\n");
    r = ask(slice_of(text));
    cr_assert(raw_until_end(&r) && raw_status(&r) == 431);
    raw_close(&r);
    cr_assert_eq(handled, 1);
}

Test(http_limits, truncated_body_never_reaches_the_handler)
{
    start_with((struct http_server_options){ .header_ms_max = 400 }); /* looks every 200 ms */
    struct raw r = ASK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    shutdown(r.fd, SHUT_WR);
    cr_assert(raw_until_end(&r));
    cr_assert_eq(handled, 0);
    raw_close(&r);
}

Test(http_limits, drip_fed_headers_are_cut)
{
    start_with((struct http_server_options){ .header_ms_max = 200, .idle_ms_max = 200 });
    struct raw r = ASK("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    int64_t begin = clock_mono_ns();
    while (!r.ended && raw_send(&r, SLICE("x")))
        raw_read(&r, 20);
    cr_assert_lt(clock_mono_ns() - begin, 3000000000);
    cr_assert_eq(handled, 0);
    raw_close(&r);
    /* The second request of a connection has its time too. */
    r = ASK("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_assert(raw_until(&r, "GET /1", 1));
    begin = clock_mono_ns();
    while (!r.ended && raw_send(&r, SLICE("G")))
        raw_read(&r, 20);
    cr_assert_lt(clock_mono_ns() - begin, 3000000000);
    raw_close(&r);
}

Test(http_limits, drip_fed_bodies_are_cut)
{
    start_with((struct http_server_options){ .header_ms_max = 200, .body_ms_max = 200 });
    struct raw r = ASK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    int64_t begin = clock_mono_ns();
    while (!r.ended && raw_send(&r, SLICE("x")))
        raw_read(&r, 20);
    cr_assert_lt(clock_mono_ns() - begin, 3000000000);
    cr_assert_eq(handled, 0);
    raw_close(&r);
}

static int status_of_body(size_t len)
{
    static char text[70000];
    int n = snprintf(text, sizeof text, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n",
                     len);
    memset(text + n, 'x', len);
    struct raw r = raw_open(http_server_port(server));
    raw_send(&r, (struct slice){ text, (size_t)n + len });
    cr_assert(raw_until(&r, "\r\n\r\n", 1));
    int status = raw_status(&r);
    raw_close(&r);
    return status;
}

static bool comes_to(size_t len, int status)
{
    for (int tries = 0; tries < 1000; tries++)
        if (status_of_body(len) == status)
            return true;
    return false;
}

/* Each body alone is small enough; many clients that hold on to theirs must not fill the memory. */
Test(http_limits, large_bodies_share_a_bound)
{
    static char part[100000];
    start_with((struct http_server_options){ .large_bodies_bytes_max = 90000, .threads = 1 });
    memset(part, 'x', sizeof part);
    struct raw r = ASK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n");
    cr_assert(raw_send(&r, (struct slice){ part, sizeof part }));
    cr_expect(comes_to(60000, 503));
    cr_expect_eq(status_of_body(1000), 200, "small ones always fit");
    raw_close(&r);
    cr_expect(comes_to(60000, 200), "what a broken off request held is free again");
}

Test(http_limits, a_slow_handler_is_not_cut)
{
    start_with((struct http_server_options){
        .header_ms_max = 100, .body_ms_max = 100, .idle_ms_max = 100 });
    struct raw r = ASK("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_assert_not(raw_read(&r, 400), "nothing yet");
    cr_assert_not(r.ended);
    answer_later(atomic_load(&held));
    cr_assert(raw_until(&r, "later", 1));
    raw_close(&r);
}

Test(http_limits, connections_per_address)
{
    start_with((struct http_server_options){ .connections_per_address_max = 2, .threads = 1 });
    struct raw a = ASK("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_assert(raw_until(&a, "GET /1", 1));
    struct raw b = ASK("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_assert(raw_until(&b, "GET /2", 1));
    struct raw c = raw_open(http_server_port(server));
    raw_send(&c, SLICE("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n"));
    cr_assert(raw_until_end(&c));
    cr_assert_eq(c.len, 0);
    raw_close(&a);
    raw_close(&b);
    raw_close(&c);
}

Test(http_server, answers_from_another_thread)
{
    for (int i = 0; i < 200; i++) {
        struct raw r = ASK("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        cr_assert(raw_until(&r, "later", 1));
        raw_close(&r);
    }
}

Test(http_server, drains_at_stop)
{
    struct raw r = ASK("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    pthread_t t;
    while (!atomic_load(&held))
        raw_read(&r, 5);
    pthread_create(&t, NULL, answer_later, atomic_load(&held));
    stop_server(5000);
    pthread_join(t, NULL);
    cr_assert(raw_until_end(&r) && raw_status(&r) == 200 && strstr(r.data, "later"));
    raw_close(&r);
}

Test(http_server, who_never_answers_cannot_hold_the_stop)
{
    struct raw r = ASK("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
    while (!atomic_load(&held))
        raw_read(&r, 5);
    stop_server(50);
    cr_assert(raw_until_end(&r));
    cr_assert_eq(raw_status(&r), 503, "%s", r.data);
    answer_later(atomic_load(&held)); /* late, and harmless */
    raw_close(&r);
}

Test(http_server, port_in_use_is_an_error)
{
    struct http_server *second = NULL;
    struct http_server_options o = {
        .host = "127.0.0.1", .port = http_server_port(server), .handler = handler, .refuse = refusal
    };
    cr_assert_eq(http_server_start(&o, &second), ERR_IO);
    o.host = "not an address";
    cr_assert_eq(http_server_start(&o, &second), ERR_IO);
}

/* Random damage to a good request: the server lives on. */
Test(http_limits, survives_noise)
{
    start_with((struct http_server_options){ .header_ms_max = 80 });
    static const char good[] =
        "POST /n?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX: y\r\n\r\nabc";
    struct random rnd;
    random_seed(&rnd, 7);
    for (int i = 0; i < 300; i++) {
        char copy[sizeof good];
        memcpy(copy, good, sizeof good);
        for (uint64_t k = random_below(&rnd, 4) + 1; k; k--)
            copy[random_below(&rnd, sizeof good - 1)] = (char)random_below(&rnd, 256);
        struct raw r = ask((struct slice){ copy, sizeof good - 1 });
        shutdown(r.fd, SHUT_WR);
        cr_assert(raw_until_end(&r), "%d: %s", i, copy);
        raw_close(&r);
    }
    struct raw r = ASK("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n");
    cr_assert(raw_until(&r, "GET /alive", 1));
    raw_close(&r);
}

/* ---- bodies that may be larger ---- */

static size_t body_max(void *ctx, struct http_request *req)
{
    (void)ctx;
    bool may = slice_is(req->path, "/upload") && slice_is(http_header(req, "X-May"), "yes");
    return may ? 3 * (size_t)LIMIT_body_bytes_max : LIMIT_body_bytes_max;
}

static bool post_of(const char *path, const char *may, size_t length, bool chunked,
                    const char *want)
{
    char head[256];
    struct raw r = raw_open(http_server_port(server));
    struct slice body = { calloc(1, length), length };
    if (chunked)
        snprintf(
            head, sizeof head,
            "POST %s HTTP/1.1\r\nHost: a\r\nX-May: %s\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n",
            path, may, length);
    else
        snprintf(head, sizeof head,
                 "POST %s HTTP/1.1\r\nHost: a\r\nX-May: %s\r\nContent-Length: %zu\r\n\r\n", path,
                 may, length);
    raw_send(&r, slice_of(head));
    raw_send(&r, body);
    if (chunked)
        raw_send(&r, SLICE("\r\n0\r\n\r\n"));
    bool found = raw_until(&r, want, 1);
    free((char *)(uintptr_t)body.at);
    raw_close(&r);
    return found;
}

Test(http_limits, the_owner_says_which_bodies_may_be_larger)
{
    const size_t large = 2 * (size_t)LIMIT_body_bytes_max;
    start_with((struct http_server_options){ .body_max = body_max });
    for (int chunked = 0; chunked < 2; chunked++) {
        char echo[64];
        snprintf(echo, sizeof echo, "POST /upload  %zu:", large);
        cr_assert(post_of("/upload", "yes", large, chunked, echo));
        cr_assert(post_of("/upload", "no", large, chunked, " 413 "));
        cr_assert(post_of("/other", "yes", large, chunked, " 413 "));
        cr_assert(post_of("/upload", "yes", large + large, chunked, " 413 "));
    }
}
