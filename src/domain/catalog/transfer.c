#include "domain/catalog/transfer.h"

#include <strings.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/naming.h"
#include "domain/catalog/schema.h"

enum { FORMAT = 1 };

/* ---- out ---- */

/* Common fields are the server's, but the id is what rows refer to each other by. */
static bool is_written(enum resource r, enum field f)
{
    const struct resource_rule *rule = &resource_rules[r];
    if (field_rules[f].derive || (field_rules[f].flags & RULE_ASKED))
        return false;
    return !(field_rules[f].flags & RULE_COMMON) || f == rule->id || f == rule->parent_id;
}

/* Inside objects: what the server writes. */
static const struct field_rule *child_rule(const struct field_rule *rule, struct slice member)
{
    for (unsigned i = 0; i < rule->child_count; i++) {
        if (slice_is(member, rule->children[i].name))
            return &rule->children[i];
    }
    return NULL;
}

static bool is_made(const struct field_rule *rule, struct slice member)
{
    const struct field_rule *child = child_rule(rule, member);
    return child && (child->flags & (RULE_MADE_ID | RULE_READ_ONLY));
}

/* An object that is an entity of its own, without what the server notes of it. */
static void put_noted(struct json_writer *w, const struct field_rule *rule, const struct json *v)
{
    if (v->type == JSON_ARRAY) {
        json_array_begin(w);
        JSON_EACH(one, v)
        {
            put_noted(w, rule, one);
        }
        json_array_end(w);
        return;
    }
    json_object_begin(w);
    JSON_EACH(member, v)
    {
        const struct field_rule *child = child_rule(rule, member->key);
        if (child && (child->flags & RULE_READ_ONLY))
            continue;
        json_key_slice(w, member->key);
        json_put_node(w, member);
    }
    json_object_end(w);
}

static void put_field(struct json_writer *w, const struct entity *e, enum field f)
{
    struct json *v;
    if (!(field_rules[f].flags & RULE_ENTITY)) {
        json_member_raw(w, field_rules[f].name, entity_raw(e, f));
    } else if (entity_parse(e, f, w->out->arena, &v) == ERR_OK) {
        json_key(w, field_rules[f].name);
        put_noted(w, &field_rules[f], v);
    }
}

static void put_entity(struct json_writer *w, const struct entity *e)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    json_object_begin(w);
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        if (is_written(entity_resource(e), f) && entity_has(e, f))
            put_field(w, e, f);
    }
    json_object_end(w);
}

void transfer_export(const struct catalog_view *view, struct json_writer *w)
{
    const struct entity *org = view_get(view, RESOURCE_ORGANIZATION, view->org);
    json_object_begin(w);
    json_member_i64(w, "format", FORMAT);
    if (org)
        json_member_raw(w, "organization", entity_raw(org, FIELD_ORGANIZATION_NAME));
    json_key(w, "resources");
    json_object_begin(w);
    for (enum resource r = 0; r < RESOURCE_COUNT; r++) {
        struct catalog_set set = view->set(view->catalog, view->org, r);
        if (r == RESOURCE_ORGANIZATION || !set.count)
            continue;
        json_key(w, resource_rules[r].name);
        json_array_begin(w);
        for (size_t i = 0; i < set.count; i++)
            put_entity(w, set.items[i]);
        json_array_end(w);
    }
    json_object_end(w);
    json_object_end(w);
}

/* ---- in: which entity a row stands for ---- */

struct row {
    enum resource resource;
    const struct json *json;
    struct uuid said, id;        /* of the document; of the organisation */
    const struct entity *entity; /* NULL: to be created */
};

struct reading {
    const struct catalog_view *view;
    struct arena *arena;
    struct row *rows;
    size_t count;
    struct transfer_plan *plan;
    struct slice *why;
};

static bool same_text(const struct json *v, struct slice raw)
{
    return v && raw.at &&
           (v->type == JSON_STRING
                ? raw.len >= 2 && slice_eq_nocase(v->text, slice_sub(raw, 1, raw.len - 1))
                : slice_eq(v->raw, raw));
}

