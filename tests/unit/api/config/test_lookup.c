/* needs: net domain/core domain/event store/memory */
#include "base/limits.h"
#include "unit/api/config/handler_kit.h"

static struct uuid german, profile, user, queue;
static char german_id[UUID_TEXT_LEN + 1], user_id[UUID_TEXT_LEN + 1], profile_id[UUID_TEXT_LEN + 1];

#define QUEUE_BODY                                                                                 \
    "\"active\":true,\"queueType\":\"INBOUND\",\"channelType\":\"TELEPHONY\","                     \
    "\"routingType\":\"LONGEST_AVAILABLE_AGENT\",\"serviceLevelThreshold\":20,"                    \
    "\"maxActiveContacts\":5,\"maxTimeInQueue\":600,\"monitoringPermitted\":true,"                 \
    "\"parkingPermitted\":true,\"recordingPermitted\":false,\"recordingAllCallsPermitted\":false," \
    "\"pauseRecordingPermitted\":false"

/* printf into memory that lives as long as the test. */
static const char *say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *say(const char *format, ...)
{
    static char texts[16][2048];
    static unsigned turn;
    char *text = texts[turn++ % 16];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof texts[0], format, ap);
    va_end(ap);
    return text;
}

static struct uuid made_queue(const char *name, const char *members)
{
    return kit_made(&k, RESOURCE_CONTACT_SERVICE_QUEUE,
                    kit_text(&k, say("{\"name\":\"%s\"," QUEUE_BODY "%s}", name, members)));
}

static void start(void)
{
    setup();
    german = kit_made(&k, RESOURCE_SKILL,
                      "{\"name\":\"German\",\"serviceLevelThreshold\":20,\"active\":true,"
                      "\"dynamicSkill\":true,\"skillType\":\"PROFICIENCY\"}");
    uuid_format(german, german_id);
    profile = kit_made(&k, RESOURCE_SKILL_PROFILE,
                       say("{\"name\":\"Good\",\"activeSkills\":[{\"skillId\":\"%s\","
                           "\"proficiencyValue\":7}]}",
                           german_id));
    uuid_format(profile, profile_id);
    user = kit_made(&k, RESOURCE_USER,
                    kit_text(&k, say("{" USER_BODY ",\"siteId\":\"$s\",\"teamIds\":[\"$t\"],"
                                     "\"skillProfileId\":\"%s\",\"email\":\"ada@x.org\"}",
                                     profile_id)));
    uuid_format(user, user_id);
    queue = made_queue("Team", ",\"callDistributionGroups\":[{\"order\":1,\"agentGroups\":["
                               "{\"teamId\":\"$t\"}]}],\"manuallyAssignable\":true");
    made_queue("Agent",
               say(",\"queueRoutingType\":\"AGENT_BASED\",\"agents\":[{\"id\":\"%s\"}]", user_id));
    made_queue("Skill",
               say(",\"queueRoutingType\":\"SKILL_BASED\",\"queueSkillRequirements\":[{\"skillId\":"
                   "\"%s\",\"condition\":\"GTE\",\"skillValue\":\"5\",\"weight\":3}]",
                   german_id));
    made_queue("Expert",
               say(",\"queueRoutingType\":\"SKILL_BASED\",\"queueSkillRequirements\":[{\"skillId\":"
                   "\"%s\",\"condition\":\"GTE\",\"skillValue\":\"9\",\"dynamicSkill\":true}]",
                   german_id));
}

TestSuite(lookups, .init = start, .fini = teardown);

static size_t rows(void)
{
    return json_get(fake_answer_json(), "data")->count;
}

static int ask(rest_handler *handler, const char *query, struct uuid id, const char *body)
{
    return call(handler, RESOURCE_CONTACT_SERVICE_QUEUE, 200, query, id, body);
}

Test(lookups, queues_of_a_team)
{
    cr_assert_eq(ask(rest_config_queues_of_team, "", k.team, NULL), 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"channelType\":\"TELEPHONY\",\"name\":\"Team\",\"createdTime\":"));
    cr_assert(answered("\"totalRecords\":1"));
    cr_assert_eq(ask(rest_config_queues_of_team, "", k.site, NULL), 404);
}

