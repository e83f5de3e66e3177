/* needs: net domain/core domain/event store/memory */
#include "unit/api/config/handler_kit.h"

TestSuite(handlers, .init = setup, .fini = teardown);

Test(handlers, create_get_update_delete)
{
    const char *body =
        kit_text(&k, "{\"name\":\"Ulm\",\"active\":true,\"multimediaProfileId\":\"$m\",\"x\":1}");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, body), 201);
    struct uuid id;
    cr_assert(uuid_parse(json_text(json_get(fake_answer_json(), "id"), SLICE("")), &id));
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", id, NULL), 200);
    cr_assert(answered("\"name\":\"Ulm\""));
    k.site = id;
    body = kit_text(&k, "{\"id\":\"$s\",\"name\":\"Bonn\",\"active\":true,"
                        "\"multimediaProfileId\":\"$m\"}");
    cr_assert_eq(call(rest_config_update, RESOURCE_SITE, 200, "", id, body), 200);
    cr_assert(answered("\"version\":2,\"name\":\"Bonn\""));
    cr_assert_eq(call(rest_config_delete, RESOURCE_SITE, 204, "", id, NULL), 204);
    cr_assert_eq(fake_answer.body.len, 0);
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", id, NULL), 404);
    cr_assert_eq(call(rest_config_delete, RESOURCE_SITE, 204, "", id, NULL), 404);
}

Test(handlers, a_wrong_body_is_refused_in_the_shape_of_the_family)
{
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, "{\"active\":true}"), 400);
    const struct json *error = json_get(fake_answer_json(), "error");
    cr_assert(slice_is(json_text(json_get(error, "key"), SLICE("")), "400"));
    struct slice reason = json_text(json_get(error, "reason"), SLICE(""));
    cr_assert(memmem(reason.at, reason.len, "name: should not be null or blank", 33));
    cr_assert(memmem(reason.at, reason.len, "multimediaProfileId: ", 21));
    const struct json *messages = json_get(error, "message");
    cr_assert_gt(messages->count, 1);
    JSON_EACH(message, messages)
    {
        struct slice one = json_text(json_get(message, "description"), SLICE(""));
        cr_expect(one.len && !memmem(one.at, one.len, "; ", 2), "%.*s", SLICE_ARG(one));
    }
    cr_assert_eq(call(rest_config_delete, RESOURCE_SITE, 204, "", k.site, NULL), 412);
    cr_assert(answered("\"referencedEntities\":[\"team\"]"));
}

Test(handlers, lists_of_both_versions)
{
    cr_assert_eq(call(rest_config_list_v1, RESOURCE_SITE, 200, "", none, NULL), 200);
    cr_assert_eq(fake_answer_json()->type, JSON_ARRAY);
    cr_assert_eq(fake_answer_json()->count, 1);
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_SITE, 200, "pageSize=1", none, NULL), 200);
    cr_assert(answered("{\"meta\":{\"orgid\":\""));
    cr_assert(answered("\"totalRecords\":1,\"links\":{\"self\":\"/organization/"));
    cr_assert(answered("\"data\":[{\"organizationId\":"));
    cr_assert_eq(call(rest_config_list_v2, RESOURCE_SITE, 200, "filter=nam%3D%3Dx", none, NULL),
                 400);
    cr_assert(answered("nam is not a field"));
    cr_assert_eq(call(rest_config_list_v1, RESOURCE_SITE, 200, "filter=name%3D%3Dx", none, NULL),
                 400);
}

static struct uuid user(void)
{
    return kit_made(&k, RESOURCE_USER,
                    kit_text(&k, "{" USER_BODY ",\"siteId\":\"$s\",\"teamIds\":[\"$t\"],"
                                 "\"deafultDialledNumber\":\"1001\",\"email\":\"ada@x.org\"}"));
}

