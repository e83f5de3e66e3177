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

TestSuite(catalog, .init = setup, .fini = teardown);

static const char *site_body(const char *id_member, const char *name)
{
    char form[512];
    snprintf(form, sizeof form,
             "{%s\"name\":\"%s\",\"active\":true,\"multimediaProfileId\":\"$m\"}", id_member, name);
    return kit_text(&k, form);
}

Test(catalog, readers_see_a_change_only_once_it_is_durable)
{
    struct catalog_change change = { .org = k.org,
                                     .resource = RESOURCE_SITE,
                                     .body = slice_of(site_body("", "Ulm")) };
    cr_assert_eq(kit_step(&k, catalog_create, &change), ERR_OK);
    struct uuid id = kit_result_id(&k);
    epoch_enter();
    cr_assert_null(catalog_get(k.catalog, k.org, RESOURCE_SITE, id));
    cr_assert_not_null(catalog_working_get(k.catalog, k.org, RESOURCE_SITE, id));
    epoch_leave();
    kit_finish(&k, true);
    epoch_enter();
    const struct entity *e = catalog_get(k.catalog, k.org, RESOURCE_SITE, id);
    cr_assert(e && entity_is(e, FIELD_SITE_NAME, "Ulm"));
    epoch_leave();
}

Test(catalog, a_failed_commit_publishes_nothing)
{
    struct catalog_change change = { .org = k.org,
                                     .resource = RESOURCE_SITE,
                                     .body = slice_of(site_body("", "Ulm")) };
    cr_assert_eq(kit_step(&k, catalog_create, &change), ERR_OK);
    kit_finish(&k, false);
    epoch_enter();
    cr_assert_eq(catalog_published(k.catalog, k.org, RESOURCE_SITE).count, 1);
    epoch_leave();
}

Test(catalog, update_replaces_and_counts_versions)
{
    const struct entity *e = catalog_working_get(k.catalog, k.org, RESOURCE_SITE, k.site);
    int64_t created = entity_i64(e, FIELD_SITE_CREATED_TIME, 0);
    cr_assert_eq(entity_version(e), 1);
    cr_assert_eq(kit_update(&k, RESOURCE_SITE, k.site, site_body("\"id\":\"$s\",", "Bonn")), ERR_OK,
                 "%.*s", SLICE_ARG(k.fx.detail));
    e = catalog_working_get(k.catalog, k.org, RESOURCE_SITE, k.site);
    cr_assert(entity_is(e, FIELD_SITE_NAME, "Bonn"));
    cr_assert_eq(entity_version(e), 2);
    cr_assert_eq(entity_i64(e, FIELD_SITE_CREATED_TIME, 0), created);
    cr_assert_eq(entity_i64(e, FIELD_SITE_LAST_UPDATED_TIME, 0), k.now_ms);
}

Test(catalog, update_needs_the_id_of_the_path)
{
    cr_assert_eq(kit_update(&k, RESOURCE_SITE, k.site, site_body("", "Bonn")), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "Invalid id: id in payload and URL should be same"));
    cr_assert_eq(kit_update(&k, RESOURCE_SITE, k.site, site_body("\"id\":\"$t\",", "Bonn")),
                 ERR_INVALID_FIELD);
    cr_assert_eq(kit_update(&k, RESOURCE_SITE, k.team, site_body("\"id\":\"$t\",", "Bonn")),
                 ERR_NOT_FOUND);
}

Test(catalog, fixed_fields_stay)
{
    struct uuid other = kit_made(&k, RESOURCE_SITE, site_body("", "Ulm"));
    const char *form = "{\"id\":\"$t\",\"name\":\"Billing\",\"active\":true,\"siteId\":\"$s\","
                       "\"teamType\":\"CAPACITY\",\"teamStatus\":\"IN_SERVICE\"}";
    k.site = other;
    cr_assert_eq(kit_update(&k, RESOURCE_TEAM, k.team, kit_text(&k, form)), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "siteId: should not be modified"));
    cr_assert(kit_says(&k, "teamType: should not be modified"));
}

static struct uuid user(const char *email)
{
    char form[1024];
    snprintf(form, sizeof form,
             "{" USER_BODY ",\"siteId\":\"$s\",\"teamIds\":[\"$t\"],\"email\":\"%s\"}", email);
    return kit_made(&k, RESOURCE_USER, kit_text(&k, form));
}

