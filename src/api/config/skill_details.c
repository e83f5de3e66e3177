/* Names of skills beside their ids: what a desktop shows of a skill profile, and of a user. */
#include "api/config/asked.h"
#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/schema.h"

struct details {
    struct catalog_view view;
    struct arena *arena;
    struct json_writer w;
};

static const struct entity *skill_of(const struct details *d, const struct json *row,
                                     const char *member)
{
    struct uuid id;
    return uuid_parse(json_text(json_get(row, member), SLICE("")), &id)
               ? view_get(&d->view, RESOURCE_SKILL, id)
               : NULL;
}

static void put_name(struct details *d, const char *member, const struct entity *skill)
{
    if (skill)
        json_member_text(&d->w, member, entity_text_copy(skill, FIELD_SKILL_NAME, d->arena));
}

static void put_value_name(struct details *d, const struct json *row, const struct entity *skill)
{
    struct slice id = json_text(json_get(row, "enumSkillValueId"), SLICE(""));
    struct json *values;
    if (!skill || entity_parse(skill, FIELD_SKILL_ENUM_SKILL_VALUES, d->arena, &values) != ERR_OK)
        return;
    JSON_EACH(value, values)
    {
        if (slice_eq_nocase(json_text(json_get(value, "id"), SLICE("")), id))
            json_member_text(&d->w, "enumSkillValue",
                             json_text(json_get(value, "name"), SLICE("")));
    }
}

static void put_row(struct details *d, const struct json *row)
{
    const struct entity *skill = skill_of(d, row, "skillId");
    const struct entity *of_value = skill_of(d, row, "enumSkillId");
    json_object_begin(&d->w);
    JSON_EACH(member, row)
    {
        json_key_slice(&d->w, member->key);
        json_put_node(&d->w, member);
    }
    if (!json_get(row, "skillName")) /* users have it among what they keep */
        put_name(d, "skillName", skill);
    put_name(d, "enumSkillName", of_value);
    put_value_name(d, row, of_value);
    json_object_end(&d->w);
}

static void put_member(struct details *d, const struct json *member)
{
    json_key_slice(&d->w, member->key);
    if (member->type != JSON_ARRAY || !member->first || member->first->type != JSON_OBJECT) {
        json_put_node(&d->w, member);
        return;
    }
    json_array_begin(&d->w);
    JSON_EACH(row, member)
    {
        put_row(d, row);
    }
    json_array_end(&d->w);
}

struct slice skill_details(const struct catalog_view *view, struct slice served, struct arena *a)
{
    struct details d = { .view = *view, .arena = a };
    struct json *whole;
    struct buf out;
    if (!served.at || json_parse(a, served, &whole, NULL) != ERR_OK)
        return (struct slice){ NULL, 0 };
    buf_init_arena(&out, a);
    json_writer_init(&d.w, &out);
    json_object_begin(&d.w);
    JSON_EACH(member, whole)
    {
        put_member(&d, member);
    }
    json_object_end(&d.w);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}
