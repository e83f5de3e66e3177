/* needs: domain/core domain/event store/memory */
#include "unit/domain/catalog/kit.h"

static struct kit k;

static void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
}

static void teardown(void)
{
    kit_stop(&k, true);
}

TestSuite(catalog_rules, .init = setup, .fini = teardown);

/* A site whose body has this text in place of the good member. */
static enum err site(const char *members)
{
    char form[2048];
    snprintf(form, sizeof form, "{%s}", members);
    return kit_create(&k, RESOURCE_SITE, kit_text(&k, form));
}

#define GOOD "\"active\":true,\"multimediaProfileId\":\"$m\""

Test(catalog_rules, a_good_body_is_served_in_order_with_common_fields)
{
    struct uuid id = kit_made(&k, RESOURCE_SITE,
                              kit_text(&k, "{ \"active\" : true, \"name\":\"Ulm\", \"odd\":[1],"
                                           "\"multimediaProfileId\":\"$m\" }"));
    char form[1024], text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    snprintf(form, sizeof form,
             "{\"organizationId\":\"$o\",\"id\":\"%s\",\"version\":1,\"name\":\"Ulm\",\"active\":"
             "true,\"multimediaProfileId\":\"$m\",\"systemDefault\":false,\"createdTime\":%lld,"
             "\"lastUpdatedTime\":%lld}",
             text, (long long)k.now_ms, (long long)k.now_ms);
    cr_assert(slice_is(k.fx.result, kit_text(&k, form)), "%.*s", SLICE_ARG(k.fx.result));
}

Test(catalog_rules, required_fields_are_named_all_together)
{
    cr_assert_eq(site(""), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "name: should not be null or blank"));
    cr_assert(kit_says(&k, "active: should not be null"));
    cr_assert(kit_says(&k, "multimediaProfileId: should not be null or blank"));
    cr_assert_eq(site("\"name\":\"  \"," GOOD), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "name: should not be null or blank"));
    cr_assert_eq(site("\"name\":null," GOOD), ERR_INVALID_FIELD);
}

Test(catalog_rules, types)
{
    cr_assert_eq(site("\"name\":7," GOOD), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "name: should be text"));
    cr_assert_eq(site("\"name\":\"A\",\"active\":\"true\",\"multimediaProfileId\":\"$m\""),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "active: should be true or false"));
    cr_assert_eq(kit_create(&k, RESOURCE_SITE, "[]"), ERR_INVALID_FIELD);
    cr_assert_eq(kit_create(&k, RESOURCE_SITE, "{\"name\":"), ERR_BAD_JSON);
    cr_assert_eq(kit_create(&k, RESOURCE_SITE, ""), ERR_BAD_JSON);
}

Test(catalog_rules, length_counts_characters_not_bytes)
{
    char form[2048] = "\"name\":\"A\",\"description\":\"";
    for (int i = 0; i < 255; i++)
        strncat(form, "\xc3\xa4", 3);
    strncat(form, "\"," GOOD, 200);
    cr_assert_eq(site(form), ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
    strncpy(form, "\"name\":\"B\",\"description\":\"", sizeof form - 1);
    for (int i = 0; i < 256; i++)
        strncat(form, "\xc3\xa4", 3);
    strncat(form, "\"," GOOD, 200);
    cr_assert_eq(site(form), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "description: should not be more than 255 characters"));
}

Test(catalog_rules, patterns)
{
    cr_assert_eq(site("\"name\":\"North-West_1\"," GOOD), ERR_OK);
    cr_assert_eq(site("\"name\":\"caf\xc3\xa9\"," GOOD), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "name: should match"));
    cr_assert_eq(site("\"name\":\"a;b\"," GOOD), ERR_INVALID_FIELD);
}

