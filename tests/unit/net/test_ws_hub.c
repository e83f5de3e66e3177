/* The hub behind a real upgrade, with a client made of raw bytes. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "net/http_server.h"
#include "net/ws_frame.h"
#include "net/ws_hub.h"
#include "unit/net/raw.h"

static struct http_server *server;
static struct ws_hub *hub;
static atomic_int opened, closed_count;
static _Atomic uint64_t next_tag = 1;

static void on_open(void *ctx, uint64_t tag)
{
    (void)ctx;
    ws_send(hub, tag, SLICE("welcome"));
    opened++;
}

/* Echo, and a few orders. */
static void on_message(void *ctx, uint64_t tag, struct slice text)
{
    (void)ctx;
    if (slice_is(text, "close me"))
        ws_close(hub, tag, 1000);
    else
        ws_send(hub, tag, text);
}

static void on_closed(void *ctx, uint64_t tag)
{
    (void)ctx;
    (void)tag;
    closed_count++;
}

static void *upgrade_later(void *arg)
{
    struct http_request *req = arg;
    cr_assert_eq(http_upgrade(req, hub, next_tag++), ERR_OK);
    return NULL;
}

static void handler(void *ctx, struct http_request *req)
{
    (void)ctx;
    struct http_reply no = { .status = 400 };
    pthread_t t;
    if (slice_is(req->path, "/later")) {
        pthread_create(&t, NULL, upgrade_later, req);
        pthread_detach(t);
        return;
    }
    if (http_upgrade(req, hub, next_tag) == ERR_OK)
        next_tag++;
    else
        http_reply(req, &no);
}

static void refusal(void *ctx, struct http_request *req, enum err why, struct http_reply *out)
{
    (void)ctx, (void)req;
    out->status = err_status(why);
}

static void setup(void)
{
    static const struct ws_events events = { on_open, on_message, on_closed };
    struct http_server_options o = {
        .host = "127.0.0.1", .threads = 2, .handler = handler, .refuse = refusal
    };
    cr_assert_eq(ws_hub_start(&events, NULL, &hub), ERR_OK);
    cr_assert_eq(http_server_start(&o, &server), ERR_OK);
}

static void teardown(void)
{
    if (hub)
        ws_hub_stop(hub);
    http_server_stop(server, 100);
}

TestSuite(ws_hub, .init = setup, .fini = teardown);

#define UPGRADE                                                            \
    "Host: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

