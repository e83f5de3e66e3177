/* needs: net domain/core domain/event store/memory
 * What is ours around a change: versions, dry runs, keys against doing it twice, the audit trail.
 */
#include "base/limits.h"
#include "unit/api/config/handler_kit.h"

TestSuite(changes, .init = setup, .fini = teardown);

static const char *site_body(const char *name, const char *more)
{
    static char texts[4][512];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    snprintf(text, sizeof texts[0],
             "{%s\"name\":\"%s\",\"active\":true,\"multimediaProfileId\":\"$m\"}", more, name);
    return kit_text(&k, text);
}

static bool tagged(const char *etag)
{
    return slice_is(fake_answer_header("ETag"), etag);
}

/* ---- versions ---- */

Test(changes, the_etag_is_the_version)
{
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", k.site, NULL), 200);
    cr_assert(tagged("\"1\""));
    cr_assert_eq(call(rest_config_update, RESOURCE_SITE, 200, "", k.site,
                      site_body("Ulm", "\"id\":\"$s\",")),
                 200);
    cr_assert(tagged("\"2\""));
}

Test(changes, if_match_refuses_what_is_stale)
{
    const char *body = site_body("Ulm", "\"id\":\"$s\",");
    request_header("If-Match", "\"2\"");
    cr_assert_eq(call(rest_config_update, RESOURCE_SITE, 200, "", k.site, body), 412);
    cr_assert(answered("version: the entity has changed"));
    request_header("If-Match", "\"1\"");
    cr_assert_eq(call(rest_config_update, RESOURCE_SITE, 200, "", k.site, body), 200);
    request_header("If-Match", "W/\"2\"");
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, "{}"), 412);
    request_header("If-Match", "\"1\", \"2\"");
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, "{}"), 400);
    request_header("If-Match", "*");
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, "{}"), 200);
    request_header("If-Match", "\"1\"");
    cr_assert_eq(call(rest_config_delete, RESOURCE_TEAM, 204, "", k.team, NULL), 204);
}

Test(changes, a_stale_version_in_the_body_is_refused)
{
    cr_assert_eq(call(rest_config_update, RESOURCE_SITE, 200, "", k.site,
                      site_body("Ulm", "\"id\":\"$s\",\"version\":1,")),
                 200);
    cr_assert_eq(call(rest_config_update, RESOURCE_SITE, 200, "", k.site,
                      site_body("Bonn", "\"id\":\"$s\",\"version\":1,")),
                 412);
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", k.site, NULL), 200);
    cr_assert(answered("\"name\":\"Ulm\""));
}

/* ---- dry runs ---- */

Test(changes, a_dry_run_tells_the_differences_and_changes_nothing)
{
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "dryRun=true", k.site,
                      "{\"name\":\"Ulm\",\"description\":\"new\"}"),
                 200);
    cr_assert(answered("{\"dryRun\":true,\"action\":\"UPDATE\",\"changes\":[{\"field\":\"name\","
                       "\"before\":\"Berlin\",\"after\":\"Ulm\"},{\"field\":\"description\","
                       "\"after\":\"new\"}],\"entity\":{\"organizationId\""));
    cr_assert_eq(call(rest_config_get, RESOURCE_SITE, 200, "", k.site, NULL), 200);
    cr_assert(answered("\"version\":1,\"name\":\"Berlin\""));
    cr_assert_eq(
        call(rest_config_create, RESOURCE_SITE, 201, "dryRun=true", none, site_body("Bonn", "")),
        200);
    cr_assert(answered("\"action\":\"CREATE\""));
    cr_assert_eq(call(rest_config_delete, RESOURCE_TEAM, 204, "dryRun=true", k.team, NULL), 200);
    cr_assert(answered("\"action\":\"DELETE\",\"changes\":[{\"field\":\"name\",\"before\":"));
    cr_assert_eq(call(rest_config_get, RESOURCE_TEAM, 200, "", k.team, NULL), 200);
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_SITE).count, 1);
}

