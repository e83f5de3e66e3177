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

TestSuite(catalog_skills_rules, .init = setup, .fini = teardown);

static enum err skill(const char *name, const char *type, const char *more)
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"name\":\"%s\",\"active\":true,\"serviceLevelThreshold\":5,\"skillType\":\"%s\"%s}",
             name, type, more);
    return kit_create(&k, RESOURCE_SKILL, body);
}

static const char *made(const char *name, const char *type, const char *more)
{
    static char ids[8][UUID_TEXT_LEN + 1];
    static unsigned turn;
    char *id = ids[turn++ % 8];
    cr_assert_eq(skill(name, type, more), ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
    uuid_format(kit_result_id(&k), id);
    return id;
}

static enum err profile(const char *before, const char *id, const char *after)
{
    char body[512];
    snprintf(body, sizeof body, "{\"name\":\"P\",%s%s%s}", before, id, after);
    return kit_create(&k, RESOURCE_SKILL_PROFILE, body);
}

Test(catalog_skills_rules, an_enum_skill_has_values_and_others_have_none)
{
    cr_assert_eq(skill("A", "ENUM", ""), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "Enum skill should have atleast one value"));
    cr_assert_eq(skill("A", "enum", ",\"enumSkillValues\":[{\"name\":\"x\"}]"), ERR_OK);
    cr_assert_eq(skill("B", "TEXT", ",\"enumSkillValues\":[{\"name\":\"x\"}]"), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "enumSkillValues: should only be specified for an enum skill"));
}

Test(catalog_skills_rules, another_spelling_of_a_type_is_kept_as_the_word)
{
    struct uuid id;
    uuid_parse(slice_of(made("A", "Proficiency", "")), &id);
    const struct entity *e = catalog_working_get(k.catalog, k.org, RESOURCE_SKILL, id);
    cr_assert(entity_is(e, FIELD_SKILL_SKILL_TYPE, "PROFICIENCY"));
    char body[512], text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    snprintf(body, sizeof body,
             "{\"id\":\"%s\",\"name\":\"A\",\"active\":true,\"serviceLevelThreshold\":5,"
             "\"skillType\":\"Proficiency\"}",
             text);
    cr_assert_eq(kit_update(&k, RESOURCE_SKILL, id, body), ERR_OK, "the same type as before");
    snprintf(body, sizeof body,
             "{\"id\":\"%s\",\"name\":\"B\",\"active\":true,\"serviceLevelThreshold\":5,"
             "\"skillType\":\"TEXT\"}",
             text);
    cr_assert_eq(kit_update(&k, RESOURCE_SKILL, id, body), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "name: should not be modified"));
    cr_assert(kit_says(&k, "skillType: should not be modified"));
}

Test(catalog_skills_rules, a_profile_has_a_skill_with_the_value_of_its_kind)
{
    cr_assert_eq(profile("\"description\":\"", "none", "\""), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "Atleast one skill is mandatory."));
    const char *level = made("Level", "PROFICIENCY", "");
    cr_assert_eq(profile("\"activeSkills\":[{\"skillId\":\"", level, "\",\"textValue\":\"x\"}]"),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "activeSkills[0].proficiencyValue: should not be null"));
    cr_assert_eq(
        profile("\"activeSkills\":[{\"skillId\":\"", level, "\",\"proficiencyValue\":11}]"),
        ERR_INVALID_FIELD);
    cr_assert_eq(profile("\"activeSkills\":[{\"skillId\":\"", level, "\",\"proficiencyValue\":7}]"),
                 ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
    struct uuid id;
    uuid_parse(slice_of(level), &id);
    cr_assert_eq(kit_delete(&k, RESOURCE_SKILL, id), ERR_REFERENCED);
    cr_assert(kit_says(&k, "skill-profile"));
}

Test(catalog_skills_rules, a_value_of_an_enum_skill_leads_to_its_skill)
{
    struct json *body;
    const char *text = made("Place", "ENUM", ",\"enumSkillValues\":[{\"name\":\"north\"}]");
    cr_assert_eq(json_parse(k.arena, k.fx.result, &body, NULL), ERR_OK);
    const struct json *value = json_get(body, "enumSkillValues");
    char value_id[64] = "";
    JSON_EACH(row, value)
    {
        struct slice found = json_text(json_get(row, "id"), SLICE(""));
        snprintf(value_id, sizeof value_id, "%.*s", SLICE_ARG(found));
    }
    cr_assert_eq(profile("\"activeSkills\":[{\"skillId\":\"", text, "\",\"textValue\":\"x\"}]"),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "activeSkills[0].skillId: should not be an enum skill"));
    cr_assert_eq(profile("\"activeEnumSkills\":[{\"enumSkillValueId\":\"", text, "\"}]"),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "activeEnumSkills[0].enumSkillValueId: not found for given orgId."));
    cr_assert_eq(profile("\"activeEnumSkills\":[{\"enumSkillValueId\":\"", value_id, "\"}]"),
                 ERR_OK);
    struct uuid id;
    uuid_parse(slice_of(text), &id);
    cr_assert_eq(kit_delete(&k, RESOURCE_SKILL, id), ERR_REFERENCED);
}
