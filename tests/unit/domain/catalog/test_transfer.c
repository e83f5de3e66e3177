/* needs: domain/core domain/event store/memory */
#include "base/json_write.h"
#include "domain/catalog/transfer.h"
#include "unit/domain/catalog/kit.h"

static struct kit k;
static struct arena *arena;
static struct transfer_plan plan;
static struct slice why;

static void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
    arena = arena_new(64 << 20);
}

static void teardown(void)
{
    arena_free(arena);
    kit_stop(&k, true);
}

TestSuite(transfer, .init = setup, .fini = teardown);

static struct slice exported(void)
{
    const struct catalog_view view = { k.catalog, k.org, catalog_published };
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena);
    json_writer_init(&w, &out);
    transfer_export(&view, &w);
    return buf_slice(&out);
}

static enum err planned(struct slice text, bool prune)
{
    const struct catalog_view view = { k.catalog, k.org, catalog_published };
    struct json *document;
    why = SLICE("");
    cr_assert_eq(json_parse(arena, text, &document, NULL), ERR_OK);
    return transfer_plan(&view, document, prune, arena, &plan, &why);
}

Test(transfer, a_round_trip_plans_nothing)
{
    struct slice document = exported();
    cr_assert(memmem(document.at, document.len, "\"name\":\"Berlin\"", 15));
    cr_assert(!memmem(document.at, document.len, "createdTime", 11));
    cr_assert_eq(planned(document, true), ERR_OK);
    cr_assert_eq(plan.count, 0);
}

Test(transfer, an_edit_a_loss_and_a_new_one)
{
    struct slice document = exported();
    kit_update(&k, RESOURCE_SITE, k.site,
               kit_text(&k,
                        "{\"id\":\"$s\",\"name\":\"Ulm\",\"active\":true,\"multimediaProfileId\":"
                        "\"$m\"}"));
    struct uuid more = kit_made(
        &k, RESOURCE_SITE,
        kit_text(&k, "{\"name\":\"More\",\"active\":true,\"multimediaProfileId\":\"$m\"}"));
    cr_assert_eq(kit_delete(&k, RESOURCE_TEAM, k.team), ERR_OK);
    cr_assert_eq(planned(document, true), ERR_OK);
    cr_assert_eq(plan.count, 3);
    for (size_t i = 0; i < plan.count; i++) {
        const struct transfer_step *s = &plan.steps[i];
        struct uuid wanted[] = { k.team, k.site, more };
        cr_assert(uuid_eq(s->change.id, wanted[s->verb]));
        if (s->verb == CATALOG_UPDATE)
            cr_assert(slice_is(s->changes,
                               "[{\"field\":\"name\",\"before\":\"Ulm\",\"after\":\"Berlin\"}]"));
    }
    cr_assert_eq(planned(document, false), ERR_OK);
    cr_assert_eq(plan.count, 2);
}

/* Another organisation has other ids for what both have by name. */
Test(transfer, references_follow_the_names)
{
    const char *text =
        "{\"format\":1,\"resources\":{\"multimedia-profile\":[],\"site\":[{\"id\":"
        "\"01932f3e-6a00-7000-8000-00000000aaaa\",\"name\":\"berlin\",\"active\":true,"
        "\"multimediaProfileId\":\"$m\"}],\"team\":[{\"id\":"
        "\"01932f3e-6a00-7000-8000-00000000bbbb\",\"name\":\"New\",\"active\":true,"
        "\"siteId\":\"01932f3e-6a00-7000-8000-00000000aaaa\",\"teamType\":\"AGENT\","
        "\"teamStatus\":\"IN_SERVICE\"}]}}";
    char site[UUID_TEXT_LEN + 1];
    cr_assert_eq(planned(slice_of(kit_text(&k, text)), false), ERR_OK);
    cr_assert_eq(plan.count, 2);
    cr_assert_eq(plan.steps[0].verb, CATALOG_UPDATE);
    cr_assert_eq(plan.steps[1].verb, CATALOG_CREATE);
    uuid_format(k.site, site);
    cr_assert(
        memmem(plan.steps[1].change.body.at, plan.steps[1].change.body.len, site, UUID_TEXT_LEN));
}

Test(transfer, documents_that_make_no_sense)
{
    cr_assert_eq(planned(SLICE("{}"), false), ERR_INVALID_FIELD);
    cr_assert_eq(planned(SLICE("{\"format\":2,\"resources\":{}}"), false), ERR_INVALID_FIELD);
    cr_assert_eq(planned(SLICE("{\"format\":1,\"resources\":{\"dog\":[]}}"), false),
                 ERR_INVALID_FIELD);
    cr_assert_eq(planned(SLICE("{\"format\":1,\"resources\":{\"site\":{}}}"), false),
                 ERR_INVALID_FIELD);
    cr_assert_eq(planned(SLICE("{\"format\":1,\"resources\":{\"site\":[7]}}"), false),
                 ERR_INVALID_FIELD);
    cr_assert_eq(planned(SLICE("{\"format\":1,\"resources\":{\"site\":[{\"id\":\"x\"}]}}"), false),
                 ERR_INVALID_FIELD);
    cr_assert(memmem(why.at, why.len, "site: ", 6));
    cr_assert_eq(planned(SLICE("{\"format\":1,\"resources\":{}}"), false), ERR_OK);
    cr_assert_eq(plan.count, 0);
}
