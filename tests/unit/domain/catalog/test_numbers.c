/* needs: domain/core domain/event store/memory */
#include "domain/catalog/dial_plan.h"
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

TestSuite(catalog_numbers, .init = setup, .fini = teardown);

static struct uuid plan(const char *members)
{
    char body[512];
    static int made;
    snprintf(body, sizeof body, "{\"name\":\"Plan %d\",\"active\":true,%s}", made++, members);
    return kit_made(&k, RESOURCE_DIAL_PLAN, body);
}

/* The number that `typed` becomes; NULL: it is refused. */
static const char *dialled(struct uuid id, const char *typed)
{
    const struct entity *e = catalog_working_get(k.catalog, k.org, RESOURCE_DIAL_PLAN, id);
    struct slice out;
    enum err err = dial_plan_apply(e, slice_of(typed), k.arena, &out);
    cr_assert(err == ERR_OK || err == ERR_NOT_FOUND);
    return err ? NULL : arena_printf(k.arena, "%.*s", SLICE_ARG(out)).at;
}

Test(catalog_numbers, a_plan_strips_checks_and_prefixes)
{
    struct uuid id = plan("\"regularExpression\":\"[0-9]{10}\",\"prefix\":\"+1\","
                          "\"strippedChars\":\"( )-\"");
    cr_assert_str_eq(dialled(id, "(408) 555-0123"), "+14085550123");
    cr_assert_str_eq(dialled(id, "4085550123"), "+14085550123");
    cr_assert_null(dialled(id, "408555012"));
    cr_assert_null(dialled(id, "14085550123"), "the whole number has to match");
    cr_assert_null(dialled(id, "408.555.0123"));
    cr_assert_null(dialled(id, ""));
}

Test(catalog_numbers, what_is_stripped_is_whole_characters)
{
    /* En dash and left quotation mark begin with the same two bytes. */
    struct uuid id = plan("\"regularExpression\":\"[0-9\u201c]+\",\"strippedChars\":\"\u2013\"");
    cr_assert_str_eq(dialled(id, "030\xe2\x80\x93"
                                 "1"),
                     "0301");
    cr_assert_str_eq(dialled(id, "\xe2\x80\x9c"
                                 "1"),
                     "\xe2\x80\x9c"
                     "1");
    cr_assert_null(dialled(id, "1\xe2\x80"), "no character");
    cr_assert_null(dialled(id, "1\xff"), "nor that");
}

Test(catalog_numbers, the_prefix_is_no_part_of_what_has_to_match)
{
    struct uuid id = plan(
        "\"regularExpression\":\"\\\\+?[1-9]\\\\d*\",\"prefix\":\"0\",\"strippedChars\":\"-\"");
    cr_assert_str_eq(dialled(id, "4-9"), "049");
    cr_assert_str_eq(dialled(id, "+4-9"), "0+49");
    cr_assert_null(dialled(id, "0-49"));
    cr_assert_null(dialled(id, "--"), "nothing is left");
    cr_assert_null(dialled(id, "4\n9"), "a line break is a character like any");
    cr_assert_null(dialled(id, "49\n"), "at the end too");
}

Test(catalog_numbers, alternatives_match_as_a_whole)
{
    struct uuid id = plan("\"regularExpression\":\"911|\\\\d{4}\"");
    cr_assert_str_eq(dialled(id, "911"), "911");
    cr_assert_str_eq(dialled(id, "1234"), "1234");
    cr_assert_null(dialled(id, "91105"));
}

Test(catalog_numbers, an_inactive_plan_takes_nothing)
{
    struct uuid id = kit_made(&k, RESOURCE_DIAL_PLAN,
                              "{\"name\":\"Old\",\"regularExpression\":\".*\",\"active\":false}");
    cr_assert_null(dialled(id, "1"));
}

Test(catalog_numbers, an_expression_that_runs_away_is_stopped)
{
    char typed[64];
    memset(typed, 'a', 60);
    typed[60] = 'b';
    typed[61] = '\0';
    struct uuid id = plan("\"regularExpression\":\"(a+)+c\"");
    cr_assert_null(dialled(id, typed));
}

Test(catalog_numbers, an_expression_must_be_one)
{
    cr_assert_eq(kit_create(&k, RESOURCE_DIAL_PLAN,
                            "{\"name\":\"P\",\"regularExpression\":\"[0-9\",\"active\":true}"),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "regularExpression: should be a regular expression"));
}