Test(lookups, queues_of_a_user)
{
    cr_assert_eq(ask(rest_config_team_queues_of_user, "", user, NULL), 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"name\":\"Team\",\"routingPattern\":\"LONGEST_AVAILABLE_AGENT\""));
    cr_assert_eq(ask(rest_config_agent_queues_of_user, "", user, NULL), 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"name\":\"Agent\""));
    cr_assert_eq(ask(rest_config_skill_queues_of_user, "", user, NULL), 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"name\":\"Skill\""));
    cr_assert_eq(ask(rest_config_skill_queues_of_user, "search=sKI", user, NULL), 200);
    cr_assert_eq(rows(), 1);
    cr_assert_eq(ask(rest_config_skill_queues_of_user, "search=x", user, NULL), 200);
    cr_assert_eq(rows(), 0);
    cr_assert_eq(ask(rest_config_skill_queues_of_user, "", k.team, NULL), 404);
    cr_assert_eq(ask(rest_config_queues_of_agent_identity, "", user, NULL), 200);
    cr_assert_eq(rows(), 1);
}

Test(lookups, pages_of_a_lookup)
{
    made_queue("Agent 2",
               say(",\"queueRoutingType\":\"AGENT_BASED\",\"agents\":[{\"id\":\"%s\"}]", user_id));
    cr_assert_eq(ask(rest_config_agent_queues_of_user, "pageSize=1&page=1", user, NULL), 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"name\":\"Agent 2\""));
    cr_assert(answered("\"totalPages\":2,\"totalRecords\":2"));
    cr_assert_eq(ask(rest_config_agent_queues_of_user, "pageSize=0", user, NULL), 400);
}

Test(lookups, queues_that_skills_fit)
{
    cr_assert_eq(ask(rest_config_queues_of_profile, "", profile, NULL), 200);
    cr_assert_eq(rows(), 2); /* a skill of single users does not count against a profile */
    cr_assert(answered("\"skillScore\":3,\"dynamicSkillScore\":0,\"skillProfileSkillsMatch\":true,"
                       "\"dynamicSkillsMatch\":true"));
    cr_assert(answered("\"dynamicSkillsMatch\":false"));
    cr_assert_eq(ask(rest_config_queues_of_profile, "", k.team, NULL), 404);
    cr_assert_eq(
        ask(rest_config_queues_of_described, "", none,
            say("{\"dynamicSkills\":[{\"skillId\":\"%s\",\"proficiencyValue\":9}]}", german_id)),
        200);
    cr_assert_eq(rows(), 2); /* a skill of single users counts where any skill does */
    cr_assert(answered("\"name\":\"Expert\""));
    cr_assert_eq(ask(rest_config_queues_of_described, "", none,
                     say("{\"userId\":\"%s\",\"skillProfileId\":\"%s\"}", user_id, profile_id)),
                 200);
    cr_assert_eq(rows(), 1);
    cr_assert_eq(ask(rest_config_queues_of_described, "", none, "{\"userId\":\"x\"}"), 400);
    cr_assert(answered("userId: should be an id"));
}

Test(lookups, queues_to_pick_from_by_hand)
{
    cr_assert_eq(ask(rest_config_queues_by_hand, "", none, say("{\"agentId\":\"%s\"}", user_id)),
                 200);
    cr_assert_eq(rows(), 1);
    cr_assert_eq(ask(rest_config_queues_by_hand, "", none, kit_text(&k, "{\"teamId\":\"$t\"}")),
                 200);
    cr_assert_eq(rows(), 1);
    cr_assert_eq(ask(rest_config_queues_by_hand, "", none, kit_text(&k, "{\"teamId\":\"$s\"}")),
                 200);
    cr_assert_eq(rows(), 0);
    cr_assert_eq(ask(rest_config_queues_by_hand, "", none, "{}"), 400);
}

Test(lookups, queues_by_assistant_skill)
{
    made_queue("A", ",\"assistantSkill\":{\"assistantSkillId\":\"one\"}");
    made_queue("B", ",\"assistantSkill\":{\"assistantSkillId\":\"one\"}");
    made_queue("C", ",\"assistantSkill\":{\"assistantSkillId\":\"two\"}");
    cr_assert_eq(ask(rest_config_queues_by_assistant, "", none, "{}"), 200);
    cr_assert_eq(rows(), 2);
    cr_assert(answered("{\"assistantSkillId\":\"one\",\"associatedQueueCount\":2,"
                       "\"lastAssistantSkillUpdatedTime\":"));
    cr_assert_eq(
        ask(rest_config_queues_by_assistant, "", none, "{\"assistantSkillIds\":[\"two\"]}"), 200);
    cr_assert_eq(rows(), 1);
    char body[4096] = "{\"assistantSkillIds\":[0";
    for (size_t i = 0, at = strlen(body); i < LIMIT_bulk_items_max; i++, at += 2)
        memcpy(body + at, ",0", 3);
    memcpy(body + strlen(body), "]}", 3);
    cr_assert_eq(ask(rest_config_queues_by_assistant, "", none, body), 400);
    cr_assert(answered("assistantSkillIds: should be at most 1000 ids"));
}

