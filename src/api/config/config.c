/* Handlers of the common operations, the same for every resource: the row of the operation says
 * which. Reads are answered from the published catalogue on this thread, changes go to the core. */
#include "api/config/config.h"

#include "api/config/asked.h"
#include "api/config/change.h"
#include "api/config/gate.h"
#include "api/config/listing.h"
#include "api/config/user_extras.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/schema.h"

enum resource config_resource(const struct rest_call *call)
{
    return (enum resource)call->operation->resource;
}

struct catalog_view config_view(const struct rest_call *call)
{
    struct uuid org = { { 0 } };
    uuid_parse(call->org, &org);
    return (struct catalog_view){ call->services->catalog, org, catalog_published };
}

/* Does the path name the parent of a sub-resource? All but the lists over all parents do. */
static bool names_parent(const struct rest_call *call)
{
    const char *brace = strchr(call->operation->path, '{');
    bool more = brace && strchr(brace + 1, '{');
    return resource_rules[config_resource(call)].parent != RESOURCE_COUNT && more;
}

struct uuid config_parent(const struct rest_call *call)
{
    struct uuid id = { { 0 } };
    if (names_parent(call) && (!uuid_parse(call->params[1], &id) || uuid_is_nil(id)))
        memset(&id, 0xff, sizeof id); /* nobody's: nil would stand for any */
    return id;
}

enum err config_id(const struct rest_call *call, struct uuid *id)
{
    return uuid_parse(call->params[names_parent(call) ? 2 : 1], id) ? ERR_OK : ERR_NOT_FOUND;
}

/* The operation leaves out the entities inside the entity. */
static bool is_bare(const struct rest_call *call)
{
    int f = call->operation->field;
    return f >= 0 && field_rules[f].entries != RESOURCE_COUNT;
}

struct catalog_change config_change(const struct rest_call *call)
{
    return (struct catalog_change){ .org = config_view(call).org,
                                    .resource = config_resource(call),
                                    .parent = config_parent(call),
                                    .bare = is_bare(call),
                                    .dry_run = change_is_dry(call),
                                    .by = call->principal.user };
}

enum err config_answer(struct rest_call *call, const struct buf *json)
{
    if (buf_failed(json))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 0, buf_slice(json));
    return ERR_OK;
}

/* ---- reads ---- */

/* The served entity with what the query asks for beside it. */
static struct slice more_of(struct rest_call *call, const struct catalog_view *view,
                            const struct entity *e, struct slice served)
{
    if (!call->http->query.len)
        return served;
    struct slice json = asked_with(call->http, view, e, served, call->arena);
    if (query_is_on(call->http, "includeSkillDetails"))
        json = skill_details(view, json, call->arena);
    if (query_is_on(call->http, "includeNames"))
        json = names_included(call, view, e, json);
    return json;
}

static enum err reply_entity(struct rest_call *call, const struct catalog_view *view,
                             const struct entity *e)
{
    struct access access;
    bool self =
        e && entity_resource(e) == RESOURCE_USER && uuid_eq(entity_id(e), call->principal.user);
    enum err gate = self ? ERR_OK : gate_read(call, config_resource(call), &access);
    if (gate != ERR_OK)
        return gate;
    if (!e || !is_child_of(e, config_parent(call)) || (!self && !access_shows(&access, e)))
        return ERR_NOT_FOUND;
    bool granular = strstr(call->operation->path, "/v2/") != NULL;
    unsigned extras =
        entity_resource(e) == RESOURCE_USER ? user_extras_asked(call->http, granular) : 0;
    struct slice json = extras ? user_with(view, e, extras, call->arena)
                               : view_served_as(view, e, is_bare(call), call->arena);
    json = arena_copy(call->arena, more_of(call, view, e, json));
    if (!json.at)
        return ERR_OUT_OF_MEMORY;
    change_reply(call, json, entity_version(e));
    return ERR_OK;
}

enum err rest_config_get(struct rest_call *call)
{
    struct catalog_view view = config_view(call);
    struct uuid id;
    enum err e = config_id(call, &id);
    if (e != ERR_OK)
        return e;
    epoch_enter();
    e = reply_entity(call, &view, view_get(&view, config_resource(call), id));
    epoch_leave();
    return e;
}

enum err rest_config_get_organization(struct rest_call *call)
{
    struct catalog_view view = config_view(call);
    epoch_enter();
    enum err e = reply_entity(call, &view, view_get(&view, RESOURCE_ORGANIZATION, view.org));
    epoch_leave();
    return e;
}

enum err rest_config_get_by_ci_user_id(struct rest_call *call)
{
    struct catalog_view view = config_view(call);
    epoch_enter();
    enum err e = reply_entity(
        call, &view, catalog_find(view.catalog, view.org, FIELD_USER_CI_USER_ID, call->params[1]));
    epoch_leave();
    return e;
}

/* ---- lists ---- */

/* Version 1 of a list is the bare array. */
static void write_list(struct rest_call *call, const struct listing *l,
                       const struct catalog_view *view, bool bare, struct json_writer *w)
{
    if (bare) {
        config_listing_write(l, view, w);
        return;
    }
    json_object_begin(w);
    json_key(w, "meta");
    json_object_begin(w);
    config_page_meta(w, &l->page, call->http, call->org);
    list_view_counts(call->http, view, l->resource, w);
    json_object_end(w);
    json_key(w, "data");
    config_listing_write(l, view, w);
    json_object_end(w);
}

static bool has_parent(const struct listing *l, const struct catalog_view *view)
{
    return uuid_is_nil(l->parent) || view_get(view, resource_rules[l->resource].parent, l->parent);
}

static enum err list(struct rest_call *call, bool bare)
{
    struct catalog_view view = config_view(call);
    struct listing l;
    struct slice why = { NULL, 0 };
    struct buf out;
    struct json_writer w;
    enum err e = config_listing_read(call->http, config_resource(call), bare, &l, &why);
    if (e == ERR_OK) {
        l.parent = config_parent(call);
        if (is_bare(call))
            listing_hide(&l, (enum field)call->operation->field);
        buf_init_arena(&out, call->arena);
        json_writer_init(&w, &out);
        epoch_enter();
        e = gate_read(call, l.resource, &l.access);
        if (e == ERR_OK)
            e = list_view_read(call, &view, &l.view, &why);
        if (l.view.buddies) /* colleagues one works with, whatever else one may see */
            l.access = (struct access){ .all = true };
        if (e == ERR_OK)
            e = has_parent(&l, &view) ? config_listing_find(&l, &view, call->arena, &why)
                                      : ERR_NOT_FOUND;
        if (e == ERR_OK)
            write_list(call, &l, &view, bare, &w);
        epoch_leave();
    }
    if (e == ERR_OK && buf_failed(&out))
        e = ERR_OUT_OF_MEMORY;
    if (e == ERR_OK)
        rest_reply(call, 0, buf_slice(&out));
    else
        rest_fail(call, e, why);
    return ERR_OK;
}

enum err rest_config_list_v1(struct rest_call *call)
{
    return list(call, true);
}

enum err rest_config_list_v2(struct rest_call *call)
{
    return list(call, false);
}
