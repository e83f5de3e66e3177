/* An identity with a store behind it and two users, for tests: commands run at once, and what they
 * wrote is committed and published as the engine would. */
#ifndef TESTS_UNIT_DOMAIN_IDENTITY_HOUSE_H
#define TESTS_UNIT_DOMAIN_IDENTITY_HOUSE_H
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/epoch.h"
#include "base/json_read.h"
#include "domain/core/effects.h"
#include "domain/identity/commands.h"
#include "store/memory/store_memory.h"

#define NOW      INT64_C(1800000000000)
#define SECOND   INT64_C(1000)
#define HOUR     INT64_C(3600000)
#define ORG      "0192f0c4-1111-7aaa-8bbb-000000000001"
#define ADA      "0192f0c4-2222-7aaa-8bbb-000000000001" /* administrator */
#define BOB      "0192f0c4-2222-7aaa-8bbb-000000000002" /* agent */
#define REDIRECT "https://app.example.com/cb"
/* RFC 7636, appendix B */
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

struct house {
    struct identity *id;
    struct store *store;
    struct arena *arena; /* of everything a test looks at */
    struct uuid org;
    bool bob_gone;
    int64_t authorization_ms;    /* takes effect with the next house_reload */
    struct slice result, detail; /* of the last command */
    uint8_t next_byte;           /* draws are different, and the same in each run */
};

static inline struct uuid uuid_of(const char *text)
{
    struct uuid id;
    cr_assert(uuid_parse(slice_of(text), &id));
    return id;
}

static inline bool house_by_id(void *ctx, struct uuid org, struct uuid id,
                               struct identity_user *out)
{
    struct house *h = ctx;
    bool ada = uuid_eq(id, uuid_of(ADA)), bob = uuid_eq(id, uuid_of(BOB)) && !h->bob_gone;
    if (!uuid_eq(org, h->org) || !(ada || bob))
        return false;
    *out = (struct identity_user){
        .org = org, .id = id, .role = ada ? ROLE_ADMIN : ROLE_AGENT, .active = true
    };
    snprintf(out->email, sizeof out->email, "%s@example.com", ada ? "ada" : "bob");
    snprintf(out->name, sizeof out->name, "%s <b>", ada ? "Ada" : "Bob");
    return true;
}

static inline bool house_by_email(void *ctx, struct slice email, struct identity_user *out)
{
    struct house *h = ctx;
    if (slice_eq_nocase(email, SLICE("ada@example.com")))
        return house_by_id(ctx, h->org, uuid_of(ADA), out);
    return slice_eq_nocase(email, SLICE("bob@example.com")) &&
           house_by_id(ctx, h->org, uuid_of(BOB), out);
}

static inline struct identity *house_identity(struct house *h)
{
    struct identity *id = NULL;
    struct identity_options options = {
        .authorization_ms = h->authorization_ms,
        .directory = { .ctx = h,
                       .by_id = house_by_id,
                       .describe = house_by_id,
                       .by_email = house_by_email },
    };
    cr_assert_eq(identity_new(&options, &id), ERR_OK);
    return id;
}

static inline void house_open(struct house *h)
{
    *h = (struct house){ .org = uuid_of(ORG), .arena = arena_new(64 << 20), .next_byte = 1 };
    cr_assert_eq(store_memory_open(&h->store), ERR_OK);
    h->id = house_identity(h);
}

static inline void house_close(struct house *h)
{
    epoch_drain();
    identity_free(h->id);
    h->store->ops->close(h->store);
    arena_free(h->arena);
}

/* A new identity from the same rows. */
static inline void house_reload(struct house *h)
{
    epoch_drain();
    identity_free(h->id);
    h->id = house_identity(h);
    cr_assert_eq(identity_load(h->id, h->store), ERR_OK);
}

static inline enum err house_run(struct house *h, command_fn *run, const void *args)
{
    struct effects fx;
    effects_init(&fx, h->arena);
    enum err e = run(NULL, args, &fx);
    cr_assert(!fx.failed);
    if (e != ERR_OK)
        cr_assert_eq(fx.write_count + fx.after_count, 0, "a refused command left something");
    struct store_batch batch = { .writes = fx.writes, .write_count = fx.write_count };
    cr_assert_eq(h->store->ops->commit(h->store, &batch, 1), ERR_OK);
    for (size_t i = 0; i < fx.after_count; i++)
        fx.after[i].fn(fx.after[i].arg, true);
    h->result = fx.result;
    h->detail = fx.detail;
    return e;
}

