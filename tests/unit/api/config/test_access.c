/* needs: net domain/core domain/event store/memory
 * What a user's profile lets through. */
#include "unit/api/config/handler_kit.h"

TestSuite(access, .init = setup, .fini = teardown);

static const char *say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *say(const char *format, ...)
{
    static char texts[8][8192];
    static unsigned turn;
    char *text = texts[turn++ % 8];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof texts[0], format, ap);
    va_end(ap);
    return text;
}

static const char *id_text(struct uuid id)
{
    static char texts[8][UUID_TEXT_LEN + 1];
    static unsigned turn;
    uuid_format(id, texts[turn % 8]);
    return texts[turn++ % 8];
}

/* All kinds, the sites as said. */
static struct uuid collection(const char *name, const char *sites)
{
    static const char *const kinds[] = { "audio-prompt",
                                         "working-hour",
                                         "idle-wrapup-code",
                                         "holiday-list",
                                         "function",
                                         "sub-flow",
                                         "desktop-profile",
                                         "desktop-layout",
                                         "cad-variable",
                                         "address-book",
                                         "flow",
                                         "multimedia-profile",
                                         "skill-profile",
                                         "skill-definition",
                                         "override",
                                         "outdial-ani",
                                         "team",
                                         "queue",
                                         "channel" };
    char rest[4096] = "";
    size_t len = 0;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        len += (size_t)snprintf(rest + len, sizeof rest - len,
                                ",{\"name\":\"%s\",\"accessLevel\":\"ALL\"}", kinds[i]);
    return kit_made(
        &k, RESOURCE_RESOURCE_COLLECTION,
        say("{\"name\":\"%s\",\"resources\":[{\"name\":\"site\",%s}%s]}", name, sites, rest));
}

/* The caller from now on: a new user with a new profile of these members. */
static void act_as(const char *name, const char *type, bool agent, const char *members)
{
    struct uuid profile = kit_made(
        &k, RESOURCE_USER_PROFILE,
        say("{\"name\":\"%s\",\"profileType\":\"%s\",\"active\":true,%s}", name, type, members));
    const char *body = say("{\"firstName\":\"%s\",\"lastName\":\"X\",\"email\":\"%s@x.org\","
                           "\"active\":true,\"contactCenterEnabled\":%s,\"userProfileId\":\"%s\"}",
                           name, name, agent ? "true" : "false", id_text(profile));
    caller = (struct principal){ .org = k.org, .user = kit_made(&k, RESOURCE_USER, body) };
}

#define SITES_ONLY                                                                              \
    "\"resourceAccessLevel\":\"ALL\",\"permissionAccessLevel\":\"SPECIFIC\",\"permissions\":[{" \
    "\"name\":\"site\",\"access\":\"EDIT\"},{\"name\":\"team\",\"access\":\"VIEW\"},"           \
    "{\"name\":\"queue\",\"access\":\"NONE\"}]"

static int get_all(enum resource r)
{
    return call(rest_config_list_v2, r, 200, "", none, NULL);
}

Test(access, permissions_open_and_close_modules)
{
    act_as("Limited", "ADMINISTRATOR_ONLY", false, SITES_ONLY);
    cr_assert_eq(get_all(RESOURCE_SITE), 200);
    cr_assert_eq(get_all(RESOURCE_TEAM), 200);
    cr_assert_eq(get_all(RESOURCE_CONTACT_SERVICE_QUEUE), 403);
    cr_assert_eq(get_all(RESOURCE_USER), 403);
    cr_assert_eq(
        call(rest_config_export, RESOURCE_CONTACT_SERVICE_QUEUE, 200, "type=INBOUND", none, NULL),
        403);
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, "{\"name\":\"Ulm\"}"),
                 200);
    cr_assert_eq(call(rest_config_patch, RESOURCE_TEAM, 200, "", k.team, "{\"name\":\"Ulm\"}"),
                 403);
    cr_assert_eq(call(rest_config_delete, RESOURCE_TEAM, 204, "", k.team, NULL), 403);
    cr_assert_eq(call(rest_config_bulk, RESOURCE_TEAM, 207, "", none, "{\"items\":[{}]}"), 403);
    cr_assert_eq(call(rest_config_purge, RESOURCE_TEAM, 200, "", none, NULL), 403);
    cr_assert_eq(call(rest_config_get, RESOURCE_USER, 200, "", caller.user, NULL), 200);
    cr_assert_eq(call(rest_config_get_organization, RESOURCE_ORGANIZATION, 200, "", none, NULL),
                 200);
}

