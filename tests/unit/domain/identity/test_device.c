/* needs: store/memory domain/core */
/* The device grant: RFC 8628. */
#include "base/limits.h"
#include "domain/identity/identity_priv.h"
#include "unit/domain/identity/house.h"

static struct house h;
static struct slice client;

static void begin(void)
{
    house_open(&h);
    struct identity_register_client_args args = { .base = house_base(&h, NOW),
                                                  .org = h.org,
                                                  .name = SLICE("Telephone"),
                                                  .scopes = scopes_of("cjp:config cjp:user"),
                                                  .device = true };
    cr_assert_eq(house_run(&h, identity_register_client, &args), ERR_OK);
    client = house_member(&h, "clientId");
}
static void end(void)
{
    house_close(&h);
}
TestSuite(device, .init = begin, .fini = end, .timeout = 100);

struct codes {
    struct slice device, user;
};

static enum err start(struct slice id, uint64_t scopes)
{
    struct identity_start_device_args args = { .base = house_base(&h, NOW),
                                               .client = id,
                                               .scopes = scopes };
    return house_run(&h, identity_start_device, &args);
}

static struct codes started(void)
{
    cr_assert_eq(start(client, 0), ERR_OK);
    return (struct codes){ house_member(&h, "device_code"), house_member(&h, "user_code") };
}

static enum err decide(struct slice user_code, const char *user, bool allow, int64_t now_ms)
{
    struct identity_device_args args = { .base = house_base(&h, now_ms),
                                         .user_code = user_code,
                                         .org = h.org,
                                         .user = uuid_of(user),
                                         .allow = allow };
    return house_run(&h, identity_decide_device, &args);
}

static enum err poll(struct slice device_code, struct slice id, int64_t now_ms)
{
    struct identity_poll_device_args args = { .base = house_base(&h, now_ms),
                                              .device_code = device_code,
                                              .client = id,
                                              .authenticated = true };
    return house_run(&h, identity_poll_device, &args);
}

static bool waits(struct slice device_code, int64_t now_ms, const char *word)
{
    return poll(device_code, client, now_ms) == ERR_OK && slice_is(house_member(&h, "error"), word);
}

Test(device, all_the_way_once)
{
    struct codes c = started();
    cr_assert_eq(c.user.len, 9);
    cr_assert(waits(c.device, NOW, "authorization_pending"));
    house_reload(&h);
    char typed[10];
    for (size_t i = 0; i < 9; i++)
        typed[i] = c.user.at[i] == '-' ? ' ' : (char)(c.user.at[i] | 32);
    struct identity_device_args find = { .base = house_base(&h, NOW),
                                         .user_code = { typed, 9 },
                                         .org = h.org };
    cr_assert_eq(house_run(&h, identity_find_device, &find), ERR_OK);
    cr_assert(slice_eq(house_member(&h, "client"), client));
    cr_assert_eq(decide((struct slice){ typed, 9 }, BOB, true, NOW), ERR_OK);
    house_reload(&h);
    cr_assert_eq(poll(c.device, client, NOW + 5 * SECOND), ERR_OK);
    struct tokens t = house_tokens(&h);
    cr_assert(slice_is(house_member(&h, "scope"), "cjp:user"), "an agent's");
    cr_assert_eq(house_check(&h, t.access, NOW), ERR_OK);
    cr_assert_eq(poll(c.device, client, NOW + 10 * SECOND), ERR_INVALID_GRANT, "only once");
    cr_assert_eq(house_refresh(&h, client, t.refresh, NOW), ERR_OK);
}

Test(device, asking_too_soon_makes_the_interval_longer)
{
    struct codes c = started();
    cr_assert(waits(c.device, NOW, "authorization_pending"));
    cr_assert(waits(c.device, NOW + 5 * SECOND, "authorization_pending"));
    cr_assert(waits(c.device, NOW + 6 * SECOND, "slow_down"));
    cr_assert(waits(c.device, NOW + 15 * SECOND, "slow_down"), "ten seconds now");
    cr_assert(waits(c.device, NOW + 30 * SECOND, "authorization_pending"), "fifteen");
}

