/* See front.h. What subscribes to the engine is told on the store thread, in this order: sockets,
 * webhooks, history. */
#include "server/front.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/media/media.h"
#include "api/oauth/oauth.h"
#include "api/realtime/realtime.h"
#include "api/rest/dispatch.h"
#include "api/rest/quota.h"
#include "api/rest/routes.h"
#include "api/search/search.h"
#include "api/services.h"
#include "api/webhook/webhooks.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/epoch.h"
#include "base/file.h"
#include "base/json_read.h"
#include "base/limiter.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "domain/agent/commands.h"
#include "domain/catalog/catalog.h"
#include "domain/core/org.h"
#include "domain/report/applier.h"
#include "net/http_proxy.h"
#include "net/http_server.h"
#include "net/http_tls.h"
#include "server/control.h"
#include "server/demo.h"
#include "server/engine.h"
#include "server/erasure.h"
#include "server/history.h"
#include "server/house.h"
#include "server/journal.h"
#include "server/media_wiring.h"
#include "server/settings.h"
#include "server/time_machine.h"
#include "server/tls_files.h"
#include "server/webhook_wiring.h"

enum { HOST_MAX = 64, URL_MAX = 256, SETTLE_MS_MAX = 30000 };

struct front {
    struct house *house;
    struct services services;
    struct journal_source journal;
    struct history *history;
    struct realtime *realtime;
    struct webhooks *webhooks;
    struct media *media;
    struct oauth *oauth;
    struct quota quota;
    struct http_proxies proxies;
    struct time_machine *time_machine;
    struct erasure *erasure;
    struct rest *rest;
    struct http_server *http;
    struct control control;
    struct control_server *control_server;
    char url[URL_MAX], org[UUID_TEXT_LEN + 1];
};

static enum err complain(const char *what, enum err err)
{
    if (err != ERR_OK)
        fprintf(stderr, "cordboard: %s: %s\n", what, err_title(err));
    return err;
}

static const struct settings *settings_of(const struct front *f)
{
    return f->house->settings;
}

/* ---- sockets: presence becomes a command ---- */

static const int64_t PRESENCE_WAIT_NS = 10000000000;

struct presence_call {
    struct core_org_call in_org;
    struct agent_call call;
};

static void presence_done(void *ctx, const struct core_answer *answer)
{
    (void)answer;
    free(ctx);
}

/* A core that has too much to do refuses requests, but this is no request that somebody repeats: an
 * agent whose socket is gone would be offered contacts for ever. So the sockets' thread waits. */
static enum err submit_patiently(struct core_port *port, const struct core_command *c)
{
    enum err err;
    int64_t until_ns = clock_mono_ns() + PRESENCE_WAIT_NS;
    while ((err = port->submit(port, c)) == ERR_LIMIT && clock_mono_ns() < until_ns)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    return err;
}

static void on_presence(void *ctx, struct uuid org, struct uuid user, bool present)
{
    struct front *f = ctx;
    struct presence_call *p = calloc(1, sizeof *p);
    if (!p)
        return;
    p->call = (struct agent_call){ .org = org, .user = user };
    p->in_org =
        (struct core_org_call){ org, present ? agent_socket_back : agent_socket_lost, &p->call };
    struct core_command c = {
        .run = core_in_org, .args = &p->in_org, .done = presence_done, .ctx = p
    };
    if (submit_patiently(engine_port(f->house->engine), &c) == ERR_OK)
        return;
    log_write(LOG_ERROR, "presence_lost", LOG_NUM("present", present));
    free(p);
}

/* ---- history ---- */

static void on_event_for_history(void *ctx, const struct event *e)
{
    struct front *f = ctx;
    if (e->seq)
        history_wake(f->history, e->seq);
}

/* ---- organisations ---- */

static void on_event_for_organizations(void *ctx, const struct event *e)
{
    struct front *f = ctx;
    struct uuid org;
    if (e->type == EVENT_ORGANIZATION_CLOSED && uuid_parse(e->org, &org))
        realtime_close_org(f->realtime, org);
    if (e->type == EVENT_ORGANIZATION_STATE)
        erasure_wake(f->erasure);
}

/* ---- people ---- */

/* Whoever holds a token may have opened sockets with it: they end when all tokens of the user do.
 */
static bool ends_tokens(enum event_type type, struct slice detail)
{
    return type == EVENT_SECURITY_PASSWORD_SET ||
           (type == EVENT_SECURITY_SIGN_OUT && slice_is(detail, "everywhere")) ||
           (type == EVENT_SECURITY_RIGHTS_CHANGED &&
            (slice_is(detail, "active") || slice_is(detail, "user deleted")));
}

