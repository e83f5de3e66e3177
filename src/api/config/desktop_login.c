/* Everything a desktop wants to know when an agent signs in, in two reads instead of seven: the
 * organisation with its settings, and the user with profile. */
#include "api/config/config.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "domain/catalog/schema.h"

/* The members of a served entity, without its braces. */
static void put_members(struct json_writer *w, const struct catalog_view *view,
                        const struct entity *e, struct arena *a)
{
    struct slice json = view_served(view, e, a);
    struct json *node;
    if (!json.at || json_parse(a, json, &node, NULL) != ERR_OK)
        return;
    JSON_EACH(member, node)
    {
        json_key_slice(w, member->key);
        json_put_raw(w, member->raw);
    }
}

static void put_entity(struct json_writer *w, const char *name, const struct catalog_view *view,
                       const struct entity *e, struct arena *a)
{
    struct slice json = e ? view_served(view, e, a) : (struct slice){ NULL, 0 };
    if (json.at)
        json_member_raw(w, name, json);
}

/* The one entity of a resource that every organisation has once. */
static const struct entity *only(const struct catalog_view *view, enum resource r)
{
    struct catalog_set set = view->set(view->catalog, view->org, r);
    return set.count ? set.items[0] : NULL;
}

static void put_list(struct json_writer *w, const char *name, const struct catalog_view *view,
                     enum resource r)
{
    struct catalog_set set = view->set(view->catalog, view->org, r);
    json_key(w, name);
    json_array_begin(w);
    for (size_t i = 0; i < set.count; i++)
        json_put_raw(w, entity_json(set.items[i]));
    json_array_end(w);
}

static enum err write_organization(struct rest_call *call, struct json_writer *w)
{
    struct catalog_view view = config_view(call);
    const struct entity *org = view_get(&view, RESOURCE_ORGANIZATION, view.org);
    struct arena *a = call->arena;
    if (!org)
        return ERR_NOT_FOUND;
    json_object_begin(w);
    put_members(w, &view, org, a);
    put_entity(w, "organizationSetting", &view, only(&view, RESOURCE_ORGANIZATION_SETTING), a);
    put_entity(w, "tenantConfiguration", &view, only(&view, RESOURCE_TENANT_CONFIGURATION), a);
    put_entity(w, "aiFeature", &view, only(&view, RESOURCE_AI_FEATURE), a);
    put_list(w, "orgUrlMappings", &view, RESOURCE_ORG_URL_MAPPING);
    json_object_end(w);
    return ERR_OK;
}

static enum err write_user(struct rest_call *call, struct json_writer *w)
{
    struct catalog_view view = config_view(call);
    struct arena *a = call->arena;
    const struct entity *user =
        catalog_find(view.catalog, view.org, FIELD_USER_CI_USER_ID, call->params[1]);
    if (!user)
        return ERR_NOT_FOUND;
    json_object_begin(w);
    put_members(w, &view, user, a);
    put_entity(
        w, "agentProfile", &view,
        view_get(&view, RESOURCE_AGENT_PROFILE, entity_ref(user, FIELD_USER_AGENT_PROFILE_ID)), a);
    json_object_end(w);
    return ERR_OK;
}

static enum err answer(struct rest_call *call,
                       enum err (*write)(struct rest_call *call, struct json_writer *w))
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    epoch_enter();
    enum err e = write(call, &w);
    epoch_leave();
    return e ? e : config_answer(call, &out);
}

enum err rest_config_organization_desktop_login(struct rest_call *call)
{
    return answer(call, write_organization);
}

enum err rest_config_user_desktop_login(struct rest_call *call)
{
    return answer(call, write_user);
}
