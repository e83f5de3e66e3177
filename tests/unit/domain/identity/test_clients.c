/* needs: store/memory domain/core */
/* Integrations and service apps: changing, secrets, redirect matching, machine tokens. */
#include "base/limits.h"
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
TestSuite(clients, .init = open_house, .fini = close_house);

static struct client_view view_of(struct slice client)
{
    struct client_view v;
    cr_assert_eq(identity_client(h.id, client, h.arena, &v), ERR_OK);
    return v;
}

Test(clients, secret_is_rotated_at_once_or_with_an_overlap)
{
    struct slice client = house_client(&h, true), first = house_member(&h, "clientSecret");
    struct identity_rotate_secret_args args = {
        .base = house_base(&h, NOW), .org = h.org, .client = client, .overlap_ms = HOUR
    };
    cr_assert_eq(house_run(&h, identity_rotate_secret, &args), ERR_OK);
    struct slice second = house_member(&h, "clientSecret");
    cr_assert_eq(second.len, 64);
    house_reload(&h);
    cr_assert(identity_client_secret_is(h.id, client, second, NOW));
    cr_assert(identity_client_secret_is(h.id, client, first, NOW + HOUR - 1));
    cr_assert(!identity_client_secret_is(h.id, client, first, NOW + HOUR));
    args.base = house_base(&h, NOW);
    args.overlap_ms = 0;
    cr_assert_eq(house_run(&h, identity_rotate_secret, &args), ERR_OK);
    cr_assert(!identity_client_secret_is(h.id, client, second, NOW));
    cr_assert(!identity_client_secret_is(h.id, client, first, NOW));
    args.overlap_ms = LIMIT_secret_overlap_ms_max + 1;
    cr_assert_eq(house_run(&h, identity_rotate_secret, &args), ERR_INVALID_FIELD);
    args.client = house_client(&h, false);
    args.overlap_ms = 0;
    cr_assert_eq(house_run(&h, identity_rotate_secret, &args), ERR_CONFLICT);
    args.client = client;
    args.org = uuid_of(ADA);
    cr_assert_eq(house_run(&h, identity_rotate_secret, &args), ERR_NOT_FOUND, "another org");
}

Test(clients, what_is_no_longer_registered_goes_with_the_next_refresh)
{
    static const struct slice redirects[] = { SLICE_INIT("https://new.example.com/cb") };
    struct slice client = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    struct identity_update_client_args args = { .base = house_base(&h, NOW),
                                                .org = h.org,
                                                .client = client,
                                                .name = SLICE("Other"),
                                                .redirects = redirects,
                                                .redirect_count = 1,
                                                .scopes = scopes_of("cjp:user") };
    cr_assert_eq(house_run(&h, identity_update_client, &args), ERR_OK);
    house_reload(&h);
    struct client_view v = view_of(client);
    cr_assert(slice_is(v.name, "Other") && v.redirect_count == 1);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_OK);
    cr_assert_eq(house_refresh(&h, client, t.refresh, NOW), ERR_OK);
    cr_assert(slice_is(house_member(&h, "scope"), "cjp:user"));
    args.base = house_base(&h, NOW);
    args.redirect_count = 0;
    cr_assert_eq(house_run(&h, identity_update_client, &args), ERR_INVALID_FIELD);
    args.device = true;
    cr_assert_eq(house_run(&h, identity_update_client, &args), ERR_OK, "a device needs none");
}

Test(clients, tokens_end_with_their_client)
{
    struct slice client = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    struct identity_remove_client_args args = { .base = house_base(&h, NOW),
                                                .org = uuid_of(ADA),
                                                .client = client };
    cr_assert_eq(house_run(&h, identity_remove_client, &args), ERR_NOT_FOUND);
    args.org = h.org;
    cr_assert_eq(house_run(&h, identity_remove_client, &args), ERR_OK);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_refresh(&h, client, t.refresh, NOW), ERR_INVALID_CLIENT);
    house_reload(&h);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
}