/* Queues in the opposite order of the ids asked for, so that a search from the start goes far. */
Test(lookups, as_many_assistants_as_may_be_asked_for)
{
    enum { COUNT = LIMIT_bulk_items_max, SIZE = COUNT * 12 + 32 };
    static char body[SIZE];
    int at = snprintf(body, SIZE, "{\"assistantSkillIds\":[");
    for (unsigned i = 0; i < COUNT; i++) {
        at += snprintf(body + at, (size_t)(SIZE - at), "%s\"skill%u\"", i ? "," : "", i);
        made_queue(say("Q%u", i), say(",\"assistantSkill\":{\"assistantSkillId\":\"skill%u\"}",
                                      COUNT - 1 - i / 2 * 2));
    }
    snprintf(body + at, (size_t)(SIZE - at), "]}");
    cr_assert_eq(ask(rest_config_queues_by_assistant, "pageSize=100", none, body), 200);
    cr_assert(answered("\"totalRecords\":500"));
    cr_assert_eq(rows(), 100);
    JSON_EACH(row, json_get(fake_answer_json(), "data"))
    {
        cr_assert_eq(json_i64(json_get(row, "associatedQueueCount"), 0), 2);
    }
    cr_assert(answered("\"data\":[{\"assistantSkillId\":\"skill999\""), "the first queue's first");
    cr_assert_eq(ask(rest_config_queues_by_assistant, "", none, "{\"assistantSkillIds\":[]}"), 200);
    cr_assert_eq(rows(), 0);
}

Test(lookups, lists_by_queue_and_by_channel)
{
    char query[128], id[UUID_TEXT_LEN + 1];
    kit_made(&k, RESOURCE_USER, kit_text(&k, "{" USER_BODY ",\"email\":\"b@x.org\"}"));
    uuid_format(entity_id(catalog_working_find(k.catalog, k.org, FIELD_CONTACT_SERVICE_QUEUE_NAME,
                                               SLICE("Agent"))),
                id);
    snprintf(query, sizeof query, "userInQueue=assigned&queueId=%s", id);
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_USER, 200, query, none, NULL), 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"email\":\"ada@x.org\""));
    cr_assert(answered(say("\"dbId\":\"%s\"", user_id)));
    snprintf(query, sizeof query, "userInQueue=unassigned&queueId=%s", id);
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_USER, 200, query, none, NULL), 200);
    cr_assert(answered("\"email\":\"b@x.org\""));
    cr_assert_eq(rows(), 1);
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_USER, 200, "userInQueue=assigned", none, NULL),
                 400);
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_USER, 200, "userInQueue=x", none, NULL), 400);
    cr_assert_eq(ask(rest_config_list_v1, "channelTypes=EMAIL,CHAT", none, NULL), 200);
    cr_assert_eq(fake_answer_json()->count, 0);
    cr_assert_eq(ask(rest_config_list_v1, "channelTypes=CHAT,TELEPHONY", none, NULL), 200);
    cr_assert_eq(fake_answer_json()->count, 4);
}

/* ---- staffing ---- */

static struct uuid agent_queue(void)
{
    return entity_id(
        catalog_working_find(k.catalog, k.org, FIELD_CONTACT_SERVICE_QUEUE_NAME, SLICE("Agent")));
}

static void act_as(const char *profile_name)
{
    struct uuid id = kit_default(&k, RESOURCE_USER_PROFILE, FIELD_USER_PROFILE_NAME, profile_name);
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    const char *body =
        say("{\"firstName\":\"S\",\"lastName\":\"V\",\"email\":\"%.4s@s.org\",\"active\":true,"
            "\"contactCenterEnabled\":true,\"userProfileId\":\"%s\"}",
            profile_name, text);
    caller = (struct principal){ .org = k.org, .user = kit_made(&k, RESOURCE_USER, body) };
}

