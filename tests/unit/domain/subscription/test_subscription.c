/* needs: store/memory */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/epoch.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "domain/subscription/commands.h"
#include "store/memory/store_memory.h"

static struct world *world;
static struct subscriptions *subs;
static struct store *store;
static struct arena *arena;
static struct effects fx;
static int64_t now = 1764000000000;
static const struct uuid org = { { 1, 2, 3, 4, 5, 6, 0x70, 8, 0x80 } };

static void open_world(void)
{
    struct world_options o = { .seed = 7, .now_ms = now };
    world = world_new(&o);
    cr_assert_eq(subscriptions_new(&subs), ERR_OK);
    subscriptions_attach(world, subs);
    cr_assert_eq(world_load(world, store), ERR_OK);
}

static void setup(void)
{
    arena = arena_new(16 << 20);
    cr_assert_eq(store_memory_open(&store), ERR_OK);
    open_world();
}

static void teardown(void)
{
    world_free(world);
    epoch_drain();
    store->ops->close(store);
    arena_free(arena);
}

TestSuite(subscription, .init = setup, .fini = teardown);

/* One step as the engine does it: rows into the store, then what is to run after. */
static enum err step(command_fn *fn, const void *args)
{
    arena_reset(arena);
    effects_init(&fx, arena);
    enum err e = core_step(world, ++now, fn, args, &fx);
    struct store_batch batch = { .writes = fx.writes, .write_count = fx.write_count };
    cr_assert_eq(store->ops->commit(store, &batch, 1), ERR_OK);
    for (size_t i = 0; i < fx.after_count; i++)
        fx.after[i].fn(fx.after[i].arg, e == ERR_OK);
    return e;
}

static const struct slice login[] = { { "agent:login", 11 }, { "task:new", 8 } };

static struct subscription_draft draft(int generation)
{
    return (struct subscription_draft){
        .org = org,
        .generation = generation,
        .by = SLICE("ada@example.com"),
        .name = SLICE("A name"),
        .description = SLICE("what it is for"),
        .url = SLICE("https://hooks.example.com/in"),
        .secret = SLICE("0123456789abcdef0123456789abcdef"),
        .resource_version = generation == 2 ? SLICE("agent:1.0.0") : (struct slice){ NULL, 0 },
        .has_events = true,
        .events = login,
        .event_count = 2,
    };
}

static struct uuid created_id(void)
{
    struct json *v;
    struct subscription s;
    cr_assert_eq(json_parse(arena, fx.result, &v, NULL), ERR_OK);
    cr_assert_eq(subscription_read(v, &s), ERR_OK);
    cr_assert_eq(s.secret.len, 0, "the secret is in no answer");
    return s.id;
}

static size_t count(void)
{
    epoch_enter();
    size_t n = subscriptions_published(subs, org)->count;
    epoch_leave();
    return n;
}

Test(subscription, created_changed_deleted)
{
    struct subscription_draft d = draft(1);
    cr_assert_eq(step(subscription_create, &d), ERR_OK);
    struct uuid id = created_id();
    epoch_enter();
    const struct subscription *s = subscription_in(subscriptions_published(subs, org), id);
    cr_assert(s && s->active && slice_is(s->secret, "0123456789abcdef0123456789abcdef"));
    cr_assert(s->created_ms == now && s->active_since_ms == now && s->listed_count == 2);
    cr_assert(subscription_wants(s, WEBHOOK_TASK_NEW) &&
              !subscription_wants(s, WEBHOOK_TASK_ENDED));
    epoch_leave();
    struct subscription_change c = { .id = id };
    c.draft = (struct subscription_draft){ .org = org,
                                           .generation = 1,
                                           .by = SLICE("bob@example.com"),
                                           .status = SLICE("inactive"),
                                           .description = SLICE("") };
    cr_assert_eq(step(subscription_update, &c), ERR_OK);
    epoch_enter();
    s = subscription_in(subscriptions_published(subs, org), id);
    cr_assert(!s->active && s->description.len == 0 && slice_is(s->name, "A name"));
    cr_assert(slice_is(s->updated_by, "bob@example.com") &&
              slice_is(s->created_by, "ada@example.com"));
    epoch_leave();
    c.draft.status = SLICE("active");
    cr_assert_eq(step(subscription_update, &c), ERR_OK);
    epoch_enter();
    s = subscription_in(subscriptions_published(subs, org), id);
    cr_assert(s->active && s->active_since_ms == now && s->created_ms < now);
    epoch_leave();
    struct subscription_name n = { .org = org, .id = id, .generation = 1 };
    cr_assert_eq(step(subscription_delete, &n), ERR_OK);
    cr_assert_eq(count(), 0);
    cr_assert_eq(step(subscription_delete, &n), ERR_NOT_FOUND);
    cr_assert_eq(step(subscription_update, &c), ERR_NOT_FOUND);
}

Test(subscription, generations_do_not_see_each_other)
{
    struct subscription_draft d = draft(2);
    cr_assert_eq(step(subscription_create, &d), ERR_OK);
    struct uuid id = created_id();
    struct subscription_name n = { .org = org, .id = id, .generation = 1 };
    cr_assert_eq(step(subscription_delete, &n), ERR_NOT_FOUND);
    struct subscription_change c = { .id = id, .draft = draft(2) };
    c.draft.resource_version = SLICE("agent:2.0.0");
    cr_assert_eq(step(subscription_update, &c), ERR_INVALID_FIELD);
    c.draft.resource_version = SLICE("agent:1.0.0");
    cr_assert_eq(step(subscription_update, &c), ERR_OK);
}