Test(catalog, a_person_is_found_by_address_and_identity)
{
    struct uuid id = user("Ada@Example.com");
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    epoch_enter();
    const struct entity *e =
        catalog_find(k.catalog, k.org, FIELD_USER_EMAIL, SLICE("ada@example.COM"));
    cr_assert(e && uuid_eq(entity_id(e), id));
    cr_assert_eq(catalog_find(k.catalog, k.org, FIELD_USER_CI_USER_ID, slice_of(text)), e);
    cr_assert_null(catalog_find(k.catalog, k.org, FIELD_USER_EMAIL, SLICE("ada@example.co")));
    cr_assert_null(catalog_find(k.catalog, k.org, FIELD_USER_FIRST_NAME, SLICE("Ada")));
    cr_assert(entity_lists_ref(e, FIELD_USER_TEAM_IDS, k.team));
    epoch_leave();
}

Test(catalog, identity_is_fixed_and_partial_updates_keep_the_rest)
{
    struct uuid id = user("ada@example.com");
    struct catalog_change change = { .org = k.org,
                                     .resource = RESOURCE_USER,
                                     .id = id,
                                     .partial = true,
                                     .body = SLICE("{\"email\":\"eve@example.com\"}") };
    cr_assert_eq(kit_run(&k, catalog_update, &change), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "This configuration cannot be changed. Original value is "
                           "ada@example.com"));
    change.body = SLICE("{\"workPhone\":\"123\",\"userLevelSummariesInclusion\":\"INCLUDED\"}");
    cr_assert_eq(kit_run(&k, catalog_update, &change), ERR_OK);
    const struct entity *e = catalog_working_get(k.catalog, k.org, RESOURCE_USER, id);
    cr_assert(entity_is(e, FIELD_USER_WORK_PHONE, "123"));
    cr_assert(entity_is(e, FIELD_USER_FIRST_NAME, "Ada"));
    cr_assert(entity_is(e, FIELD_USER_USER_LEVEL_SUMMARIES_INCLUSION, "EXCLUDED"));
    change.body = SLICE("{\"workPhone\":null}");
    cr_assert_eq(kit_run(&k, catalog_update, &change), ERR_OK);
    e = catalog_working_get(k.catalog, k.org, RESOURCE_USER, id);
    cr_assert(!entity_has(e, FIELD_USER_WORK_PHONE));
}

Test(catalog, what_others_point_at_cannot_be_deleted)
{
    struct uuid id = user("ada@example.com");
    cr_assert_eq(kit_delete(&k, RESOURCE_SITE, k.site), ERR_REFERENCED);
    cr_assert(slice_is(k.fx.detail, "team\nuser"));
    cr_assert_eq(kit_delete(&k, RESOURCE_USER, id), ERR_OK);
    cr_assert_eq(kit_delete(&k, RESOURCE_USER, id), ERR_NOT_FOUND);
    cr_assert_eq(kit_delete(&k, RESOURCE_TEAM, k.team), ERR_OK);
    cr_assert_eq(kit_delete(&k, RESOURCE_SITE, k.site), ERR_OK);
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_SITE).count, 0);
}

Test(catalog, system_entities_stay)
{
    cr_assert_eq(kit_delete(&k, RESOURCE_MULTIMEDIA_PROFILE, k.multimedia), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "Cannot Update/Delete system generated Entities"));
    cr_assert_eq(
        kit_update(&k, RESOURCE_MULTIMEDIA_PROFILE, k.multimedia, kit_text(&k, "{\"id\":\"$m\"}")),
        ERR_INVALID_FIELD);
}

Test(catalog, a_new_organisation_has_its_defaults)
{
    const struct entity *rona = catalog_working(k.catalog, k.org, RESOURCE_AUXILIARY_CODE).items[1];
    cr_assert(entity_is(rona, FIELD_AUXILIARY_CODE_NAME, "RONA"));
    cr_assert(entity_bool(rona, FIELD_AUXILIARY_CODE_IS_SYSTEM_CODE, false));
    cr_assert(catalog_working_has_org(k.catalog, k.org));
    cr_assert_eq(kit_run(&k, catalog_create_organization,
                         &(struct catalog_organization){ .id = k.org, .name = SLICE("Again") }),
                 ERR_DUPLICATE);
    epoch_enter();
    cr_assert(catalog_has_org(k.catalog, k.org));
    cr_assert(!catalog_has_org(k.catalog, k.site));
    epoch_leave();
}

