/* Create, update and delete of any resource. Each command checks everything first (check.h) and
 * then changes the working version, writes the row and leaves the publication to the effects. */
#include "domain/catalog/commands.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/check.h"
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

enum { FIRST_VERSION = 1 }; /* seen from the live service; its document says 0 */

static struct slice quoted_id(struct arena *a, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    return arena_printf(a, "\"%s\"", text);
}

static struct slice number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%" PRId64, n);
}

static void fill_common(struct document *d, struct uuid org, struct uuid id,
                        const struct entity *before, int64_t now_ms, struct arena *a)
{
    const struct resource_rule *rule = &resource_rules[d->resource];
    int64_t version = before ? entity_version(before) + 1 : FIRST_VERSION;
    struct slice created =
        before ? entity_raw(before, rule->created_time) : (struct slice){ NULL, 0 };
    document_set(d, rule->organization_id, quoted_id(a, org));
    document_set(d, rule->id, quoted_id(a, id));
    document_set(d, rule->version, number(a, version));
    document_set(d, rule->created_time, created.at ? created : number(a, now_ms));
    document_set(d, rule->last_updated_time, number(a, now_ms));
}

static void put_row(struct effects *fx, struct uuid org, enum resource r, struct uuid id,
                    const struct entity *now)
{
    char org_text[UUID_TEXT_LEN + 1], id_text[UUID_TEXT_LEN + 1];
    uuid_format(org, org_text);
    uuid_format(id, id_text);
    struct slice kind = slice_of(resource_rules[r].name);
    if (now)
        effects_put(fx, kind, slice_of(org_text), slice_of(id_text), entity_json(now));
    else
        effects_delete(fx, kind, slice_of(org_text), slice_of(id_text));
}

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
    fill_common(d, org, entity_id(e), e, world_now_ms(w), a);
    document_set(d, resource_rules[entity_resource(e)].single_flag, SLICE("false"));
    enum err err = document_finish(d, a, &canonical);
    if (err == ERR_OK && !(*out = entity_new(entity_resource(e), entity_id(e), canonical)))
        err = ERR_OUT_OF_MEMORY;
    return err;
}

/* ---- checks that need the new entity ---- */

static enum err check_unique(const struct catalog *c, struct uuid org, const struct entity *e,
                             struct effects *fx)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    struct org *o = catalog_org((struct catalog *)(uintptr_t)c, org, false);
    const struct entity_set *set = o ? o->working[entity_resource(e)] : NULL;
    for (unsigned k = 0; k < rule->unique_count; k++) {
        const struct entity *other = entity_set_taken(set, e, k);
        if (!other)
            continue;
        struct slice value = entity_text(e, rule->unique[k].fields[0]);
        effects_detail(fx, "%s: %.*s is already used by another %s",
                       field_rules[rule->unique[k].fields[0]].name, SLICE_ARG(value), rule->name);
        return ERR_DUPLICATE;
    }
    return ERR_OK;
}

static enum err make_entity(struct check *c, struct uuid org, struct effects *fx,
                            struct entity **out)
{
    struct json *canonical;
    if (c->violations) {
        fx->detail = buf_failed(&c->reason) ? SLICE("") : buf_slice(&c->reason);
        return ERR_INVALID_FIELD;
    }
    fill_common(c->document, org, c->id, c->before, world_now_ms(c->world), c->arena);
    enum err e = document_finish(c->document, c->arena, &canonical);
    if (e != ERR_OK)
        return e;
    *out = entity_new(c->resource, c->id, canonical);
    if (!*out)
        return ERR_OUT_OF_MEMORY;
    e = check_unique(c->view.catalog, org, *out, fx);
    if (e != ERR_OK)
        entity_free(*out);
    return e;
}

/* ---- keeping ---- */

static enum err keep(struct world *w, struct uuid org, struct entity *now, struct effects *fx)
{
    enum resource r = entity_resource(now);
    struct uuid id = entity_id(now);
    enum err e = catalog_apply(world_catalog(w), org, r, id, now, fx);
    if (e != ERR_OK) {
        entity_free(now);
        return e;
    }
    put_row(fx, org, r, id, now);
    world_config_changed(w, org);
    return ERR_OK;
}

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
    e = keep(c->world, org, now, fx);
    if (e != ERR_OK) {
        entity_free(changed);
        return e;
    }
    if (changed && keep(c->world, org, changed, fx) != ERR_OK)
        fx->failed = true; /* half done: the engine starts again from the store */
    fx->result = arena_copy(c->arena, view_served(&c->view, now, c->arena));
    return ERR_OK;
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
                         .arena = fx->arena };
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
    struct entity *now;
    enum err e = begin(w, change, fx, &c);
    if (e != ERR_OK)
        return e;
    if (!change->system && !catalog_working_has_org(c.view.catalog, change->org))
        return refuse(fx, ERR_NOT_FOUND, "organisation not found");
    if (!change->system && member(&c, "id"))
        return refuse(fx, ERR_INVALID_FIELD, "New configuration cannot have an id");
    if (!change->system && json_bool(member(&c, "systemDefault"), false))
        return refuse(fx, ERR_FORBIDDEN, "User not Allowed to create system default entity");
    if (uuid_is_nil(c.id))
        c.id = world_new_id(w);
    if (view_get(&c.view, c.resource, c.id))
        return refuse(fx, ERR_DUPLICATE, "id: is already used");
    check_run(&c);
    e = make_entity(&c, change->org, fx, &now);
    return e == ERR_OK ? keep_all(&c, now, fx) : e;
}

static bool is_system_default(const struct entity *e)
{
    enum field f = resource_rules[entity_resource(e)].system_default;
    return f != FIELD_COUNT && entity_bool(e, f, false);
}

enum err catalog_update(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *change = args;
    struct check c;
    struct entity *now;
    enum err e = begin(w, change, fx, &c);
    if (e != ERR_OK)
        return e;
    c.before = view_get(&c.view, c.resource, c.id);
    if (!c.before)
        return refuse(fx, ERR_NOT_FOUND, "");
    const struct json *said = member(&c, "id");
    struct uuid id = c.id;
    bool same = said ? uuid_parse(json_text(said, SLICE("")), &id) && uuid_eq(id, c.id)
                     : change->partial || change->system;
    if (!same)
        return refuse(fx, ERR_INVALID_FIELD, "Invalid id: id in payload and URL should be same");
    if (!change->system && is_system_default(c.before))
        return refuse(fx, ERR_INVALID_FIELD, "Cannot Update/Delete system generated Entities");
    check_run(&c);
    e = make_entity(&c, change->org, fx, &now);
    return e == ERR_OK ? keep_all(&c, now, fx) : e;
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
    struct catalog *catalog = world_catalog(w);
    struct catalog_view view = { catalog, change->org, catalog_working };
    struct referrers referrers = { .names.arena = fx->arena };
    const struct entity *e = view_get(&view, change->resource, change->id);
    if (!e)
        return refuse(fx, ERR_NOT_FOUND, "");
    if (!change->system && is_system_default(e))
        return refuse(fx, ERR_INVALID_FIELD, "Cannot Update/Delete system generated Entities");
    buf_init_arena(&referrers.names, fx->arena);
    view_references(&view, change->resource, change->id, note_referrer, &referrers);
    if (referrers.names.len)
        return refuse(fx, ERR_REFERENCED, referrers.names.data);
    enum err err = catalog_apply(catalog, change->org, change->resource, change->id, NULL, fx);
    if (err != ERR_OK)
        return err;
    put_row(fx, change->org, change->resource, change->id, NULL);
    world_config_changed(w, change->org);
    return ERR_OK;
}