static struct raw connect_ws(struct slice early)
{
    struct raw r = raw_open(http_server_port(server));
    cr_assert(raw_send(&r, SLICE("GET /ws HTTP/1.1\r\n" UPGRADE)));
    cr_assert(raw_send(&r, early));
    cr_assert(raw_until(&r, "\r\n\r\n", 1));
    cr_assert_eq(raw_status(&r), 101, "%s", r.data);
    cr_assert(strstr(r.data, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    cr_assert(raw_until(&r, "\x81\x07welcome", 1));
    return r;
}

static size_t frame(char *out, uint8_t first, const char *data, size_t len)
{
    static const uint8_t mask[4] = { 9, 8, 7, 6 };
    uint8_t head[WS_HEAD_MAX];
    size_t n = ws_head_write(first & 0x0f, len, head);
    head[0] = first;
    head[1] |= 0x80;
    memcpy(out, head, n);
    memcpy(out + n, mask, 4);
    memcpy(out + n + 4, data, len);
    ws_mask(out + n + 4, len, mask, 0);
    return n + 4 + len;
}

static void say(struct raw *r, uint8_t first, const char *data, size_t len)
{
    char *b = malloc(len + 32);
    size_t n = frame(b, first, data, len);
    cr_assert(raw_send(r, (struct slice){ b, n }));
    free(b);
}

/* Two NULs in raw_until's text would end it: codes are compared in the bytes. */
static uint16_t close_code(struct raw *r)
{
    cr_assert(raw_until_end(r), "the connection ends");
    for (size_t i = 0; i + 4 <= r->len; i++)
        if ((uint8_t)r->data[i] == 0x88 && r->data[i + 1] == 2 && i + 4 == r->len)
            return (uint16_t)((uint8_t)r->data[i + 2] << 8 | (uint8_t)r->data[i + 3]);
    return 0;
}

static void await(atomic_int *n, int value)
{
    int64_t until = clock_mono_ns() + 5000000000;
    while (atomic_load(n) != value && clock_mono_ns() < until)
        poll(NULL, 0, 1);
    cr_assert_eq(atomic_load(n), value);
}

Test(ws_hub, echoes_and_answers_pings)
{
    struct raw r = connect_ws(SLICE(""));
    say(&r, 0x81, "hello", 5);
    cr_assert(raw_until(&r, "\x81\x05hello", 1));
    say(&r, 0x89, "abc", 3);
    cr_assert(raw_until(&r,
                        "\x8a\x03"
                        "abc",
                        1));
    say(&r, 0x01, "frag", 4);
    say(&r, 0x80, "ment", 4);
    cr_assert(raw_until(&r,
                        "\x81\x08"
                        "fragment",
                        1));
    raw_close(&r);
    await(&closed_count, 1);
}

Test(ws_hub, takes_frames_that_came_with_the_handshake)
{
    char b[64];
    size_t n = frame(b, 0x81, "early", 5);
    struct raw r = connect_ws((struct slice){ b, n });
    cr_assert(raw_until(&r,
                        "\x81\x05"
                        "early",
                        1));
    raw_close(&r);
}

Test(ws_hub, upgrade_from_another_thread)
{
    struct raw r = raw_open(http_server_port(server));
    cr_assert(raw_send(&r, SLICE("GET /later HTTP/1.1\r\n" UPGRADE)));
    cr_assert(raw_until(&r, "\x81\x07welcome", 1));
    say(&r, 0x81, "hello", 5);
    cr_assert(raw_until(&r, "\x81\x05hello", 1));
    raw_close(&r);
}

Test(ws_hub, refuses_bad_handshakes)
{
    static const char *const bad[] = {
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 0\r\n" UPGRADE,
        "GET / HTTP/1.0\r\n" UPGRADE,
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct raw r = raw_open(http_server_port(server));
        raw_send(&r, slice_of(bad[i]));
        cr_assert(raw_until(&r, "\r\n\r\n", 1) && raw_status(&r) == 400, "row %zu %s", i, r.data);
        raw_close(&r);
    }
    cr_assert_eq(opened, 0);
}

Test(ws_hub, closes_with_the_right_code)
{
    static char large[LIMIT_ws_frame_bytes_max + 1];
    memset(large, 'x', sizeof large);
    struct raw r = connect_ws(SLICE(""));
    say(&r, 0x81, "\xff", 1);
    cr_assert_eq(close_code(&r), WS_CODE_BAD_UTF8);
    raw_close(&r);
    r = connect_ws(SLICE(""));
    say(&r, 0x82, "x", 1);
    cr_assert_eq(close_code(&r), WS_CODE_UNSUPPORTED);
    raw_close(&r);
    r = connect_ws(SLICE(""));
    say(&r, 0x81, large, sizeof large);
    cr_assert_eq(close_code(&r), WS_CODE_TOO_LARGE);
    raw_close(&r);
    r = connect_ws(SLICE(""));
    cr_assert(raw_send(&r, SLICE("\x81\x01x")));
    cr_assert_eq(close_code(&r), WS_CODE_PROTOCOL, "frames must be masked");
    raw_close(&r);
    r = connect_ws(SLICE(""));
    say(&r, 0xc1, "x", 1);
    cr_assert_eq(close_code(&r), WS_CODE_PROTOCOL, "no extension was agreed on");
    raw_close(&r);
    await(&closed_count, 5);
}

Test(ws_hub, closing_handshakes)
{
    struct raw r = connect_ws(SLICE(""));
    say(&r, 0x88, "\x03\xe9", 2);
    cr_assert_eq(close_code(&r), 1001, "the client's code comes back");
    raw_close(&r);
    r = connect_ws(SLICE(""));
    say(&r, 0x81, "close me", 8);
    cr_assert(raw_until(&r, "\x88\x02", 1));
    cr_assert_not(r.ended, "we wait for the client's answer");
    say(&r, 0x88, "\x03\xe8", 2);
    cr_assert_eq(close_code(&r), 1000);
    raw_close(&r);
    await(&closed_count, 2);
}

Test(ws_hub, a_client_that_does_not_answer_a_close_is_cut)
{
    struct raw r = connect_ws(SLICE(""));
    say(&r, 0x81, "close me", 8);
    cr_assert(raw_until_end(&r));
    raw_close(&r);
    await(&closed_count, 1);
}

Test(ws_hub, silence_ends_a_connection_and_messages_keep_it)
{
    struct raw r = connect_ws(SLICE("")), other = connect_ws(SLICE(""));
    int64_t begin = clock_mono_ns();
    ws_set_silence_ms(hub, 1, 300);
    while (clock_mono_ns() - begin < 700000000) {
        say(&r, 0x81, "{}", 2);
        raw_read(&r, 50);
        cr_assert_not(r.ended);
    }
    cr_assert(raw_until(&r, "\x88\x02", 1));
    say(&r, 0x88, "", 0);
    cr_assert_eq(close_code(&r), WS_CODE_POLICY);
    cr_assert_not(raw_read(&other, 0));
    cr_assert_not(other.ended, "the rule is for one connection");
    raw_close(&r);
    raw_close(&other);
}

Test(ws_hub, slow_readers_are_dropped_and_others_live)
{
    static char text[60000];
    struct raw slow = connect_ws(SLICE("")), good = connect_ws(SLICE(""));
    int64_t dropped = metric_get(METRIC_WS_DROPPED);
    memset(text, 'z', sizeof text);
    for (int i = 0; i < 400 && !closed_count; i++) {
        ws_send(hub, 1, (struct slice){ text, sizeof text });
        poll(NULL, 0, 1);
    }
    await(&closed_count, 1);
    cr_assert_eq(metric_get(METRIC_WS_DROPPED), dropped + 1);
    say(&good, 0x81, "still", 5);
    cr_assert(raw_until(&good, "\x81\x05still", 1));
    raw_close(&slow);
    raw_close(&good);
}

Test(ws_hub, a_reader_that_wakes_up_gets_everything)
{
    static char text[1000];
    struct raw r = connect_ws(SLICE(""));
    size_t total = r.len;
    memset(text, 'q', sizeof text);
    for (int i = 0; i < 500; i++) /* half the limit: waits in our buffer or the kernel's */
        ws_send(hub, 1, (struct slice){ text, sizeof text });
    while (r.len < total + 500 * (sizeof text + 4) && raw_read(&r, 2000))
        continue;
    cr_assert_eq(r.len, total + 500 * (sizeof text + 4));
    raw_close(&r);
}

static void count_up(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

Test(ws_hub, orders_to_the_closed_are_harmless)
{
    struct raw r = connect_ws(SLICE(""));
    atomic_int ran = 0;
    raw_close(&r);
    await(&closed_count, 1);
    ws_send(hub, 1, SLICE("late"));
    ws_close(hub, 1, 1000);
    ws_set_silence_ms(hub, 77, 5);
    cr_assert_eq(ws_hub_run(hub, count_up, &ran), ERR_OK);
    await(&ran, 1);
    cr_assert_eq(closed_count, 1);
}

Test(ws_hub, stop_says_going_away)
{
    struct raw r = connect_ws(SLICE(""));
    ws_hub_stop(hub);
    hub = NULL;
    cr_assert_eq(close_code(&r), WS_CODE_GOING_AWAY);
    cr_assert_eq(closed_count, 1);
    raw_close(&r);
}

struct gate {
    atomic_int reached;
    atomic_bool open;
};

static void wait_at(void *arg)
{
    struct gate *g = arg;
    g->reached++;
    while (!atomic_load(&g->open))
        poll(NULL, 0, 1);
}

/* Nobody may miss a message and not know. */
Test(ws_hub, a_lost_order_closes_all)
{
    struct raw r = connect_ws(SLICE(""));
    struct gate gate = { 0 };
    cr_assert_eq(ws_hub_run(hub, wait_at, &gate), ERR_OK);
    await(&gate.reached, 1);
    for (int i = 0; i < LIMIT_ws_commands_max + 2; i++)
        ws_send(hub, 4711, SLICE("x"));
    atomic_store(&gate.open, true);
    cr_assert(raw_until(&r, "\x88\x02", 1));
    say(&r, 0x88, "", 0);
    cr_assert_eq(close_code(&r), WS_CODE_TRY_LATER);
    raw_close(&r);
}

struct sender {
    pthread_t thread;
    atomic_bool *stop;
};

static void *send_all(void *arg)
{
    struct sender *s = arg;
    while (!atomic_load(s->stop)) {
        for (uint64_t tag = 1; tag < 40; tag++)
            ws_send(hub, tag, SLICE("x"));
        poll(NULL, 0, 1);
    }
    return NULL;
}

/* For the thread sanitizer: opening, sending and closing at the same time. */
Test(ws_hub, many_at_once)
{
    atomic_bool stop = false;
    struct sender senders[2];
    for (int i = 0; i < 2; i++) {
        senders[i].stop = &stop;
        pthread_create(&senders[i].thread, NULL, send_all, &senders[i]);
    }
    for (int i = 0; i < 40; i++) {
        struct raw r = raw_open(http_server_port(server));
        cr_assert(raw_send(&r, SLICE("GET /ws HTTP/1.1\r\n" UPGRADE)));
        cr_assert(raw_until(&r, "welcome", 1));
        say(&r, 0x81, "hello", 5);
        raw_read(&r, 5);
        raw_close(&r);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(senders[i].thread, NULL);
    await(&closed_count, 40);
    cr_assert_eq(metric_get(METRIC_WS_OPEN), 0);
}