Test(catalog, strangers_organisations_have_nothing)
{
    struct uuid stranger = k.site, mine = k.org;
    k.org = stranger;
    cr_assert_eq(kit_create(&k, RESOURCE_SITE, "{}"), ERR_NOT_FOUND);
    cr_assert_eq(kit_delete(&k, RESOURCE_SITE, k.site), ERR_NOT_FOUND);
    k.org = mine;
}

Test(catalog, bulk_items_stand_alone)
{
    struct catalog_bulk_item items[] = {
        { .change = { .org = k.org,
                      .resource = RESOURCE_SITE,
                      .body = slice_of(site_body("", "Ulm")) } },
        { .change = { .org = k.org,
                      .resource = RESOURCE_SITE,
                      .body = slice_of(site_body("", "Berlin")) } },
        { .verb = CATALOG_DELETE,
          .change = { .org = k.org, .resource = RESOURCE_TEAM, .id = k.team } },
    };
    struct catalog_bulk bulk = { .items = items, .count = 3 };
    cr_assert_eq(kit_run(&k, catalog_bulk, &bulk), ERR_OK);
    cr_assert_eq(items[0].err, ERR_OK);
    cr_assert_not_null(catalog_working_get(k.catalog, k.org, RESOURCE_SITE, items[0].id));
    cr_assert_eq(items[1].err, ERR_DUPLICATE);
    cr_assert(items[1].detail.len > 0);
    cr_assert_eq(items[2].err, ERR_OK);
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_TEAM).count, 0);
}

/* A snapshot an item would be a thousand copies of a list of twenty thousand, all kept until the
 * commit. */
Test(catalog, a_bulk_command_makes_one_snapshot_of_a_set)
{
    enum { COUNT = 300 };
    static struct catalog_bulk_item items[COUNT];
    static char bodies[COUNT][4096], name[20];
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "Site %d", i);
        snprintf(bodies[i], sizeof bodies[i], "%s", site_body("", name));
        items[i].change = (struct catalog_change){ .org = k.org,
                                                   .resource = RESOURCE_SITE,
                                                   .body = slice_of(bodies[i]) };
    }
    struct catalog_bulk bulk = { .items = items, .count = COUNT };
    size_t before = catalog_working(k.catalog, k.org, RESOURCE_SITE).count;
    cr_assert_eq(kit_step(&k, catalog_bulk, &bulk), ERR_OK);
    cr_expect_lt(k.fx.after_count, 5);
    kit_finish(&k, true);
    epoch_enter();
    cr_expect_eq(catalog_published(k.catalog, k.org, RESOURCE_SITE).count, before + COUNT);
    for (int i = 0; i < COUNT; i++)
        cr_expect_not_null(catalog_get(k.catalog, k.org, RESOURCE_SITE, items[i].id));
    epoch_leave();
}

/* The same entity twice in one command: both former versions go, once each. */
Test(catalog, a_bulk_command_may_change_an_entity_twice)
{
    struct catalog_bulk_item items[2];
    static char bodies[2][4096];
    for (int i = 0; i < 2; i++) {
        snprintf(bodies[i], sizeof bodies[i], "%s",
                 site_body("\"id\":\"$s\",", i ? "Second" : "First"));
        items[i] = (struct catalog_bulk_item){
            .verb = CATALOG_UPDATE,
            .change = { .org = k.org, .resource = RESOURCE_SITE, .id = k.site },
        };
        items[i].change.body = slice_of(bodies[i]);
    }
    cr_assert_eq(kit_run(&k, catalog_bulk, &(struct catalog_bulk){ .items = items, .count = 2 }),
                 ERR_OK);
    cr_assert_eq(items[1].err, ERR_OK);
    epoch_enter();
    cr_expect(
        slice_is(entity_text(catalog_get(k.catalog, k.org, RESOURCE_SITE, k.site), FIELD_SITE_NAME),
                 "Second"));
    epoch_leave();
}

