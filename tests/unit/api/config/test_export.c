/* needs: net domain/core domain/event store/memory */
#include "base/limits.h"
#include "unit/api/config/handler_kit.h"

TestSuite(exports, .init = setup, .fini = teardown);

#define QUEUE_BODY                                                                                 \
    "\"active\":true,\"queueType\":\"INBOUND\",\"channelType\":\"TELEPHONY\","                     \
    "\"routingType\":\"LONGEST_AVAILABLE_AGENT\",\"serviceLevelThreshold\":20,"                    \
    "\"maxActiveContacts\":5,\"maxTimeInQueue\":600,\"monitoringPermitted\":true,"                 \
    "\"parkingPermitted\":true,\"recordingPermitted\":false,\"recordingAllCallsPermitted\":false," \
    "\"pauseRecordingPermitted\":false"

Test(exports, names_stand_where_ids_were)
{
    cr_assert_eq(call(rest_config_export, RESOURCE_SITE, 200, "", none, NULL), 200);
    cr_assert(answered("{\"resources\":[{\"name\":\"Berlin\",\"multimediaProfileName\":"
                       "\"Default Multimedia Profile\"}],\"totalResources\":1,\"pageNumber\":0,"
                       "\"pageSize\":100,\"rel\":\"last\"}"));
    cr_assert_eq(call(rest_config_export, RESOURCE_AUXILIARY_CODE, 200, "", none, NULL), 200);
    cr_assert(answered("\"workTypeName\":\"Idle Codes\""));
    cr_assert(answered("\"pageSize\":50"));
}

Test(exports, pages_say_whether_more_follow)
{
    cr_assert_eq(call(rest_config_export, RESOURCE_WORK_TYPE, 200, "pageSize=1", none, NULL), 200);
    cr_assert(answered("\"totalResources\":2,\"pageNumber\":0,\"pageSize\":1,\"rel\":\"next\""));
    cr_assert_eq(call(rest_config_export, RESOURCE_WORK_TYPE, 200, "pageSize=1&page=1", none, NULL),
                 200);
    cr_assert_eq(json_get(fake_answer_json(), "resources")->count, 1);
    cr_assert(answered("\"rel\":\"last\""));
    cr_assert_eq(call(rest_config_export, RESOURCE_WORK_TYPE, 200, "page=99999999", none, NULL),
                 200);
    cr_assert(answered("\"resources\":[]"));
    cr_assert_eq(call(rest_config_export, RESOURCE_WORK_TYPE, 200, "page=-1", none, NULL), 400);
}

Test(exports, queues_of_one_direction_with_team_and_site)
{
    kit_made(&k, RESOURCE_CONTACT_SERVICE_QUEUE,
             kit_text(&k,
                      "{\"name\":\"In\"," QUEUE_BODY ",\"callDistributionGroups\":[{\"order\":1,"
                      "\"duration\":7,\"agentGroups\":[{\"teamId\":\"$t\"}]}]}"));
    cr_assert_eq(
        call(rest_config_export, RESOURCE_CONTACT_SERVICE_QUEUE, 200, "type=INBOUND", none, NULL),
        200);
    cr_assert(answered("\"serviceLevelThreshold\":\"20\""));
    cr_assert(answered("\"callDistributionGroups\":[{\"agentGroups\":[{\"teamName\":\"Billing\","
                       "\"siteName\":\"Berlin\"}],\"order\":1,\"duration\":7}]"));
    cr_assert_eq(
        call(rest_config_export, RESOURCE_CONTACT_SERVICE_QUEUE, 200, "type=OUTBOUND", none, NULL),
        200);
    cr_assert(answered("\"resources\":[],\"totalResources\":0"));
    cr_assert_eq(call(rest_config_export, RESOURCE_CONTACT_SERVICE_QUEUE, 200, "", none, NULL),
                 400);
    cr_assert(answered("type: should be INBOUND or OUTBOUND"));
}

Test(exports, members_of_an_object_are_columns)
{
    cr_assert_eq(call(rest_config_export, RESOURCE_AGENT_PROFILE, 200, "", none, NULL), 200);
    cr_assert(answered("\"agentStats\":true,\"accessQueueStats\":\"ALL\""));
    cr_assert(!memmem(fake_answer.body.at, fake_answer.body.len, "viewableStatistics", 18));
}

/* ---- purge ---- */

