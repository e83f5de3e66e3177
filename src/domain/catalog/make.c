#include "domain/catalog/make.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/audit.h"
#include "domain/catalog/catalog_priv.h"
#include "domain/catalog/check.h"
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "domain/media/blob.h"

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

void document_common(struct document *d, struct uuid org, struct uuid id,
                     const struct entity *before, int64_t now_ms, struct arena *a)
{
    const struct resource_rule *rule = &resource_rules[d->resource];
    int64_t version = before ? entity_version(before) + 1 : FIRST_VERSION;
    struct slice created =
        before ? entity_raw(before, rule->created_time) : (struct slice){ NULL, 0 };
    document_set(d, rule->organization_id, quoted_id(a, org));
    document_set(d, rule->id, quoted_id(a, id));
    if (before && rule->parent != RESOURCE_COUNT)
        document_set(d, rule->parent_id, entity_raw(before, rule->parent_id));
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

void entity_drop_blob(struct effects *fx, struct uuid org, const struct entity *e)
{
    enum field blob = resource_rules[entity_resource(e)].blob;
    char org_text[UUID_TEXT_LEN + 1];
    if (blob == FIELD_COUNT)
        return;
    uuid_format(org, org_text);
    blob_drop(fx, slice_of(org_text), entity_text(e, blob));
}

/* ---- checks that need the new entity ---- */

struct taking {
    const struct catalog *catalog;
    const struct entity *entity;
    unsigned key;
    bool taken;
};

static bool take_in(void *ctx, struct uuid org)
{
    struct taking *t = ctx;
    struct org *o = catalog_org((struct catalog *)(uintptr_t)t->catalog, org, false);
    t->taken = entity_set_taken(o->working[entity_resource(t->entity)], t->entity, t->key) != NULL;
    return !t->taken;
}

/* One signs in with an email alone, whatever the organisation: it is unique on the whole server. */
static bool is_taken(const struct catalog *c, struct uuid org, const struct entity *e, unsigned k)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    struct taking t = { c, e, k, false };
    struct org *o = catalog_org((struct catalog *)(uintptr_t)c, org, false);
    if (rule->unique[k].fields[0] == FIELD_USER_EMAIL)
        catalog_working_each_org(c, take_in, &t);
    return t.taken || entity_set_taken(o ? o->working[entity_resource(e)] : NULL, e, k);
}

/* The keys that it had before are its own. */
static enum err check_unique(const struct check *c, struct uuid org, const struct entity *e,
                             struct effects *fx)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    for (unsigned k = 0; k < rule->unique_count; k++) {
        bool own = c->before && entity_same_key(c->before, e, k);
        if (own || !is_taken(c->view.catalog, org, e, k))
            continue;
        struct slice value = entity_text(e, rule->unique[k].fields[0]);
        effects_detail(fx, "%s: %.*s is already used by another %s",
                       field_rules[rule->unique[k].fields[0]].name, SLICE_ARG(value), rule->name);
        return ERR_DUPLICATE;
    }
    return ERR_OK;
}

enum err entity_make(struct check *c, struct uuid org, struct effects *fx, struct entity **out)
{
    struct json *canonical;
    if (c->violations) {
        fx->detail = buf_failed(&c->reason) ? SLICE("") : buf_slice(&c->reason);
        return ERR_INVALID_FIELD;
    }
    if (!c->before && resource_rules[c->resource].parent != RESOURCE_COUNT)
        document_set(c->document, resource_rules[c->resource].parent_id,
                     quoted_id(c->arena, c->parent));
    document_common(c->document, org, c->id, c->before, world_now_ms(c->world), c->arena);
    enum err e = document_finish(c->document, c->arena, &canonical);
    if (e != ERR_OK)
        return e;
    *out = entity_new(c->resource, c->id, canonical);
    if (!*out)
        return ERR_OUT_OF_MEMORY;
    e = check_unique(c, org, *out, fx);
    if (e != ERR_OK)
        entity_free(*out);
    return e;
}

void entity_changed(struct world *w, struct uuid org, enum resource r, struct uuid id)
{
    static const bool is_kept_ready[RESOURCE_COUNT] = {
        [RESOURCE_CONTACT_SERVICE_QUEUE] = true,
        [RESOURCE_TEAM] = true,
        [RESOURCE_SITE] = true,
        [RESOURCE_MULTIMEDIA_PROFILE] = true,
        [RESOURCE_SKILL] = true,
        [RESOURCE_SKILL_PROFILE] = true,
    };
    if (r == RESOURCE_USER)
        world_user_changed(w, org, id);
    else if (is_kept_ready[r])
        world_config_changed(w, org);
}

enum err entity_keep(struct world *w, struct uuid org, struct entity *now, struct effects *fx)
{
    enum resource r = entity_resource(now);
    struct uuid id = entity_id(now);
    const struct entity *before = catalog_working_get(world_catalog(w), org, r, id);
    enum err e = catalog_apply(world_catalog(w), org, r, id, now, fx);
    if (e != ERR_OK) {
        entity_free(now);
        return e;
    }
    put_row(fx, org, r, id, now);
    audit_note(w, org, before, now, fx);
    entity_changed(w, org, r, id);
    return ERR_OK;
}

enum err entity_drop(struct world *w, struct uuid org, const struct entity *e, struct effects *fx)
{
    enum resource r = entity_resource(e);
    struct uuid id = entity_id(e);
    enum err err = catalog_apply(world_catalog(w), org, r, id, NULL, fx);
    if (err != ERR_OK)
        return err;
    put_row(fx, org, r, id, NULL);
    entity_drop_blob(fx, org, e);
    audit_note(w, org, e, NULL, fx);
    entity_changed(w, org, r, id);
    return ERR_OK;
}