Test(catalog, everything_is_there_after_a_restart)
{
    struct uuid id = user("ada@example.com");
    cr_assert_eq(kit_update(&k, RESOURCE_SITE, k.site, site_body("\"id\":\"$s\",", "Bonn")),
                 ERR_OK);
    cr_assert_eq(kit_delete(&k, RESOURCE_USER, id), ERR_OK);
    id = user("eve@example.com");
    struct kit again;
    kit_start(&again, k.store);
    epoch_enter();
    for (enum resource r = 0; r < RESOURCE_COUNT; r++) {
        struct catalog_set was = catalog_working(k.catalog, k.org, r);
        struct catalog_set is = catalog_published(again.catalog, k.org, r);
        cr_assert_eq(was.count, is.count);
        for (size_t i = 0; i < is.count; i++)
            cr_assert(slice_eq(entity_json(was.items[i]), entity_json(is.items[i])));
    }
    const struct entity *e =
        catalog_find(again.catalog, k.org, FIELD_USER_EMAIL, SLICE("eve@example.com"));
    cr_assert(e && uuid_eq(entity_id(e), id));
    epoch_leave();
    kit_stop(&again, false);
}

/* spec/resources grows and shrinks between versions of the program. */
Test(catalog, rows_of_another_version_are_put_in_order)
{
    char org[UUID_TEXT_LEN + 1];
    uuid_format(k.org, org);
    const char *row = kit_text(&k, "{ \"gone\":[1], \"name\":\"A\\u0042\", \"active\": true,"
                                   "\"version\":4,\"id\":\"$o\"}");
    struct store_write write = { SLICE("site"), slice_of(org), slice_of(org), slice_of(row) };
    struct store_batch batch = { .writes = &write, .write_count = 1 };
    cr_assert_eq(k.store->ops->commit(k.store, &batch, 1), ERR_OK);
    struct catalog *c = catalog_new();
    cr_assert_eq(catalog_load(c, k.store), ERR_OK);
    const struct entity *e = catalog_working_get(c, k.org, RESOURCE_SITE, k.org);
    cr_assert(slice_is(entity_json(e), kit_text(&k, "{\"id\":\"$o\",\"version\":4,\"name\":"
                                                    "\"AB\",\"active\":true}")),
              "%.*s", SLICE_ARG(entity_json(e)));
    catalog_free(c);
}

Test(catalog, a_damaged_row_is_no_start)
{
    char org[UUID_TEXT_LEN + 1];
    uuid_format(k.org, org);
    struct store_write write = { SLICE("site"), slice_of(org), slice_of(org), SLICE("[1]") };
    struct store_batch batch = { .writes = &write, .write_count = 1 };
    cr_assert_eq(k.store->ops->commit(k.store, &batch, 1), ERR_OK);
    struct catalog *c = catalog_new();
    cr_assert_eq(catalog_load(c, k.store), ERR_CORRUPT);
    catalog_free(c);
}

/* ---- a bulk request that comes again ---- */

Test(catalog, the_outcomes_of_a_bulk_request_are_told_and_recalled)
{
    struct catalog_bulk_item items[2] = {
        { .verb = CATALOG_CREATE,
          .change = { .org = k.org,
                      .resource = RESOURCE_SITE,
                      .body = slice_of(kit_text(&k, "{\"name\":\"Ulm\",\"active\":true,"
                                                    "\"multimediaProfileId\":\"$m\"}")) } },
        { .verb = CATALOG_CREATE,
          .change = { .org = k.org, .resource = RESOURCE_SITE, .body = SLICE("{}") } },
    };
    struct catalog_bulk_item again[2] = { { .verb = CATALOG_CREATE }, { .verb = CATALOG_CREATE } };
    struct catalog_bulk first = { items, 2, .told = true }, second = { again, 2, .told = true };
    cr_assert_eq(kit_run(&k, catalog_bulk, &first), ERR_OK);
    cr_assert(catalog_bulk_recall(&second, k.fx.result, k.arena));
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(again[i].err, items[i].err);
        cr_assert(slice_eq(again[i].detail, items[i].detail));
        cr_assert(uuid_eq(again[i].id, items[i].id));
    }
    cr_assert_eq(again[0].err, ERR_OK);
    cr_assert_eq(again[1].err, ERR_INVALID_FIELD);
    cr_assert_not(catalog_bulk_recall(&second, SLICE("[]"), k.arena));
    cr_assert_not(catalog_bulk_recall(&second, SLICE(""), k.arena));
    cr_assert_not(catalog_bulk_recall(&second, SLICE("[{},{}]"), k.arena));
}
