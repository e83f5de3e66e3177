/* needs: store/memory domain/core */
/* What is kept, for how long, how much, and that it comes back from its rows. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/limits.h"
#include "domain/identity/password.h"
#include "domain/identity/secret.h"
#include "store/store.h"
#include "unit/domain/identity/house.h"

static struct house h;

static void open_house(void)
{
    house_open(&h);
}
static void close_house(void)
{
    house_close(&h);
}
TestSuite(state, .init = open_house, .fini = close_house, .timeout = 100);

static struct slice personal(int64_t now_ms, unsigned n)
{
    struct identity_issue_token_args args = { .base = house_base(&h, now_ms),
                                              .org = h.org,
                                              .user = uuid_of(ADA) };
    memcpy(args.base.draw.first, &n, sizeof n);
    cr_assert_eq(house_run(&h, identity_issue_token, &args), ERR_OK);
    return house_member(&h, "access_token");
}

static enum err count_row(void *ctx, struct slice org, struct slice id, struct slice body)
{
    (void)org, (void)id, (void)body;
    ++*(size_t *)ctx;
    return ERR_OK;
}

static size_t rows(const char *kind)
{
    size_t n = 0;
    cr_assert_eq(h.store->ops->scan(h.store, slice_of(kind), SLICE(""), count_row, &n), ERR_OK);
    return n;
}

static enum err find_text(void *ctx, struct slice org, struct slice id, struct slice body)
{
    const struct slice *text = ctx;
    (void)org, (void)id;
    return memmem(body.at, body.len, text->at, text->len) ||
                   memmem(id.at, id.len, text->at, text->len)
               ? ERR_CONFLICT
               : ERR_OK;
}

Test(state, no_secret_is_in_the_store)
{
    struct slice client = house_client(&h, true), secret = house_member(&h, "clientSecret");
    struct slice code = house_code(&h, client, NOW);
    struct tokens t = house_sign_in(&h, client, NOW);
    struct identity_session_args s = { .base = house_base(&h, NOW),
                                       .org = h.org,
                                       .user = uuid_of(ADA) };
    cr_assert_eq(house_run(&h, identity_open_session, &s), ERR_OK);
    struct slice secrets[] = { secret, slice_sub(code, 0, 64), slice_sub(t.access, 0, 64),
                               slice_sub(t.refresh, 0, 64), house_member(&h, "session") };
    static const char *const kinds[] = { "client", "code", "token", "session", "consent" };
    for (size_t i = 0; i < 5; i++) {
        cr_assert_eq(secrets[i].len, 64);
        cr_assert_gt(rows(kinds[i]), 0);
        for (size_t k = 0; k < 5; k++)
            cr_assert_eq(
                h.store->ops->scan(h.store, slice_of(kinds[k]), SLICE(""), find_text, &secrets[i]),
                ERR_OK);
    }
}

Test(state, oldest_token_goes_at_the_limit_but_refresh_tokens_last)
{
    struct tokens t = house_sign_in(&h, house_client(&h, true), NOW);
    struct slice oldest = personal(NOW + 1, 1), second = personal(NOW + 2, 2);
    for (unsigned i = 3; i < LIMIT_tokens_per_user_max; i++)
        personal(NOW + i, i);
    cr_assert_eq(rows("token"), LIMIT_tokens_per_user_max);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_check(&h, oldest, NOW), ERR_OK);
    house_reload(&h);
    personal(NOW + 5000, 5000);
    cr_assert_eq(house_check(&h, oldest, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_check(&h, second, NOW), ERR_OK);
    cr_assert_eq(rows("token"), LIMIT_tokens_per_user_max);
    struct identity_revoke_args args = { .base = house_base(&h, NOW), .token = t.refresh };
    cr_assert_eq(house_run(&h, identity_revoke, &args), ERR_OK);
    cr_assert_eq(rows("token"), LIMIT_tokens_per_user_max - 1, "the refresh token was there");
}

Test(state, codes_and_sessions_of_a_user_are_bounded)
{
    struct slice client = house_client(&h, true);
    for (int i = 0; i < LIMIT_codes_per_user_max + 5; i++)
        house_code(&h, client, NOW);
    cr_assert_eq(rows("code"), LIMIT_codes_per_user_max);
    for (int i = 0; i < LIMIT_sessions_per_user_max + 5; i++) {
        struct identity_session_args s = { .base = house_base(&h, NOW),
                                           .org = h.org,
                                           .user = uuid_of(ADA) };
        cr_assert_eq(house_run(&h, identity_open_session, &s), ERR_OK);
    }
    cr_assert_eq(rows("session"), LIMIT_sessions_per_user_max);
}

Test(state, clients_of_an_organisation_are_bounded)
{
    static const struct slice redirect = { REDIRECT, sizeof REDIRECT - 1 };
    struct identity_register_client_args args = {
        .org = h.org, .name = SLICE("x"), .redirects = &redirect, .redirect_count = 1, .scopes = 1
    };
    for (int i = 0; i < LIMIT_clients_per_org_max; i++) {
        args.base = house_base(&h, NOW);
        memcpy(args.base.draw.id, &i, sizeof i);
        cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_OK);
    }
    args.base = house_base(&h, NOW);
    cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_LIMIT);
    struct client_view *clients = NULL;
    size_t count = 0;
    cr_assert_eq(identity_clients(h.id, h.org, h.arena, &clients, &count), ERR_OK);
    cr_assert_eq(count, LIMIT_clients_per_org_max);
    cr_assert_eq(identity_clients(h.id, uuid_of(ADA), h.arena, &clients, &count), ERR_OK);
    cr_assert_eq(count, 0, "another organisation sees none");
}

Test(state, sweep_removes_what_is_due_and_no_more)
{
    cr_assert_eq(identity_next_due(h.id), INT64_MAX);
    struct slice client = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    cr_assert_eq(identity_next_due(h.id), NOW + LIMIT_code_replay_ms_max);
    struct identity_args args = house_base(&h, NOW + 13 * HOUR);
    cr_assert_eq(house_run(&h, identity_sweep, &args), ERR_OK);
    cr_assert_eq(rows("code"), 0);
    cr_assert_eq(rows("token"), 1, "the refresh token lives");
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(identity_next_due(h.id), NOW + (60 * 24 + 1) * HOUR);
    args.now_ms = NOW + 61 * 24 * HOUR;
    cr_assert_eq(house_run(&h, identity_sweep, &args), ERR_OK);
    cr_assert_eq(rows("token") + rows("session"), 0);
    cr_assert_eq(rows("client"), 1);
}

Test(state, sessions)
{
    struct identity_user user;
    struct identity_session_args args = { .base = house_base(&h, NOW),
                                          .org = h.org,
                                          .user = uuid_of(BOB) };
    cr_assert_eq(house_run(&h, identity_open_session, &args), ERR_OK);
    struct slice cookie = house_member(&h, "session");
    house_reload(&h);
    cr_assert_eq(identity_session(h.id, cookie, NOW, &user), ERR_OK);
    cr_assert(slice_is(slice_of(user.email), "bob@example.com"));
    cr_assert_eq(identity_session(h.id, cookie, NOW + 12 * HOUR, &user), ERR_TOKEN_EXPIRED);
    cr_assert_eq(identity_session(h.id, SLICE("x"), NOW, &user), ERR_UNAUTHORIZED);
    args.base.identity = h.id;
    args.session = cookie;
    cr_assert_eq(house_run(&h, identity_close_session, &args), ERR_OK);
    cr_assert_eq(house_run(&h, identity_close_session, &args), ERR_OK, "twice is fine");
    cr_assert_eq(identity_session(h.id, cookie, NOW, &user), ERR_UNAUTHORIZED);
}

static const struct password_cost cheap = { .passes = 1, .memory_kib = 64, .lanes = 1 };

Test(state, passwords)
{
    char hash[PASSWORD_HASH_MAX];
    struct slice stored;
    struct identity_user user;
    struct identity_session_args s = { .base = house_base(&h, NOW),
                                       .org = h.org,
                                       .user = uuid_of(ADA) };
    cr_assert_eq(identity_password_hash(h.id, h.org, uuid_of(ADA), h.arena, &stored),
                 ERR_NOT_FOUND);
    cr_assert_eq(house_run(&h, identity_open_session, &s), ERR_OK);
    struct slice cookie = house_member(&h, "session");
    cr_assert_eq(password_hash(SLICE("correct horse"), cheap, hash), ERR_OK);
    struct identity_set_password_args args = {
        .base = house_base(&h, NOW), .org = h.org, .user = uuid_of(ADA), .hash = slice_of(hash)
    };
    cr_assert_eq(house_run(&h, identity_set_password, &args), ERR_OK);
    cr_assert_eq(identity_session(h.id, cookie, NOW, &user), ERR_UNAUTHORIZED, "sessions end");
    house_reload(&h);
    cr_assert_eq(identity_password_hash(h.id, h.org, uuid_of(ADA), h.arena, &stored), ERR_OK);
    cr_assert(password_verify(stored, SLICE("correct horse"), cheap));
    cr_assert(!password_verify(stored, SLICE("correct horsf"), cheap));
    cr_assert(!password_verify(SLICE(""), SLICE("correct horse"), cheap));
    cr_assert(!password_verify(SLICE("$argon2id$nonsense"), SLICE("correct horse"), cheap));
    cr_assert(!password_is_weak(stored, cheap));
    cr_assert(password_is_weak(stored, PASSWORD_COST));
    struct password_cost slow = { cheap.passes + 1, cheap.memory_kib, cheap.lanes };
    cr_assert(password_is_weak(stored, slow));
    cr_assert(password_is_weak(SLICE("$argon2id$nonsense"), cheap));
    cr_assert(password_is_weak(SLICE("$argon2id$v=19$m=many,t=9,p=1$"), cheap));
    cr_assert_eq(password_hash(SLICE("short"), cheap, hash), ERR_INVALID_FIELD);
    char big[LIMIT_password_bytes_max + 1];
    memset(big, 'a', sizeof big);
    cr_assert_eq(password_hash((struct slice){ big, sizeof big }, cheap, hash), ERR_INVALID_FIELD);
    args.base.identity = h.id;
    args.user = uuid_of(ORG);
    cr_assert_eq(house_run(&h, identity_set_password, &args), ERR_NOT_FOUND);
}

Test(state, a_new_password_revokes_what_the_old_one_opened)
{
    struct slice client = house_client(&h, false);
    struct tokens t = house_sign_in(&h, client, NOW);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_OK);
    struct identity_set_password_args args = { .base = house_base(&h, NOW),
                                               .org = h.org,
                                               .user = uuid_of(ADA),
                                               .hash = SLICE("$argon2id$any") };
    cr_assert_eq(house_run(&h, identity_set_password, &args), ERR_OK);
    cr_expect_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
    cr_expect_eq(house_refresh(&h, client, t.refresh, NOW), ERR_INVALID_GRANT);
    house_reload(&h);
    cr_expect_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED, "nor after a restart");
}

Test(state, client_secret_and_view_survive_a_restart)
{
    struct client_view v;
    struct slice client = house_client(&h, true), secret = house_member(&h, "clientSecret");
    struct slice open = house_client(&h, false);
    house_reload(&h);
    cr_assert(identity_client_secret_is(h.id, client, secret, NOW));
    cr_assert(!identity_client_secret_is(h.id, client, SLICE(""), NOW));
    cr_assert(!identity_client_secret_is(h.id, open, SLICE(""), NOW));
    cr_assert_eq(identity_client(h.id, client, h.arena, &v), ERR_OK);
    cr_assert(v.confidential && v.redirect_count == 2 && slice_is(v.redirects[0], REDIRECT));
    cr_assert(slice_is(v.name, "Wallboard") && uuid_eq(v.org, h.org));
    cr_assert_eq(v.scopes, scopes_of("cjp:config cjp:user"));
    cr_assert_eq(identity_client(h.id, SLICE("Cnone"), h.arena, &v), ERR_NOT_FOUND);
}

Test(state, damaged_row_is_corrupt)
{
    struct store_write w = { SLICE("token"), SLICE(ORG), SLICE("zz"), SLICE("{}") };
    struct store_batch batch = { .writes = &w, .write_count = 1 };
    cr_assert_eq(h.store->ops->commit(h.store, &batch, 1), ERR_OK);
    cr_assert_eq(identity_load(h.id, h.store), ERR_CORRUPT);
}

Test(state, redirect_uris)
{
    static const char *const good[] = { "https://a.example/cb?x=1", "http://localhost:3000/",
                                        "http://127.0.0.1/cb", "http://[::1]:8/cb",
                                        "com.example.app:/cb" };
    static const char *const bad[] = { "",
                                       "/cb",
                                       "http://a.example/cb",
                                       "javascript:alert(1)",
                                       "https://a.example/#f",
                                       "https://u@a.example/",
                                       "https:///cb",
                                       "https://a.example/\r\nX: y",
                                       "http://localhost.evil.example/",
                                       "data:text/html,x",
                                       "https://a.example/<" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert_null(identity_redirect_flaw(slice_of(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not_null(identity_redirect_flaw(slice_of(bad[i])), "%s", bad[i]);
}

Test(state, challenge_of_rfc_7636)
{
    char text[CHALLENGE_LEN + 1];
    secret_challenge(SLICE(VERIFIER), text);
    cr_assert_str_eq(text, CHALLENGE);
    cr_assert(secret_is_verifier(SLICE(VERIFIER)) && !secret_is_verifier(SLICE("short")));
    cr_assert(!secret_is_challenge(SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=")));
}

/* ---- readers beside the writer ---- */

