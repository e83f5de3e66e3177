/* Skills and skill profiles: a value must be of the kind its skill has. */
#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/check.h"
#include "domain/catalog/hooks.h"

static struct json *list_of(const struct check *c, enum field f)
{
    struct slice raw = document_value(c->document, f);
    struct json *list;
    return raw.at && json_parse(c->arena, raw, &list, NULL) == ERR_OK ? list : NULL;
}

void hook_skill_values(struct check *c)
{
    struct slice type = check_text(c, FIELD_SKILL_SKILL_TYPE);
    const struct json *values = list_of(c, FIELD_SKILL_ENUM_SKILL_VALUES);
    bool some = values && values->count > 0;
    if (slice_is(type, "ENUM") && !some)
        check_violation(c, "Enum skill should have atleast one value");
    if (type.len && !slice_is(type, "ENUM") && some)
        check_violation(c, "enumSkillValues: should only be specified for an enum skill");
}

/* The member that holds the value of a skill of this type; NULL: it has its values elsewhere. */
static const char *value_member(const struct entity *skill)
{
    struct slice type = entity_text(skill, FIELD_SKILL_SKILL_TYPE);
    if (slice_is(type, "BOOLEAN"))
        return "booleanValue";
    if (slice_is(type, "TEXT"))
        return "textValue";
    return slice_is(type, "PROFICIENCY") ? "proficiencyValue" : NULL;
}

static const struct entity *skill_of(const struct check *c, const struct json *row)
{
    struct uuid id;
    return uuid_parse(json_text(json_get(row, "skillId"), SLICE("")), &id)
               ? view_get(&c->view, RESOURCE_SKILL, id)
               : NULL;
}

/* A list of skills with values, in a profile or given to one user. */
static void check_values(struct check *c, const struct json *rows)
{
    unsigned at = 0;
    JSON_EACH(row, rows)
    {
        const struct entity *skill = skill_of(c, row);
        const char *member = skill ? value_member(skill) : NULL;
        if (skill && !member)
            check_violation(c, "activeSkills[%u].skillId: should not be an enum skill", at);
        else if (member && !json_get(row, member))
            check_violation(c, "activeSkills[%u].%s: should not be null", at, member);
        at++;
    }
}

static bool has_value(const struct entity *skill, struct slice id, struct arena *a)
{
    struct json *values;
    if (entity_parse(skill, FIELD_SKILL_ENUM_SKILL_VALUES, a, &values) != ERR_OK)
        return false;
    JSON_EACH(value, values)
    {
        if (slice_eq_nocase(json_text(json_get(value, "id"), SLICE("")), id))
            return true;
    }
    return false;
}

static const struct entity *skill_with_value(struct check *c, struct slice id)
{
    struct catalog_set set = c->view.set(c->view.catalog, c->view.org, RESOURCE_SKILL);
    for (size_t i = 0; i < set.count; i++) {
        if (has_value(set.items[i], id, c->arena))
            return set.items[i];
    }
    return NULL;
}

static void put_enum_skill(struct json_writer *w, const struct json *row,
                           const struct entity *skill)
{
    json_object_begin(w);
    JSON_EACH(member, row)
    {
        json_key_slice(w, member->key);
        json_put_node(w, member);
    }
    json_member_uuid(w, "enumSkillId", entity_id(skill));
    json_object_end(w);
}

/* A value names its skill too, so that the skill knows who points at it. */
static void complete_enums(struct check *c, const struct json *rows)
{
    struct buf out;
    struct json_writer w;
    unsigned at = 0;
    buf_init_arena(&out, c->arena);
    json_writer_init(&w, &out);
    json_array_begin(&w);
    JSON_EACH(row, rows)
    {
        struct slice id = json_text(json_get(row, "enumSkillValueId"), SLICE(""));
        const struct entity *skill = skill_with_value(c, id);
        if (skill)
            put_enum_skill(&w, row, skill);
        else
            check_violation(c, "activeEnumSkills[%u].enumSkillValueId: not found for given orgId.",
                            at);
        at++;
    }
    json_array_end(&w);
    if (!buf_failed(&out))
        document_set(c->document, FIELD_SKILL_PROFILE_ACTIVE_ENUM_SKILLS, buf_slice(&out));
}

void hook_skill_profile_values(struct check *c)
{
    const struct json *active = list_of(c, FIELD_SKILL_PROFILE_ACTIVE_SKILLS);
    const struct json *enums = list_of(c, FIELD_SKILL_PROFILE_ACTIVE_ENUM_SKILLS);
    if ((!active || active->count == 0) && (!enums || enums->count == 0) && !c->violations)
        check_violation(c, "Atleast one skill is mandatory.");
    if (active)
        check_values(c, active);
    if (enums)
        complete_enums(c, enums);
}