Test(handlers, derived_fields_are_shown)
{
    char text[64], id_text[UUID_TEXT_LEN + 1];
    struct uuid id = user();
    uuid_format(id, id_text);
    cr_assert_eq(call(rest_config_get, RESOURCE_TEAM, 200, "", k.team, NULL), 200);
    snprintf(text, sizeof text, "\"userIds\":[\"%s\"]", id_text);
    cr_assert(answered(text));
    cr_assert_eq(call(rest_config_get_by_ci_user_id, RESOURCE_USER, 200, "", id, NULL), 200);
    cr_assert(answered("\"defaultDialledNumber\":\"1001\""));
    cr_assert_eq(call(rest_config_get_by_ci_user_id, RESOURCE_USER, 200, "", k.team, NULL), 404);
}

Test(handlers, patch_changes_what_is_said)
{
    struct uuid id = user();
    cr_assert_eq(call(rest_config_patch, RESOURCE_USER, 200, "", id, "{\"mobile\":\"77\"}"), 200);
    cr_assert(answered("\"mobile\":\"77\""));
    cr_assert(answered("\"firstName\":\"Ada\""));
}

Test(handlers, references_name_who_points)
{
    user();
    cr_assert_eq(call(rest_config_incoming_references, RESOURCE_SITE, 200, "", k.site, NULL), 200);
    cr_assert(answered("\"name\":\"Billing\""));
    cr_assert(answered("\"name\":\"Ada Byron\""));
    cr_assert(answered("\"referencedEntities\":[\"team\",\"user\"],\"currentEntity\":\"site\""));
    cr_assert_eq(
        call(rest_config_incoming_references, RESOURCE_SITE, 200, "type=team", k.site, NULL), 200);
    cr_assert(answered("\"totalRecords\":1"));
    cr_assert_eq(
        call(rest_config_incoming_references, RESOURCE_SITE, 200, "type=dog", k.site, NULL), 400);
    cr_assert(answered("specify a valid external entity type"));
    cr_assert_eq(call(rest_config_incoming_references, RESOURCE_SITE, 200, "", k.team, NULL), 404);
}

Test(handlers, bulk_answers_each_item)
{
    const char *body =
        kit_text(&k, "{\"items\":[{\"itemIdentifier\":7,\"requestAction\":\"SAVE\",\"item\":{"
                     "\"name\":\"Ulm\",\"active\":true,\"multimediaProfileId\":\"$m\"}},"
                     "{\"itemIdentifier\":8,\"item\":{\"id\":\"$s\",\"name\":\"X\"}},"
                     "{\"itemIdentifier\":9,\"requestAction\":\"DELETE\",\"item\":{\"id\":\"$s\"}},"
                     "{\"itemIdentifier\":10}]}");
    cr_assert_eq(call(rest_config_bulk, RESOURCE_SITE, 207, "", none, body), 207);
    cr_assert(answered("{\"itemIdentifier\":7,\"status\":201,\"operationType\":\"CREATE\","
                       "\"href\":\"/api/organization/"));
    cr_assert(answered("{\"itemIdentifier\":8,\"status\":400,"));
    cr_assert(answered("New configuration cannot have an id"));
    cr_assert(answered("{\"itemIdentifier\":9,\"status\":412,\"operationType\":\"DELETE\""));
    cr_assert(answered("{\"itemIdentifier\":10,\"status\":400,"));
    cr_assert_eq(call(rest_config_bulk, RESOURCE_SITE, 207, "", none, "{\"items\":[]}"), 207);
    cr_assert(answered("{\"items\":[]}"));
    cr_assert_eq(call(rest_config_bulk, RESOURCE_SITE, 207, "", none, "{}"), 400);
}

Test(handlers, the_organisation_itself)
{
    cr_assert_eq(call(rest_config_get_organization, RESOURCE_ORGANIZATION, 200, "", none, NULL),
                 200);
    cr_assert(answered("\"name\":\"Acme\",\"timezone\":\"UTC\""));
}