Test(changes, a_dry_run_finds_what_the_change_would)
{
    cr_assert_eq(
        call(rest_config_create, RESOURCE_SITE, 201, "dryRun=true", none, site_body("Berlin", "")),
        409);
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "dryRun=true", none, "{}"), 400);
    cr_assert_eq(call(rest_config_delete, RESOURCE_SITE, 204, "dryRun=true", k.site, NULL), 412);
}

Test(changes, bulk_and_purge_run_dry_too)
{
    const char *body =
        kit_text(&k, "{\"items\":[{\"item\":{\"name\":\"Ulm\",\"active\":true,"
                     "\"multimediaProfileId\":\"$m\"}},{\"requestAction\":\"DELETE\",\"item\":"
                     "{\"id\":\"$s\"}}]}");
    cr_assert_eq(call(rest_config_bulk, RESOURCE_SITE, 207, "dryRun=true", none, body), 207);
    cr_assert(answered("\"status\":201"));
    cr_assert(answered("\"status\":412"));
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_SITE).count, 1);
    kit_made(&k, RESOURCE_SITE,
             kit_text(&k, "{\"name\":\"Old\",\"active\":false,\"multimediaProfileId\":\"$m\"}"));
    k.now_ms += (int64_t)LIMIT_purge_age_days_min * 24 * 3600 * 1000;
    cr_assert_eq(call(rest_config_purge, RESOURCE_SITE, 200, "dryRun=true", none, NULL), 200);
    cr_assert_eq(json_get(json_get(fake_answer_json(), "details"), "purged")->count, 1);
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_SITE).count, 2);
    cr_assert_eq(call(rest_config_delete_all, RESOURCE_SITE, 204, "dryRun=true", none, NULL), 412);
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_SITE).count, 2);
}

/* ---- once ---- */

Test(changes, the_same_key_does_it_once)
{
    const char *body = site_body("Ulm", "");
    char first[4096];
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, body), 201);
    cr_assert_null(fake_answer_header("Idempotency-Replayed").at);
    snprintf(first, sizeof first, "%.*s", SLICE_ARG(fake_answer.body));
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, body), 201);
    cr_assert(slice_is(fake_answer.body, first));
    cr_assert(slice_is(fake_answer_header("Idempotency-Replayed"), "true"));
    cr_assert(tagged("\"1\""));
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_SITE).count, 2);
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, site_body("Bonn", "")),
                 409);
    cr_assert(answered("Idempotency-Key"));
    request_header("Idempotency-Key", "k2");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, body), 409);
    cr_assert(answered("already used"));
}

Test(changes, a_key_is_somebodys_own)
{
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, site_body("Ulm", "")), 201);
    caller.client = k.team;
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, site_body("Bonn", "")),
                 201);
}

Test(changes, failures_are_not_kept)
{
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, site_body("Berlin", "")),
                 409);
    kit_update(&k, RESOURCE_SITE, k.site, site_body("Moved", "\"id\":\"$s\","));
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, site_body("Berlin", "")),
                 201);
}

Test(changes, keys_outlive_a_start_and_expire)
{
    const char *body = site_body("Ulm", "");
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, body), 201);
    struct store *store = k.store;
    struct uuid org_id = k.org, multimedia = k.multimedia;
    kit_stop(&k, false);
    kit_start(&k, store);
    k.org = org_id;
    k.multimedia = multimedia;
    k.now_ms += 1000;
    services.catalog = k.catalog;
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, body), 201);
    cr_assert(slice_is(fake_answer_header("Idempotency-Replayed"), "true"));
    k.now_ms += (int64_t)LIMIT_idempotency_ms_max + 1;
    request_header("Idempotency-Key", "k1");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, body), 409);
}

Test(changes, keys_have_a_form)
{
    static char long_key[LIMIT_idempotency_key_bytes_max + 2];
    memset(long_key, 'k', sizeof long_key - 1);
    request_header("Idempotency-Key", long_key);
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, site_body("Ulm", "")), 400);
    request_header("Idempotency-Key", "\xc3\xa4");
    cr_assert_eq(call(rest_config_create, RESOURCE_SITE, 201, "", none, site_body("Ulm", "")), 400);
}

