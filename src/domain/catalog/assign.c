/* Changes of lists inside an entity: who serves a queue, what a user can do. They are written as
 * "add these, remove those", so they must be worked out here, on the working version: two
 * supervisors who add one agent each both get theirs. */
#include "base/arena.h"
#include "base/json_write.h"
#include "base/map.h"
#include "domain/catalog/check.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

struct edit {
    struct catalog_view view;
    const struct catalog_change *change;
    struct json *body, *former; /* former: the list as it is; NULL: not set */
    struct buf out;
    struct json_writer w;
};

static enum err begin(struct edit *d, struct world *w, const struct catalog_change *change,
                      enum field list, struct effects *fx)
{
    *d = (struct edit){ .view = { world_catalog(w), change->org, catalog_working },
                        .change = change };
    const struct entity *e = view_get(&d->view, change->resource, change->id);
    if (!e)
        return ERR_NOT_FOUND;
    enum err err = json_parse(fx->arena, change->body, &d->body, NULL);
    if (err == ERR_OK && entity_has(e, list))
        err = entity_parse(e, list, fx->arena, &d->former);
    buf_init_arena(&d->out, fx->arena);
    json_writer_init(&d->w, &d->out);
    json_object_begin(&d->w);
    return err;
}

static enum err finish(struct edit *d, struct world *w, struct effects *fx)
{
    struct catalog_change change = *d->change;
    json_object_end(&d->w);
    if (buf_failed(&d->out))
        return ERR_OUT_OF_MEMORY;
    change.body = buf_slice(&d->out);
    change.partial = true;
    return catalog_update(w, &change, fx);
}

/* Is the text an element, or the `member` of an element, of the list? */
static bool lists(const struct json *list, const char *member, struct slice text)
{
    if (!list || list->type != JSON_ARRAY)
        return false;
    JSON_EACH(row, list)
    {
        const struct json *value = member ? json_get(row, member) : row;
        if (text.len && slice_eq_nocase(json_text(value, SLICE("")), text))
            return true;
    }
    return false;
}

static bool are_texts(const struct json *list)
{
    if (!list)
        return true;
    if (list->type != JSON_ARRAY)
        return false;
    JSON_EACH(row, list)
    {
        if (row->type != JSON_STRING)
            return false;
    }
    return true;
}

/* ---- agents of a queue ---- */

static void put_agent(struct edit *d, struct slice text)
{
    struct uuid id;
    const struct entity *user =
        uuid_parse(text, &id) ? view_get(&d->view, RESOURCE_USER, id) : NULL;
    json_object_begin(&d->w);
    json_member_text(&d->w, "id", text);
    if (user)
        json_member_raw(&d->w, "ciUserId", entity_raw(user, FIELD_USER_CI_USER_ID));
    json_object_end(&d->w);
}

/* Ids met so far, for lists may be as long as a body. */
struct met {
    struct map ids;
    struct arena *arena; /* of the keys */
    bool failed;
};

static struct slice key_of(const struct uuid *id)
{
    return (struct slice){ (const char *)id->bytes, sizeof id->bytes };
}

static bool has_met(const struct met *m, struct slice text)
{
    struct uuid id;
    return uuid_parse(text, &id) && map_get(&m->ids, key_of(&id));
}

/* What is no id is never met: catalog_update will say so. */
static void meet(struct met *m, struct slice text)
{
    struct uuid id;
    if (!uuid_parse(text, &id))
        return;
    struct uuid *key = arena_alloc(m->arena, sizeof *key);
    if (key)
        *key = id;
    m->failed |= !key || map_put(&m->ids, key_of(key), m) != ERR_OK;
}

static void put_unless_met(struct edit *d, struct met *m, struct slice text)
{
    if (has_met(m, text))
        return;
    meet(m, text);
    put_agent(d, text);
}

/* False: out of memory. */
static bool put_agents(struct edit *d, struct arena *a)
{
    struct met met = { .arena = a };
    const struct json *add = json_get(d->body, "add"), *remove = json_get(d->body, "remove");
    map_init(&met.ids);
    JSON_EACH(row, remove)
    {
        meet(&met, row->text);
    }
    json_key(&d->w, "agents");
    json_array_begin(&d->w);
    JSON_EACH(row, d->former)
    {
        put_unless_met(d, &met, json_text(json_get(row, "id"), SLICE("")));
    }
    JSON_EACH(row, add)
    {
        put_unless_met(d, &met, row->text);
    }
    json_array_end(&d->w);
    map_release(&met.ids);
    return !met.failed;
}

