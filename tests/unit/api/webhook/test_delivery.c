/* needs: domain/core store/memory */
/* Deliveries from a journal in memory to a receiver on loopback, in virtual time. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "api/webhook/webhooks_priv.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "store/memory/store_memory.h"
#include "unit/net/raw.h"

#define ORG    "0193a1c0-0000-7000-8000-00000000000a"
#define SECRET "0123456789abcdef0123456789abcdef"

/* ---- a receiver: one thread, answers everything with the status of its path ---- */

struct seen {
    char id[40], path[16], signature[80], body[2048];
};
static struct {
    int fd;
    uint16_t port;
    pthread_t thread;
    atomic_bool stop;
    _Atomic int status;
    pthread_mutex_t lock; /* of what follows */
    atomic_int count;
    struct seen seen[1024];
} sink;

static void copy_between(char *out, size_t cap, const char *text, const char *from, const char *to)
{
    const char *a = strstr(text, from);
    const char *b = a ? strstr(a + strlen(from), to) : NULL;
    out[0] = '\0';
    if (b && (size_t)(b - a) < cap + strlen(from))
        snprintf(out, (size_t)(b - a) - strlen(from) + 1, "%s", a + strlen(from));
}

static void note(const char *request)
{
    pthread_mutex_lock(&sink.lock);
    struct seen *s = &sink.seen[sink.count];
    const char *body = strstr(request, "\r\n\r\n");
    copy_between(s->path, sizeof s->path, request, "POST ", " HTTP");
    copy_between(s->signature, sizeof s->signature, request, "X-WebexCC-Signature: ", "\r\n");
    snprintf(s->body, sizeof s->body, "%s", body ? body + 4 : "");
    copy_between(s->id, sizeof s->id, s->body, "\"id\":\"", "\"");
    sink.count++;
    pthread_mutex_unlock(&sink.lock);
}