static void on_event_for_people(void *ctx, const struct event *e)
{
    struct front *f = ctx;
    struct json *body = NULL;
    struct uuid org, user;
    if (e->type != EVENT_SECURITY_PASSWORD_SET && e->type != EVENT_SECURITY_SIGN_OUT &&
        e->type != EVENT_SECURITY_RIGHTS_CHANGED)
        return;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    if (!a || json_parse(a, e->body, &body, NULL) != ERR_OK)
        log_write(LOG_ERROR, "sockets_left", LOG_NUM("memory", a == NULL));
    else if (ends_tokens(e->type, json_text(json_get(body, "detail"), SLICE(""))) &&
             uuid_parse(e->org, &org) &&
             uuid_parse(json_text(json_get(body, "user"), SLICE("")), &user))
        realtime_close_user(f->realtime, org, user);
    arena_free(a);
}

static enum err start_erasure(struct front *f)
{
    struct erasure_options options = { .house = f->house,
                                       .facts = history_facts(f->history),
                                       .applier = history_applier(f->history),
                                       .webhooks = f->webhooks };
    return complain("deleting organisations", erasure_start(&options, &f->erasure));
}

/* ---- time: what has timers, in the order in which it settles ---- */

static int64_t engine_due(void *ctx)
{
    return engine_next_due(((struct front *)ctx)->house->engine);
}

static enum err settle_engine(void *ctx)
{
    return engine_settle(((struct front *)ctx)->house->engine);
}

static int64_t webhooks_due(void *ctx)
{
    return webhooks_next_due(((struct front *)ctx)->webhooks);
}

static enum err settle_webhooks(void *ctx)
{
    return webhooks_settle_now(((struct front *)ctx)->webhooks);
}

static enum err settle_history(void *ctx)
{
    struct front *f = ctx;
    return report_applier_wait(history_applier(f->history), engine_durable_seq(f->house->engine),
                               SETTLE_MS_MAX);
}

static enum err save_clock(void *ctx)
{
    return house_save_clock(((struct front *)ctx)->house);
}

static enum err start_time_machine(struct front *f)
{
    const struct time_source sources[] = {
        { .next_due = engine_due, .settle = settle_engine, .ctx = f },
        { .next_due = webhooks_due, .settle = settle_webhooks, .ctx = f },
        { .settle = settle_history, .ctx = f },
        { .settle = save_clock, .ctx = f },
    };
    return time_machine_start(&f->house->clock, sources, sizeof sources / sizeof *sources,
                              &f->time_machine);
}

/* ---- opening ---- */

static bool is_ready(const struct services *s, const char **why)
{
    const struct front *f =
        (const struct front *)((const char *)s - offsetof(struct front, services));
    *why = engine_is_sound(f->house->engine) ? "history" : "store";
    return engine_is_sound(f->house->engine) && history_is_open(f->history);
}

static bool private_webhooks(const struct settings *s)
{
    return strcmp(s->private_webhooks, "yes") == 0 ||
           (s->demo && strcmp(s->private_webhooks, "auto") == 0);
}

static void fill_services(struct front *f)
{
    const struct settings *s = settings_of(f);
    f->services = (struct services){
        .clock = &f->house->clock,
        .core = engine_port(f->house->engine),
        .catalog = f->house->catalog,
        .identity = f->house->identity,
        .quota = &f->quota,
        .media = f->media,
        .oauth = f->oauth,
        .realtime = f->realtime,
        .webhooks = f->webhooks,
        .search = history_search(f->history),
        .hub = realtime_hub(f->realtime),
        .sandbox_clock = time_machine_port(f->time_machine),
        .public_url = slice_of(f->url),
        .allow_private_webhooks = private_webhooks(s),
        .introspection = !s->no_introspection,
        .require_pkce = f->house->settings->require_pkce,
        .strict = s->strict,
        .ready = is_ready,
    };
}

static enum err make_quota(struct front *f)
{
    const struct settings *s = settings_of(f);
    if (!quota_parse(slice_of(s->rate_limit), &f->quota.client) ||
        !quota_parse(slice_of(s->personal_rate_limit), &f->quota.personal)) {
        fprintf(stderr, "cordboard: --rate-limit, --personal-rate-limit: 1 to %d, or off\n",
                LIMIT_rate_limit_max);
        return ERR_BAD_REQUEST;
    }
    f->quota.counts = limiter_new(LIMIT_rate_limit_ids_max, INT64_C(1000) * QUOTA_WINDOW_S);
    return f->quota.counts ? ERR_OK : ERR_OUT_OF_MEMORY;
}