static struct uuid inactive_site(const char *name)
{
    char body[256];
    snprintf(body, sizeof body, "{\"name\":\"%s\",\"active\":false,\"multimediaProfileId\":\"$m\"}",
             name);
    return kit_made(&k, RESOURCE_SITE, kit_text(&k, body));
}

static void days_pass(int days)
{
    k.now_ms += (int64_t)days * 24 * 3600 * 1000;
}

Test(exports, a_purge_takes_what_is_old_inactive_and_unused)
{
    struct uuid old = inactive_site("Old"), used = inactive_site("Used");
    char team[256], text[UUID_TEXT_LEN + 1];
    uuid_format(used, text);
    snprintf(team, sizeof team,
             "{\"name\":\"Left\",\"active\":true,\"siteId\":\"%s\",\"teamType\":\"AGENT\","
             "\"teamStatus\":\"IN_SERVICE\"}",
             text);
    kit_made(&k, RESOURCE_TEAM, team);
    days_pass(LIMIT_purge_age_days_min);
    struct uuid fresh = inactive_site("Fresh");
    cr_assert_eq(call(rest_config_purge, RESOURCE_SITE, 200, "", none, NULL), 200);
    uuid_format(old, text);
    snprintf(team, sizeof team, "{\"code\":200,\"details\":{\"purged\":[\"%s\"]},\"links\":[]}",
             text);
    cr_assert(answered(team));
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", old, NULL), 404);
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", used, NULL), 200);
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", fresh, NULL), 200);
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", k.site, NULL), 200);
}

Test(exports, a_purge_goes_on_where_the_last_one_stopped)
{
    char name[16];
    for (int i = 0; i < LIMIT_purge_batch_max + 2; i++) {
        snprintf(name, sizeof name, "Old %d", i);
        inactive_site(name);
    }
    days_pass(LIMIT_purge_age_days_min);
    cr_assert_eq(call(rest_config_purge, RESOURCE_SITE, 200, "", none, NULL), 200);
    const struct json *details = json_get(fake_answer_json(), "details");
    cr_assert_eq(json_get(details, "purged")->count, LIMIT_purge_batch_max);
    char query[80];
    snprintf(query, sizeof query, "nextStartId=%.*s",
             SLICE_ARG(json_text(json_get(details, "nextStartId"), SLICE(""))));
    cr_assert_eq(call(rest_config_purge, RESOURCE_SITE, 200, query, none, NULL), 200);
    details = json_get(fake_answer_json(), "details");
    cr_assert_eq(json_get(details, "purged")->count, 2);
    cr_assert_null(json_get(details, "nextStartId"));
    cr_assert_eq(call(rest_config_purge, RESOURCE_SITE, 200, "nextStartId=x", none, NULL), 400);
}

/* ---- PATCH in bulk ---- */

Test(exports, bulk_patches_change_what_they_name)
{
    struct uuid queue = kit_made(&k, RESOURCE_CONTACT_SERVICE_QUEUE,
                                 kit_text(&k, "{\"name\":\"In\"," QUEUE_BODY "}"));
    char id[UUID_TEXT_LEN + 1], body[512];
    uuid_format(queue, id);
    snprintf(body, sizeof body,
             "{\"items\":[{\"itemIdentifier\":1,\"item\":{\"id\":\"%s\",\"maxTimeInQueue\":77}},"
             "{\"itemIdentifier\":2,\"item\":{\"name\":\"X\"}}]}",
             id);
    cr_assert_eq(call(rest_config_patch_bulk, RESOURCE_CONTACT_SERVICE_QUEUE, 207, "", none, body),
                 207);
    cr_assert(answered("{\"itemIdentifier\":1,\"status\":200,\"operationType\":\"UPDATE\""));
    cr_assert(answered("{\"itemIdentifier\":2,\"status\":404"));
    cr_assert_eq(call(rest_config_get, RESOURCE_CONTACT_SERVICE_QUEUE, 200, "", queue, NULL), 200);
    cr_assert(answered("\"maxTimeInQueue\":77"));
    cr_assert(answered("\"name\":\"In\""));
    snprintf(body, sizeof body,
             "{\"items\":[{\"requestAction\":\"DELETE\",\"item\":{\"id\":\"%s\"}}]}", id);
    cr_assert_eq(call(rest_config_patch_bulk, RESOURCE_CONTACT_SERVICE_QUEUE, 207, "", none, body),
                 400);
}