static inline struct identity_args house_base(struct house *h, int64_t now_ms)
{
    struct identity_args base = { .identity = h->id, .now_ms = now_ms };
    memset(base.draw.first, h->next_byte++, sizeof base.draw.first);
    memset(base.draw.second, h->next_byte++, sizeof base.draw.second);
    memset(base.draw.id, h->next_byte++, sizeof base.draw.id);
    return base;
}

/* A text member of the last result. */
static inline struct slice house_member(struct house *h, const char *name)
{
    struct json *json = NULL;
    cr_assert_eq(json_parse(h->arena, h->result, &json, NULL), ERR_OK);
    return json_text(json_get(json, name), SLICE(""));
}

static inline uint64_t scopes_of(const char *names)
{
    uint64_t out = 0;
    cr_assert_eq(identity_scopes_parse(slice_of(names), &out), ERR_OK);
    return out;
}

/* Registered with cjp:config and cjp:user. */
static inline struct slice house_client(struct house *h, bool confidential)
{
    static const struct slice redirects[] = { { REDIRECT, sizeof REDIRECT - 1 },
                                              { "http://localhost:9/cb?x=1", 25 } };
    struct identity_register_client_args args = {
        .base = house_base(h, NOW),
        .org = h->org,
        .name = SLICE("Wallboard"),
        .redirects = redirects,
        .redirect_count = 2,
        .scopes = scopes_of("cjp:config cjp:user"),
        .confidential = confidential,
    };
    cr_assert_eq(house_run(h, identity_register_client, &args), ERR_OK);
    cr_assert_eq(house_member(h, "clientSecret").len, confidential ? 64 : 0);
    return house_member(h, "clientId");
}

static inline struct identity_issue_code_args house_code_args(struct house *h, struct slice client,
                                                              int64_t now_ms)
{
    return (struct identity_issue_code_args){
        .base = house_base(h, now_ms),
        .org = h->org,
        .user = uuid_of(ADA),
        .client = client,
        .redirect = SLICE(REDIRECT),
        .challenge = SLICE(CHALLENGE),
        .scopes = scopes_of("cjp:config cjp:user"),
    };
}

static inline struct slice house_code(struct house *h, struct slice client, int64_t now_ms)
{
    struct identity_issue_code_args args = house_code_args(h, client, now_ms);
    cr_assert_eq(house_run(h, identity_issue_code, &args), ERR_OK);
    return house_member(h, "code");
}

static inline struct identity_exchange_code_args
house_exchange(struct house *h, struct slice client, struct slice code, int64_t now_ms)
{
    return (struct identity_exchange_code_args){
        .base = house_base(h, now_ms),
        .code = code,
        .client = client,
        .redirect = SLICE(REDIRECT),
        .verifier = SLICE(VERIFIER),
        .authenticated = true,
    };
}

struct tokens {
    struct slice access, refresh;
};
static inline struct tokens house_tokens(struct house *h)
{
    return (struct tokens){ house_member(h, "access_token"), house_member(h, "refresh_token") };
}

/* All the way: code and tokens. */
static inline struct tokens house_sign_in(struct house *h, struct slice client, int64_t now_ms)
{
    struct identity_exchange_code_args args =
        house_exchange(h, client, house_code(h, client, now_ms), now_ms);
    cr_assert_eq(house_run(h, identity_exchange_code, &args), ERR_OK);
    return house_tokens(h);
}

static inline enum err house_check(struct house *h, struct slice token, int64_t now_ms)
{
    struct principal p;
    return identity_check(h->id, token, now_ms, &p);
}

static inline enum err house_refresh(struct house *h, struct slice client, struct slice token,
                                     int64_t now_ms)
{
    struct identity_refresh_args args = { .base = house_base(h, now_ms),
                                          .refresh_token = token,
                                          .client = client,
                                          .authenticated = true };
    return house_run(h, identity_refresh, &args);
}
#endif
