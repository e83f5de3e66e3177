/* needs: store/memory
 * Names of skills beside their ids in what users were given. */
#include "unit/domain/catalog/kit.h"

static struct kit k;
static char org[UUID_TEXT_LEN + 1], user[UUID_TEXT_LEN + 1];

static void teardown(void)
{
    kit_stop(&k, true);
}
TestSuite(skill_names, .fini = teardown);

static struct uuid german(void)
{
    return kit_made(&k, RESOURCE_SKILL,
                    "{\"name\":\"German\",\"serviceLevelThreshold\":1,\"active\":true,"
                    "\"skillType\":\"PROFICIENCY\",\"dynamicSkill\":true}");
}

static struct uuid speaker(struct uuid skill)
{
    char body[1024], id[UUID_TEXT_LEN + 1];
    uuid_format(skill, id);
    snprintf(body, sizeof body,
             "{" USER_BODY ",\"email\":\"a@b.c\",\"dynamicSkills\":[{\"skillId\":\"%s\","
             "\"proficiencyValue\":5}]}",
             id);
    return kit_made(&k, RESOURCE_USER, kit_text(&k, body));
}

static bool is_named(struct uuid id)
{
    struct slice json = entity_json(catalog_working_get(k.catalog, k.org, RESOURCE_USER, id));
    return memmem(json.at, json.len, "\"skillName\":\"German\"", 20) != NULL;
}

/* The user's row as a version without names has left it, and a start from there. */
static void forget_name(struct uuid id)
{
    struct slice json = entity_json(catalog_working_get(k.catalog, k.org, RESOURCE_USER, id));
    char text[4096];
    const char *name = ",\"skillName\":\"German\"";
    const char *at = memmem(json.at, json.len, name, strlen(name));
    cr_assert(at);
    int head = (int)(at - json.at);
    snprintf(text, sizeof text, "%.*s%.*s", head, json.at, (int)json.len - head - (int)strlen(name),
             at + strlen(name));
    uuid_format(k.org, org);
    uuid_format(id, user);
    struct store_write w = { SLICE("user"), slice_of(org), slice_of(user), slice_of(text) };
    struct store_batch batch = { .writes = &w, .write_count = 1 };
    cr_assert_eq(k.store->ops->commit(k.store, &batch, 1), ERR_OK);
    struct store *store = k.store;
    struct uuid o = k.org;
    kit_stop(&k, false);
    kit_start(&k, store);
    k.org = o;
}

static enum err fill(struct uuid skill)
{
    struct catalog_change c = { .org = k.org, .resource = RESOURCE_SKILL, .id = skill };
    return kit_run(&k, catalog_fill_skill_names, &c);
}

Test(skill_names, they_are_filled_in_where_they_are_missing)
{
    kit_start(&k, NULL);
    kit_fill(&k);
    struct uuid skill = german(), id = speaker(skill);
    cr_assert(is_named(id));
    forget_name(id);
    cr_assert_not(is_named(id));
    cr_assert_eq(fill(skill), ERR_OK);
    cr_assert(is_named(id));
    cr_assert_eq(entity_version(catalog_working_get(k.catalog, k.org, RESOURCE_USER, id)), 2);
    cr_assert_eq(fill(skill), ERR_OK); /* nothing is missing any more */
    cr_assert_eq(entity_version(catalog_working_get(k.catalog, k.org, RESOURCE_USER, id)), 2);
    cr_assert_eq(fill(id), ERR_NOT_FOUND);
}