Test(subscription, limit_and_other_organisations)
{
    struct subscription_draft d = draft(1);
    for (int i = 0; i < LIMIT_subscriptions_per_org_max; i++) {
        d = draft(1 + i % 2);
        cr_assert_eq(step(subscription_create, &d), ERR_OK);
    }
    cr_assert_eq(step(subscription_create, &d), ERR_BAD_REQUEST);
    cr_assert(fx.detail.len > 0);
    cr_assert_eq(count(), LIMIT_subscriptions_per_org_max);
    d.org.bytes[0] = 99;
    cr_assert_eq(step(subscription_create, &d), ERR_OK);
}

Test(subscription, rebuilt_from_rows)
{
    struct subscription_draft d = draft(2);
    cr_assert_eq(step(subscription_create, &d), ERR_OK);
    struct uuid id = created_id();
    d = draft(1);
    cr_assert_eq(step(subscription_create, &d), ERR_OK);
    world_free(world);
    open_world();
    cr_assert_eq(count(), 2);
    epoch_enter();
    const struct subscription *s = subscription_in(subscriptions_published(subs, org), id);
    cr_assert(s && s->generation == 2 && s->active && slice_is(s->resource_version, "agent:1.0.0"));
    cr_assert(slice_is(s->secret, "0123456789abcdef0123456789abcdef") && s->listed_count == 2);
    epoch_leave();
}

Test(subscription, deactivated_once)
{
    struct subscription_draft d = draft(1);
    cr_assert_eq(step(subscription_create, &d), ERR_OK);
    struct subscription_name n = { .org = org, .id = created_id() };
    cr_assert_eq(step(subscription_deactivate, &n), ERR_OK);
    cr_assert_eq(step(subscription_deactivate, &n), ERR_CONFLICT);
    n.id.bytes[3] ^= 1;
    cr_assert_eq(step(subscription_deactivate, &n), ERR_NOT_FOUND);
}

static void refused(const struct subscription_draft *d, const char *line)
{
    cr_assert_eq(step(subscription_create, d), ERR_INVALID_FIELD, "%s", line);
    char *text = strndup(fx.detail.at, fx.detail.len);
    cr_assert(strstr(text, line), "%s is not in: %s", line, text);
    free(text);
    cr_assert_eq(count(), 0);
}

Test(subscription, flaws_name_their_fields)
{
    struct subscription_draft d = draft(1);
    d.name = SLICE("abc");
    refused(&d, "name: length must be between 4 and 64");
    d.name = (struct slice){ NULL, 0 };
    refused(&d, "name: should not be null or blank");
    d = draft(1);
    d.secret = SLICE("short");
    refused(&d, "secret: length");
    d = draft(1);
    d.event_count = 0;
    refused(&d, "eventTypes: must hold 1 to 32");
    d = draft(1);
    d.has_events = false;
    refused(&d, "eventTypes: should not be null");
    struct slice odd[] = { SLICE("agent:vanished") };
    d = draft(1);
    d.events = odd;
    d.event_count = 1;
    refused(&d, "eventTypes: holds an unknown");
    d = draft(2);
    d.resource_version = SLICE("agent:9.0.0");
    refused(&d, "resourceVersion: is not a known");
    d.resource_version = (struct slice){ NULL, 0 };
    refused(&d, "resourceVersion: should not be null");
    d = draft(1);
    d.url = SLICE("http://hooks.example.com/");
    d.name = SLICE("x");
    refused(&d, "name: length must be between 4 and 64\ndestinationUrl: must begin with https://");
}

Test(subscription, urls)
{
    static const char *const good[] = {
        "https://www.example.com/",        "https://a.b-c.io/x/y", "https://example.com:443/",
        "https://xn--bcher-kva.xn--p1ai/", "HTTPS://Example.COM/",
    };
    static const char *const bad[] = {
        "http://www.example.com/",
        "https://www.example.com",
        "https://www.example.com/?a=b",
        "https://u:p@example.com/",
        "https://example.com:8443/",
        "https://example.com/#f",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://intranet/",
        "https://a.local/",
        "https://metadata.google.internal/",
        "https://a..com/",
        "https://.com/",
        "https://-a.com/",
        "https:///x",
        "ftp://example.com/",
        "https://example.com:0443a/",
        "https://example.com./",
        "https://exa mple.com/",
        "https://example.com\\@evil/",
        "",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://example.com/\n",
    };
    static const char *const demo[] = {
        "http://127.0.0.1:8080/hook",
        "http://localhost/x",
        "http://[::1]:9/x",
        "https://example.com:8443/x",
    };
    static const char *const bad_demo[] = {
        "http://127.0.0.1:0/x", "http://127.0.0.1:99999/x", "http://u@127.0.0.1/x",
        "http://127.0.0.1/x?y", "http://127.0.0.1",         "http://[::2]/x",
        "file:///etc/passwd",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert_null(subscription_url_flaw(slice_of(good[i]), false), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not_null(subscription_url_flaw(slice_of(bad[i]), false), "%s", bad[i]);
    for (size_t i = 0; i < sizeof demo / sizeof *demo; i++) {
        cr_assert_null(subscription_url_flaw(slice_of(demo[i]), true), "%s", demo[i]);
        cr_assert_not_null(subscription_url_flaw(slice_of(demo[i]), false), "%s", demo[i]);
    }
    for (size_t i = 0; i < sizeof bad_demo / sizeof *bad_demo; i++)
        cr_assert_not_null(subscription_url_flaw(slice_of(bad_demo[i]), true), "%s", bad_demo[i]);
}