Test(access, people_who_handle_contacts_read_what_their_desktop_needs)
{
    act_as("Agent", "PREMIUM_AGENT", true,
           "\"resourceAccessLevel\":\"ALL\",\"permissionAccessLevel\":\"NONE\"");
    cr_assert_eq(get_all(RESOURCE_TEAM), 200);
    cr_assert_eq(get_all(RESOURCE_AUXILIARY_CODE), 200);
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, "{\"name\":\"Ulm\"}"),
                 403);
}

static void act_in(const char *name, struct uuid resource_collection)
{
    act_as(name, "ADMINISTRATOR", false,
           say("\"permissionAccessLevel\":\"ALL\",\"resourceAccessLevel\":\"SPECIFIC\","
               "\"resourceCollections\":[{\"id\":\"%s\",\"name\":\"C\"}]",
               id_text(resource_collection)));
}

Test(access, collections_hide_what_they_do_not_hold)
{
    struct uuid other =
        kit_made(&k, RESOURCE_SITE,
                 kit_text(&k, "{\"name\":\"Ulm\",\"active\":true,\"multimediaProfileId\":\"$m\"}"));
    act_in("North", collection("Only Ulm", say("\"accessLevel\":\"SPECIFIC\",\"ids\":[\"%s\"]",
                                               id_text(other))));
    cr_assert_eq(get_all(RESOURCE_SITE), 200);
    cr_assert(answered("\"totalRecords\":1"));
    cr_assert(answered("\"name\":\"Ulm\""));
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", other, NULL), 200);
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", k.site, NULL), 404);
    cr_assert_eq(call(rest_config_incoming_references, RESOURCE_SITE, 200, "", k.site, NULL), 404);
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, "{\"name\":\"X\"}"), 404);
    cr_assert_eq(call(rest_config_delete, RESOURCE_SITE, 204, "", k.site, NULL), 404);
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", other, "{\"name\":\"X\"}"), 200);
    cr_assert_eq(call(rest_config_export, RESOURCE_SITE, 200, "", none, NULL), 200);
    cr_assert(answered("\"totalResources\":1"));
    cr_assert_eq(call(rest_config_bulk, RESOURCE_SITE, 207, "", none,
                      say("{\"items\":[{\"requestAction\":\"DELETE\",\"item\":{\"id\":\"%s\"}}]}",
                          id_text(k.site))),
                 207);
    cr_assert(answered("\"status\":404"));
    cr_assert_eq(call(rest_config_purge, RESOURCE_SITE, 200, "", none, NULL), 403);
    cr_assert_eq(get_all(RESOURCE_TEAM), 200); /* ALL in the collection */
    cr_assert(answered("\"totalRecords\":1"));
}

static int trails(const char *name, const char *members)
{
    act_as(name, "ADMINISTRATOR", false, members);
    int status = call(rest_config_audit, RESOURCE_ORGANIZATION, 200, "", none, NULL);
    cr_assert_eq(call(rest_config_security, RESOURCE_ORGANIZATION, 200, "", none, NULL), status);
    return status;
}

Test(access, what_tells_of_everything_takes_a_profile_that_sees_everything)
{
    const char *in = say("\"resourceAccessLevel\":\"SPECIFIC\",\"permissionAccessLevel\":\"ALL\","
                         "\"resourceCollections\":[{\"id\":\"%s\"}]",
                         id_text(collection("Some", "\"accessLevel\":\"ALL\"")));
    cr_assert_eq(trails("All", "\"resourceAccessLevel\":\"ALL\",\"permissionAccessLevel\":\"ALL\""),
                 200);
    cr_assert_eq(trails("Sites", SITES_ONLY), 403);
    cr_assert_eq(trails("Auditor", "\"resourceAccessLevel\":\"ALL\",\"permissionAccessLevel\":"
                                   "\"SPECIFIC\",\"permissions\":[{\"name\":\"audit-trail\","
                                   "\"access\":\"VIEW\"}]"),
                 200);
    cr_assert_eq(trails("Narrowed", in), 403);
}