static enum err multimedia(const char *numbers)
{
    char body[1024];
    snprintf(body, sizeof body,
             "{\"name\":\"P\",\"active\":true,\"blendingModeEnabled\":true,%s,"
             "\"manuallyAssignable\":{\"telephony\":0,\"chat\":0,\"email\":10,\"social\":0}}",
             numbers);
    return kit_create(&k, RESOURCE_MULTIMEDIA_PROFILE, body);
}

Test(catalog_rules, bounds_of_numbers_and_enums)
{
    cr_assert_eq(multimedia("\"blendingMode\":\"BLENDED\",\"telephony\":1,\"chat\":5,\"email\":0,"
                            "\"social\":0"),
                 ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
    cr_assert_eq(multimedia("\"blendingMode\":\"MIXED\",\"telephony\":2,\"chat\":-1,\"email\":1.5,"
                            "\"social\":\"5\""),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "telephony: should not be more than 1"));
    cr_assert(kit_says(&k, "chat: should not be less than 0"));
    cr_assert(kit_says(&k, "email: should be a whole number"));
    cr_assert(kit_says(&k, "social: should be a whole number"));
    cr_assert(kit_says(&k, "blendingMode: should be one of BLENDED, BLENDED_REALTIME, EXCLUSIVE"));
}

Test(catalog_rules, blended_realtime_needs_both_channels)
{
    cr_assert_eq(multimedia("\"blendingMode\":\"BLENDED_REALTIME\",\"telephony\":0,\"chat\":0,"
                            "\"email\":0,\"social\":0"),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "telephony: should be 1"));
    cr_assert(kit_says(&k, "chat: should be from 1 to 5"));
}

Test(catalog_rules, rules_inside_objects)
{
    const char *team = "{\"name\":\"T\",\"active\":true,\"siteId\":\"$s\",\"teamType\":\"AGENT\","
                       "\"teamStatus\":\"IN_SERVICE\",\"queueRankings\":[{\"rank\":51}]}";
    cr_assert_eq(kit_create(&k, RESOURCE_TEAM, kit_text(&k, team)), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "queueRankings[0].queueId: should not be null or blank"));
    cr_assert(kit_says(&k, "queueRankings[0].rank: should not be more than 50"));
}

Test(catalog_rules, references_must_exist_in_the_same_organisation)
{
    cr_assert_eq(site("\"name\":\"A\",\"active\":true,\"multimediaProfileId\":\"$s\""),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "multimediaProfileId: not found for given orgId."));
    struct kit other = k;
    cr_assert_eq(kit_run(&other, catalog_create_organization,
                         &(struct catalog_organization){ .name = SLICE("Other") }),
                 ERR_OK);
    other.org = kit_result_id(&other);
    k.now_ms = other.now_ms;
    enum err e =
        kit_create(&other, RESOURCE_SITE,
                   kit_text(&k, "{\"name\":\"A\",\"active\":true,\"multimediaProfileId\":\"$m\"}"));
    k.now_ms = other.now_ms;
    cr_assert_eq(e, ERR_INVALID_FIELD);
}

Test(catalog_rules, unique_names_in_any_case)
{
    cr_assert_eq(site("\"name\":\"BERLIN\"," GOOD), ERR_DUPLICATE);
    cr_assert(kit_says(&k, "name: BERLIN is already used"));
    cr_assert_eq(site("\"name\":\"Berlin2\"," GOOD), ERR_OK);
    struct uuid id = kit_result_id(&k);
    char form[512], text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    snprintf(form, sizeof form, "{\"id\":\"%s\",\"name\":\"berlin\"," GOOD "}", text);
    cr_assert_eq(kit_update(&k, RESOURCE_SITE, id, kit_text(&k, form)), ERR_DUPLICATE);
    snprintf(form, sizeof form, "{\"id\":\"%s\",\"name\":\"BERLIN2\"," GOOD "}", text);
    cr_assert_eq(kit_update(&k, RESOURCE_SITE, id, kit_text(&k, form)), ERR_OK);
}