/* Not below what OWASP recommends at least (PASSWORD_COST), nor more than a machine can bear. */
static enum err start_sign_in(struct front *f)
{
    const struct settings *s = settings_of(f);
    const struct password_cost least = PASSWORD_COST;
    if (s->password_passes < least.passes || s->password_passes > LIMIT_password_passes_max ||
        s->password_memory < least.memory_kib || s->password_memory > LIMIT_password_memory_kib_max)
        return ERR_BAD_REQUEST;
    struct oauth_options options = { .cost = { .passes = (uint32_t)s->password_passes,
                                               .memory_kib = (uint32_t)s->password_memory,
                                               .lanes = least.lanes } };
    return oauth_new(&options, &f->oauth);
}

static enum err open_parts(struct front *f)
{
    struct realtime_options realtime = { .presence = on_presence, .presence_ctx = f };
    f->journal = journal_of_store(f->house->store);
    enum err err = make_quota(f);
    if (err == ERR_OK)
        err = complain("sockets", realtime_new(&realtime, &f->realtime));
    if (err == ERR_OK)
        err = complain("webhooks", webhooks_wire(f->house, &f->journal,
                                                 private_webhooks(settings_of(f)), &f->webhooks));
    if (err == ERR_OK)
        err = complain("history", history_open(f->house, &f->journal, &f->history));
    if (err == ERR_OK)
        err = complain("audio", media_wire(f->house, &f->media));
    if (err == ERR_OK)
        err = complain("sign-in", start_sign_in(f));
    if (err == ERR_OK)
        err = complain("clock", start_time_machine(f));
    if (err != ERR_OK)
        return err;
    engine_subscribe(f->house->engine, realtime_on_event, f->realtime);
    engine_subscribe(f->house->engine, webhooks_on_event, f->webhooks);
    engine_subscribe(f->house->engine, on_event_for_history, f);
    engine_subscribe(f->house->engine, on_event_for_organizations, f);
    engine_subscribe(f->house->engine, on_event_for_people, f);
    return ERR_OK;
}

static enum err make_demo(struct front *f)
{
    struct house *h = f->house;
    struct demo_house demo = { h->engine, h->catalog, h->identity, &h->clock };
    return settings_of(f)->demo ? complain("the demo organisation", demo_make(&demo)) : ERR_OK;
}

static bool take_org(void *ctx, struct uuid org)
{
    uuid_format(org, ctx);
    return false;
}

static void find_org(struct front *f)
{
    if (settings_of(f)->demo)
        uuid_format(demo_organization(), f->org);
    else {
        epoch_enter();
        catalog_each_org(f->house->catalog, take_org, f->org);
        epoch_leave();
    }
}

/* "HOST:PORT", "[v6]:PORT". */
static bool split_listen(const char *listen, char host[HOST_MAX], uint16_t *port)
{
    const char *colon = strrchr(listen, ':');
    int64_t number;
    if (!colon || !slice_to_i64(slice_of(colon + 1), &number) || number < 0 || number > UINT16_MAX)
        return false;
    struct slice name = { listen, (size_t)(colon - listen) };
    if (name.len >= 2 && name.at[0] == '[' && name.at[name.len - 1] == ']')
        name = slice_sub(name, 1, name.len - 1);
    if (!name.len || name.len >= HOST_MAX)
        return false;
    snprintf(host, HOST_MAX, "%.*s", SLICE_ARG(name));
    *port = (uint16_t)number;
    return true;
}

static void note_url(struct front *f, const char *host, bool secure)
{
    const struct settings *s = settings_of(f);
    const char *any = strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0 ? "127.0.0.1" : host;
    if (*s->public_url)
        snprintf(f->url, sizeof f->url, "%s", s->public_url);
    else
        snprintf(f->url, sizeof f->url, strchr(any, ':') ? "%s://[%s]:%u" : "%s://%s:%u",
                 secure ? "https" : "http", any, http_server_port(f->http));
    f->services.public_url = slice_of(f->url);
}

