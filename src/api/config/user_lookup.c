/* Which users: with a skill, with these ids; users with their profiles; and what a user may do
 * about the skills of others. */
#include "api/config/gate.h"
#include "api/config/lookup.h"
#include "api/config/user_extras.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "domain/catalog/naming.h"
#include "domain/catalog/schema.h"

static void put_names(const struct entity *user, struct json_writer *w)
{
    lookup_put(user, w, FIELD_USER_FIRST_NAME);
    lookup_put(user, w, FIELD_USER_LAST_NAME);
    lookup_put(user, w, FIELD_USER_EMAIL);
}

/* ---- by a skill given to single users ---- */

static bool has_skill(struct lookup *l, const struct entity *user)
{
    return lookup_mentions(user, FIELD_USER_DYNAMIC_SKILLS, l->id);
}

static enum err the_skill(struct lookup *l)
{
    enum resource r = schema_resource(SLICE("skill"));
    bool named = uuid_parse(l->call->params[1], &l->id);
    return named && (r == RESOURCE_COUNT || view_get(&l->view, r, l->id)) ? ERR_OK : ERR_NOT_FOUND;
}

static void put_with_skill(struct lookup *l, const struct entity *user, struct json_writer *w)
{
    struct json *skills = NULL;
    struct uuid id;
    lookup_put(user, w, FIELD_USER_ORGANIZATION_ID);
    lookup_put(user, w, FIELD_USER_ID);
    put_names(user, w);
    entity_parse(user, FIELD_USER_DYNAMIC_SKILLS, l->arena, &skills);
    JSON_EACH(skill, skills)
    {
        if (uuid_parse(json_text(json_get(skill, "skillId"), SLICE("")), &id) && uuid_eq(id, l->id))
            json_member_raw(w, "dynamicSkill", skill->raw);
    }
}

#define USERS(...)                                                                \
    (&(struct lookup){ .resource = RESOURCE_USER,                                 \
                       .searched = { FIELD_USER_FIRST_NAME, FIELD_USER_LAST_NAME, \
                                     FIELD_USER_EMAIL, FIELD_COUNT },             \
                       __VA_ARGS__ })

enum err rest_config_users_of_skill(struct rest_call *call)
{
    return lookup_answer(call, USERS(.prepare = the_skill, .wanted = has_skill,
                                     .put = put_with_skill, .page_rows = 100));
}

/* ---- by what a queue would ask for ---- */

enum { REQUIREMENTS_MAX = 50 }; /* as the contract says */

/* {skillRequirements: [..]} as the contract's example has it; NULL: one alone, as its schema says.
 */
static const struct json *requirements(const struct lookup *l)
{
    return json_get(l->call->body, "skillRequirements");
}

static enum err check_requirement(struct lookup *l, const struct json *requirement)
{
    static const char *const needed[] = { "skillId", "condition", "skillValue" };
    for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (slice_trim(json_text(json_get(requirement, needed[i]), SLICE(""))).len)
            continue;
        l->why = arena_printf(l->arena, "%s: should not be null or blank", needed[i]);
        return ERR_INVALID_FIELD;
    }
    if (skill_condition_named(json_text(json_get(requirement, "condition"), SLICE(""))) !=
        SKILL_NEVER)
        return ERR_OK;
    l->why = SLICE("condition: should be one of IS, IS_NOT, GTE, LTE, GT, LT");
    return ERR_INVALID_FIELD;
}

static enum err the_requirements(struct lookup *l)
{
    const struct json *many = requirements(l);
    enum err e = ERR_OK;
    if (!many)
        return check_requirement(l, l->call->body);
    l->why = SLICE("skillRequirements: should be a list of 1 to 50 skill requirements");
    if (many->type != JSON_ARRAY || !many->count || many->count > REQUIREMENTS_MAX)
        return ERR_INVALID_FIELD;
    for (const struct json *one = many->first; e == ERR_OK && one; one = one->next)
        e = check_requirement(l, one);
    return e;
}

static bool meets(const struct lookup *l, const struct json *requirement)
{
    bool given = json_bool(json_get(requirement, "dynamicSkill"), false);
    return skills_meet(given ? &l->dynamic : &l->profile, requirement);
}

static bool meets_all(struct lookup *l, const struct entity *user)
{
    const struct json *many = requirements(l);
    l->profile = l->dynamic = (struct skills){ 0 };
    if (!entity_bool(user, FIELD_USER_CONTACT_CENTER_ENABLED, false) ||
        skills_of_user(&l->view, user, l->arena, &l->profile, &l->dynamic) != ERR_OK)
        return false;
    if (!many)
        return meets(l, l->call->body);
    JSON_EACH(requirement, many)
    {
        if (!meets(l, requirement))
            return false;
    }
    return true;
}