/* The same name is fine in another site. */
Test(catalog_rules, keys_of_two_fields)
{
    const char *team = "{\"name\":\"billing\",\"active\":true,\"siteId\":\"$s\","
                       "\"teamType\":\"AGENT\",\"teamStatus\":\"IN_SERVICE\"}";
    cr_assert_eq(kit_create(&k, RESOURCE_TEAM, kit_text(&k, team)), ERR_DUPLICATE);
    k.site = kit_made(&k, RESOURCE_SITE, kit_text(&k, "{\"name\":\"Ulm\"," GOOD "}"));
    cr_assert_eq(kit_create(&k, RESOURCE_TEAM, kit_text(&k, team)), ERR_OK);
}

#define QUEUE(channel)                                                                \
    "{\"name\":\"Q\",\"queueType\":\"INBOUND\",\"channelType\":\"" channel            \
    "\",\"serviceLevelThreshold\":20,\"maxActiveContacts\":10,\"maxTimeInQueue\":60," \
    "\"active\":true,\"routingType\":\"LONGEST_AVAILABLE_AGENT\"}"

Test(catalog_rules, fields_required_by_another_field)
{
    cr_assert_eq(kit_create(&k, RESOURCE_CONTACT_SERVICE_QUEUE, QUEUE("TELEPHONY")),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "monitoringPermitted: should not be null"));
    cr_assert(kit_says(&k, "pauseRecordingPermitted: should not be null"));
    cr_assert_eq(kit_create(&k, RESOURCE_CONTACT_SERVICE_QUEUE, QUEUE("CHAT")), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
    cr_assert(memmem(k.fx.result.at, k.fx.result.len, "\"queueRoutingType\":\"TEAM_BASED\"", 31));
    cr_assert(memmem(k.fx.result.at, k.fx.result.len, "\"callDistributionGroups\":[]", 27));
}

Test(catalog_rules, clients_neither_choose_ids_nor_make_system_entities)
{
    cr_assert_eq(site("\"id\":\"$s\",\"name\":\"A\"," GOOD), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "New configuration cannot have an id"));
    cr_assert_eq(site("\"systemDefault\":true,\"name\":\"A\"," GOOD), ERR_FORBIDDEN);
    cr_assert_eq(site("\"id\":null,\"systemDefault\":false,\"createdTime\":5,\"name\":\"A\"," GOOD),
                 ERR_OK);
    cr_assert(!memmem(k.fx.result.at, k.fx.result.len, "\"createdTime\":5,", 16));
}

#define PROFILE(name, more)                                                                \
    "{\"name\":\"" name "\",\"parentType\":\"ORGANIZATION\",\"accessWrapUpCode\":\"ALL\"," \
    "\"accessIdleCode\":\"ALL\",\"accessQueue\":\"ALL\",\"accessEntryPoint\":\"ALL\","     \
    "\"accessBuddyTeam\":\"ALL\",\"agentDNValidation\":\"ALL\",\"active\":true,"           \
    "\"viewableStatistics\":{\"accessQueueStats\":\"ALL\",\"accessTeamStats\":\"ALL\"}" more "}"

Test(catalog_rules, auto_wrap_up_comes_in_pairs)
{
    cr_assert_eq(kit_create(&k, RESOURCE_AGENT_PROFILE, PROFILE("A", ",\"autoWrapUp\":true")),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "autoWrapAfterSeconds should be specified when autoWrapUp is true"));
    cr_assert_eq(kit_create(&k, RESOURCE_AGENT_PROFILE,
                            PROFILE("A", ",\"autoWrapUp\":true,\"autoWrapAfterSeconds\":30")),
                 ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
    cr_assert_eq(kit_create(&k, RESOURCE_AGENT_PROFILE,
                            PROFILE("B", ",\"parentType2\":1,\"loginVoiceOptions\":[\"FAX\"]")),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "loginVoiceOptions: should be one of AGENT_DN, EXTENSION, BROWSER"));
}