/* On loopback everybody comes by a proxy or is ourselves, so one address may be everybody. */
static unsigned per_address(const struct settings *s, const char *host)
{
    bool loopback = strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
    if (s->connections_per_address > 0 && s->connections_per_address < LIMIT_connections_max)
        return (unsigned)s->connections_per_address;
    return s->connections_per_address || loopback ? LIMIT_connections_max
                                                  : LIMIT_connections_per_address_max;
}

static enum err listen_on(struct front *f, struct arena *a)
{
    const struct settings *s = settings_of(f);
    char host[HOST_MAX];
    struct http_server_options options = { .host = host,
                                           .threads = (unsigned)s->threads,
                                           .handler = rest_handle,
                                           .refuse = rest_refuse,
                                           .body_max = rest_body_max };
    if (!split_listen(s->listen, host, &options.port))
        return complain("--listen needs HOST:PORT", ERR_BAD_REQUEST);
    if (!http_proxies_parse(slice_of(s->trusted_proxy), &f->proxies))
        return complain("--trusted-proxy needs addresses, separated by commas", ERR_BAD_REQUEST);
    options.proxies = &f->proxies;
    options.connections_per_address_max = per_address(s, host);
    options.tls = *s->tls_cert || *s->tls_key;
    enum err err = options.tls ? tls_files_use(s, a) : ERR_OK;
    if (err == ERR_OK)
        err = complain("routes", rest_new(operations, operation_count, &f->services, &f->rest));
    if (err != ERR_OK)
        return err;
    options.ctx = f->rest;
    err = http_server_start(&options, &f->http);
    if (err != ERR_OK)
        fprintf(stderr, "cordboard: cannot listen on %s: %s\n", s->listen,
                strerror(errno)); // NOLINT(concurrency-mt-unsafe)
    else
        note_url(f, host, options.tls);
    return err;
}

static enum err open_door(struct front *f)
{
    struct house *h = f->house;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    if (!a)
        return ERR_OUT_OF_MEMORY;
    enum err err = listen_on(f, a);
    arena_free(a);
    if (err != ERR_OK)
        return err;
    f->control = (struct control){ h->identity, h->catalog, &h->clock, h->engine };
    return complain("the control socket",
                    control_listen(&f->control, h->settings->data, &f->control_server));
}

enum err front_open(struct house *h, struct front **out)
{
    struct front *f = calloc(1, sizeof *f);
    if (!f)
        return ERR_OUT_OF_MEMORY;
    f->house = h;
    *out = f;
    enum err err = open_parts(f);
    if (err == ERR_OK)
        err = house_start(h);
    if (err == ERR_OK) /* what came due while nothing ran is over before anybody comes in */
        err = complain("what came due", engine_settle(h->engine));
    if (err == ERR_OK)
        err = history_start(f->history);
    if (err == ERR_OK)
        err = complain("webhooks", webhooks_begin(f->webhooks));
    if (err == ERR_OK)
        err = start_erasure(f);
    if (err == ERR_OK)
        err = make_demo(f);
    if (err != ERR_OK)
        return err;
    find_org(f);
    fill_services(f);
    return open_door(f);
}

struct slice front_url(const struct front *f)
{
    return slice_of(f->url);
}

struct slice front_org(const struct front *f)
{
    return slice_of(f->org);
}

void front_reload(struct front *f)
{
    const struct settings *s = settings_of(f);
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    enum err err = a ? ERR_OK : ERR_OUT_OF_MEMORY;
    if (err == ERR_OK && *s->tls_cert)
        err = tls_files_use(s, a);
    arena_free(a);
    log_write(err == ERR_OK ? LOG_INFO : LOG_ERROR, "reloaded",
              LOG_TEXT("certificate", slice_of(s->tls_cert)),
              LOG_TEXT("result", slice_of(err_code(err))));
}

/* First nothing new comes in, then what is under way ends, then the threads that were told of it.
 */
void front_close(struct front *f)
{
    if (!f)
        return;
    if (f->realtime)
        realtime_close_all(f->realtime);
    control_stop(f->control_server);
    if (f->http)
        http_server_stop(f->http, settings_of(f)->drain_ms);
    http_tls_release();
    if (f->realtime)
        realtime_stop(f->realtime);
    time_machine_stop(f->time_machine);
    erasure_stop(f->erasure);
    engine_stop(f->house->engine); /* its last answers still make pages with the form key */
    media_free(f->media);
    oauth_free(f->oauth);
    webhooks_close(f->webhooks);
    history_close(f->history);
    rest_free(f->rest);
    realtime_free(f->realtime);
    limiter_free(f->quota.counts);
    free(f);
}
