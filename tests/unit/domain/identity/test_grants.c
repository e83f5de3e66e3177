/* needs: store/memory domain/core */
/* Each grant, and each way it must be refused. */
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
TestSuite(grants, .init = open_house, .fini = close_house);

Test(grants, code_gives_tokens_of_the_contracts_shape)
{
    struct slice client = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    struct principal p;
    struct slice rest = t.access, part;
    int parts = 0;
    while (slice_cut(&rest, '_', &part))
        parts++;
    cr_assert_eq(parts, 3);
    cr_assert(slice_is(part, ORG));
    cr_assert(slice_is(house_member(&h, "token_type"), "Bearer"));
    cr_assert(slice_is(house_member(&h, "scope"), "cjp:config cjp:user"));
    cr_assert_eq(identity_check(h.id, t.access, NOW, &p), ERR_OK);
    cr_assert(uuid_eq(p.user, uuid_of(ADA)) && uuid_eq(p.org, h.org));
    cr_assert_eq(p.role, ROLE_ADMIN);
    cr_assert(principal_has(&p, SCOPE_CONFIG) && !principal_has(&p, SCOPE_SANDBOX));
    cr_assert_eq(p.expires_ms, NOW + 12 * HOUR);
}

Test(grants, a_refresh_token_is_no_access_token)
{
    struct tokens t = house_sign_in(&h, house_client(&h, true), NOW);
    cr_assert_eq(house_check(&h, t.refresh, NOW), ERR_UNAUTHORIZED);
}

Test(grants, access_token_expires_by_the_given_time)
{
    struct tokens t = house_sign_in(&h, house_client(&h, true), NOW);
    cr_assert_eq(house_check(&h, t.access, NOW + 12 * HOUR - 1), ERR_OK);
    cr_assert_eq(house_check(&h, t.access, NOW + 12 * HOUR), ERR_TOKEN_EXPIRED);
}

Test(grants, garbage_is_unauthorized)
{
    struct tokens t = house_sign_in(&h, house_client(&h, true), NOW);
    char *text = arena_alloc(h.arena, t.access.len);
    memcpy(text, t.access.at, t.access.len);
    text[3] ^= 1;
    cr_assert_eq(house_check(&h, (struct slice){ text, t.access.len }, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_check(&h, SLICE(""), NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_check(&h, SLICE("__"), NOW), ERR_UNAUTHORIZED);
    char big[10000];
    memset(big, 'a', sizeof big);
    cr_assert_eq(house_check(&h, (struct slice){ big, sizeof big }, NOW), ERR_UNAUTHORIZED);
}

Test(grants, code_replay_revokes_what_it_gave)
{
    struct slice client = house_client(&h, true), code = house_code(&h, client, NOW);
    struct identity_exchange_code_args args = house_exchange(&h, client, code, NOW);
    cr_assert_eq(house_run(&h, identity_exchange_code, &args), ERR_OK);
    struct tokens t = house_tokens(&h);
    struct tokens other = house_sign_in(&h, client, NOW);
    args = house_exchange(&h, client, code, NOW + 5 * SECOND);
    cr_assert_eq(house_run(&h, identity_exchange_code, &args), ERR_OK);
    cr_assert(slice_is(house_member(&h, "error"), "invalid_grant"));
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_refresh(&h, client, t.refresh, NOW), ERR_INVALID_GRANT);
    cr_assert_eq(house_check(&h, other.access, NOW), ERR_OK, "another authorization stays");
}

Test(grants, code_replay_is_remembered_over_a_restart)
{
    struct slice client = house_client(&h, true), code = house_code(&h, client, NOW);
    struct identity_exchange_code_args args = house_exchange(&h, client, code, NOW);
    cr_assert_eq(house_run(&h, identity_exchange_code, &args), ERR_OK);
    struct tokens t = house_tokens(&h);
    house_reload(&h);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_OK);
    args = house_exchange(&h, client, code, NOW + SECOND);
    cr_assert_eq(house_run(&h, identity_exchange_code, &args), ERR_OK);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
}