struct reader {
    struct slice lasting, passing;
    atomic_bool stop;
    atomic_long checks, wrong;
};

static void *read_on(void *arg)
{
    struct reader *r = arg;
    while (!atomic_load(&r->stop)) {
        if (house_check(&h, r->lasting, NOW) != ERR_OK)
            atomic_fetch_add(&r->wrong, 1);
        enum err e = house_check(&h, r->passing, NOW);
        if (e != ERR_OK && e != ERR_UNAUTHORIZED)
            atomic_fetch_add(&r->wrong, 1);
        atomic_fetch_add(&r->checks, 1);
    }
    return NULL;
}

Test(state, checks_beside_changes)
{
    struct slice client = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    struct reader r = { .lasting = t.access, .passing = personal(NOW, 77) };
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, read_on, &r), 0);
    for (unsigned i = 0; i < 300 || atomic_load(&r.checks) < 1000; i++) {
        struct identity_revoke_args gone = { .base = house_base(&h, NOW),
                                             .token = personal(NOW, 77) };
        cr_assert_eq(house_run(&h, identity_revoke, &gone), ERR_OK);
    }
    atomic_store(&r.stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    cr_assert_eq(atomic_load(&r.wrong), 0);
}

/* ---- between the look at a password and what rests on it ---- */