/* By one unique key. Values that are references are compared as they are: ids of this document. */
static bool has_key(const struct row *row, const struct entity *e, unsigned k)
{
    const struct unique_key *key = &resource_rules[row->resource].unique[k];
    for (unsigned i = 0; i < key->count; i++) {
        const struct field_rule *rule = &field_rules[key->fields[i]];
        if (rule->type != RULE_REF &&
            !same_text(json_get(row->json, rule->name), entity_raw(e, key->fields[i])))
            return false;
    }
    return true;
}

/* Settings exist once in every organisation and have no key. */
static const struct entity *find(const struct reading *r, const struct row *row)
{
    struct catalog_set set = r->view->set(r->view->catalog, r->view->org, row->resource);
    const struct entity *e = catalog_set_get(set, row->said);
    unsigned keys = resource_rules[row->resource].unique_count;
    if (!e && !keys && set.count == 1 && resource_rules[row->resource].parent == RESOURCE_COUNT)
        return set.items[0];
    for (unsigned k = 0; k < keys && !e; k++) {
        for (size_t i = 0; i < set.count && !e; i++)
            e = has_key(row, set.items[i], k) ? set.items[i] : NULL;
    }
    return e;
}

static enum err refuse(const struct reading *r, const char *what, struct slice where)
{
    *r->why = arena_printf(r->arena, "%.*s: %s", SLICE_ARG(where), what);
    return ERR_INVALID_FIELD;
}

static enum err read_row(struct reading *r, enum resource resource, const struct json *json)
{
    struct row *row = &r->rows[r->count];
    *row = (struct row){ .resource = resource, .json = json };
    if (json->type != JSON_OBJECT ||
        !uuid_parse(json_text(json_get(json, "id"), SLICE("")), &row->said))
        return refuse(r, "each row should be an object with an id",
                      slice_of(resource_rules[resource].name));
    row->entity = find(r, row);
    row->id = row->entity ? entity_id(row->entity) : row->said;
    r->count++;
    return ERR_OK;
}

static enum err read_rows(struct reading *r, const struct json *resources)
{
    size_t total = 0;
    JSON_EACH(list, resources)
    {
        total += list->count;
    }
    r->rows = arena_alloc(r->arena, (total + 1) * sizeof *r->rows);
    if (!r->rows)
        return ERR_OUT_OF_MEMORY;
    JSON_EACH(list, resources)
    {
        enum resource resource = schema_resource(list->key);
        if (resource == RESOURCE_COUNT || resource == RESOURCE_ORGANIZATION)
            return refuse(r, "is no kind of entity", list->key);
        if (list->type != JSON_ARRAY)
            return refuse(r, "should be a list", list->key);
        JSON_EACH(json, list)
        {
            enum err e = read_row(r, resource, json);
            if (e != ERR_OK)
                return e;
        }
    }
    return ERR_OK;
}

/* ---- in: what the row wants ---- */

static const struct row *row_of(const struct reading *r, struct uuid said)
{
    for (size_t i = 0; i < r->count; i++) {
        if (uuid_eq(r->rows[i].said, said))
            return &r->rows[i];
    }
    return NULL;
}

/* The value as it is kept, ids of the document replaced. */
static void put_value(const struct reading *r, struct json_writer *w, const struct json *v)
{
    struct uuid said;
    char text[UUID_TEXT_LEN + 1];
    const struct row *row =
        v->type == JSON_STRING && uuid_parse(v->text, &said) ? row_of(r, said) : NULL;
    if (row && !uuid_eq(row->id, row->said)) {
        uuid_format(row->id, text);
        json_put_cstr(w, text);
    } else if (v->type == JSON_ARRAY) {
        json_array_begin(w);
        JSON_EACH(child, v)
        {
            put_value(r, w, child);
        }
        json_array_end(w);
    } else if (v->type == JSON_OBJECT) {
        json_object_begin(w);
        JSON_EACH(child, v)
        {
            json_key_slice(w, child->key);
            put_value(r, w, child);
        }
        json_object_end(w);
    } else {
        json_put_node(w, v);
    }
}