/* ---- audit ---- */

static const struct json *audit(const char *query)
{
    cr_assert_eq(call(rest_config_audit, RESOURCE_ORGANIZATION, 200, query, none, NULL), 200);
    return json_get(fake_answer_json(), "data");
}

Test(changes, the_audit_trail_says_who_changed_what)
{
    k.profile = kit_default(&k, RESOURCE_USER_PROFILE, FIELD_USER_PROFILE_NAME, "Administrator");
    caller.user =
        kit_made(&k, RESOURCE_USER, kit_text(&k, "{" USER_BODY ",\"email\":\"a@x.org\"}"));
    size_t before = audit("")->count;
    cr_assert_eq(before, 3); /* site, team, user; not what the organisation began with */
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, "{\"name\":\"Ulm\"}"),
                 200);
    audit("pageSize=1");
    cr_assert(answered("\"byName\":\"Ada Byron\",\"action\":\"UPDATE\",\"entityType\":\"site\""));
    cr_assert(answered("\"entityName\":\"Ulm\",\"version\":2,\"changes\":[{\"field\":\"name\","
                       "\"before\":\"Berlin\",\"after\":\"Ulm\"}]}]"));
    cr_assert(answered("\"totalRecords\":4"));
    cr_assert_eq(audit("entityType=team")->count, 1);
    cr_assert_eq(call(rest_config_delete, RESOURCE_TEAM, 204, "", k.team, NULL), 204);
    cr_assert_eq(audit("entityType=team")->count, 2);
    cr_assert(answered("\"action\":\"DELETE\""));
    cr_assert_eq(call(rest_config_audit, RESOURCE_ORGANIZATION, 200, "entityType=dog", none, NULL),
                 400);
    cr_assert_eq(call(rest_config_audit, RESOURCE_ORGANIZATION, 200, "entityId=7", none, NULL),
                 400);
}

Test(changes, what_is_refused_or_dry_leaves_no_trace)
{
    size_t before = audit("")->count;
    cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, "{\"name\":\"\"}"), 400);
    cr_assert_eq(
        call(rest_config_patch, RESOURCE_SITE, 200, "dryRun=true", k.site, "{\"name\":\"Ulm\"}"),
        200);
    cr_assert_eq(audit("")->count, before);
}

Test(changes, the_journal_has_it_too)
{
    kit_step(&k, catalog_update,
             &(struct catalog_change){ .org = k.org,
                                       .resource = RESOURCE_SITE,
                                       .id = k.site,
                                       .partial = true,
                                       .body = SLICE("{\"name\":\"Ulm\"}") });
    cr_assert_eq(k.fx.event_count, 1);
    cr_assert_eq(k.fx.events[0].type, EVENT_CONFIG_CHANGED);
    cr_assert(memmem(k.fx.events[0].body.at, k.fx.events[0].body.len, "\"after\":\"Ulm\"", 13));
    kit_finish(&k, true);
}

Test(changes, the_trail_is_bounded_and_outlives_a_start)
{
    static char long_text[200];
    char body[512];
    memset(long_text, 'x', sizeof long_text - 1);
    for (int i = 0; i < LIMIT_audit_entries_per_org_max + 5; i++) {
        snprintf(body, sizeof body, "{\"description\":\"%d%s\"}", i, i % 2 ? "" : long_text);
        cr_assert_eq(call(rest_config_patch, RESOURCE_SITE, 200, "", k.site, body), 200);
    }
    audit("pageSize=1");
    int64_t total = json_i64(json_path(fake_answer_json(), "meta.totalRecords"), 0);
    cr_assert_leq(total, LIMIT_audit_entries_per_org_max);
    cr_assert_gt(total, 100);
    struct store *store = k.store;
    struct uuid org_id = k.org;
    kit_stop(&k, false);
    kit_start(&k, store);
    k.org = org_id;
    services.catalog = k.catalog;
    audit("pageSize=1");
    cr_assert_eq(json_i64(json_path(fake_answer_json(), "meta.totalRecords"), 0), total);
}