static void *serve_one(void *arg)
{
    struct raw r = { .fd = (int)(intptr_t)arg, .data = malloc(RAW_MAX) };
    char answer[128];
    if (raw_until(&r, "}}", 1)) {
        note(r.data);
        int status = strstr(r.data, "POST /bad") ? 500 : sink.status;
        snprintf(answer, sizeof answer,
                 "HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
        if (!strstr(r.data, "POST /slow"))
            raw_send(&r, slice_of(answer));
        else
            while (!atomic_load(&sink.stop) && !r.ended)
                raw_read(&r, 10);
    }
    raw_close(&r);
    return NULL;
}

/* Slow ones get a thread of their own, so that they cannot hold up the receiver itself. */
static void *sink_run(void *arg)
{
    (void)arg;
    while (!atomic_load(&sink.stop)) {
        struct pollfd p = { .fd = sink.fd, .events = POLLIN };
        pthread_t t;
        char peek[16] = "";
        if (poll(&p, 1, 5) <= 0)
            continue;
        int fd = accept(sink.fd, NULL, NULL);
        struct pollfd in = { .fd = fd, .events = POLLIN };
        poll(&in, 1, 1000);
        if (recv(fd, peek, sizeof peek - 1, MSG_PEEK) > 0 && strstr(peek, "/slow")) {
            pthread_create(&t, NULL, serve_one, (void *)(intptr_t)fd);
            pthread_detach(t);
        } else {
            serve_one((void *)(intptr_t)fd);
        }
    }
    return NULL;
}

static void sink_start(void)
{
    struct sockaddr_in sa = { .sin_family = AF_INET };
    socklen_t len = sizeof sa;
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sink.fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert(bind(sink.fd, (struct sockaddr *)&sa, sizeof sa) == 0 && listen(sink.fd, 512) == 0);
    getsockname(sink.fd, (struct sockaddr *)&sa, &len);
    sink.port = ntohs(sa.sin_port);
    sink.status = 200;
    sink.count = 0;
    sink.stop = false;
    pthread_mutex_init(&sink.lock, NULL);
    pthread_create(&sink.thread, NULL, sink_run, NULL);
}

/* ---- a journal, rows and a core that are there at once ---- */

enum { EVENTS_MAX = 4096, ROWS_MAX = 64 };
static struct event events[EVENTS_MAX];
static size_t event_count;
static pthread_mutex_t journal_lock = PTHREAD_MUTEX_INITIALIZER;

static enum err read_journal(void *ctx, uint64_t after, size_t max, journal_event_fn *fn, void *arg)
{
    (void)ctx;
    pthread_mutex_lock(&journal_lock);
    size_t end = event_count;
    pthread_mutex_unlock(&journal_lock);
    enum err e = ERR_OK;
    for (uint64_t seq = after + 1; seq <= end && max-- > 0 && e == ERR_OK; seq++)
        e = fn(arg, &events[seq - 1]);
    return e;
}

static struct {
    char id[64], body[16384];
    bool used;
} rows[ROWS_MAX];

static enum err load_rows(void *ctx, webhook_row_fn *fn, void *arg)
{
    (void)ctx;
    enum err e = ERR_OK;
    for (int i = 0; i < ROWS_MAX && e == ERR_OK; i++)
        if (rows[i].used)
            e = fn(arg, slice_of(rows[i].id), slice_of(rows[i].body));
    return e;
}

static void save_row(const struct webhook_row *row)
{
    int at = -1;
    for (int i = 0; i < ROWS_MAX; i++)
        if (rows[i].used ? slice_is(row->id, rows[i].id) : at < 0)
            at = i;
    rows[at].used = row->body.at != NULL;
    snprintf(rows[at].id, sizeof rows[at].id, "%.*s", SLICE_ARG(row->id));
    snprintf(rows[at].body, sizeof rows[at].body, "%.*s", SLICE_ARG(row->body));
}

static bool losing; /* the disk is gone: a crash */

static enum err save_rows(void *ctx, const struct webhook_row *list, size_t n,
                          void (*done)(void *arg, enum err result), void *arg)
{
    (void)ctx;
    for (size_t i = 0; i < n && !losing; i++)
        save_row(&list[i]);
    done(arg, ERR_OK);
    return ERR_OK;
}

static struct world *world;
static struct store *store;
static struct subscriptions *subs;
static struct webhooks *hooks;
static struct clock virtual_clock;
static pthread_mutex_t world_lock = PTHREAD_MUTEX_INITIALIZER;

static enum err submit(struct core_port *port, const struct core_command *c)
{
    struct arena *a = arena_new(1 << 20);
    struct effects fx;
    (void)port;
    pthread_mutex_lock(&world_lock);
    effects_init(&fx, a);
    enum err e = core_step(world, clock_now_ms(&virtual_clock), c->run, c->args, &fx);
    for (size_t i = 0; i < fx.after_count; i++)
        fx.after[i].fn(fx.after[i].arg, e == ERR_OK);
    pthread_mutex_unlock(&world_lock);
    struct core_answer answer = { .err = e, .result = fx.result, .detail = fx.detail };
    if (c->done)
        c->done(c->ctx, &answer);
    arena_free(a);
    return ERR_OK;
}
static struct core_port core = { submit };

static void open_hooks(void)
{
    static struct journal_source journal = { NULL, read_journal };
    static struct webhook_rows kept = { NULL, load_rows, save_rows };
    struct webhooks_options o = { .clock = &virtual_clock,
                                  .subscriptions = subs,
                                  .core = &core,
                                  .journal = &journal,
                                  .rows = &kept,
                                  .allow_private = true };
    cr_assert_eq(webhooks_open(&o, &hooks), ERR_OK);
    cr_assert_eq(webhooks_begin(hooks), ERR_OK);
}

static void setup(void)
{
    struct world_options o = { .seed = 3, .now_ms = 1764000000000 };
    clock_init_virtual(&virtual_clock, o.now_ms);
    memset(rows, 0, sizeof rows);
    event_count = 0;
    losing = false;
    sink_start();
    world = world_new(&o);
    cr_assert_eq(subscriptions_new(&subs), ERR_OK);
    subscriptions_attach(world, subs);
    cr_assert_eq(store_memory_open(&store), ERR_OK);
    cr_assert_eq(world_load(world, store), ERR_OK);
    open_hooks();
}

static void teardown(void)
{
    atomic_store(&sink.stop, true);
    webhooks_close(hooks);
    pthread_join(sink.thread, NULL);
    close(sink.fd);
    world_free(world);
    store->ops->close(store);
    epoch_drain();
}

TestSuite(delivery, .init = setup, .fini = teardown);

static struct uuid org_id(void)
{
    struct uuid id;
    cr_assert(uuid_parse(SLICE(ORG), &id));
    return id;
}

static struct uuid subscribe(const char *path, int generation)
{
    static char url[64];
    static const struct slice wanted[] = { { "task:new", 8 } };
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", sink.port, path);
    struct subscription_draft d = { .org = org_id(),
                                    .generation = generation,
                                    .allow_private = true,
                                    .by = SLICE("a"),
                                    .name = slice_of(path),
                                    .url = slice_of(url),
                                    .secret = SLICE(SECRET),
                                    .resource_version = SLICE("task:1.0.0"),
                                    .has_events = true,
                                    .events = wanted,
                                    .event_count = 1 };
    struct core_command c = { .run = subscription_create, .args = &d };
    submit(&core, &c);
    epoch_enter();
    const struct subscription_set *set = subscriptions_published(subs, org_id());
    struct uuid id = set->items[set->count - 1].id;
    epoch_leave();
    return id;
}

static bool is_active(struct uuid id)
{
    epoch_enter();
    const struct subscription *s = subscription_in(subscriptions_published(subs, org_id()), id);
    bool active = s && s->active;
    epoch_leave();
    return active;
}

static void happen(enum event_type type)
{
    struct event *e = &events[event_count];
    *e = (struct event){ .type = type,
                         .seq = event_count + 1,
                         .at_ms = clock_now_ms(&virtual_clock),
                         .org = SLICE(ORG),
                         .body = SLICE("{\"task\":{\"id\":\"" ORG "\",\"state\":\"new\"}}") };
    pthread_mutex_lock(&journal_lock);
    event_count++;
    pthread_mutex_unlock(&journal_lock);
    webhooks_on_event(hooks, e);
}

static void settle(void)
{
    cr_assert_eq(webhooks_settle_now(hooks), ERR_OK);
}

Test(delivery, signed_and_once)
{
    char expected[WEBHOOK_SIGNATURE_LEN + 1];
    subscribe("/good", 1);
    happen(EVENT_TASK_NEW);
    happen(EVENT_TASK_PARKED); /* not asked for */
    settle();
    cr_assert_eq(sink.count, 1);
    struct seen *s = &sink.seen[0];
    cr_assert_str_eq(s->path, "/good");
    cr_assert(strstr(s->body, "\"type\":\"task:new\"") && strstr(s->body, ORG));
    webhook_sign(SLICE(SECRET), slice_of(s->body), expected);
    cr_assert_str_eq(s->signature, expected);
    cr_assert_eq(webhooks_next_due(hooks), INT64_MAX);
    settle();
    cr_assert_eq(sink.count, 1);
}

Test(delivery, only_what_came_after_the_subscription)
{
    happen(EVENT_TASK_NEW);
    settle();
    clock_set_ms(&virtual_clock, clock_now_ms(&virtual_clock) + 1);
    subscribe("/good", 2);
    happen(EVENT_TASK_NEW);
    settle();
    cr_assert_eq(sink.count, 1);
    cr_assert(strstr(sink.seen[0].body, "comciscotimestamp"));
}

Test(delivery, backs_off_and_gives_up_in_virtual_time)
{
    struct uuid id = subscribe("/bad", 1);
    int64_t start = clock_now_ms(&virtual_clock), due = start;
    happen(EVENT_TASK_NEW);
    for (unsigned attempt = 1; attempt < LIMIT_webhook_attempts_max; attempt++) {
        settle();
        cr_assert_eq(sink.count, (int)attempt);
        cr_assert(is_active(id));
        int64_t wait = (int64_t)LIMIT_webhook_backoff_ms_first << (attempt - 1);
        cr_assert_eq(webhook_backoff_ms(attempt), wait);
        due += wait;
        cr_assert_eq(webhooks_next_due(hooks), due);
        clock_set_ms(&virtual_clock, due - 1);
        settle();
        cr_assert_eq(sink.count, (int)attempt, "not a millisecond early");
        clock_set_ms(&virtual_clock, due);
    }
    settle();
    cr_assert_eq(sink.count, LIMIT_webhook_attempts_max);
    cr_assert_not(is_active(id), "given up");
    cr_assert_eq(webhooks_next_due(hooks), INT64_MAX);
    for (int i = 1; i < sink.count; i++)
        cr_assert_str_eq(sink.seen[i].id, sink.seen[0].id, "the same id at each attempt");
    happen(EVENT_TASK_NEW);
    settle();
    cr_assert_eq(sink.count, LIMIT_webhook_attempts_max, "inactive: no more deliveries");
}

Test(delivery, a_receiver_that_recovers)
{
    struct uuid id = subscribe("/good", 1);
    sink.status = 503;
    happen(EVENT_TASK_NEW);
    settle();
    cr_assert_eq(sink.count, 1);
    sink.status = 204;
    clock_set_ms(&virtual_clock, webhooks_next_due(hooks));
    settle();
    cr_assert_eq(sink.count, 2);
    cr_assert(is_active(id));
    cr_assert_str_eq(sink.seen[0].id, sink.seen[1].id);
    cr_assert_eq(webhooks_next_due(hooks), INT64_MAX);
}

/* Nothing of the last moments reached the disk: the same events come again, with the same ids. */
Test(delivery, after_a_crash_nothing_is_lost)
{
    subscribe("/good", 1);
    happen(EVENT_TASK_NEW);
    settle();
    webhooks_close(hooks);
    losing = false;
    open_hooks();
    settle();
    cr_assert_eq(sink.count, 1, "a clean stop repeats nothing");
    losing = true;
    happen(EVENT_TASK_NEW);
    settle();
    webhooks_close(hooks); /* what it saves is lost */
    losing = false;
    open_hooks();
    settle();
    cr_assert_eq(sink.count, 3);
    cr_assert_str_eq(sink.seen[1].id, sink.seen[2].id);
    cr_assert_str_neq(sink.seen[0].id, sink.seen[1].id);
}

Test(delivery, retries_survive_a_restart)
{
    subscribe("/good", 1);
    sink.status = 500;
    happen(EVENT_TASK_NEW);
    settle();
    int64_t due = webhooks_next_due(hooks);
    webhooks_close(hooks);
    open_hooks();
    settle();
    cr_assert_eq(webhooks_next_due(hooks), due, "it waits as long as before");
    cr_assert_eq(sink.count, 1);
    sink.status = 200;
    clock_set_ms(&virtual_clock, due);
    settle();
    cr_assert_eq(sink.count, 2);
    cr_assert_str_eq(sink.seen[0].id, sink.seen[1].id);
    webhooks_close(hooks);
    for (int i = 0; i < ROWS_MAX; i++)
        cr_assert(!rows[i].used || strcmp(rows[i].id, "cursor") == 0, "%s", rows[i].id);
    open_hooks();
}

Test(delivery, events_of_the_time_when_nothing_ran)
{
    subscribe("/good", 1);
    happen(EVENT_TASK_NEW);
    settle();
    webhooks_close(hooks);
    events[event_count] = events[0];
    events[event_count].seq = event_count + 1;
    event_count++;
    open_hooks();
    settle();
    cr_assert_eq(sink.count, 2);
}

Test(delivery, a_slow_receiver_holds_up_nobody)
{
    subscribe("/slow", 1);
    subscribe("/good", 1);
    int64_t begin = clock_mono_ns();
    for (int i = 0; i < 20; i++)
        happen(EVENT_TASK_NEW);
    int good = 0;
    while (good < 20 && clock_mono_ns() - begin < 4000000000) {
        poll(NULL, 0, 5);
        good = 0;
        for (int i = 0; i < sink.count; i++)
            good += strcmp(sink.seen[i].path, "/good") == 0;
    }
    cr_assert_eq(good, 20, "before the slow one's five seconds are over: %d", good);
}

/* More than a window: the rest waits in the journal and comes when there is room. */
Test(delivery, what_does_not_fit_the_window_comes_later)
{
    enum { N = LIMIT_webhook_window_max * 3 };
    struct uuid id = subscribe("/good", 1);
    sink.status = 500;
    for (int i = 0; i < N; i++)
        happen(EVENT_TASK_NEW);
    settle();
    cr_assert(sink.count <= LIMIT_webhook_window_max);
    webhooks_close(hooks); /* and it remembers how far it was */
    open_hooks();
    sink.status = 200;
    int failed = sink.count;
    for (int i = 0; i < 8 && webhooks_next_due(hooks) != INT64_MAX; i++) {
        clock_set_ms(&virtual_clock, webhooks_next_due(hooks));
        settle();
    }
    settle();
    cr_assert_eq(webhooks_next_due(hooks), INT64_MAX);
    cr_assert(is_active(id));
    cr_assert_eq(sink.count - failed, N, "%d", sink.count - failed);
}

Test(delivery, deleted_while_waiting)
{
    struct uuid id = subscribe("/bad", 1);
    happen(EVENT_TASK_NEW);
    settle();
    struct subscription_name n = { .org = org_id(), .id = id, .generation = 1 };
    struct core_command c = { .run = subscription_delete, .args = &n };
    submit(&core, &c);
    clock_set_ms(&virtual_clock, webhooks_next_due(hooks));
    settle();
    cr_assert_eq(sink.count, 1);
    cr_assert_eq(webhooks_next_due(hooks), INT64_MAX);
}
