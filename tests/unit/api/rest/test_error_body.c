#include <criterion/criterion.h>

#include "api/rest/error_body.h"
#include "base/arena.h"

static struct arena *a;
static void setup(void)
{
    a = arena_new(1 << 16);
}
static void teardown(void)
{
    arena_free(a);
}
TestSuite(error_body, .init = setup, .fini = teardown);

static void expect(enum rest_family family, enum err e, const char *detail, const char *json)
{
    const struct error_body body = { e, slice_of(detail), SLICE("id-1"), SLICE("/x"), 0 };
    cr_assert_str_eq(error_body_write(a, family, &body).at, json);
}

Test(error_body, config_names_every_problem_in_the_reason_and_one_a_message)
{
    expect(
        FAMILY_CONFIG, ERR_INVALID_FIELD, "name: should not be null or blank\nsiteId: not found",
        "{\"trackingId\":\"id-1\",\"error\":{\"key\":\"400\",\"reason\":\"name: should not be null "
        "or blank; siteId: not found\",\"message\":[{\"description\":\"name: should not be null or "
        "blank\"},"
        "{\"description\":\"siteId: not found\"}]}}");
}

Test(error_body, config_lists_who_points_at_the_entity)
{
    expect(FAMILY_CONFIG, ERR_REFERENCED, "team\nuser",
           "{\"trackingId\":\"id-1\",\"error\":{\"key\":\"412\",\"reason\":\"Resource referred in "
           "other "
           "entity(s). referencedEntities: [\\\"team\\\", \\\"user\\\"]\",\"message\":[{"
           "\"description\":\"Resource referred in other entity(s). referencedEntities: "
           "[\\\"team\\\", \\\"user\\\"]\",\"referencedEntities\":[\"team\",\"user\"]}]}}");
}

Test(error_body, desktop_has_five_flat_members)
{
    expect(FAMILY_DESKTOP, ERR_BAD_REQUEST, "mediaResourceId is invalid (x)",
           "{\"errorType\":\"BAD_REQUEST\",\"errorMessage\":\"mediaResourceId is invalid (x)\","
           "\"errorData\":\"\",\"reasonCode\":400,\"trackingId\":\"id-1\"}");
}

Test(error_body, search_key_is_text_and_subscription_key_a_number)
{
    expect(FAMILY_SEARCH, ERR_TOO_LARGE, "big",
           "{\"trackingId\":\"id-1\",\"error\":{\"key\":\"413\",\"message\":[{\"description\":"
           "\"big\"}]}}");
    expect(FAMILY_SUBSCRIPTION, ERR_TOO_LARGE, "big",
           "{\"trackingId\":\"id-1\",\"error\":{\"key\":413,\"message\":[{\"description\":"
           "\"big\"}]}}");
}

Test(error_body, oauth_speaks_rfc_6749)
{
    expect(FAMILY_OAUTH, ERR_INVALID_GRANT, "used",
           "{\"error\":\"invalid_grant\",\"error_description\":\"used\",\"message\":\"used\","
           "\"errors\":[{\"description\":\"used\"}],\"trackingId\":\"id-1\"}");
    const struct {
        enum err err;
        const char *word;
    } rows[] = { { ERR_BAD_REQUEST, "invalid_request" },
                 { ERR_TOKEN_EXPIRED, "invalid_token" },
                 { ERR_FORBIDDEN, "access_denied" },
                 { ERR_INTERNAL, "server_error" },
                 { ERR_UNAVAILABLE, "temporarily_unavailable" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct error_body body = { .err = rows[i].err };
        struct json *root;
        struct slice text = error_body_write(a, FAMILY_OAUTH, &body);
        cr_assert_eq(json_parse(a, text, &root, NULL), ERR_OK);
        cr_assert(slice_is(json_text(json_get(root, "error"), SLICE("")), rows[i].word));
    }
}

Test(error_body, ours_is_a_problem_document)
{
    expect(FAMILY_SANDBOX, ERR_CONFLICT, "",
           "{\"type\":\"about:blank\",\"title\":\"The call does not fit the present state\","
           "\"status\":409,\"detail\":\"The call does not fit the present state\","
           "\"code\":\"CONFLICT\",\"trackingId\":\"id-1\"}");
    cr_assert(slice_is(error_content_type(FAMILY_SANDBOX), "application/problem+json"));
    cr_assert(slice_is(error_content_type(FAMILY_CONFIG), "application/json"));
}

Test(error_body, unrouted_calls_get_the_frameworks_shape)
{
    const struct error_body body = { .err = ERR_METHOD_NOT_ALLOWED, .path = SLICE("/a\"b") };
    cr_assert_str_eq(
        error_body_unrouted(a, &body).at,
        "{\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"status\":405,\"error\":\"Method "
        "Not Allowed\",\"path\":\"/a\\\"b\"}");
}

Test(error_body, every_error_has_a_body_in_every_family)
{
    struct json *root;
    for (int family = FAMILY_CONFIG; family <= FAMILY_SANDBOX; family++)
        for (int e = 1; e < ERR_COUNT; e++) {
            const struct error_body body = { .err = (enum err)e, .tracking_id = SLICE("t") };
            struct slice text = error_body_write(a, (enum rest_family)family, &body);
            cr_assert_eq(json_parse(a, text, &root, NULL), ERR_OK);
            cr_assert(slice_is(json_text(json_get(root, "trackingId"), SLICE("")), "t"));
            arena_reset(a);
        }
}

Test(error_body, short_memory_gives_no_body)
{
    struct arena *small = arena_new(20);
    const struct error_body body = { .err = ERR_INTERNAL };
    cr_assert_null(error_body_write(small, FAMILY_CONFIG, &body).at);
    arena_free(small);
}