Test(grants, code_is_bound_to_time_redirect_verifier_client_and_secret)
{
    struct slice client = house_client(&h, true), thief = house_client(&h, true);
    struct slice code = house_code(&h, client, NOW);
    struct identity_exchange_code_args good = house_exchange(&h, client, code, NOW), bad;

    bad = good, bad.base.now_ms = NOW + 60 * SECOND;
    cr_assert_eq(house_run(&h, identity_exchange_code, &bad), ERR_INVALID_GRANT);
    bad = good, bad.redirect = SLICE(REDIRECT "/");
    cr_assert_eq(house_run(&h, identity_exchange_code, &bad), ERR_INVALID_GRANT);
    bad = good, bad.verifier = SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl");
    cr_assert_eq(house_run(&h, identity_exchange_code, &bad), ERR_INVALID_GRANT);
    bad = good, bad.verifier = SLICE("");
    cr_assert_eq(house_run(&h, identity_exchange_code, &bad), ERR_INVALID_GRANT);
    bad = good, bad.client = thief;
    cr_assert_eq(house_run(&h, identity_exchange_code, &bad), ERR_INVALID_GRANT);
    bad = good, bad.client = SLICE("C00");
    cr_assert_eq(house_run(&h, identity_exchange_code, &bad), ERR_INVALID_CLIENT);
    bad = good, bad.authenticated = false;
    cr_assert_eq(house_run(&h, identity_exchange_code, &bad), ERR_INVALID_CLIENT);
    bad = good, bad.code = SLICE("nonsense");
    cr_assert_eq(house_run(&h, identity_exchange_code, &bad), ERR_INVALID_GRANT);
    cr_assert_eq(house_run(&h, identity_exchange_code, &good), ERR_OK, "none of them burnt it");
}

Test(grants, code_without_challenge_refuses_a_verifier)
{
    struct slice client = house_client(&h, true);
    struct identity_issue_code_args args = house_code_args(&h, client, NOW);
    args.challenge = SLICE("");
    cr_assert_eq(house_run(&h, identity_issue_code, &args), ERR_OK);
    struct identity_exchange_code_args exchange =
        house_exchange(&h, client, house_member(&h, "code"), NOW);
    cr_assert_eq(house_run(&h, identity_exchange_code, &exchange), ERR_INVALID_GRANT);
    exchange.verifier = SLICE("");
    cr_assert_eq(house_run(&h, identity_exchange_code, &exchange), ERR_OK);
}

Test(grants, code_is_refused_for_wrong_requests)
{
    struct slice client = house_client(&h, false);
    struct identity_issue_code_args good = house_code_args(&h, client, NOW), bad;
    bad = good, bad.challenge = SLICE("");
    cr_assert_eq(house_run(&h, identity_issue_code, &bad), ERR_BAD_REQUEST, "public needs PKCE");
    bad = good, bad.redirect = SLICE("https://app.example.com/cb2");
    cr_assert_eq(house_run(&h, identity_issue_code, &bad), ERR_BAD_REQUEST);
    bad = good, bad.scopes = scopes_of("cordboard:sandbox");
    cr_assert_eq(house_run(&h, identity_issue_code, &bad), ERR_INVALID_SCOPE);
    bad = good, bad.user = uuid_of("0192f0c4-2222-7aaa-8bbb-0000000000ff");
    cr_assert_eq(house_run(&h, identity_issue_code, &bad), ERR_NOT_FOUND);
    bad = good, bad.org = uuid_of("0192f0c4-1111-7aaa-8bbb-0000000000ff");
    cr_assert_eq(house_run(&h, identity_issue_code, &bad), ERR_INVALID_CLIENT, "other's client");
    cr_assert_eq(house_run(&h, identity_issue_code, &good), ERR_OK);
}

Test(grants, consent_is_remembered_and_grows)
{
    struct slice client = house_client(&h, false);
    struct identity_issue_code_args args = house_code_args(&h, client, NOW);
    cr_assert_eq(identity_consented(h.id, h.org, uuid_of(ADA), client), 0);
    args.scopes = scopes_of("cjp:user");
    cr_assert_eq(house_run(&h, identity_issue_code, &args), ERR_OK);
    cr_assert_eq(identity_consented(h.id, h.org, uuid_of(ADA), client), scopes_of("cjp:user"));
    house_code(&h, client, NOW);
    house_reload(&h);
    cr_assert_eq(identity_consented(h.id, h.org, uuid_of(ADA), client),
                 scopes_of("cjp:user cjp:config"));
    cr_assert_eq(identity_consented(h.id, h.org, uuid_of(BOB), client), 0);
}