Test(device, denied_expired_unknown)
{
    struct codes c = started(), late = started();
    cr_assert_eq(decide(c.user, ADA, false, NOW), ERR_OK);
    cr_assert_eq(poll(c.device, client, NOW), ERR_ACCESS_DENIED);
    cr_assert_eq(decide(c.user, ADA, true, NOW), ERR_NOT_FOUND, "decided");
    cr_assert_eq(decide(late.user, ADA, true, NOW + LIMIT_device_code_ms_max), ERR_NOT_FOUND);
    cr_assert_eq(poll(late.device, client, NOW + LIMIT_device_code_ms_max), ERR_EXPIRED_TOKEN);
    cr_assert_eq(poll(SLICE("nonsense"), client, NOW), ERR_INVALID_GRANT);
    cr_assert_eq(decide(SLICE("AAAA-AAAA"), ADA, true, NOW), ERR_NOT_FOUND);
    cr_assert_eq(decide(SLICE("BCDF-GHJ"), ADA, true, NOW), ERR_NOT_FOUND);
}

Test(device, code_is_bound_to_its_client_and_organisation)
{
    struct codes c = started();
    struct slice other = house_client(&h, true);
    cr_assert_eq(decide(c.user, ADA, true, NOW), ERR_OK);
    cr_assert_eq(poll(c.device, other, NOW), ERR_INVALID_GRANT);
    c = started();
    struct identity_device_args args = { .base = house_base(&h, NOW),
                                         .user_code = c.user,
                                         .org = uuid_of(ADA),
                                         .user = uuid_of(ADA),
                                         .allow = true };
    cr_assert_eq(house_run(&h, identity_find_device, &args), ERR_NOT_FOUND);
    cr_assert_eq(house_run(&h, identity_decide_device, &args), ERR_NOT_FOUND);
}

Test(device, refused_starts)
{
    cr_assert_eq(start(house_client(&h, true), 0), ERR_UNAUTHORIZED_CLIENT);
    cr_assert_eq(start(SLICE("Cnone"), 0), ERR_INVALID_CLIENT);
    cr_assert_eq(start(client, scopes_of("cordboard:sandbox")), ERR_INVALID_SCOPE);
}

/* The i-th of many, with a user code of its own. */
static struct codes started_as(unsigned i)
{
    struct identity_start_device_args args = { .base = house_base(&h, NOW), .client = client };
    args.base.draw.second[0] = (uint8_t)(i % 20);
    args.base.draw.second[1] = (uint8_t)(i / 20 % 20);
    args.base.draw.second[2] = (uint8_t)(i / 400);
    memcpy(args.base.draw.first, &i, sizeof i);
    cr_assert_eq(house_run(&h, identity_start_device, &args), ERR_OK);
    return (struct codes){ house_member(&h, "device_code"), house_member(&h, "user_code") };
}

static size_t kept(void)
{
    return h.id->items[ITEM_DEVICE].count;
}

Test(device, who_fills_the_shelf_keeps_nobody_out)
{
    struct codes first = started_as(0), second = started_as(1), last = { 0 };
    for (unsigned i = 2; i <= LIMIT_device_codes_per_client_max; i++)
        last = started_as(i);
    cr_assert_eq(poll(first.device, client, NOW), ERR_INVALID_GRANT, "the oldest went");
    cr_assert_eq(decide(first.user, BOB, true, NOW), ERR_NOT_FOUND);
    cr_assert(waits(second.device, NOW, "authorization_pending"));
    cr_assert_eq(decide(last.user, BOB, true, NOW), ERR_OK);
    house_reload(&h);
    cr_assert_eq(kept(), LIMIT_device_codes_per_client_max, "and its row with it");
    cr_assert_eq(poll(last.device, client, NOW), ERR_OK);
}

Test(device, waiting_ones_are_swept)
{
    for (unsigned i = 0; i < 20; i++)
        started_as(i);
    cr_assert_eq(kept(), 20);
    int64_t gone = NOW + LIMIT_device_code_ms_max + LIMIT_device_grace_ms_max;
    while (identity_next_due(h.id) <= gone) {
        struct identity_args args = house_base(&h, gone);
        cr_assert_eq(house_run(&h, identity_sweep, &args), ERR_OK);
    }
    cr_assert_eq(kept(), 0);
}