Test(lookups, agents_are_added_and_removed)
{
    struct uuid other = kit_made(
        &k, RESOURCE_USER, kit_text(&k, "{" USER_BODY ",\"siteId\":\"$s\",\"email\":\"b@x.org\"}"));
    char id[UUID_TEXT_LEN + 1];
    uuid_format(other, id);
    act_as("Administrator");
    cr_assert_eq(ask(rest_config_reassign_agents, "", agent_queue(),
                     say("{\"add\":[\"%s\",\"%s\"],\"remove\":[\"%s\"]}", id, id, user_id)),
                 200);
    cr_assert_eq(ask(rest_config_reassign_agents, "", agent_queue(),
                     say("{\"add\":[\"%s\"],\"remove\":[\"%s\"]}", id, user_id)),
                 200);
    cr_assert(answered(say("\"agents\":[{\"id\":\"%s\",\"ciUserId\":\"%s\"}]", id, id)));
    cr_assert(!answered("agentsLastUpdatedByUserEmailPrefix"));
    cr_assert_eq(ask(rest_config_get, "agentsUpdatedInfo=true", agent_queue(), NULL), 200);
    cr_assert(answered("\"agentsLastUpdatedByUserEmailPrefix\":\"Admi\""));
    cr_assert_eq(ask(rest_config_agent_queues_of_user, "", user, NULL), 200);
    cr_assert_eq(rows(), 0);
    cr_assert_eq(ask(rest_config_reassign_agents, "", queue, "{\"add\":[]}"), 400);
    cr_assert(answered("AGENT_BASED"));
    cr_assert_eq(
        ask(rest_config_reassign_agents, "", agent_queue(), kit_text(&k, "{\"add\":[\"$t\"]}")),
        400);
    cr_assert_eq(ask(rest_config_reassign_agents, "", agent_queue(), "{\"add\":7}"), 400);
    cr_assert_eq(ask(rest_config_reassign_agents, "", k.team, "{\"add\":[]}"), 404);
}

/* Comparing each with each would show in the time that this takes. */
Test(lookups, a_body_of_agents_is_gone_through_once)
{
    enum { COUNT = 5000, SIZE = COUNT * (UUID_TEXT_LEN + 3) + 16 };
    char *body = malloc(SIZE);
    act_as("Administrator");
    cr_assert(body);
    int at = snprintf(body, SIZE, "{\"add\":[");
    for (unsigned i = 0; i < COUNT; i++)
        at += snprintf(body + at, (size_t)(SIZE - at), "%s\"01000000-0000-7000-8000-%012x\"",
                       i ? "," : "", i);
    snprintf(body + at, (size_t)(SIZE - at), "]}");
    cr_assert_eq(ask(rest_config_reassign_agents, "", agent_queue(), body), 400);
    cr_assert(answered("agents: should not have more than 2000 elements"));
    free(body);
}

Test(lookups, supervisors_reskill)
{
    const char *body = say("{\"dynamicSkills\":{\"add\":[{\"skillId\":\"%s\",\"proficiencyValue\":"
                           "9}]}}",
                           german_id);
    act_as("Premium Agent");
    cr_assert_eq(call(rest_config_reskill, RESOURCE_USER, 204, "", user, body), 403);
    cr_assert(answered("User must have a supervisor profile to reskill agents"));
    act_as("Supervisor");
    cr_assert_eq(call(rest_config_reskill, RESOURCE_USER, 204, "", user, body), 204);
    cr_assert_eq(fake_answer.body.len, 0);
    cr_assert_eq(ask(rest_config_skill_queues_of_user, "", user, NULL), 200);
    cr_assert_eq(rows(), 2);
    cr_assert_eq(call(rest_config_users_of_skill, RESOURCE_USER, 200, "search=ada", german, NULL),
                 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"proficiencyValue\":9"));
    body = say("{\"dynamicSkills\":{\"remove\":[\"%s\"]}}", german_id);
    cr_assert_eq(call(rest_config_reskill, RESOURCE_USER, 204, "", user, body), 204);
    cr_assert_eq(call(rest_config_users_of_skill, RESOURCE_USER, 200, "", german, NULL), 200);
    cr_assert_eq(rows(), 0);
    cr_assert_eq(call(rest_config_reskill, RESOURCE_USER, 204, "", user,
                      "{\"dynamicSkills\":{\"remove\":[7]}}"),
                 400);
    cr_assert_eq(call(rest_config_reskill, RESOURCE_USER, 204, "", k.team, body), 404);
}

