/* needs: net domain/core domain/event store/memory
 * What the client library reads at sign-in, and what an administrator may do about it. */
#include "unit/api/config/handler_kit.h"

TestSuite(settings, .init = setup, .fini = teardown);

static struct uuid only(enum resource r)
{
    struct catalog_set set = catalog_working(k.catalog, k.org, r);
    cr_assert_eq(set.count, 1);
    return entity_id(set.items[0]);
}

Test(settings, an_organisation_has_them_from_its_first_second)
{
    cr_assert_eq(
        call(rest_config_list_v2, RESOURCE_ORGANIZATION_SETTING, 200, "agentView=true", none, NULL),
        200);
    cr_assert(answered("\"webRtcEnabled\":false,\"maskSensitiveData\":false,"
                       "\"campaignManagerEnabled\":false}]"));
    cr_assert_eq(
        call(rest_config_list_v2, RESOURCE_TENANT_CONFIGURATION, 200, "agentView=true", none, NULL),
        200);
    cr_assert(answered("\"timeoutDesktopInactivityEnabled\":false"));
    cr_assert(answered("\"dnDefaultRegex\":\"\""));
    cr_assert(answered("\"lostConnectionRecoveryTimeout\":50000}]"));
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_AI_FEATURE, 200, "", none, NULL), 200);
    cr_assert(answered("\"realtimeTranscripts\":{\"enable\":false"));
    cr_assert_eq(
        call(rest_config_list_v2, RESOURCE_ORG_URL_MAPPING, 200, "sort=name,ASC", none, NULL), 200);
    cr_assert(answered("\"data\":[]"));
}

Test(settings, an_administrator_changes_them)
{
    struct uuid id = only(RESOURCE_ORGANIZATION_SETTING);
    cr_assert_eq(call(rest_config_patch, RESOURCE_ORGANIZATION_SETTING, 200, "", id,
                      "{\"webRtcEnabled\":true}"),
                 200);
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_ORGANIZATION_SETTING, 200, "", none, NULL),
                 200);
    cr_assert(answered("\"webRtcEnabled\":true"));
    id = only(RESOURCE_TENANT_CONFIGURATION);
    cr_assert_eq(call(rest_config_patch, RESOURCE_TENANT_CONFIGURATION, 200, "", id,
                      "{\"timeoutDesktopInactivityMins\":2}"),
                 400);
    cr_assert(answered("timeoutDesktopInactivityMins"));
    id = only(RESOURCE_AI_FEATURE);
    cr_assert_eq(call(rest_config_patch, RESOURCE_AI_FEATURE, 200, "", id,
                      "{\"realtimeTranscripts\":{\"enable\":true}}"),
                 200);
    cr_assert(answered("\"realtimeTranscripts\":{\"enable\":true"));
    cr_assert(answered("\"autoCSAT\":{\"enable\":false"));
}

Test(settings, the_agent_view_leaves_out_what_is_not_in_use)
{
    kit_made(&k, RESOURCE_DIAL_PLAN,
             "{\"name\":\"On\",\"regularExpression\":\"[0-9]{3}\",\"active\":true}");
    kit_made(&k, RESOURCE_DIAL_PLAN,
             "{\"name\":\"Off\",\"regularExpression\":\"[0-9]{3}\",\"active\":false}");
    cr_assert_eq(call(rest_config_list_v1, RESOURCE_DIAL_PLAN, 200, "agentView=true", none, NULL),
                 200);
    const struct json *rows = fake_answer_json();
    cr_assert_eq(rows->type, JSON_ARRAY);
    size_t on = 0;
    JSON_EACH(row, rows)
    {
        cr_assert(json_get(row, "regularExpression") && !json_get(row, "active"));
        cr_assert(!slice_is(json_text(json_get(row, "name"), SLICE("")), "Off"));
        on += slice_is(json_text(json_get(row, "name"), SLICE("")), "On");
    }
    cr_assert_eq(on, 1);
}

Test(settings, desktops_read_it_all_at_once)
{
    kit_made(&k, RESOURCE_ORG_URL_MAPPING, "{\"name\":\"a\",\"url\":\"https://a.example\"}");
    cr_assert_eq(
        call(rest_config_organization_desktop_login, RESOURCE_ORGANIZATION, 200, "", none, NULL),
        200);
    const struct json *whole = fake_answer_json();
    cr_assert(json_get(whole, "tenantId"));
    cr_assert(json_path(whole, "organizationSetting.webRtcEnabled"));
    cr_assert(json_path(whole, "tenantConfiguration.forceDefaultDn"));
    cr_assert(json_path(whole, "aiFeature.realtimeTranscripts"));
    cr_assert_eq(json_get(whole, "orgUrlMappings")->count, 1);
    struct uuid desktop = kit_default(&k, RESOURCE_AGENT_PROFILE, FIELD_AGENT_PROFILE_NAME,
                                      "Default Desktop Profile");
    char text[UUID_TEXT_LEN + 1], body[512];
    uuid_format(desktop, text);
    snprintf(body, sizeof body, "{" USER_BODY ",\"agentProfileId\":\"%s\",\"email\":\"a@x.org\"}",
             text);
    struct uuid user = kit_made(&k, RESOURCE_USER, kit_text(&k, body));
    cr_assert_eq(call(rest_config_user_desktop_login, RESOURCE_USER, 200, "", user, NULL), 200);
    cr_assert(answered("\"agentProfile\":{\"organizationId\""));
    cr_assert_eq(call(rest_config_user_desktop_login, RESOURCE_USER, 200, "", k.team, NULL), 404);
}

Test(settings, a_url_mapping_is_a_url)
{
    cr_assert_eq(call(rest_config_create, RESOURCE_ORG_URL_MAPPING, 201, "", none,
                      "{\"name\":\"a\",\"url\":\"javascript:x\"}"),
                 400);
    cr_assert(answered("url: "));
}
