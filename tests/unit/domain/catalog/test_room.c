/* needs: store/memory
 * A request of many changes makes no more of them when its step has used much memory: each of the
 * rest says so, nothing is half done, and the engine is not at its end. */
#include "base/limits.h"
#include "unit/domain/catalog/kit.h"

static struct kit k;

static void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
    arena_free(k.arena);
    k.arena = arena_new(LIMIT_step_bytes_max);
    cr_assert(k.arena);
}

static void teardown(void)
{
    kit_stop(&k, true);
}
TestSuite(room, .init = setup, .fini = teardown);

/* As if so much had been changed before. */
static enum err run_in(size_t used, command_fn *run, const void *args)
{
    arena_reset(k.arena);
    effects_init(&k.fx, k.arena);
    cr_assert(!used || arena_take(k.arena, used));
    enum err e = core_step(k.world, ++k.now_ms, run, args, &k.fx);
    kit_finish(&k, true);
    return e;
}

static int64_t version(enum resource r, struct uuid id)
{
    const struct entity *e = catalog_working_get(k.catalog, k.org, r, id);
    return e ? entity_version(e) : 0;
}

static bool result_has(const char *text)
{
    return memmem(k.fx.result.at, k.fx.result.len, text, strlen(text)) != NULL;
}

Test(room, items_of_a_bulk)
{
    struct catalog_change change = { .org = k.org, .resource = RESOURCE_TEAM, .id = k.team };
    change.body = SLICE("{\"name\":\"Refunds\"}");
    change.partial = true;
    struct catalog_bulk_item item = { .verb = CATALOG_UPDATE, .change = change };
    struct catalog_bulk bulk = { .items = &item, .count = 1 };
    cr_assert_eq(run_in(LIMIT_step_full_bytes, catalog_bulk, &bulk), ERR_OK);
    cr_assert_eq(item.err, ERR_TOO_LARGE);
    cr_assert(slice_is(item.detail, CHANGES_LEFT));
    cr_assert(uuid_eq(item.id, k.team));
    cr_assert_eq(version(RESOURCE_TEAM, k.team), 1);
    item.err = ERR_OK;
    cr_assert_eq(run_in(LIMIT_step_full_bytes / 2, catalog_bulk, &bulk), ERR_OK);
    cr_assert_eq(item.err, ERR_OK);
    cr_assert_eq(version(RESOURCE_TEAM, k.team), 2);
}

Test(room, holders_of_a_reference)
{
    char body[128], id[UUID_TEXT_LEN + 1];
    struct uuid user = kit_made(
        &k, RESOURCE_USER,
        kit_text(&k, "{" USER_BODY ",\"email\":\"a@b.c\",\"siteId\":\"$s\",\"teamIds\":[\"$t\"]}"));
    uuid_format(k.team, id);
    snprintf(body, sizeof body, "{\"references\":{\"teamIds\":\"%s\"}}", id);
    struct catalog_change change = { .org = k.org, .resource = RESOURCE_USER };
    change.body = slice_of(body);
    cr_assert_eq(run_in(LIMIT_step_full_bytes, catalog_release, &change), ERR_OK);
    cr_assert(result_has("\"changed\":[]"));
    cr_assert(result_has(CHANGES_LEFT));
    cr_assert_eq(version(RESOURCE_USER, user), 1);
    cr_assert_eq(run_in(0, catalog_release, &change), ERR_OK);
    cr_assert(result_has("\"refused\":[]"));
    cr_assert_eq(version(RESOURCE_USER, user), 2);
}

/* The next call begins where this one stopped. */
Test(room, what_a_purge_deletes)
{
    struct uuid skill = kit_made(&k, RESOURCE_SKILL,
                                 "{\"name\":\"Old\",\"serviceLevelThreshold\":1,"
                                 "\"active\":false,\"skillType\":\"TEXT\"}");
    struct catalog_purge purge = { .org = k.org, .resource = RESOURCE_SKILL };
    char next[128], id[UUID_TEXT_LEN + 1];
    k.now_ms += (LIMIT_purge_age_days_min + 1LL) * 24 * 3600 * 1000;
    uuid_format(skill, id);
    snprintf(next, sizeof next, "{\"purged\":[],\"nextStartId\":\"%s\"}", id);
    cr_assert_eq(run_in(LIMIT_step_full_bytes, catalog_purge, &purge), ERR_OK);
    cr_assert(slice_is(k.fx.result, next));
    purge.from = skill;
    cr_assert_eq(run_in(0, catalog_purge, &purge), ERR_OK);
    cr_assert_eq(version(RESOURCE_SKILL, skill), 0);
}