Test(clients, loopback_port_is_free_for_public_clients_only)
{
    static const struct slice uris[] = { SLICE_INIT("http://127.0.0.1:9/cb"),
                                         SLICE_INIT("http://[::1]/cb"),
                                         SLICE_INIT("http://localhost:9/cb"),
                                         SLICE_INIT("https://app.example.com/cb") };
    struct client_view v = { .redirects = uris, .redirect_count = 4 };
    cr_assert(identity_client_may_redirect(&v, SLICE("http://127.0.0.1:51004/cb")));
    cr_assert(identity_client_may_redirect(&v, SLICE("http://127.0.0.1/cb")));
    cr_assert(identity_client_may_redirect(&v, SLICE("http://[::1]:51004/cb")));
    static const char *const refused[] = {
        "http://localhost:51004/cb",
        "http://127.0.0.1:51004/cb/",
        "http://127.0.0.1:51004",
        "http://127.0.0.1:51004/cb?x=1",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:123456/cb",
        "http://127.0.0.1:9@evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "https://127.0.0.1:9/cb",
        "https://app.example.com:444/cb",
        "http://[::1].evil.example/cb",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        cr_assert(!identity_client_may_redirect(&v, slice_of(refused[i])), "%s", refused[i]);
    v.confidential = true;
    cr_assert(identity_client_may_redirect(&v, uris[0]));
    cr_assert(!identity_client_may_redirect(&v, SLICE("http://127.0.0.1:51004/cb")));
}

/* ---- service apps ---- */

static struct slice service_app(void)
{
    struct identity_register_client_args args = { .base = house_base(&h, NOW),
                                                  .org = h.org,
                                                  .owner = uuid_of(BOB),
                                                  .kind = CLIENT_SERVICE,
                                                  .name = SLICE("Nightly"),
                                                  .scopes = scopes_of("cjp:config cjp:user"),
                                                  .confidential = true };
    cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_OK);
    cr_assert(slice_is(house_member(&h, "state"), "requested"));
    return house_member(&h, "clientId");
}

static enum err authorize(struct slice client, uint64_t scopes)
{
    struct identity_authorize_client_args args = {
        .base = house_base(&h, NOW), .org = h.org, .client = client, .scopes = scopes
    };
    return house_run(&h, identity_authorize_client, &args);
}

static enum err machine_token(struct slice client)
{
    struct identity_machine_token_args args = {
        .base = house_base(&h, NOW), .org = h.org, .client = client, .authenticated = true
    };
    return house_run(&h, identity_machine_token, &args);
}

Test(clients, service_app_acts_only_within_what_was_authorized)
{
    struct principal p;
    struct slice app = service_app();
    cr_assert_eq(machine_token(app), ERR_ACCESS_DENIED);
    cr_assert_eq(authorize(app, scopes_of("cordboard:sandbox")), ERR_INVALID_SCOPE);
    cr_assert_eq(authorize(app, scopes_of("cjp:config")), ERR_OK);
    cr_assert_eq(machine_token(app), ERR_OK);
    struct tokens t = house_tokens(&h);
    house_reload(&h);
    cr_assert_eq(identity_check(h.id, t.access, NOW, &p), ERR_OK);
    cr_assert_eq(p.kind, TOKEN_OF_MACHINE);
    cr_assert(uuid_is_nil(p.user) && uuid_eq(p.org, h.org));
    cr_assert_eq(p.scopes, scopes_of("cjp:config"));
    cr_assert_eq(house_refresh(&h, app, t.refresh, NOW), ERR_OK);
    cr_assert(slice_eq(house_member(&h, "refresh_token"), t.refresh), "it keeps its own");
    struct slice renewed = house_member(&h, "access_token");
    cr_assert_eq(authorize(app, 0), ERR_OK);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_check(&h, renewed, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_refresh(&h, app, t.refresh, NOW), ERR_INVALID_GRANT);
    cr_assert_eq(machine_token(app), ERR_ACCESS_DENIED);
}

Test(clients, service_app_is_not_for_another_organisation_nor_without_its_secret)
{
    struct slice app = service_app();
    cr_assert_eq(authorize(app, scopes_of("cjp:config")), ERR_OK);
    struct identity_machine_token_args args = {
        .base = house_base(&h, NOW), .org = uuid_of(ADA), .client = app, .authenticated = true
    };
    cr_assert_eq(house_run(&h, identity_machine_token, &args), ERR_ACCESS_DENIED);
    args.org = h.org;
    args.authenticated = false;
    cr_assert_eq(house_run(&h, identity_machine_token, &args), ERR_INVALID_CLIENT);
    args.authenticated = true;
    args.client = house_client(&h, true);
    cr_assert_eq(house_run(&h, identity_machine_token, &args), ERR_INVALID_CLIENT,
                 "an integration");
    struct identity_authorize_client_args other = { .base = house_base(&h, NOW),
                                                    .org = h.org,
                                                    .client = args.client,
                                                    .scopes = scopes_of("cjp:user") };
    cr_assert_eq(house_run(&h, identity_authorize_client, &other), ERR_NOT_FOUND);
}

Test(clients, service_apps_of_a_user_are_bounded)
{
    for (int i = 0; i < LIMIT_service_apps_per_user_max; i++)
        service_app();
    struct identity_register_client_args args = { .base = house_base(&h, NOW),
                                                  .org = h.org,
                                                  .owner = uuid_of(BOB),
                                                  .kind = CLIENT_SERVICE,
                                                  .name = SLICE("One more"),
                                                  .scopes = scopes_of("cjp:user"),
                                                  .confidential = true };
    cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_LIMIT);
    args.owner = uuid_of(ADA);
    cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_OK);
}

