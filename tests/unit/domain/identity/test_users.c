/* needs: domain/catalog domain/core store/memory */
/* Users of the catalogue, as identity sees them; and identity as a part of the world. */
#include "domain/catalog/catalog.h"
#include "domain/catalog/commands.h"
#include "domain/core/world.h"
#include "domain/identity/users.h"
#include "unit/domain/identity/house.h"

static struct world *w;
static struct catalog *catalog;
static struct identity *id;
static struct arena *a;
static struct uuid org;

static void begin(void)
{
    struct world_options options = { .seed = 7, .now_ms = NOW };
    a = arena_new(16 << 20);
    w = world_new(&options);
    catalog = catalog_new();
    catalog_attach(w, catalog);
    struct identity_options identity = { .directory = identity_catalog_directory(catalog) };
    cr_assert_eq(identity_new(&identity, &id), ERR_OK);
    identity_attach(w, id);
    org = uuid_of(ORG);
}
static void end(void)
{
    epoch_drain();
    world_free(w);
    arena_free(a);
}
TestSuite(users, .init = begin, .fini = end);

static enum err step(int64_t now_ms, command_fn *command, const void *args, struct slice *result)
{
    struct effects fx;
    effects_init(&fx, a);
    enum err e = core_step(w, now_ms, command, args, &fx);
    for (size_t i = 0; i < fx.after_count; i++)
        fx.after[i].fn(fx.after[i].arg, true);
    *result = e == ERR_OK ? fx.result : fx.detail;
    return e;
}

static struct uuid profile_of_type(const char *type)
{
    struct catalog_set set = catalog_published(catalog, org, RESOURCE_USER_PROFILE);
    for (size_t i = 0; i < set.count; i++)
        if (entity_is(set.items[i], FIELD_USER_PROFILE_PROFILE_TYPE, type))
            return entity_id(set.items[i]);
    cr_assert(false, "no user profile of type %s", type);
    return (struct uuid){ { 0 } };
}

static struct uuid make_user(const char *email, const char *type, bool active)
{
    struct slice result;
    char profile[UUID_TEXT_LEN + 1];
    struct json *json = NULL;
    uuid_format(profile_of_type(type), profile);
    struct catalog_change change = {
        .org = org,
        .resource = RESOURCE_USER,
        .body =
            arena_printf(a,
                         "{\"firstName\":\"Ada\",\"lastName\":\"Byron\",\"email\":\"%s\","
                         "\"userProfileId\":\"%s\",\"contactCenterEnabled\":false,\"active\":%s}",
                         email, profile, active ? "true" : "false"),
    };
    enum err e = step(NOW, catalog_create, &change, &result);
    cr_assert_eq(e, ERR_OK, "%.*s", SLICE_ARG(result));
    cr_assert_eq(json_parse(a, result, &json, NULL), ERR_OK);
    struct uuid user;
    cr_assert(uuid_parse(json_text(json_get(json, "id"), SLICE("")), &user));
    return user;
}

static void make_org(void)
{
    struct slice result;
    struct catalog_organization args = { .id = org, .name = SLICE("Acme") };
    cr_assert_eq(step(NOW, catalog_create_organization, &args, &result), ERR_OK);
}

Test(users, are_found_by_address_and_id_with_their_role)
{
    struct identity_user user;
    make_org();
    struct uuid ada = make_user("ada@example.com", "ADMINISTRATOR", true);
    make_user("bob@example.com", "PREMIUM_AGENT", false);
    cr_assert(identity_user_by_email(id, SLICE("ADA@example.com"), &user));
    cr_assert(uuid_eq(user.id, ada) && uuid_eq(user.org, org) && user.active);
    cr_assert_eq(user.role, ROLE_ADMIN);
    cr_assert_str_eq(user.name, "Ada Byron");
    cr_assert(identity_user_by_email(id, SLICE("bob@example.com"), &user));
    cr_assert(!user.active);
    cr_assert_eq(user.role, ROLE_AGENT);
    cr_assert(!identity_user_by_email(id, SLICE("eve@example.com"), &user));
    cr_assert(identity_user_by_id(id, org, ada, &user));
    cr_assert_str_eq(user.email, "ada@example.com");
    cr_assert(!identity_user_by_id(id, ada, org, &user));
}

Test(users, every_profile_type_has_its_role)
{
    cr_assert_eq(role_of_profile_type(SLICE("ADMINISTRATOR_ONLY")), ROLE_ADMIN);
    cr_assert_eq(role_of_profile_type(SLICE("SUPERVISOR")), ROLE_SUPERVISOR);
    cr_assert_eq(role_of_profile_type(SLICE("PREMIUM_AGENT")), ROLE_AGENT);
    cr_assert_eq(role_of_profile_type(SLICE("ANALYZER_USER")), ROLE_ADMIN_READ_ONLY);
    cr_assert_eq(role_of_profile_type(SLICE("unheard of")), ROLE_NONE);
}

Test(users, the_worlds_timer_removes_what_has_expired)
{
    struct slice result;
    struct principal p;
    make_org();
    struct identity_issue_token_args args = { .base = { .identity = id, .now_ms = NOW },
                                              .org = org,
                                              .user = make_user("ada@example.com", "ADMINISTRATOR",
                                                                true) };
    cr_assert_eq(step(NOW, identity_issue_token, &args, &result), ERR_OK);
    struct json *json = NULL;
    cr_assert_eq(json_parse(a, result, &json, NULL), ERR_OK);
    struct slice token = json_text(json_get(json, "access_token"), SLICE(""));
    cr_assert_eq(identity_check(id, token, NOW, &p), ERR_OK);
    int64_t due = core_next_due(w);
    cr_assert_eq(due, NOW + 13 * HOUR, "an hour after it expired");
    cr_assert_eq(identity_check(id, token, due, &p), ERR_TOKEN_EXPIRED);
    cr_assert_eq(step(due, core_fire_due, NULL, &result), ERR_OK);
    cr_assert_eq(identity_check(id, token, due, &p), ERR_UNAUTHORIZED);
    cr_assert_eq(core_next_due(w), INT64_MAX);
}
