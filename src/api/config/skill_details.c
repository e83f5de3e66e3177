/* A skill profile with the names of its skills: what a desktop shows of it. */
#include "api/config/gate.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/epoch.h"
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
    put_name(d, "skillName", skill);
    put_name(d, "enumSkillName", of_value);
    put_value_name(d, row, of_value);
    json_object_end(&d->w);
}

static void put_member(struct details *d, const struct json *member)
{
    json_key_slice(&d->w, member->key);
    if (member->type != JSON_ARRAY) {
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

static enum err put_profile(struct rest_call *call, struct details *d, struct uuid id)
{
    struct json *whole;
    struct access access;
    const struct entity *e = view_get(&d->view, RESOURCE_SKILL_PROFILE, id);
    enum err err = gate_read(call, RESOURCE_SKILL_PROFILE, &access);
    if (err == ERR_OK && (!e || !access_shows(&access, e)))
        err = ERR_NOT_FOUND;
    if (err == ERR_OK)
        err = json_parse(d->arena, entity_json(e), &whole, NULL);
    if (err != ERR_OK)
        return err;
    json_object_begin(&d->w);
    JSON_EACH(member, whole)
    {
        put_member(d, member);
    }
    json_object_end(&d->w);
    return ERR_OK;
}

enum err rest_config_get_skill_profile(struct rest_call *call)
{
    struct slice asked;
    struct uuid id;
    struct buf out;
    struct details d = { .view = config_view(call), .arena = call->arena };
    if (!http_query(call->http, "includeSkillDetails", &asked) || !slice_is(asked, "true"))
        return rest_config_get(call);
    enum err e = config_id(call, &id);
    if (e != ERR_OK)
        return e;
    buf_init_arena(&out, call->arena);
    json_writer_init(&d.w, &out);
    epoch_enter();
    e = put_profile(call, &d, id);
    epoch_leave();
    return e == ERR_OK ? config_answer(call, &out) : e;
}
