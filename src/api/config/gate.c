#include "api/config/gate.h"

#include "base/epoch.h"
#include "domain/catalog/schema.h"

/* Everybody may know the organisation, and oneself: what a desktop begins with. */
enum err gate_read(struct rest_call *call, enum resource r, struct access *out)
{
    struct catalog_view view = config_view(call);
    enum err e = access_read(&view, call->principal.user, r, call->arena, out);
    if (e == ERR_OK && out->level == ACCESS_NONE && r != RESOURCE_ORGANIZATION)
        e = ERR_FORBIDDEN;
    return e;
}

/* Of the sub-resource that the path names; seen or not seen as its children are. */
static const struct entity *parent_of(struct rest_call *call, const struct catalog_view *view,
                                      enum resource r)
{
    struct uuid id = config_parent(call);
    return uuid_is_nil(id) ? NULL : view_get(view, resource_rules[r].parent, id);
}

static enum err check(struct rest_call *call, struct uuid id, bool all)
{
    struct catalog_view view = config_view(call);
    const enum resource r = config_resource(call);
    struct access access;
    enum err e = access_read(&view, call->principal.user, r, call->arena, &access);
    if (e != ERR_OK)
        return e;
    if (access.level != ACCESS_EDIT || (all && !access.all))
        return ERR_FORBIDDEN;
    const struct entity *parent = parent_of(call, &view, r);
    if (parent && !access_shows(&access, parent))
        return ERR_NOT_FOUND;
    const struct entity *entity = uuid_is_nil(id) ? NULL : view_get(&view, r, id);
    return entity && !access_shows(&access, entity) ? ERR_NOT_FOUND : ERR_OK;
}

enum err gate_change(struct rest_call *call, struct uuid id)
{
    epoch_enter();
    enum err e = check(call, id, false);
    epoch_leave();
    return e;
}

enum err gate_trail(struct rest_call *call)
{
    epoch_enter();
    struct catalog_view view = config_view(call);
    bool may = access_reads_all(&view, call->principal.user, "audit-trail", call->arena);
    epoch_leave();
    return may ? ERR_OK : ERR_FORBIDDEN;
}

enum err gate_change_all(struct rest_call *call)
{
    epoch_enter();
    enum err e = check(call, (struct uuid){ { 0 } }, true);
    epoch_leave();
    return e;
}
