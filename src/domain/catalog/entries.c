#include "domain/catalog/entries.h"

#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/entity_priv.h"
#include "domain/catalog/make.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

static enum field entries_field(enum resource r)
{
    const struct resource_rule *rule = &resource_rules[r];
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        if (field_rules[f].entries != RESOURCE_COUNT)
            return f;
    }
    return FIELD_COUNT;
}

/* ---- checking ---- */

static bool is_named_before(const struct entries *e, struct uuid id)
{
    for (size_t i = 0; i < e->count; i++) {
        if (uuid_eq(e->checks[i].id, id))
            return true;
    }
    return false;
}

/* Which entity the element is: a new one, or the child it names. */
static bool identify(struct entries *e, struct check *c)
{
    struct slice said = json_text(json_get(c->body, "id"), SLICE(""));
    if (!said.len) {
        c->id = world_new_id(c->world);
        return true;
    }
    c->before = uuid_parse(said, &c->id) ? view_get(&c->view, c->resource, c->id) : NULL;
    return c->before && is_child_of(c->before, c->parent) && !is_named_before(e, c->id);
}

/* Each violation of an element as one of the parent, under the element's name. */
static void take_violations(struct check *parent, const char *name, const struct check *c)
{
    struct slice rest = buf_slice(&c->reason), line;
    while (c->violations && slice_cut(&rest, '\n', &line))
        check_violation(parent, "%s.%.*s", name, SLICE_ARG(line));
}

static void check_element(struct entries *e, const struct json *element, const char *name)
{
    struct check *c = &e->checks[e->count];
    *c = (struct check){ .world = e->parent->world,
                         .view = e->parent->view,
                         .resource = field_rules[e->field].entries,
                         .body = element,
                         .parent = e->parent->id,
                         .system = e->parent->system,
                         .arena = e->parent->arena };
    c->document = document_new(c->resource, c->arena);
    if (element->type != JSON_OBJECT || !c->document) {
        check_violation(e->parent, "%s: should be an object", name);
    } else if (!identify(e, c)) {
        check_violation(e->parent, "%s.id: not found for given orgId.", name);
    } else {
        check_run(c);
        take_violations(e->parent, name, c);
        e->count++;
    }
}

/* At most one of them has the flag that only one may have. */
static void check_single(const struct entries *e)
{
    const struct resource_rule *rule = &resource_rules[field_rules[e->field].entries];
    unsigned flags = 0;
    for (size_t i = 0; rule->single_flag != FIELD_COUNT && i < e->count; i++)
        flags += check_is(&e->checks[i], rule->single_flag, "true");
    if (flags > 1)
        check_violation(e->parent, "%s: only one should have %s", field_rules[e->field].name,
                        field_rules[rule->single_flag].name);
}

static void check_list(struct entries *e, const struct json *list)
{
    const char *field = field_rules[e->field].name;
    size_t at = 0;
    JSON_EACH(element, list)
    {
        struct slice name = arena_printf(e->parent->arena, "%s[%zu]", field, at++);
        check_element(e, element, name.at ? name.at : field);
    }
    check_single(e);
}

void entries_check(struct check *parent, struct entries *out)
{
    enum field f = parent->bare ? FIELD_COUNT : entries_field(parent->resource);
    const struct json *list = f == FIELD_COUNT ? NULL : json_get(parent->body, field_rules[f].name);
    *out = (struct entries){ .parent = parent, .field = FIELD_COUNT };
    if (!list || list->type == JSON_NULL)
        return;
    if (list->type != JSON_ARRAY || list->count > LIMIT_entity_list_max) {
        check_violation(parent, "%s: should be a list of at most %d elements", field_rules[f].name,
                        LIMIT_entity_list_max);
        return;
    }
    out->field = f;
    out->checks = arena_alloc(parent->arena, (list->count + 1) * sizeof *out->checks);
    out->made = arena_alloc(parent->arena, (list->count + 1) * sizeof(struct entity *));
    if (out->checks && out->made)
        check_list(out, list);
    else
        check_violation(parent, "%s: too large", field_rules[f].name);
}

/* ---- making ---- */

/* Two new ones with the same unique value. */
static bool taken_by_sibling(const struct entries *e, size_t at)
{
    const struct entity *one = e->made[at];
    for (unsigned k = 0; k < resource_rules[entity_resource(one)].unique_count; k++) {
        uint32_t key = entity_key(one, k);
        for (size_t i = 0; i < at; i++) {
            if (entity_key(e->made[i], k) == key && entity_same_key(e->made[i], one, k))
                return true;
        }
    }
    return false;
}

enum err entries_make(struct entries *e, struct effects *fx)
{
    enum err err = ERR_OK;
    size_t made = 0;
    for (; err == ERR_OK && made < e->count; made += err == ERR_OK) {
        err = entity_make(&e->checks[made], e->parent->view.org, fx, &e->made[made]);
        if (err == ERR_OK && taken_by_sibling(e, made)) {
            entity_free(e->made[made]);
            effects_detail(fx, "%s: two of them are the same", field_rules[e->field].name);
            err = ERR_DUPLICATE;
        }
    }
    e->count = made;
    if (err != ERR_OK)
        entries_free(e);
    return err;
}

void entries_free(struct entries *e)
{
    for (size_t i = 0; i < e->count; i++)
        entity_free(e->made[i]);
    e->count = 0;
}

/* ---- keeping ---- */

/* The children of `parent` that are not among those made; *out is the arena's. */
static enum err left_out(const struct catalog_view *view, struct uuid parent,
                         const struct entries *e, struct arena *a, struct catalog_set *out)
{
    enum resource r = field_rules[e->field].entries;
    struct catalog_set set = view->set(view->catalog, view->org, r);
    const struct entity **items = arena_alloc(a, (set.count + 1) * sizeof *items);
    size_t count = 0;
    if (!items)
        return ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < set.count; i++) {
        if (is_child_of(set.items[i], parent) && !is_named_before(e, entity_id(set.items[i])))
            items[count++] = set.items[i];
    }
    *out = (struct catalog_set){ count, items };
    return ERR_OK;
}

enum err entries_keep(struct entries *e, struct effects *fx)
{
    const struct check *parent = e->parent;
    struct catalog_set gone;
    if (e->field == FIELD_COUNT)
        return ERR_OK;
    enum err err = left_out(&parent->view, parent->id, e, parent->arena, &gone);
    for (size_t i = 0; err == ERR_OK && i < gone.count; i++)
        err = entity_drop(parent->world, parent->view.org, gone.items[i], fx);
    for (size_t i = 0; err == ERR_OK && i < e->count; i++)
        err = entity_keep(parent->world, parent->view.org, e->made[i], fx);
    return err;
}

enum err entries_drop(struct world *w, struct uuid org, const struct entity *parent,
                      struct effects *fx)
{
    struct catalog_view view = { world_catalog(w), org, catalog_working };
    struct entries none = { .field = entries_field(entity_resource(parent)) };
    struct catalog_set gone = { 0, NULL };
    if (none.field == FIELD_COUNT)
        return ERR_OK;
    enum err err = left_out(&view, entity_id(parent), &none, fx->arena, &gone);
    for (size_t i = 0; err == ERR_OK && i < gone.count; i++)
        err = entity_drop(w, org, gone.items[i], fx);
    return err;
}