Test(catalog_numbers, plans_of_a_profile_are_tried_in_turn)
{
    struct uuid short_id = plan("\"regularExpression\":\"[0-9]{4}\",\"prefix\":\"8\"");
    struct uuid long_id = plan("\"regularExpression\":\"[0-9]{10}\",\"prefix\":\"1\"");
    char body[1024], a[UUID_TEXT_LEN + 1], b[UUID_TEXT_LEN + 1];
    uuid_format(short_id, a);
    uuid_format(long_id, b);
    snprintf(body, sizeof body,
             "{\"name\":\"Dialers\",\"parentType\":\"ORGANIZATION\",\"accessWrapUpCode\":\"ALL\","
             "\"accessIdleCode\":\"ALL\",\"accessQueue\":\"ALL\",\"accessEntryPoint\":\"ALL\","
             "\"accessBuddyTeam\":\"ALL\",\"agentDNValidation\":\"ALL\",\"active\":true,"
             "\"viewableStatistics\":{\"accessQueueStats\":\"ALL\",\"accessTeamStats\":\"ALL\"},"
             "\"dialPlanEnabled\":true,\"dialPlans\":[\"%s\",\"%s\"]}",
             a, b);
    struct uuid id = kit_made(&k, RESOURCE_AGENT_PROFILE, body);
    struct catalog_view view = { k.catalog, k.org, catalog_working };
    const struct entity *profile = view_get(&view, RESOURCE_AGENT_PROFILE, id);
    struct slice out;
    cr_assert_eq(dial_plan_of_profile(&view, profile, SLICE("1234"), k.arena, &out), ERR_OK);
    cr_assert(slice_is(out, "81234"));
    cr_assert_eq(dial_plan_of_profile(&view, profile, SLICE("4085550123"), k.arena, &out), ERR_OK);
    cr_assert(slice_is(out, "14085550123"));
    cr_assert_eq(dial_plan_of_profile(&view, profile, SLICE("12"), k.arena, &out), ERR_NOT_FOUND);
    cr_assert_eq(kit_delete(&k, RESOURCE_DIAL_PLAN, long_id), ERR_REFERENCED);
}

static struct uuid entry_point(void)
{
    return kit_made(&k, RESOURCE_ENTRY_POINT,
                    "{\"name\":\"Hotline\",\"entryPointType\":\"INBOUND\",\"channelType\":"
                    "\"TELEPHONY\",\"active\":true,\"serviceLevelThreshold\":20,"
                    "\"maximumActiveContacts\":100}");
}

static enum err number(struct uuid point, const char *members)
{
    char body[512], id[UUID_TEXT_LEN + 1];
    uuid_format(point, id);
    snprintf(body, sizeof body, "{\"entryPointId\":\"%s\",%s}", id, members);
    return kit_create(&k, RESOURCE_DIAL_NUMBER, body);
}

Test(catalog_numbers, a_dialed_number_knows_its_digits_and_entry_point)
{
    struct uuid point = entry_point();
    cr_assert_eq(number(point, "\"dialledNumber\":\"+1-408.5550123\",\"routingPrefix\":\"91\","
                               "\"extension\":\"9876\""),
                 ERR_OK);
    struct slice made = k.fx.result;
    cr_assert(memmem(made.at, made.len, "\"dialledNumberDigits\":\"14085550123\"", 35));
    cr_assert(memmem(made.at, made.len, "\"esn\":\"919876\"", 14));
    cr_assert(memmem(made.at, made.len, "\"entryPointName\":\"Hotline\"", 26));
    cr_assert(memmem(made.at, made.len, "\"defaultAni\":true", 17), "the first one is the default");
    cr_assert_eq(number(point, "\"dialledNumber\":\"+1-408.5550123\""), ERR_DUPLICATE);
    cr_assert_eq(number(point, "\"dialledNumber\":\"ring me\""), ERR_INVALID_FIELD);
    cr_assert_eq(number(point, "\"dialledNumber\":\"2\""), ERR_OK);
    cr_assert_not(memmem(k.fx.result.at, k.fx.result.len, "defaultAni", 10));
    cr_assert_eq(kit_delete(&k, RESOURCE_ENTRY_POINT, point), ERR_REFERENCED);
}

Test(catalog_numbers, all_go_at_once_or_none)
{
    struct uuid point = entry_point();
    cr_assert_eq(number(point, "\"dialledNumber\":\"1\""), ERR_OK);
    cr_assert_eq(number(point, "\"dialledNumber\":\"2\""), ERR_OK);
    struct catalog_change all = { .org = k.org, .resource = RESOURCE_DIAL_NUMBER };
    cr_assert_eq(kit_run(&k, catalog_delete_all, &all), ERR_OK);
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_DIAL_NUMBER).count, 0);
    cr_assert_eq(catalog_published(k.catalog, k.org, RESOURCE_DIAL_NUMBER).count, 0);
    cr_assert_eq(number(point, "\"dialledNumber\":\"1\""), ERR_OK);
    struct store *store = k.store;
    kit_stop(&k, false);
    struct uuid org = k.org;
    kit_start(&k, store);
    cr_assert_eq(catalog_working(k.catalog, org, RESOURCE_DIAL_NUMBER).count, 1,
                 "rows went as well");
    all = (struct catalog_change){ .org = org, .resource = RESOURCE_ENTRY_POINT };
    cr_assert_eq(kit_run(&k, catalog_delete_all, &all), ERR_REFERENCED);
    cr_assert_eq(catalog_working(k.catalog, org, RESOURCE_ENTRY_POINT).count, 1);
}
