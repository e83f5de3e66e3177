#include <criterion/criterion.h>

#include "api/rest/router.h"
#include "base/arena.h"

static const struct operation rows[] = {
    { .id = "root", .path = "/", .method = METHOD_GET },
    { .id = "list", .path = "/organization/{orgid}/team", .method = METHOD_GET },
    { .id = "create", .path = "/organization/{orgid}/team", .method = METHOD_POST },
    { .id = "bulk", .path = "/organization/{orgid}/team/bulk", .method = METHOD_POST },
    { .id = "get", .path = "/organization/{orgid}/team/{id}", .method = METHOD_GET },
    { .id = "put", .path = "/organization/{orgid}/team/{id}", .method = METHOD_PUT },
    { .id = "refs", .path = "/organization/{orgid}/team/{id}/references", .method = METHOD_GET },
    { .id = "byCi", .path = "/organization/{orgid}/team/by-ci/{id}", .method = METHOD_GET },
    { .id = "tasks", .path = "/v1/tasks", .method = METHOD_POST },
    { .id = "deep", .path = "/a/{b}/{orgId}/{d}/{e}", .method = METHOD_DELETE },
};
static struct router *router;
static struct arena *a;
static struct route route;

static void setup(void)
{
    a = arena_new(1 << 16);
    cr_assert_eq(router_new(rows, sizeof rows / sizeof *rows, &router), ERR_OK);
}
static void teardown(void)
{
    router_free(router);
    arena_free(a);
}
TestSuite(router, .init = setup, .fini = teardown);

static enum err find(const char *method, const char *path)
{
    return router_find(router, slice_of(method), slice_of(path), a, &route);
}

static void expect(const char *method, const char *path, const char *id)
{
    cr_assert_eq(find(method, path), ERR_OK, "%s %s", method, path);
    cr_assert_str_eq(route.operation->id, id);
}

Test(router, parameters_come_in_order_of_the_template)
{
    expect("GET", "/organization/o1/team/t1/references", "refs");
    cr_assert_eq(route.param_count, 2);
    cr_assert(slice_is(route.params[0], "o1"));
    cr_assert(slice_is(route.params[1], "t1"));
    cr_assert_eq(route.org_param, 0);
    expect("DELETE", "/a/1/2/3/4", "deep");
    cr_assert_eq(route.org_param, 1);
    cr_assert(slice_is(route.params[3], "4"));
    expect("GET", "/", "root");
    cr_assert_eq(route.org_param, -1);
}

Test(router, literals_come_before_parameters)
{
    expect("POST", "/organization/o/team/bulk", "bulk");
    cr_assert_eq(route.param_count, 1);
    expect("GET", "/organization/o/team/by-ci/7", "byCi");
}

Test(router, goes_back_to_the_parameter_when_the_literal_leads_nowhere)
{
    expect("PUT", "/organization/o/team/bulk", "put");
    cr_assert(slice_is(route.params[1], "bulk"));
    expect("GET", "/organization/o/team/by-ci", "get");
    expect("GET", "/organization/o/team/bulk/references", "refs");
}

Test(router, one_slash_at_the_end_is_tolerated)
{
    expect("POST", "/v1/tasks/", "tasks");
    expect("POST", "/v1/tasks", "tasks");
    cr_assert_eq(find("POST", "/v1/tasks//"), ERR_NOT_FOUND);
    cr_assert_eq(find("POST", "/v1//tasks"), ERR_NOT_FOUND);
    cr_assert_eq(find("POST", "//"), ERR_NOT_FOUND);
    cr_assert_eq(find("GET", "/organization//team"), ERR_NOT_FOUND);
}

Test(router, unknown_paths_and_methods_differ)
{
    cr_assert_eq(find("GET", "/v1/nothing"), ERR_NOT_FOUND);
    cr_assert_eq(find("GET", "/v1"), ERR_NOT_FOUND);
    cr_assert_eq(find("GET", "v1/tasks"), ERR_NOT_FOUND);
    cr_assert_eq(find("GET", ""), ERR_NOT_FOUND);
    cr_assert_eq(find("POST", "/V1/tasks"), ERR_NOT_FOUND);
    cr_assert_eq(find("GET", "/v1/tasks"), ERR_METHOD_NOT_ALLOWED);
    cr_assert(slice_is(router_methods(a, route.allowed), "POST"));
    cr_assert_eq(find("BREW", "/organization/o/team/bulk"), ERR_METHOD_NOT_ALLOWED);
    cr_assert(slice_is(router_methods(a, route.allowed), "GET, POST, PUT"));
    cr_assert_null(route.operation);
}

Test(router, segments_are_decoded_after_cutting)
{
    expect("GET", "/organization/o/team/a%2Fb%20c", "get");
    cr_assert(slice_is(route.params[1], "a/b c"));
    expect("POST", "/v1/%74asks", "tasks");
    cr_assert_eq(find("GET", "/organization/o/team/%zz"), ERR_BAD_REQUEST);
    cr_assert_eq(find("GET", "/organization/o/team/%00"), ERR_BAD_REQUEST);
}

Test(router, very_deep_paths_are_not_found)
{
    char path[4096] = "";
    for (size_t i = 0; i + 2 < sizeof path; i += 2)
        memcpy(path + i, "/a", 3);
    cr_assert_eq(find("GET", path), ERR_NOT_FOUND);
}

Test(router, two_rows_of_one_shape_are_refused)
{
    const struct operation twice[] = { { .path = "/a/{b}", .method = METHOD_GET },
                                       { .path = "/a/{c}", .method = METHOD_GET } };
    struct router *untouched = NULL;
    cr_assert_eq(router_new(twice, 2, &untouched), ERR_DUPLICATE);
    cr_assert_null(untouched);
}