static struct slice value_of(const struct reading *r, const struct row *row, enum field f)
{
    const struct json *v = json_get(row->json, field_rules[f].name);
    struct buf out;
    struct json_writer w;
    if (!v || v->type == JSON_NULL)
        return (struct slice){ NULL, 0 };
    buf_init_arena(&out, r->arena);
    json_writer_init(&w, &out);
    put_value(r, &w, v);
    return buf_slice(&out);
}

/* Fields a client may write, and that the row does not leave as they are. */
static bool is_wanted(enum field f, const struct row *row)
{
    const struct field_rule *rule = &field_rules[f];
    if (rule->derive || (rule->flags & (RULE_COMMON | RULE_HIDDEN | RULE_READ_ONLY)))
        return false;
    return json_get(row->json, rule->name) || !(rule->flags & RULE_RETAIN);
}

static size_t counted(const struct field_rule *rule, const struct json *object)
{
    size_t n = 0;
    JSON_EACH(member, object)
    {
        n += !is_made(rule, member->key);
    }
    return n;
}

/* The same but for what the server makes inside lists: that differs between organisations. */
static bool alike(const struct field_rule *rule, const struct json *a, const struct json *b)
{
    if (!a || !b || a->type != b->type)
        return false;
    if (a->type == JSON_ARRAY) {
        const struct json *other = b->first;
        JSON_EACH(one, a)
        {
            if (!alike(rule, one, other))
                return false;
            other = other->next;
        }
        return !other;
    }
    if (a->type != JSON_OBJECT)
        return a->type == JSON_STRING ? slice_eq(a->text, b->text) : slice_eq(a->raw, b->raw);
    JSON_EACH(member, a)
    {
        if (!is_made(rule, member->key) && !alike(rule, member, json_get_slice(b, member->key)))
            return false;
    }
    return counted(rule, a) == counted(rule, b);
}

static bool is_same(const struct reading *r, enum field f, struct slice before, struct slice now)
{
    struct json *a, *b;
    if (slice_eq(before, now))
        return true;
    return field_rules[f].type == RULE_OBJECT && json_parse(r->arena, before, &a, NULL) == ERR_OK &&
           json_parse(r->arena, now, &b, NULL) == ERR_OK && alike(&field_rules[f], a, b);
}

struct wish {
    struct buf body, changes;
    struct json_writer b, c;
    size_t differences;
};

static void wish_field(const struct reading *r, const struct row *row, enum field f, struct wish *w)
{
    struct slice now = value_of(r, row, f);
    struct slice before = row->entity ? entity_raw(row->entity, f) : (struct slice){ NULL, 0 };
    if (now.at)
        json_member_raw(&w->b, field_rules[f].name, now);
    if (!now.at)
        now = slice_of(field_rules[f].fallback);
    if (!now.len && !before.at)
        return;
    if (now.len && before.at && is_same(r, f, before, now))
        return;
    w->differences++;
    json_object_begin(&w->c);
    json_member_cstr(&w->c, "field", field_rules[f].name);
    if (before.at)
        json_member_raw(&w->c, "before", before);
    if (now.len)
        json_member_raw(&w->c, "after", now);
    json_object_end(&w->c);
}

static enum err add_step(struct reading *r, const struct transfer_step *step)
{
    struct transfer_plan *p = r->plan;
    if (p->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 64;
        struct transfer_step *steps = arena_alloc(r->arena, cap * sizeof *steps);
        if (!steps)
            return ERR_OUT_OF_MEMORY;
        if (p->count)
            memcpy(steps, p->steps, p->count * sizeof *steps);
        p->steps = steps;
        p->cap = cap;
    }
    p->steps[p->count++] = *step;
    return ERR_OK;
}