Test(catalog_rules, teams_of_a_user_are_of_the_users_site)
{
    const char *form = "{" USER_BODY ",\"email\":\"a@x.org\",\"siteId\":\"$s\",\"teamIds\":[\"$t\","
                       "\"$t\"]}";
    struct uuid berlin = k.site;
    k.site = kit_made(&k, RESOURCE_SITE, kit_text(&k, "{\"name\":\"Ulm\"," GOOD "}"));
    cr_assert_eq(kit_create(&k, RESOURCE_USER, kit_text(&k, form)), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "teamIds: not found for given site"));
    k.site = berlin;
    kit_made(&k, RESOURCE_USER, kit_text(&k, form));
    cr_assert(memmem(k.fx.result.at, k.fx.result.len, kit_text(&k, "\"teamIds\":[\"$t\"],"), 51));
    k.team = kit_made(&k, RESOURCE_TEAM,
                      kit_text(&k, "{\"name\":\"Outside\",\"active\":true,\"siteId\":\"$s\","
                                   "\"teamType\":\"CAPACITY\",\"teamStatus\":\"IN_SERVICE\"}"));
    cr_assert_eq(kit_create(&k, RESOURCE_USER, kit_text(&k, form)), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "Capacity based teams are not allowed"));
}

Test(catalog_rules, one_default_code_of_each_kind)
{
    struct uuid type = kit_default(&k, RESOURCE_WORK_TYPE, FIELD_WORK_TYPE_NAME, "Idle Codes");
    char body[512], text[UUID_TEXT_LEN + 1];
    uuid_format(type, text);
    snprintf(body, sizeof body,
             "{\"name\":\"Lunch\",\"active\":true,\"defaultCode\":true,\"workTypeCode\":"
             "\"IDLE_CODE\",\"workTypeId\":\"%s\"}",
             text);
    kit_made(&k, RESOURCE_AUXILIARY_CODE, body);
    unsigned defaults = 0;
    struct catalog_set set = catalog_working(k.catalog, k.org, RESOURCE_AUXILIARY_CODE);
    for (size_t i = 0; i < set.count; i++) {
        const struct entity *e = set.items[i];
        bool idle = entity_is(e, FIELD_AUXILIARY_CODE_WORK_TYPE_CODE, "IDLE_CODE");
        if (!idle || !entity_bool(e, FIELD_AUXILIARY_CODE_DEFAULT_CODE, false))
            continue;
        defaults++;
        cr_assert(entity_is(e, FIELD_AUXILIARY_CODE_NAME, "Lunch"));
    }
    cr_assert_eq(defaults, 1);
    snprintf(body, sizeof body,
             "{\"name\":\"Odd\",\"active\":true,\"defaultCode\":false,\"workTypeCode\":"
             "\"WRAP_UP_CODE\",\"workTypeId\":\"%s\"}",
             text);
    cr_assert_eq(kit_create(&k, RESOURCE_AUXILIARY_CODE, body), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "workTypeId: should be a work type with the same workTypeCode"));
}

#define ENTRY(channel)                                                             \
    "{\"name\":\"E\",\"entryPointType\":\"INBOUND\",\"channelType\":\"" channel    \
    "\",\"active\":true,\"serviceLevelThreshold\":20,\"maximumActiveContacts\":5," \
    "\"defaultQueueId\":\"$t\"}"

Test(catalog_rules, an_entry_point_and_its_queue_have_one_channel)
{
    k.team = kit_made(&k, RESOURCE_CONTACT_SERVICE_QUEUE, QUEUE("CHAT"));
    cr_assert_eq(kit_create(&k, RESOURCE_ENTRY_POINT, kit_text(&k, ENTRY("TELEPHONY"))),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "defaultQueueId: should be a queue with the same channelType"));
    cr_assert_eq(kit_create(&k, RESOURCE_ENTRY_POINT, kit_text(&k, ENTRY("CHAT"))), ERR_OK);
}