Test(access, what_is_made_goes_into_the_default_collection)
{
    struct uuid none_yet = collection("Mine", "\"accessLevel\":\"SPECIFIC\",\"ids\":[]");
    const char *id = id_text(none_yet);
    act_as("Maker", "ADMINISTRATOR", false,
           say("\"permissionAccessLevel\":\"ALL\",\"resourceAccessLevel\":\"SPECIFIC\","
               "\"defaultResourceCollectionId\":\"%s\",\"resourceCollections\":[{\"id\":\"%s\","
               "\"name\":\"Mine\"}]",
               id, id));
    cr_assert_eq(get_all(RESOURCE_SITE), 200);
    cr_assert(answered("\"totalRecords\":0"));
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none,
                      kit_text(&k, "{\"name\":\"Ulm\",\"active\":true,\"multimediaProfileId\":"
                                   "\"$m\"}")),
                 201);
    cr_assert(answered("\"name\":\"Ulm\""));
    cr_assert_eq(get_all(RESOURCE_SITE), 200);
    cr_assert(answered("\"totalRecords\":1"));
    cr_assert(answered("\"name\":\"Ulm\""));
}

Test(access, a_collection_may_hold_all)
{
    act_in("Whole", collection("All", "\"accessLevel\":\"ALL\""));
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", k.site, NULL), 200);
    cr_assert_eq(get_all(RESOURCE_WORK_TYPE), 200);
    cr_assert(answered("\"totalRecords\":2"));
}

Test(access, the_desktop_profile_filters_when_asked)
{
    const struct entity *idle = catalog_working(k.catalog, k.org, RESOURCE_AUXILIARY_CODE).items[0];
    const char *stats = "\"viewableStatistics\":{\"accessQueueStats\":\"ALL\",\"accessTeamStats\":"
                        "\"ALL\"}";
    struct uuid profile = kit_made(
        &k, RESOURCE_AGENT_PROFILE,
        say("{\"name\":\"Few\",\"parentType\":\"ORGANIZATION\",\"active\":true,%s,"
            "\"accessIdleCode\":\"SPECIFIC\",\"idleCodes\":[\"%s\"],\"accessWrapUpCode\":\"NONE\","
            "\"accessQueue\":\"ALL\",\"accessEntryPoint\":\"ALL\",\"accessBuddyTeam\":\"ALL\","
            "\"agentDNValidation\":\"PROVISIONED_VALUE\"}",
            stats, id_text(entity_id(idle))));
    struct uuid user = kit_made(&k, RESOURCE_USER,
                                say("{\"firstName\":\"F\",\"lastName\":\"X\",\"email\":\"f@x.org\","
                                    "\"active\":true,\"contactCenterEnabled\":true,"
                                    "\"agentProfileId\":\"%s\",\"userProfileId\":\"%s\"}",
                                    id_text(profile), id_text(k.profile)));
    caller = (struct principal){ .org = k.org, .user = user };
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_AUXILIARY_CODE, 200,
                      "desktopProfileFilter=true", none, NULL),
                 200);
    cr_assert(answered("\"totalRecords\":1"));
    cr_assert(answered(id_text(entity_id(idle))));
    cr_assert_eq(get_all(RESOURCE_AUXILIARY_CODE), 200);
    cr_assert(answered("\"totalRecords\":5"));
    cr_assert_eq(
        call(rest_config_list_v2, RESOURCE_TEAM, 200, "desktopProfileFilter=true", none, NULL),
        200);
    cr_assert(answered("\"siteName\":\"Berlin\""));
}

Test(access, a_change_of_the_profile_counts_at_once)
{
    act_as("Limited", "ADMINISTRATOR_ONLY", false, SITES_ONLY);
    cr_assert_eq(get_all(RESOURCE_CONTACT_SERVICE_QUEUE), 403);
    struct uuid profile =
        kit_default(&k, RESOURCE_USER_PROFILE, FIELD_USER_PROFILE_NAME, "Limited");
    cr_assert_eq(kit_update(&k, RESOURCE_USER_PROFILE, profile,
                            say("{\"id\":\"%s\",\"name\":\"Limited\",\"profileType\":"
                                "\"ADMINISTRATOR_ONLY\",\"active\":true,\"resourceAccessLevel\":"
                                "\"ALL\",\"permissionAccessLevel\":\"SPECIFIC\",\"permissions\":[{"
                                "\"name\":\"queue\",\"access\":\"VIEW\"}]}",
                                id_text(profile))),
                 ERR_OK);
    cr_assert_eq(get_all(RESOURCE_CONTACT_SERVICE_QUEUE), 200);
    cr_assert_eq(get_all(RESOURCE_SITE), 403);
}

Test(access, who_is_gone_has_none_and_machines_all)
{
    caller = (struct principal){ .org = k.org, .user = k.team };
    cr_assert_eq(get_all(RESOURCE_SITE), 403);
    caller.user = none;
    cr_assert_eq(get_all(RESOURCE_SITE), 200);
}