Test(grants, confidential_client_keeps_its_refresh_token_and_its_clock_restarts)
{
    struct slice client = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    int64_t later = NOW + 59 * 24 * HOUR;
    cr_assert_eq(house_refresh(&h, client, t.refresh, later), ERR_OK);
    struct tokens fresh = house_tokens(&h);
    cr_assert(slice_eq(fresh.refresh, t.refresh));
    cr_assert(!slice_eq(fresh.access, t.access));
    cr_assert_eq(house_check(&h, fresh.access, later), ERR_OK);
    house_reload(&h);
    later += 59 * 24 * HOUR;
    cr_assert_eq(house_refresh(&h, client, t.refresh, later), ERR_OK);
    cr_assert_eq(house_refresh(&h, client, t.refresh, later + 60 * 24 * HOUR), ERR_INVALID_GRANT);
}

Test(grants, public_client_rotates_and_reuse_ends_the_family)
{
    struct slice client = house_client(&h, false);
    struct tokens first = house_sign_in(&h, client, NOW), other = house_sign_in(&h, client, NOW);
    cr_assert_eq(house_refresh(&h, client, first.refresh, NOW + 1), ERR_OK);
    struct tokens second = house_tokens(&h);
    cr_assert(!slice_eq(first.refresh, second.refresh));
    house_reload(&h);
    cr_assert_eq(house_refresh(&h, client, first.refresh, NOW + 2), ERR_OK);
    cr_assert(slice_is(house_member(&h, "error"), "invalid_grant"));
    cr_assert_eq(house_check(&h, first.access, NOW + 2), ERR_UNAUTHORIZED);
    cr_assert_eq(house_check(&h, second.access, NOW + 2), ERR_UNAUTHORIZED);
    cr_assert_eq(house_refresh(&h, client, second.refresh, NOW + 2), ERR_INVALID_GRANT);
    cr_assert_eq(house_check(&h, other.access, NOW + 2), ERR_OK);
}

Test(grants, refresh_is_refused_for_others_and_for_more)
{
    struct slice client = house_client(&h, true), thief = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    cr_assert_eq(house_refresh(&h, thief, t.refresh, NOW), ERR_INVALID_GRANT);
    cr_assert_eq(house_refresh(&h, client, t.access, NOW), ERR_INVALID_GRANT);
    struct identity_refresh_args args = { .base = house_base(&h, NOW),
                                          .refresh_token = t.refresh,
                                          .client = client,
                                          .authenticated = false };
    cr_assert_eq(house_run(&h, identity_refresh, &args), ERR_INVALID_CLIENT);
    args.authenticated = true;
    args.scopes = scopes_of("cjp:user cordboard:sandbox");
    cr_assert_eq(house_run(&h, identity_refresh, &args), ERR_INVALID_SCOPE);
    args.scopes = scopes_of("cjp:user");
    cr_assert_eq(house_run(&h, identity_refresh, &args), ERR_OK);
    cr_assert(slice_is(house_member(&h, "scope"), "cjp:user"));
    cr_assert_eq(house_refresh(&h, client, t.refresh, NOW), ERR_OK);
    cr_assert(slice_is(house_member(&h, "scope"), "cjp:config cjp:user"), "the grant stays whole");
}

static struct slice bobs_token(struct slice client, uint64_t scopes)
{
    struct identity_issue_token_args args = { .base = house_base(&h, NOW),
                                              .org = h.org,
                                              .user = uuid_of(BOB),
                                              .client = client,
                                              .scopes = scopes };
    cr_assert_eq(house_run(&h, identity_issue_token, &args), ERR_OK);
    return house_member(&h, "access_token");
}

Test(grants, a_role_bounds_the_scopes)
{
    struct principal p;
    struct slice t = bobs_token(SLICE(""), 0);
    cr_assert_eq(identity_check(h.id, t, NOW, &p), ERR_OK);
    cr_assert_eq(p.role, ROLE_AGENT);
    cr_assert(principal_has(&p, SCOPE_USER) && !principal_has(&p, SCOPE_CONFIG_READ));
    cr_assert(!principal_has(&p, SCOPE_CONFIG) && !principal_has(&p, SCOPE_CONFIG_WRITE));
    t = bobs_token(house_client(&h, true), scopes_of("cjp:config cjp:user"));
    cr_assert_eq(identity_check(h.id, t, NOW, &p), ERR_OK);
    cr_assert_eq(p.scopes, scopes_of("cjp:user"));
    cr_assert_eq(identity_role_scopes(ROLE_SUPERVISOR, scopes_of("cjp:config")),
                 scopes_of("cjp:config_read"));
}

