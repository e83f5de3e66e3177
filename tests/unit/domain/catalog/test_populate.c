/* needs: store/memory
 * What entries of a skill lack because they are old is filled in. */
#include "unit/domain/catalog/kit.h"

static struct kit k;

static void teardown(void)
{
    kit_stop(&k, true);
}
TestSuite(populate, .fini = teardown);

static struct uuid colour(void)
{
    return kit_made(&k, RESOURCE_SKILL,
                    "{\"name\":\"Colour\",\"serviceLevelThreshold\":1,\"active\":true,"
                    "\"skillType\":\"ENUM\",\"dynamicSkill\":true,"
                    "\"enumSkillValues\":[{\"name\":\"red\"}]}");
}

static struct uuid painter(struct uuid skill)
{
    char body[1024], id[UUID_TEXT_LEN + 1];
    uuid_format(skill, id);
    snprintf(body, sizeof body,
             "{" USER_BODY ",\"email\":\"a@b.c\",\"dynamicSkills\":[{\"skillId\":\"%s\","
             "\"enumSkillValues\":\"red\"}]}",
             id);
    return kit_made(&k, RESOURCE_USER, kit_text(&k, body));
}

static struct slice json_of(enum resource r, struct uuid id)
{
    return entity_json(catalog_working_get(k.catalog, k.org, r, id));
}

/* Entries end in organizationId, version, createdTime, lastUpdatedTime; the document begins with
 * its own organizationId. Where the entry's begins: */
static const char *stamps_in(struct slice json)
{
    struct slice rest = slice_sub(json, 2, json.len);
    return memmem(rest.at, rest.len, ",\"organizationId\":", 18);
}

/* The row as a version without stamps has left it. */
static void forget(enum resource r, const char *kind, struct uuid id)
{
    char text[4096], org[UUID_TEXT_LEN + 1], id_text[UUID_TEXT_LEN + 1];
    struct slice json = json_of(r, id);
    const char *from = stamps_in(json), *end = json.at + json.len;
    cr_assert(from);
    const char *to = memchr(from, '}', (size_t)(end - from));
    snprintf(text, sizeof text, "%.*s%.*s", (int)(from - json.at), json.at, (int)(end - to), to);
    uuid_format(k.org, org);
    uuid_format(id, id_text);
    struct store_write w = { slice_of(kind), slice_of(org), slice_of(id_text), slice_of(text) };
    struct store_batch batch = { .writes = &w, .write_count = 1 };
    cr_assert_eq(k.store->ops->commit(k.store, &batch, 1), ERR_OK);
}

static void start_again(void)
{
    struct store *store = k.store;
    struct uuid org = k.org;
    kit_stop(&k, false);
    kit_start(&k, store);
    k.org = org;
}

static enum err populate(struct uuid skill)
{
    struct catalog_change c = { .org = k.org, .resource = RESOURCE_SKILL, .id = skill };
    return kit_run(&k, catalog_populate_skill, &c);
}

static int64_t version(enum resource r, struct uuid id)
{
    return entity_version(catalog_working_get(k.catalog, k.org, r, id));
}

Test(populate, old_entries_get_what_new_ones_have)
{
    kit_start(&k, NULL);
    kit_fill(&k);
    struct uuid skill = colour(), user = painter(skill);
    forget(RESOURCE_SKILL, "skill", skill);
    forget(RESOURCE_USER, "user", user);
    start_again();
    cr_assert_null(stamps_in(json_of(RESOURCE_SKILL, skill)));
    cr_assert_null(stamps_in(json_of(RESOURCE_USER, user)));
    for (int again = 0; again < 2; again++) { /* the second time nothing is missing */
        cr_assert_eq(populate(skill), ERR_OK);
        cr_assert_not_null(stamps_in(json_of(RESOURCE_SKILL, skill)));
        cr_assert_not_null(stamps_in(json_of(RESOURCE_USER, user)));
        cr_assert_eq(version(RESOURCE_SKILL, skill), 2);
        cr_assert_eq(version(RESOURCE_USER, user), 2);
    }
    cr_assert_eq(populate(user), ERR_NOT_FOUND);
}
