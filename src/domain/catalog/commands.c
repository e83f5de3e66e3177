/* Create, update and delete of any resource. Each command checks everything first (check.h) and
 * then changes the working version, writes the row and leaves the publication to the effects. */
#include "domain/catalog/commands.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/access.h"
#include "domain/catalog/audit.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/check.h"
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/entries.h"
#include "domain/catalog/make.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "domain/media/blob.h"

/* ---- the one entity with the flag (`single` in spec/resources) ---- */

/* The other entity that has the flag in the same scope; NULL: none. */
static const struct entity *former_single(const struct catalog_view *v, const struct entity *now)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(now)];
    if (rule->single_flag == FIELD_COUNT || !entity_bool(now, rule->single_flag, false))
        return NULL;
    struct catalog_set set = v->set(v->catalog, v->org, entity_resource(now));
    for (size_t i = 0; i < set.count; i++) {
        const struct entity *e = set.items[i];
        if (entity_bool(e, rule->single_flag, false) &&
            slice_eq(entity_raw(e, rule->single_scope), entity_raw(now, rule->single_scope)) &&
            !uuid_eq(entity_id(e), entity_id(now)))
            return e;
    }
    return NULL;
}

/* The same entity without the flag. */
static enum err without_flag(struct world *w, struct uuid org, const struct entity *e,
                             struct arena *a, struct entity **out)
{
    struct document *d = document_of(e, a);
    struct json *canonical;
    if (!d)
        return ERR_OUT_OF_MEMORY;
    document_common(d, org, entity_id(e), e, world_now_ms(w), a);
    document_set(d, resource_rules[entity_resource(e)].single_flag, SLICE("false"));
    enum err err = document_finish(d, a, &canonical);
    if (err == ERR_OK && !(*out = entity_new(entity_resource(e), entity_id(e), canonical)))
        err = ERR_OUT_OF_MEMORY;
    return err;
}

/* ---- keeping ---- */

static enum err keep_all(struct check *c, struct entity *now, struct effects *fx)
{
    struct uuid org = c->view.org;
    const struct entity *former = former_single(&c->view, now);
    struct entity *changed = NULL;
    enum err e = former ? without_flag(c->world, org, former, c->arena, &changed) : ERR_OK;
    if (e != ERR_OK) {
        entity_free(now);
        return e;
    }
    e = entity_keep(c->world, org, now, fx);
    if (e != ERR_OK) {
        entity_free(changed);
        return e;
    }
    if (changed && entity_keep(c->world, org, changed, fx) != ERR_OK)
        fx->failed = true; /* half done: the engine starts again from the store */
    return ERR_OK;
}

static void keep_blob(const struct check *c, const struct entity *now, struct effects *fx)
{
    char org[UUID_TEXT_LEN + 1];
    if (!c->blob.at)
        return;
    uuid_format(c->view.org, org);
    blob_put(fx, slice_of(org), entity_text(now, resource_rules[c->resource].blob), c->blob);
}

/* What a dry run answers. */
static enum err tell(const struct check *c, const char *action, const struct entity *now,
                     struct effects *fx)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, fx->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_bool(&w, "dryRun", true);
    json_member_cstr(&w, "action", action);
    json_key(&w, "changes");
    audit_put_changes(&w, c->before, now);
    if (now)
        json_member_raw(&w, "entity", view_served(&c->view, now, fx->arena));
    json_object_end(&w);
    fx->result = buf_slice(&out);
    return buf_failed(&out) ? ERR_OUT_OF_MEMORY : ERR_OK;
}

/* The rules of the body and of the entities inside it first, then the changes. */
static enum err check_and_keep(struct check *c, struct effects *fx)
{
    struct entity *now;
    struct entries entries;
    check_run(c);
    entries_check(c, &entries);
    enum err e = entity_make(c, c->view.org, fx, &now);
    if (e != ERR_OK)
        return e;
    e = entries_make(&entries, fx);
    if (e == ERR_OK && c->dry_run) {
        e = tell(c, c->before ? "UPDATE" : "CREATE", now, fx);
        entries_free(&entries);
        entity_free(now);
        return e;
    }
    if (e != ERR_OK) {
        entity_free(now);
        return e;
    }
    e = keep_all(c, now, fx);
    if (e != ERR_OK)
        entries_free(&entries);
    else if (entries_keep(&entries, fx) != ERR_OK)
        fx->failed = true; /* half done: the engine starts again from the store */
    if (e == ERR_OK)
        keep_blob(c, now, fx);
    if (e == ERR_OK)
        fx->result = arena_copy(c->arena, view_served_as(&c->view, now, c->bare, c->arena));
    return e;
}

/* ---- the commands ---- */

static enum err refuse(struct effects *fx, enum err e, const char *why)
{
    effects_detail(fx, "%s", why);
    return e;
}