Test(grants, the_operator_belongs_to_nobody)
{
    struct principal p;
    struct identity_args args = house_base(&h, NOW);
    cr_assert_eq(house_run(&h, identity_issue_operator_token, &args), ERR_OK);
    struct slice t = house_member(&h, "access_token");
    house_reload(&h);
    cr_assert_eq(identity_check(h.id, t, NOW, &p), ERR_OK);
    cr_assert_eq(p.role, ROLE_OPERATOR);
    cr_assert_eq(p.scopes, UINT64_C(1) << SCOPE_ORGANIZATIONS);
    cr_assert(uuid_is_nil(p.org) && uuid_is_nil(p.user));
    for (int role = ROLE_NONE; role < ROLE_OPERATOR; role++)
        cr_assert_eq(identity_role_scopes((enum role)role, p.scopes), 0);
    cr_assert_eq(identity_check(h.id, t, NOW + 13 * HOUR, &p), ERR_TOKEN_EXPIRED);
}

Test(grants, a_token_of_the_portal_stays_one)
{
    struct principal p;
    struct identity_issue_token_args args = {
        .base = house_base(&h, NOW), .org = h.org, .user = uuid_of(BOB), .kind = TOKEN_OF_PORTAL
    };
    cr_assert_eq(house_run(&h, identity_issue_token, &args), ERR_OK);
    struct slice portal = house_member(&h, "access_token"), plain = bobs_token(SLICE(""), 0);
    house_reload(&h);
    cr_assert_eq(identity_check(h.id, portal, NOW, &p), ERR_OK);
    cr_assert_eq(p.kind, TOKEN_OF_PORTAL);
    cr_assert_eq(identity_check(h.id, plain, NOW, &p), ERR_OK);
    cr_assert_eq(p.kind, TOKEN_OF_PERSON);
}

Test(grants, tokens_of_a_user_who_is_gone_are_worth_nothing)
{
    struct slice t = bobs_token(SLICE(""), 0);
    cr_assert_eq(house_check(&h, t, NOW), ERR_OK);
    h.bob_gone = true;
    cr_assert_eq(house_check(&h, t, NOW), ERR_UNAUTHORIZED);
}

Test(grants, an_authorization_may_have_an_end_however_often_it_is_used)
{
    h.authorization_ms = 100 * HOUR;
    house_reload(&h);
    for (int confidential = 0; confidential < 2; confidential++) {
        struct slice client = house_client(&h, confidential);
        struct tokens t = house_sign_in(&h, client, NOW);
        for (int hour = 30; hour < 100; hour += 30) {
            cr_assert_eq(house_refresh(&h, client, t.refresh, NOW + hour * HOUR), ERR_OK);
            t = house_tokens(&h);
            house_reload(&h);
        }
        cr_assert_eq(house_refresh(&h, client, t.refresh, NOW + 100 * HOUR), ERR_INVALID_GRANT);
    }
}

Test(grants, issue_token_refuses)
{
    struct identity_issue_token_args args = { .base = house_base(&h, NOW), .org = h.org };
    cr_assert_eq(house_run(&h, identity_issue_token, &args), ERR_NOT_FOUND);
    args.user = uuid_of(BOB);
    args.scopes = scopes_of("cjp:config_write");
    cr_assert_eq(house_run(&h, identity_issue_token, &args), ERR_INVALID_SCOPE);
    args.scopes = 0;
    args.with_refresh = true;
    cr_assert_eq(house_run(&h, identity_issue_token, &args), ERR_INVALID_CLIENT);
}

Test(grants, revoking)
{
    struct slice client = house_client(&h, true), other = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    struct identity_revoke_args args = { .base = house_base(&h, NOW),
                                         .token = t.access,
                                         .client = other };
    cr_assert_eq(house_run(&h, identity_revoke, &args), ERR_OK);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_OK, "another client's");
    args.client = client;
    cr_assert_eq(house_run(&h, identity_revoke, &args), ERR_OK);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_refresh(&h, client, t.refresh, NOW), ERR_OK);
    struct tokens fresh = house_tokens(&h);
    args.token = t.refresh;
    cr_assert_eq(house_run(&h, identity_revoke, &args), ERR_OK);
    house_reload(&h);
    cr_assert_eq(house_check(&h, fresh.access, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_refresh(&h, client, t.refresh, NOW), ERR_INVALID_GRANT);
    args.token = SLICE("nonsense");
    cr_assert_eq(house_run(&h, identity_revoke, &args), ERR_OK);
}