Test(clients, the_operators_scope_is_for_no_client)
{
    struct identity_register_client_args args = { .base = house_base(&h, NOW),
                                                  .org = h.org,
                                                  .kind = CLIENT_SERVICE,
                                                  .name = SLICE("Owner of all"),
                                                  .scopes = scopes_of("cordboard:organizations"),
                                                  .confidential = true };
    cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_INVALID_FIELD);
    args.scopes = identity_client_scopes();
    cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_OK);
}

Test(clients, scopes_cover)
{
    cr_assert(identity_scopes_cover(scopes_of("cjp:config"), scopes_of("cjp:config_read")));
    cr_assert(identity_scopes_cover(scopes_of("cjp:config_read cjp:config_write"),
                                    scopes_of("cjp:config")));
    cr_assert(!identity_scopes_cover(scopes_of("cjp:config_write"), scopes_of("cjp:config")));
    cr_assert(!identity_scopes_cover(scopes_of("cjp:config"), scopes_of("cjp:user")));
}

/* ---- introspection ---- */

Test(clients, introspection_knows_own_tokens_and_access_tokens_of_the_organisation)
{
    struct token_view v;
    struct slice own = house_client(&h, true), other = house_client(&h, true);
    struct tokens t = house_sign_in(&h, own, NOW);
    cr_assert_eq(identity_introspect(h.id, t.access, own, NOW, &v), ERR_OK);
    cr_assert(!v.refresh && uuid_eq(v.principal.user, uuid_of(ADA)) && v.created_ms == NOW);
    cr_assert_eq(identity_introspect(h.id, t.refresh, own, NOW, &v), ERR_OK);
    cr_assert(v.refresh);
    cr_assert_eq(identity_introspect(h.id, t.access, other, NOW, &v), ERR_OK);
    cr_assert_eq(identity_introspect(h.id, t.refresh, other, NOW, &v), ERR_NOT_FOUND);
    cr_assert_eq(identity_introspect(h.id, t.access, own, NOW + 12 * HOUR, &v), ERR_NOT_FOUND);
    cr_assert_eq(identity_introspect(h.id, SLICE("x"), own, NOW, &v), ERR_NOT_FOUND);
    struct identity_register_client_args args = { .base = house_base(&h, NOW),
                                                  .org = uuid_of(ADA),
                                                  .name = SLICE("Stranger"),
                                                  .scopes = scopes_of("cjp:user"),
                                                  .device = true,
                                                  .confidential = true };
    cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_OK);
    cr_assert_eq(identity_introspect(h.id, t.access, house_member(&h, "clientId"), NOW, &v),
                 ERR_NOT_FOUND, "another organisation's client");
}

Test(clients, signing_out_everywhere_ends_sessions_codes_and_tokens)
{
    struct identity_user user;
    struct slice client = house_client(&h, true);
    struct tokens t = house_sign_in(&h, client, NOW);
    struct slice code = house_code(&h, client, NOW);
    struct identity_session_args s = { .base = house_base(&h, NOW),
                                       .org = h.org,
                                       .user = uuid_of(ADA) };
    cr_assert_eq(house_run(&h, identity_open_session, &s), ERR_OK);
    struct slice session = house_member(&h, "session");
    struct identity_sign_out_args args = { .base = house_base(&h, NOW),
                                           .org = h.org,
                                           .user = uuid_of(ADA) };
    cr_assert_eq(house_run(&h, identity_sign_out_everywhere, &args), ERR_OK);
    house_reload(&h);
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_UNAUTHORIZED);
    cr_assert_eq(house_refresh(&h, client, t.refresh, NOW), ERR_INVALID_GRANT);
    cr_assert_eq(identity_session(h.id, session, NOW, &user), ERR_UNAUTHORIZED);
    struct identity_exchange_code_args x = house_exchange(&h, client, code, NOW);
    cr_assert_eq(house_run(&h, identity_exchange_code, &x), ERR_INVALID_GRANT);
}

Test(clients, a_sign_in_ends_the_session_before_it)
{
    struct identity_user user;
    struct identity_session_args s = { .base = house_base(&h, NOW),
                                       .org = h.org,
                                       .user = uuid_of(ADA) };
    cr_assert_eq(house_run(&h, identity_open_session, &s), ERR_OK);
    struct slice old = house_member(&h, "session");
    s.base = house_base(&h, NOW);
    s.session = old;
    cr_assert_eq(house_run(&h, identity_open_session, &s), ERR_OK);
    cr_assert_eq(identity_session(h.id, old, NOW, &user), ERR_UNAUTHORIZED);
    cr_assert_eq(identity_session(h.id, house_member(&h, "session"), NOW, &user), ERR_OK);
}
