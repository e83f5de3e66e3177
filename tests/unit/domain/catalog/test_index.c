/* needs: domain/core domain/event store/memory */
#include "base/limits.h"
#include "domain/catalog/index.h"
#include "domain/catalog/references.h"
#include "domain/catalog/schema.h"
#include "unit/domain/catalog/kit.h"

static struct kit k;
enum { SITES = 100, PLENTY = 1000000 };

static void make_site(unsigned n)
{
    static const char *const descriptions[] = { "", ",\"description\":\"Old\"",
                                                ",\"description\":\"old\"",
                                                ",\"description\":\"new \\\"one\\\"\"" };
    char form[256];
    snprintf(form, sizeof form,
             "{\"name\":\"Site %03u\",\"active\":%s,\"multimediaProfileId\":\"$m\"%s}", 999 - n,
             n % 2 ? "true" : "false", descriptions[n % 4]);
    kit_made(&k, RESOURCE_SITE, kit_text(&k, form));
}

/* Berlin, and a hundred more. */
static void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
    for (unsigned n = 0; n < SITES; n++)
        make_site(n);
    epoch_enter();
}

static void teardown(void)
{
    epoch_leave();
    kit_stop(&k, true);
}

TestSuite(index, .init = setup, .fini = teardown);

static const struct entity_set *sites(struct catalog_set *set)
{
    return catalog_published_set(k.catalog, k.org, RESOURCE_SITE, set);
}

static size_t equal(enum field f, const char *value)
{
    struct catalog_set set;
    const struct field_index *x = index_want(sites(&set), f, PLENTY);
    cr_assert_not_null(x);
    struct index_range range = index_equal(x, slice_of(value));
    for (size_t i = 0; i < range.count; i++) {
        size_t at = index_position(range, i);
        cr_assert(entity_has(set.items[at], f));
        cr_assert(i == 0 || at > index_position(range, i - 1), "in order of id");
    }
    return range.count;
}

Test(index, finds_who_has_a_value)
{
    char profile[UUID_TEXT_LEN + 1];
    uuid_format(k.multimedia, profile);
    cr_assert_eq(equal(FIELD_SITE_NAME, "Site 950"), 1);
    cr_assert_eq(equal(FIELD_SITE_NAME, "site 950"), 0);
    cr_assert_eq(equal(FIELD_SITE_ACTIVE, "true"), SITES / 2 + 1);
    cr_assert_eq(equal(FIELD_SITE_DESCRIPTION, "Old"), SITES / 4);
    cr_assert_eq(equal(FIELD_SITE_DESCRIPTION, "old"), SITES / 4);
    cr_assert_eq(equal(FIELD_SITE_DESCRIPTION, "new \"one\""), SITES / 4);
    cr_assert_eq(equal(FIELD_SITE_VERSION, "1"), SITES + 1);
    cr_assert_eq(equal(FIELD_SITE_VERSION, "01"), SITES + 1);
    cr_assert_eq(equal(FIELD_SITE_VERSION, "x"), 0);
    cr_assert_eq(equal(FIELD_SITE_MULTIMEDIA_PROFILE_ID, profile), SITES + 1);
    for (char *c = profile; *c; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    cr_assert_eq(equal(FIELD_SITE_MULTIMEDIA_PROFILE_ID, profile), SITES + 1);
}

Test(index, sorts_without_case_and_puts_what_is_not_set_last)
{
    struct catalog_set set;
    const struct entity_set *s = sites(&set);
    const enum field f = FIELD_SITE_DESCRIPTION;
    struct index_range all = index_all(index_want(s, f, PLENTY));
    uint32_t positions[SITES + 1];
    cr_assert_eq(all.count, SITES + 1);
    cr_assert(entity_is(set.items[index_position(all, 0)], f, "new \\\"one\\\""));
    cr_assert(entity_is(set.items[index_position(all, SITES / 4)], f, "Old"));
    cr_assert(entity_is(set.items[index_position(all, SITES / 2)], f, "old"));
    cr_assert(!entity_has(set.items[index_position(all, SITES - 1)], f));
    for (uint32_t i = 0; i <= SITES; i++)
        positions[i] = i;
    cr_assert_eq(index_sort(set, f, positions, SITES + 1), ERR_OK);
    for (size_t i = 0; i <= SITES; i++)
        cr_assert_eq(positions[i], index_position(all, i));
    cr_assert_eq(index_sort(set, f, positions, 0), ERR_OK);
}

Test(index, is_built_when_it_would_have_been_worth_it)
{
    struct catalog_set set;
    const struct entity_set *s = sites(&set);
    unsigned asked = 1;
    while (!index_want(s, FIELD_SITE_NAME, set.count))
        cr_assert_lt(++asked, 100u);
    cr_assert_gt(asked, 3u);
    cr_assert_not_null(index_want(s, FIELD_SITE_NAME, 0));
    cr_assert_null(index_want(s, FIELD_SITE_DESCRIPTION, 0));
    cr_assert_null(index_want(NULL, FIELD_SITE_NAME, PLENTY));
}

Test(index, a_change_begins_anew)
{
    struct catalog_set set;
    cr_assert_eq(equal(FIELD_SITE_NAME, "Ulm"), 0);
    const struct entity_set *before = sites(&set);
    kit_made(&k, RESOURCE_SITE,
             kit_text(&k, "{\"name\":\"Ulm\",\"active\":true,\"multimediaProfileId\":\"$m\"}"));
    cr_assert_neq(sites(&set), before);
    cr_assert_null(index_want(sites(&set), FIELD_SITE_NAME, 0));
    cr_assert_eq(equal(FIELD_SITE_NAME, "Ulm"), 1);
}

Test(index, few_entities_and_odd_fields_have_none)
{
    struct catalog_set set;
    const struct entity_set *teams = catalog_published_set(k.catalog, k.org, RESOURCE_TEAM, &set);
    cr_assert_null(index_want(teams, FIELD_TEAM_NAME, PLENTY));
    cr_assert(!index_takes(FIELD_TEAM_USER_IDS)); /* derived */
    cr_assert(!index_takes(FIELD_TEAM_QUEUE_RANKINGS));
    cr_assert(index_takes(FIELD_USER_TEAM_IDS));
}

Test(index, their_number_is_limited)
{
    struct catalog_set set;
    const struct resource_rule *rule = &resource_rules[RESOURCE_SITE];
    unsigned built = 0, asked = 0;
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        asked += index_takes(f);
        built += index_want(sites(&set), f, PLENTY) != NULL;
    }
    cr_assert_eq(built, asked < LIMIT_index_fields_max ? asked : LIMIT_index_fields_max);
}
