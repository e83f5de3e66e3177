#include "domain/catalog/skills.h"

#include "base/arena.h"
#include "domain/catalog/schema.h"

/* ---- what is held ---- */

static enum err add(struct skills *s, struct skill_held held, struct arena *a)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 16;
        struct skill_held *items = arena_alloc(a, cap * sizeof *items);
        if (!items)
            return ERR_OUT_OF_MEMORY;
        if (s->count)
            memcpy(items, s->items, s->count * sizeof *items);
        s->items = items;
        s->cap = cap;
    }
    s->items[s->count++] = held;
    return ERR_OK;
}

/* enumSkillValues comes as one text with commas or as a list. */
static enum err add_enum_values(struct skills *s, struct uuid skill, const struct json *values,
                                struct arena *a)
{
    struct slice rest = json_text(values, SLICE("")), one;
    enum err e = ERR_OK;
    while (e == ERR_OK && slice_cut(&rest, ',', &one))
        e = add(s, (struct skill_held){ skill, slice_trim(one), -1 }, a);
    if (!values || values->type != JSON_ARRAY)
        return e;
    JSON_EACH(value, values)
    {
        if (e == ERR_OK)
            e = add(s, (struct skill_held){ skill, json_text(value, SLICE("")), -1 }, a);
    }
    return e;
}

static enum err add_one(struct skills *s, const struct json *row, struct arena *a)
{
    struct skill_held held = { .level = json_i64(json_get(row, "proficiencyValue"), -1) };
    const struct json *yes = json_get(row, "booleanValue");
    const struct json *text = json_get(row, "textValue");
    if (!uuid_parse(json_text(json_get(row, "skillId"), SLICE("")), &held.skill))
        return ERR_OK;
    if (text && text->type == JSON_STRING)
        held.text = text->text;
    else if (yes && held.level < 0)
        held.text = json_bool(yes, false) ? SLICE("true") : SLICE("false");
    enum err e = held.text.len || held.level >= 0 ? add(s, held, a) : ERR_OK;
    return e == ERR_OK ? add_enum_values(s, held.skill, json_get(row, "enumSkillValues"), a) : e;
}