Test(lookups, one_skill_for_many_users)
{
    const char *body = say("{\"items\":[{\"itemIdentifier\":1,\"item\":{\"userId\":\"%s\","
                           "\"proficiencyValue\":4}},{\"itemIdentifier\":2,\"item\":{\"userId\":"
                           "\"%s\",\"proficiencyValue\":4}}]}",
                           user_id, german_id);
    cr_assert_eq(call(rest_config_update_dynamic_skill, RESOURCE_USER, 207, "", german, body), 207);
    cr_assert(answered("{\"itemIdentifier\":1,\"status\":200"));
    cr_assert(answered("{\"itemIdentifier\":2,\"status\":404"));
    cr_assert_eq(call(rest_config_users_of_skill, RESOURCE_USER, 200, "", german, NULL), 200);
    cr_assert(answered("\"proficiencyValue\":4"));
    body =
        say("{\"items\":[{\"requestAction\":\"DELETE\",\"item\":{\"userId\":\"%s\"}}]}", user_id);
    cr_assert_eq(call(rest_config_update_dynamic_skill, RESOURCE_USER, 207, "", german, body), 207);
    cr_assert_eq(call(rest_config_users_of_skill, RESOURCE_USER, 200, "", german, NULL), 200);
    cr_assert_eq(rows(), 0);
}

/* ---- users ---- */

Test(lookups, users_who_meet_requirements)
{
    const char *one =
        say("{\"skillId\":\"%s\",\"condition\":\"IS\",\"skillValue\":\"7\"}", german_id);
    cr_assert_eq(call(rest_config_users_of_requirements, RESOURCE_USER, 200, "", none, one), 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"skillProfileName\":\"Good\""));
    const char *both = say("{\"skillRequirements\":[%s,{\"skillId\":\"%s\",\"condition\":\"LT\","
                           "\"skillValue\":\"7\"}]}",
                           one, german_id);
    cr_assert_eq(call(rest_config_users_of_requirements, RESOURCE_USER, 200, "", none, both), 200);
    cr_assert_eq(rows(), 0);
    cr_assert_eq(call(rest_config_users_of_requirements, RESOURCE_USER, 200, "", none, "7"), 400);
    const char *odd =
        say("{\"skillId\":\"%s\",\"condition\":\"LIKE\",\"skillValue\":\"7\"}", german_id);
    cr_assert_eq(call(rest_config_users_of_requirements, RESOURCE_USER, 200, "", none, odd), 400);
    cr_assert(answered("condition: should be one of IS, IS_NOT"));
}

Test(lookups, users_by_ids_and_with_profiles)
{
    const char *body = say("{\"userIds\":[\"%s\",\"%s\"]}", user_id, german_id);
    cr_assert_eq(call(rest_config_users_of_ids, RESOURCE_USER, 200, "", none, body), 200);
    cr_assert_eq(rows(), 1);
    cr_assert(answered("\"email\":\"ada@x.org\"}"));
    cr_assert_eq(call(rest_config_users_of_ids, RESOURCE_USER, 200, "", none, "{}"), 400);
    cr_assert_eq(call(rest_config_user_with_profile, RESOURCE_USER, 200, "", user, NULL), 200);
    cr_assert(answered("\"userProfileData\":{\"organizationId\""));
    cr_assert(answered("\"accessAllModules\":\"NONE\""));
    cr_assert_eq(call(rest_config_users_with_profile, RESOURCE_USER, 200, "", none, NULL), 200);
    cr_assert_eq(fake_answer_json()->count, 1);
    cr_assert_eq(call(rest_config_get, RESOURCE_USER, 200,
                      "includeCount=true&includeUserProfileType=true", user, NULL),
                 200);
    cr_assert(answered("\"userProfileType\":\"PREMIUM_AGENT\""));
    cr_assert(answered("\"queuesCount\":{\"teamBased\":1,\"skillBased\":1,\"agentBased\":1}"));
    op_path = "/organization/{orgid}/v2/user/by-ci-user-id/{id}";
    cr_assert_eq(call(rest_config_get_by_ci_user_id, RESOURCE_USER, 200, "includeUserProfile=true",
                      user, NULL),
                 200);
    cr_assert(answered("\"userProfileGranularAccessData\":{\"organizationId\""));
}
