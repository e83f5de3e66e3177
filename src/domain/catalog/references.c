#include "domain/catalog/references.h"

#include <assert.h>

#include "base/buf.h"
#include "domain/catalog/schema.h"

enum { POINTERS_MAX = 32 };

const struct entity *view_get(const struct catalog_view *v, enum resource r, struct uuid id)
{
    return catalog_set_get(v->set(v->catalog, v->org, r), id);
}

const struct entity_set *view_set(const struct catalog_view *v, enum resource r,
                                  struct catalog_set *set)
{
    if (v->set == catalog_published)
        return catalog_published_set(v->catalog, v->org, r, set);
    *set = v->set(v->catalog, v->org, r);
    return NULL;
}

/* Has the field, or one inside it, references to `target`? */
static bool points_at(const struct field_rule *rule, enum resource target)
{
    if (rule->target == target)
        return !(rule->flags & RULE_HIDDEN); /* a child does not hold its parent */
    for (unsigned i = 0; i < rule->child_count; i++) {
        if (points_at(&rule->children[i], target))
            return true;
    }
    return false;
}

bool resource_is_target(enum resource r)
{
    for (enum field f = 0; f < FIELD_COUNT; f++) {
        if (points_at(&field_rules[f], r))
            return true;
    }
    return false;
}

/* Those of a resource's fields that point at one target. */
struct pointers {
    unsigned count;
    enum field fields[POINTERS_MAX];
};

static void find_pointers(enum resource from, enum resource target, struct pointers *out)
{
    const struct resource_rule *rule = &resource_rules[from];
    out->count = 0;
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        if (!points_at(&field_rules[f], target))
            continue;
        assert(out->count < POINTERS_MAX);
        out->fields[out->count++] = f;
    }
}

/* References are stored as lower-case ids in quotes, however deep: a plain search finds them. */
static bool refers(const struct entity *e, const struct pointers *p, const char *quoted)
{
    for (unsigned i = 0; i < p->count; i++) {
        struct slice raw = entity_raw(e, p->fields[i]);
        if (raw.at && memmem(raw.at, raw.len, quoted, UUID_TEXT_LEN + 2))
            return true;
    }
    return false;
}

void view_references(const struct catalog_view *v, enum resource r, struct uuid id,
                     bool (*fn)(void *ctx, const struct entity *e), void *ctx)
{
    struct pointers pointers;
    char quoted[UUID_TEXT_LEN + 3] = { '"' };
    uuid_format(id, quoted + 1);
    quoted[UUID_TEXT_LEN + 1] = '"';
    for (enum resource from = 0; from < RESOURCE_COUNT; from++) {
        find_pointers(from, r, &pointers);
        struct catalog_set set = { 0, NULL };
        if (pointers.count)
            set = v->set(v->catalog, v->org, from);
        for (size_t i = 0; i < set.count; i++) {
            if (refers(set.items[i], &pointers, quoted) && !fn(ctx, set.items[i]))
                return;
        }
    }
}

bool is_child_of(const struct entity *e, struct uuid parent)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    return rule->parent == RESOURCE_COUNT || uuid_is_nil(parent) ||
           uuid_eq(entity_ref(e, rule->parent_id), parent);
}

/* The document up to what is not shown as a matter of course, without its closing brace. */
static struct slice open_document(const struct entity *e)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    struct slice json = entity_json(e);
    for (enum field f = rule->tail; f < rule->first + rule->count; f++) {
        struct slice raw = entity_raw(e, f);
        size_t member = strlen(field_rules[f].name) + 4; /* ,"": */
        if (raw.at)
            return slice_sub(json, 0, (size_t)(raw.at - json.at) - member);
    }
    return slice_sub(json, 0, json.len - 1);
}

struct slice view_served_as(const struct catalog_view *v, const struct entity *e, bool bare,
                            struct arena *a)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    struct slice shown = open_document(e);
    if (!rule->derives && shown.len + 1 == entity_json(e).len)
        return entity_json(e);
    struct buf out;
    buf_init_arena(&out, a);
    buf_add(&out, shown);
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        bool inside = field_rules[f].entries != RESOURCE_COUNT;
        if (!field_rules[f].derive || (inside && bare) || (field_rules[f].flags & RULE_ASKED))
            continue;
        size_t before = out.len;
        buf_printf(&out, ",\"%s\":", field_rules[f].name);
        if (!field_rules[f].derive(&out, v, e))
            out.len = before;
    }
    buf_add_char(&out, '}');
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

struct slice view_served(const struct catalog_view *v, const struct entity *e, struct arena *a)
{
    return view_served_as(v, e, false, a);
}