static enum err begin(struct world *w, const struct catalog_change *change, struct effects *fx,
                      struct check *c)
{
    struct json *body;
    struct json_error error = { 0, "" };
    *c = (struct check){ .world = w,
                         .view = { world_catalog(w), change->org, catalog_working },
                         .resource = change->resource,
                         .id = change->id,
                         .system = change->system,
                         .partial = change->partial,
                         .dry_run = change->dry_run,
                         .bare = change->bare,
                         .blob = change->blob,
                         .parent = change->parent,
                         .arena = fx->arena };
    audit_actor(world_catalog(w), change->by, change->system && uuid_is_nil(change->by));
    enum err e = json_parse(fx->arena, change->body, &body, &error);
    if (e == ERR_BAD_JSON)
        effects_detail(fx, "%s at byte %zu of the body", error.what, error.offset);
    if (e != ERR_OK)
        return e;
    if (body->type != JSON_OBJECT)
        return refuse(fx, ERR_INVALID_FIELD, "body: should be an object");
    c->body = body;
    c->document = document_new(change->resource, fx->arena);
    return c->document ? ERR_OK : ERR_OUT_OF_MEMORY;
}

static const struct json *member(const struct check *c, const char *name)
{
    const struct json *v = json_get(c->body, name);
    return v && v->type != JSON_NULL ? v : NULL;
}

enum err catalog_create(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *change = args;
    struct check c;
    enum err e = begin(w, change, fx, &c);
    if (e != ERR_OK)
        return e;
    if (!change->system && !catalog_working_has_org(c.view.catalog, change->org))
        return refuse(fx, ERR_NOT_FOUND, "organisation not found");
    enum resource parent = resource_rules[c.resource].parent;
    if (parent != RESOURCE_COUNT && !view_get(&c.view, parent, c.parent))
        return refuse(fx, ERR_NOT_FOUND, "");
    if (!change->system && member(&c, "id"))
        return refuse(fx, ERR_INVALID_FIELD, "New configuration cannot have an id");
    if (!change->system && json_bool(member(&c, "systemDefault"), false))
        return refuse(fx, ERR_FORBIDDEN, "User not Allowed to create system default entity");
    if (uuid_is_nil(c.id))
        c.id = world_new_id(w);
    if (view_get(&c.view, c.resource, c.id))
        return refuse(fx, ERR_DUPLICATE, "id: is already used");
    e = check_and_keep(&c, fx);
    if (e == ERR_OK && !change->system && !change->dry_run)
        access_collect(w, change, c.id, fx);
    return e;
}

static bool is_system_default(const struct entity *e)
{
    enum field f = resource_rules[entity_resource(e)].system_default;
    return f != FIELD_COUNT && entity_bool(e, f, false);
}

static bool is_stale(const struct catalog_change *change, const struct entity *before)
{
    return change->version && change->version != entity_version(before);
}

static bool says_other_version(const struct check *c)
{
    const struct json *said = member(c, "version");
    return said && said->type == JSON_INT && said->integer != entity_version(c->before);
}

enum err catalog_update(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *change = args;
    struct check c;
    enum err e = begin(w, change, fx, &c);
    if (e != ERR_OK)
        return e;
    c.before = view_get(&c.view, c.resource, c.id);
    if (!c.before || !is_child_of(c.before, change->parent))
        return refuse(fx, ERR_NOT_FOUND, "");
    const struct json *said = member(&c, "id");
    struct uuid id = c.id;
    bool same = said ? uuid_parse(json_text(said, SLICE("")), &id) && uuid_eq(id, c.id)
                     : change->partial || change->system;
    if (!same)
        return refuse(fx, ERR_INVALID_FIELD, "Invalid id: id in payload and URL should be same");
    if (!change->system && is_system_default(c.before))
        return refuse(fx, ERR_INVALID_FIELD, "Cannot Update/Delete system generated Entities");
    if (is_stale(change, c.before) || (!change->system && says_other_version(&c)))
        return refuse(fx, ERR_STALE_VERSION, "version: the entity has changed since it was read");
    return check_and_keep(&c, fx);
}

struct referrers {
    struct buf names;
    bool seen[RESOURCE_COUNT];
};

static bool note_referrer(void *ctx, const struct entity *e)
{
    struct referrers *r = ctx;
    enum resource from = entity_resource(e);
    if (!r->seen[from])
        buf_printf(&r->names, "%s%s", r->names.len ? "\n" : "", resource_rules[from].name);
    r->seen[from] = true;
    return true;
}

enum err catalog_delete(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *change = args;
    struct catalog_view view = { world_catalog(w), change->org, catalog_working };
    struct referrers referrers = { .names.arena = fx->arena };
    const struct entity *e = view_get(&view, change->resource, change->id);
    audit_actor(world_catalog(w), change->by, change->system && uuid_is_nil(change->by));
    if (!e || !is_child_of(e, change->parent))
        return refuse(fx, ERR_NOT_FOUND, "");
    if (!change->system && is_system_default(e))
        return refuse(fx, ERR_INVALID_FIELD, "Cannot Update/Delete system generated Entities");
    if (is_stale(change, e))
        return refuse(fx, ERR_STALE_VERSION, "version: the entity has changed since it was read");
    buf_init_arena(&referrers.names, fx->arena);
    view_references(&view, change->resource, change->id, note_referrer, &referrers);
    if (referrers.names.len)
        return refuse(fx, ERR_REFERENCED, referrers.names.data);
    if (change->dry_run)
        return tell(&(struct check){ .before = e, .view = view }, "DELETE", NULL, fx);
    enum err err = entries_drop(w, change->org, e, fx);
    return err == ERR_OK ? entity_drop(w, change->org, e, fx) : err;
}