static void put_with_profile_name(struct lookup *l, const struct entity *user,
                                  struct json_writer *w)
{
    enum resource r = schema_resource(SLICE("skill-profile"));
    const struct entity *profile =
        r == RESOURCE_COUNT ? NULL
                            : view_get(&l->view, r, entity_ref(user, FIELD_USER_SKILL_PROFILE_ID));
    lookup_put_head(user, w);
    put_names(user, w);
    if (profile)
        json_member_text(w, "skillProfileName", entity_name(profile, l->arena));
    lookup_put_tail(user, w);
}

enum err rest_config_users_of_requirements(struct rest_call *call)
{
    return lookup_answer(call, USERS(.prepare = the_requirements, .wanted = meets_all,
                                     .put = put_with_profile_name, .page_rows = 100));
}

/* ---- by ids ---- */

static enum err the_ids(struct lookup *l)
{
    const struct json *ids = json_get(l->call->body, "userIds");
    const struct json *queue = json_get(l->call->body, "queueId");
    l->search = slice_trim(json_text(json_get(l->call->body, "search"), SLICE("")));
    if (queue && queue->type != JSON_NULL && !uuid_parse(json_text(queue, SLICE("")), &l->id)) {
        l->why = SLICE("queueId: should be an id");
        return ERR_INVALID_FIELD;
    }
    if (ids && ids->type == JSON_ARRAY && ids->count <= LIMIT_bulk_items_max)
        return ERR_OK;
    l->why =
        arena_printf(l->arena, "userIds: should be a list of at most %d ids", LIMIT_bulk_items_max);
    return ERR_INVALID_FIELD;
}

static bool is_among_ids(const struct lookup *l, struct uuid user)
{
    JSON_EACH(one, json_get(l->call->body, "userIds"))
    {
        struct uuid id;
        if (uuid_parse(json_text(one, SLICE("")), &id) && uuid_eq(id, user))
            return true;
    }
    return false;
}

static bool is_named(struct lookup *l, const struct entity *user)
{
    if (!is_among_ids(l, entity_id(user)))
        return false;
    if (uuid_is_nil(l->id))
        return true;
    const struct entity *queue = view_get(&l->view, RESOURCE_CONTACT_SERVICE_QUEUE, l->id);
    return queue && lookup_mentions(queue, FIELD_CONTACT_SERVICE_QUEUE_AGENTS, entity_id(user));
}

static void put_details(struct lookup *l, const struct entity *user, struct json_writer *w)
{
    (void)l;
    lookup_put(user, w, FIELD_USER_ID);
    put_names(user, w);
}

enum err rest_config_users_of_ids(struct rest_call *call)
{
    return lookup_answer(
        call, USERS(.prepare = the_ids, .wanted = is_named, .put = put_details, .page_rows = 10));
}

/* ---- with their profiles ---- */

enum err rest_config_users_with_profile(struct rest_call *call)
{
    struct catalog_view view = config_view(call);
    struct access access;
    struct buf out;
    buf_init_arena(&out, call->arena);
    buf_add_char(&out, '[');
    epoch_enter();
    enum err e = gate_read(call, RESOURCE_USER, &access);
    struct catalog_set set = view.set(view.catalog, view.org, RESOURCE_USER);
    for (size_t i = 0; e == ERR_OK && i < set.count; i++) {
        if (i)
            buf_add_char(&out, ',');
        buf_add(&out, user_with(&view, set.items[i], USER_PROFILE_DATA | USER_GRANULAR_DATA,
                                call->arena));
    }
    epoch_leave();
    buf_add_char(&out, ']');
    return e ? e : config_answer(call, &out);
}

enum err rest_config_user_with_profile(struct rest_call *call)
{
    struct catalog_view view = config_view(call);
    struct access access;
    struct uuid id;
    struct slice json = { NULL, 0 };
    enum err e = config_id(call, &id);
    if (e != ERR_OK)
        return e;
    epoch_enter();
    e = gate_read(call, RESOURCE_USER, &access);
    const struct entity *user = e == ERR_OK ? view_get(&view, RESOURCE_USER, id) : NULL;
    if (user)
        json = user_with(&view, user, USER_PROFILE_DATA | USER_GRANULAR_DATA, call->arena);
    epoch_leave();
    if (!user)
        return e ? e : ERR_NOT_FOUND;
    if (!json.at)
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 0, json);
    return ERR_OK;
}