static enum err set_password(const char *hash, const char *proven)
{
    struct identity_set_password_args args = { .base = house_base(&h, NOW),
                                               .org = h.org,
                                               .user = uuid_of(ADA),
                                               .hash = slice_of(hash),
                                               .proven = slice_of(proven) };
    return house_run(&h, identity_set_password, &args);
}

static enum err open_session(const char *proven)
{
    struct identity_session_args args = {
        .base = house_base(&h, NOW), .org = h.org, .user = uuid_of(ADA), .proven = slice_of(proven)
    };
    return house_run(&h, identity_open_session, &args);
}

Test(state, a_password_that_was_reset_meanwhile_opens_nothing)
{
    cr_assert_eq(set_password("$old", ""), ERR_OK);
    cr_assert_eq(open_session("$old"), ERR_OK);
    cr_assert_eq(set_password("$reset", ""), ERR_OK); /* while "$old" is still being compared */
    cr_assert_eq(open_session("$old"), ERR_FORBIDDEN);
    cr_assert_eq(set_password("$thief", "$old"), ERR_FORBIDDEN);
    cr_assert_eq(rows("session"), 0);
    cr_assert_eq(set_password("$own", "$reset"), ERR_OK);
    cr_assert_eq(open_session("$own"), ERR_OK);
}

Test(state, the_same_password_hashed_anew_meanwhile_is_proven_still)
{
    cr_assert_eq(set_password("$weak", ""), ERR_OK);
    struct identity_rehash_args again = { .base = house_base(&h, NOW),
                                          .org = h.org,
                                          .user = uuid_of(ADA),
                                          .was = SLICE("$weak"),
                                          .hash = SLICE("$strong") };
    cr_assert_eq(house_run(&h, identity_rehash_password, &again), ERR_OK);
    cr_assert_eq(open_session("$weak"), ERR_OK);
    cr_assert_eq(open_session("$strong"), ERR_OK);
    cr_assert_eq(set_password("$own", "$weak"), ERR_OK);
    cr_assert_eq(open_session("$weak"), ERR_FORBIDDEN);
}
