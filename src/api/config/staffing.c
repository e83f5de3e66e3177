/* Who serves a queue and what users can do, changed by supervisors while the centre runs. */
#include "api/config/config.h"
#include "api/config/gate.h"
#include "api/config/once.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "domain/catalog/schema.h"

static struct catalog_change *named(struct rest_call *call)
{
    struct catalog_change *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return NULL;
    *args = config_change(call);
    args->body = call->body->raw;
    return args;
}

/* What comes back is an object; the queue itself tells everything. */
enum err rest_config_reassign_agents(struct rest_call *call)
{
    struct catalog_change *args = named(call);
    enum err e = args ? config_id(call, &args->id) : ERR_OUT_OF_MEMORY;
    if (e == ERR_OK)
        e = gate_change(call, args->id);
    return e ? e : once_submit(call, catalog_reassign_agents, args, NULL, args->body, SLICE(""));
}

static bool is_supervisor(struct rest_call *call)
{
    struct catalog_view view = config_view(call);
    epoch_enter();
    const struct entity *user = view_get(&view, RESOURCE_USER, call->principal.user);
    const struct entity *profile =
        user ? view_get(&view, RESOURCE_USER_PROFILE, entity_ref(user, FIELD_USER_USER_PROFILE_ID))
             : NULL;
    /* ADMINISTRATOR is administrator and supervisor; ADMINISTRATOR_ONLY is not. */
    bool is = profile && (entity_is(profile, FIELD_USER_PROFILE_PROFILE_TYPE, "SUPERVISOR") ||
                          entity_is(profile, FIELD_USER_PROFILE_PROFILE_TYPE, "ADMINISTRATOR"));
    epoch_leave();
    return is;
}

static void reskilled(struct rest_call *call, const struct core_answer *answered)
{
    if (answered->err)
        rest_fail(call, answered->err, answered->detail);
    else
        rest_reply(call, 204, SLICE(""));
}

enum err rest_config_reskill(struct rest_call *call)
{
    struct catalog_change *args = named(call);
    enum err e = args ? config_id(call, &args->id) : ERR_OUT_OF_MEMORY;
    if (e != ERR_OK)
        return e;
    if (!is_supervisor(call))
        return rest_failf(call, ERR_FORBIDDEN,
                          "User must have a supervisor profile to reskill agents");
    return once_submit(call, catalog_reskill, args, reskilled, args->body, SLICE(""));
}

/* ---- one skill, many users ---- */

/* The item as a reskill of its user: SAVE gives the value, DELETE takes the skill away. */
static struct slice reskill_of(struct rest_call *call, const struct json *row)
{
    struct slice skill = call->params[1];
    struct buf out;
    struct json_writer w;
    bool gone = slice_is(json_text(json_get(row, "requestAction"), SLICE("")), "DELETE");
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "dynamicSkills");
    json_object_begin(&w);
    json_key(&w, gone ? "remove" : "add");
    json_array_begin(&w);
    if (gone)
        json_put_text(&w, skill);
    else {
        json_object_begin(&w);
        json_member_text(&w, "skillId", skill);
        JSON_EACH(member, json_get(row, "item"))
        {
            if (!slice_is(member->key, "skillId")) {
                json_key_slice(&w, member->key);
                json_put_node(&w, member);
            }
        }
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    json_object_end(&w);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

static enum err read_reskill(struct rest_call *call, struct catalog_bulk_item *out,
                             const struct json *row)
{
    out->verb = CATALOG_RESKILL;
    out->change.body = reskill_of(call, row);
    uuid_parse(json_text(json_path(row, "item.userId"), SLICE("")), &out->change.id);
    return out->change.body.at ? ERR_OK : ERR_OUT_OF_MEMORY;
}

enum err rest_config_update_dynamic_skill(struct rest_call *call)
{
    struct uuid skill;
    if (!uuid_parse(call->params[1], &skill))
        return ERR_NOT_FOUND;
    return config_bulk(call, read_reskill, false);
}