enum err catalog_reassign_agents(struct world *w, const void *args, struct effects *fx)
{
    struct edit d;
    enum err e = begin(&d, w, args, FIELD_CONTACT_SERVICE_QUEUE_AGENTS, fx);
    if (e != ERR_OK)
        return e;
    const struct entity *queue = view_get(&d.view, d.change->resource, d.change->id);
    if (!entity_is(queue, FIELD_CONTACT_SERVICE_QUEUE_QUEUE_ROUTING_TYPE, "AGENT_BASED")) {
        effects_detail(fx, "queueRoutingType: should be AGENT_BASED");
        return ERR_INVALID_FIELD;
    }
    if (!are_texts(json_get(d.body, "add")) || !are_texts(json_get(d.body, "remove"))) {
        effects_detail(fx, "add, remove: should be lists of ids");
        return ERR_INVALID_FIELD;
    }
    return put_agents(&d, fx->arena) ? finish(&d, w, fx) : ERR_OUT_OF_MEMORY;
}

/* ---- skills of a user ---- */

/* Who had the skill keeps the entry of it. */
static void put_entry_id(struct edit *d, struct slice skill)
{
    const struct json *id;
    for (const struct json *row = d->former ? d->former->first : NULL; row; row = row->next) {
        if (slice_eq_nocase(json_text(json_get(row, "skillId"), SLICE("")), skill) &&
            (id = json_get(row, "id")) != NULL)
            json_member_raw(&d->w, "id", id->raw);
    }
}

/* A row of the request as a row of the user: values of an enum skill become one text. */
static void put_skill(struct edit *d, const struct json *row)
{
    static const char *const copied[] = { "skillId", "textValue", "booleanValue",
                                          "proficiencyValue" };
    const struct json *values = json_get(row, "enumSkillValues");
    json_object_begin(&d->w);
    put_entry_id(d, json_text(json_get(row, "skillId"), SLICE("")));
    for (unsigned i = 0; i < sizeof copied / sizeof *copied; i++) {
        const struct json *value = json_get(row, copied[i]);
        if (value && value->type != JSON_NULL)
            json_member_raw(&d->w, copied[i], value->raw);
    }
    if (values && values->type == JSON_ARRAY && values->count) {
        struct buf text;
        buf_init_arena(&text, d->out.arena);
        JSON_EACH(value, values)
        {
            buf_printf(&text, "%s%.*s", text.len ? "," : "",
                       SLICE_ARG(json_text(value, SLICE(""))));
        }
        json_member_text(&d->w, "enumSkillValues", buf_slice(&text));
    }
    json_object_end(&d->w);
}

static void put_skills(struct edit *d, const struct json *skills)
{
    const struct json *add = json_get(skills, "add"), *remove = json_get(skills, "remove");
    json_key(&d->w, "dynamicSkills");
    json_array_begin(&d->w);
    JSON_EACH(row, d->former)
    {
        struct slice id = json_text(json_get(row, "skillId"), SLICE(""));
        if (!lists(remove, NULL, id) && !lists(add, "skillId", id))
            json_put_node(&d->w, row);
    }
    JSON_EACH(row, add)
    {
        put_skill(d, row);
    }
    json_array_end(&d->w);
}

/* The user, and its version, that the client has in mind: catalog_update compares them. */
static void put_whom(struct edit *d)
{
    static const char *const names[] = { "organizationId", "id", "version" };
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        const struct json *said = json_get(d->body, names[i]);
        if (said)
            json_member_raw(&d->w, names[i], said->raw);
    }
}

static bool are_of_user(const struct edit *d, const struct json *add)
{
    struct uuid id;
    for (const struct json *row = add ? add->first : NULL; row; row = row->next) {
        const struct json *user = json_get(row, "userId");
        if (user && user->type != JSON_NULL &&
            (!uuid_parse(json_text(user, SLICE("")), &id) || !uuid_eq(id, d->change->id)))
            return false;
    }
    return true;
}

enum err catalog_reskill(struct world *w, const void *args, struct effects *fx)
{
    struct edit d;
    enum err e = begin(&d, w, args, FIELD_USER_DYNAMIC_SKILLS, fx);
    if (e != ERR_OK)
        return e;
    const struct json *profile = json_get(d.body, "skillProfileId");
    const struct json *skills = json_get(d.body, "dynamicSkills");
    const struct json *add = json_get(skills, "add");
    if ((add && add->type != JSON_ARRAY) || !are_texts(json_get(skills, "remove"))) {
        effects_detail(fx, "dynamicSkills: should have lists add and remove");
        return ERR_INVALID_FIELD;
    }
    if (!are_of_user(&d, add)) {
        effects_detail(fx, "dynamicSkills.add.userId: should be the user of the URL");
        return ERR_INVALID_FIELD;
    }
    put_whom(&d);
    if (profile)
        json_member_raw(&d.w, "skillProfileId", profile->raw);
    if (skills)
        put_skills(&d, skills);
    return finish(&d, w, fx);
}