enum err skills_add_list(struct skills *s, const struct json *list, struct arena *a)
{
    if (!list || list->type != JSON_ARRAY)
        return ERR_OK;
    JSON_EACH(row, list)
    {
        enum err e = add_one(s, row, a);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

/* A list of the entity; NULL: not set, or the resource has no such field. */
static const struct json *list_of(const struct entity *e, const char *name, struct arena *a)
{
    enum field f = schema_field(entity_resource(e), slice_of(name));
    struct json *list;
    bool there = f != FIELD_COUNT && entity_parse(e, f, a, &list) == ERR_OK;
    return there && list->type == JSON_ARRAY ? list : NULL;
}

/* Profiles name the values of enum skills by id alone; requirements name them by id or by name. */
static enum err add_enum_value(struct skills *s, const struct entity *skill, struct slice id,
                               struct arena *a)
{
    const struct json *values = list_of(skill, "enumSkillValues", a);
    if (!values)
        return ERR_OK;
    JSON_EACH(value, values)
    {
        if (!slice_eq(json_text(json_get(value, "id"), SLICE("")), id))
            continue;
        struct slice name = json_text(json_get(value, "name"), SLICE(""));
        enum err e = add(s, (struct skill_held){ entity_id(skill), id, -1 }, a);
        return e == ERR_OK && name.len
                   ? add(s, (struct skill_held){ entity_id(skill), name, -1 }, a)
                   : e;
    }
    return ERR_OK;
}

static enum err add_enum_skills(struct skills *s, const struct catalog_view *view,
                                const struct json *list, struct arena *a)
{
    enum resource r = schema_resource(SLICE("skill"));
    if (!list || r == RESOURCE_COUNT)
        return ERR_OK;
    struct catalog_set set = view->set(view->catalog, view->org, r);
    JSON_EACH(row, list)
    {
        struct slice id = json_text(json_get(row, "enumSkillValueId"), SLICE(""));
        for (size_t i = 0; i < set.count; i++) {
            enum err e = add_enum_value(s, set.items[i], id, a);
            if (e != ERR_OK)
                return e;
        }
    }
    return ERR_OK;
}

enum err skills_add_profile(struct skills *s, const struct catalog_view *view, struct uuid profile,
                            struct arena *a)
{
    enum resource r = schema_resource(SLICE("skill-profile"));
    const struct entity *e = r == RESOURCE_COUNT ? NULL : view_get(view, r, profile);
    if (!e)
        return ERR_NOT_FOUND;
    enum err err = skills_add_list(s, list_of(e, "activeSkills", a), a);
    return err == ERR_OK ? add_enum_skills(s, view, list_of(e, "activeEnumSkills", a), a) : err;
}

static struct uuid profile_of(const struct catalog_view *view, const struct entity *user)
{
    struct uuid profile = entity_ref(user, FIELD_USER_SKILL_PROFILE_ID), team;
    size_t at = 0;
    while (uuid_is_nil(profile) && entity_next_ref(user, FIELD_USER_TEAM_IDS, &at, &team)) {
        const struct entity *t = view_get(view, RESOURCE_TEAM, team);
        if (t)
            profile = entity_ref(t, FIELD_TEAM_SKILL_PROFILE_ID);
    }
    return profile;
}

enum err skills_of_user(const struct catalog_view *view, const struct entity *user, struct arena *a,
                        struct skills *profile, struct skills *dynamic)
{
    enum err e = skills_add_profile(profile, view, profile_of(view, user), a);
    if (e != ERR_OK && e != ERR_NOT_FOUND)
        return e;
    return skills_add_list(dynamic, list_of(user, "dynamicSkills", a), a);
}

/* ---- what is asked for ---- */

/* False: names no skill. */
static bool read_ask(const struct json *requirement, struct skill_ask *out)
{
    *out = (struct skill_ask){
        .condition =
            skill_condition_named(json_text(json_get(requirement, "condition"), SLICE(""))),
        .value = json_text(json_get(requirement, "skillValue"), SLICE("")),
        .level = -1,
        .weight = json_i64(json_get(requirement, "weight"), SKILL_WEIGHT_DEFAULT),
        .dynamic = json_bool(json_get(requirement, "dynamicSkill"), false),
    };
    slice_to_i64(out->value, &out->level);
    return uuid_parse(json_text(json_get(requirement, "skillId"), SLICE("")), &out->skill);
}

bool skills_meet(const struct skills *s, const struct json *requirement)
{
    struct skill_ask ask;
    return read_ask(requirement, &ask) && skill_ask_met(s, &ask);
}

/* A skill that is switched off is had by nobody. */
static void ask_the_skill(const struct catalog_view *view, struct skill_ask *ask)
{
    const struct entity *skill = view_get(view, RESOURCE_SKILL, ask->skill);
    if (skill && entity_bool(skill, FIELD_SKILL_ACTIVE, true))
        return;
    ask->skill = (struct uuid){ { 0 } };
    if (ask->condition != SKILL_IS_NOT)
        ask->condition = SKILL_NEVER;
}

enum err skills_of_queue(const struct catalog_view *view, const struct entity *queue,
                         struct arena *a, struct skill_ask **asks, size_t *count)
{
    struct json *list;
    *count = 0;
    enum err e =
        entity_parse(queue, FIELD_CONTACT_SERVICE_QUEUE_QUEUE_SKILL_REQUIREMENTS, a, &list);
    if (e != ERR_OK)
        return e == ERR_NOT_FOUND ? ERR_OK : e;
    *asks = arena_alloc(a, (list->count + 1) * sizeof **asks);
    if (!*asks)
        return ERR_OUT_OF_MEMORY;
    JSON_EACH(requirement, list)
    {
        struct skill_ask *ask = &(*asks)[*count];
        if (!read_ask(requirement, ask))
            continue;
        ask_the_skill(view, ask);
        ++*count;
    }
    return ERR_OK;
}

enum err skills_match_queue(const struct catalog_view *view, const struct skills *profile,
                            const struct skills *dynamic, const struct entity *queue,
                            struct arena *a, struct skills_match *out)
{
    struct skill_ask *asks = NULL;
    size_t count;
    enum err e = skills_of_queue(view, queue, a, &asks, &count);
    if (e == ERR_OK)
        skills_match(profile, dynamic, asks, count, out);
    return e;
}
