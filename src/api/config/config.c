/* Handlers of the common operations, the same for every resource: the row of the operation says
 * which. Reads are answered from the published catalogue on this thread, changes go to the core. */
#include "api/config/config.h"

#include "api/config/listing.h"
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

enum err config_id(const struct rest_call *call, struct uuid *id)
{
    return uuid_parse(call->params[1], id) ? ERR_OK : ERR_NOT_FOUND;
}

/* ---- reads ---- */

static enum err reply_entity(struct rest_call *call, const struct catalog_view *view,
                             const struct entity *e)
{
    if (!e)
        return ERR_NOT_FOUND;
    struct slice json = arena_copy(call->arena, view_served(view, e, call->arena));
    if (!json.at)
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 0, json);
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
    json_object_end(w);
    json_key(w, "data");
    config_listing_write(l, view, w);
    json_object_end(w);
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
        buf_init_arena(&out, call->arena);
        json_writer_init(&w, &out);
        epoch_enter();
        e = config_listing_find(&l, &view, call->arena, &why);
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

/* ---- changes ---- */

static enum err change(struct rest_call *call, command_fn *run, bool with_id, bool partial)
{
    struct catalog_change *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    *args = (struct catalog_change){ .org = config_view(call).org,
                                     .resource = config_resource(call),
                                     .body = call->body ? call->body->raw : SLICE(""),
                                     .partial = partial };
    enum err e = with_id ? config_id(call, &args->id) : ERR_OK;
    return e == ERR_OK ? rest_submit(call, run, args, NULL) : e;
}

enum err rest_config_create(struct rest_call *call)
{
    return change(call, catalog_create, false, false);
}

enum err rest_config_update(struct rest_call *call)
{
    return change(call, catalog_update, true, false);
}

enum err rest_config_patch(struct rest_call *call)
{
    return change(call, catalog_update, true, true);
}

enum err rest_config_delete(struct rest_call *call)
{
    return change(call, catalog_delete, true, false);
}