static struct slice name_of(const struct reading *r, const struct row *row)
{
    if (row->entity)
        return entity_name(row->entity, r->arena);
    const char *member = row->resource == RESOURCE_USER ? "email" : "name";
    return arena_copy(r->arena, json_text(json_get(row->json, member),
                                          json_text(json_get(row->json, "id"), SLICE(""))));
}

static struct uuid parent_of(const struct reading *r, const struct row *row)
{
    struct uuid said = { { 0 } };
    if (resource_rules[row->resource].parent == RESOURCE_COUNT)
        return said;
    uuid_parse(json_text(json_get(row->json, "parentId"), SLICE("")), &said);
    const struct row *parent = row_of(r, said);
    return parent ? parent->id : said;
}

static enum err plan_row(struct reading *r, const struct row *row)
{
    const struct resource_rule *rule = &resource_rules[row->resource];
    struct wish w = { .differences = 0 };
    buf_init_arena(&w.body, r->arena);
    buf_init_arena(&w.changes, r->arena);
    json_writer_init(&w.b, &w.body);
    json_writer_init(&w.c, &w.changes);
    json_object_begin(&w.b);
    json_array_begin(&w.c);
    if (row->entity)
        json_member_raw(&w.b, "id", entity_raw(row->entity, rule->id));
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        if (is_wanted(f, row))
            wish_field(r, row, f, &w);
    }
    json_object_end(&w.b);
    json_array_end(&w.c);
    if (buf_failed(&w.body) || buf_failed(&w.changes))
        return ERR_OUT_OF_MEMORY;
    if (row->entity && !w.differences)
        return ERR_OK;
    return add_step(r,
                    &(struct transfer_step){ .verb = row->entity ? CATALOG_UPDATE : CATALOG_CREATE,
                                             .change = { .org = r->view->org,
                                                         .resource = row->resource,
                                                         .id = row->id,
                                                         .parent = parent_of(r, row),
                                                         .body = buf_slice(&w.body) },
                                             .name = name_of(r, row),
                                             .changes = buf_slice(&w.changes) });
}

/* ---- in: what is too much ---- */

static bool is_kept(const struct reading *r, const struct entity *e)
{
    enum field system = resource_rules[entity_resource(e)].system_default;
    if (system != FIELD_COUNT && entity_bool(e, system, false))
        return true;
    for (size_t i = 0; i < r->count; i++) {
        if (r->rows[i].entity == e)
            return true;
    }
    return false;
}

static enum err plan_deletes(struct reading *r)
{
    for (enum resource k = 0; k < RESOURCE_COUNT; k++) {
        struct catalog_set set = r->view->set(r->view->catalog, r->view->org, k);
        bool once = !resource_rules[k].unique_count && resource_rules[k].parent == RESOURCE_COUNT;
        for (size_t i = 0; k != RESOURCE_ORGANIZATION && !once && i < set.count; i++) {
            if (is_kept(r, set.items[i]))
                continue;
            struct transfer_step step = {
                .verb = CATALOG_DELETE,
                .change = { .org = r->view->org, .resource = k, .id = entity_id(set.items[i]) },
                .name = entity_name(set.items[i], r->arena),
                .changes = SLICE("[]")
            };
            enum err e = add_step(r, &step);
            if (e != ERR_OK)
                return e;
        }
    }
    return ERR_OK;
}

enum err transfer_plan(const struct catalog_view *view, const struct json *document, bool prune,
                       struct arena *a, struct transfer_plan *out, struct slice *why)
{
    struct reading r = { .view = view, .arena = a, .plan = out, .why = why };
    const struct json *resources = json_get(document, "resources");
    *out = (struct transfer_plan){ .count = 0 };
    if (json_i64(json_get(document, "format"), 0) != FORMAT || !resources ||
        resources->type != JSON_OBJECT)
        return refuse(&r, "should have format 1 and resources", SLICE("document"));
    enum err e = read_rows(&r, resources);
    for (size_t i = 0; e == ERR_OK && i < r.count; i++)
        e = plan_row(&r, &r.rows[i]);
    return e == ERR_OK && prune ? plan_deletes(&r) : e;
}
