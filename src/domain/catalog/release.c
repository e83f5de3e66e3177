/* Everybody lets go of an entity: references to it are taken out of all entities of a resource, so
 * that it can be deleted.
 *
 * A reference in a list goes from the list. One inside an object of a list takes the object along,
 * for the object says something about what it refers to. A single one is cleared; an entity that
 * cannot be without it is deleted. */
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/references.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

struct release {
    struct slice field, value; /* the name of a field that refers, and to what */
    struct arena *arena;       /* of the step; while holders are looked for, emptied after each */
    bool found;
};

/* ---- a value without the reference ---- */

static bool is_meant(const struct release *r, const struct field_rule *rule)
{
    return rule->type == RULE_REF && slice_is(r->field, rule->name);
}

static bool is_known(const struct release *r, const struct field_rule *rules, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (is_meant(r, &rules[i]) || is_known(r, rules[i].children, rules[i].child_count))
            return true;
    }
    return false;
}

static bool refers(const struct release *r, const struct json *value)
{
    return value->type == JSON_STRING && slice_eq_nocase(value->text, r->value);
}

/* False: nothing is left of it. */
static bool put_value(struct release *r, const struct field_rule *rule, const struct json *value,
                      struct json_writer *w);

/* The members of an object; false: it has lost a reference and goes. */
static bool put_members(struct release *r, const struct field_rule *rule, const struct json *object,
                        struct json_writer *w)
{
    bool whole = true;
    json_object_begin(w);
    JSON_EACH(member, object)
    {
        const struct field_rule *child = NULL;
        for (unsigned i = 0; i < rule->child_count; i++) {
            if (slice_is(member->key, rule->children[i].name))
                child = &rule->children[i];
        }
        struct buf out;
        struct json_writer inner;
        buf_init_arena(&out, r->arena);
        json_writer_init(&inner, &out);
        if (!child)
            continue;
        if (put_value(r, child, member, &inner))
            json_member_raw(w, child->name, buf_slice(&out));
        else
            whole = false;
    }
    json_object_end(w);
    return whole;
}

static bool put_one(struct release *r, const struct field_rule *rule, const struct json *value,
                    struct json_writer *w)
{
    if (is_meant(r, rule) && refers(r, value)) {
        r->found = true;
        return false;
    }
    if (rule->type == RULE_OBJECT && value->type == JSON_OBJECT)
        return put_members(r, rule, value, w);
    json_put_raw(w, value->raw);
    return true;
}

static bool put_value(struct release *r, const struct field_rule *rule, const struct json *value,
                      struct json_writer *w)
{
    if (!(rule->flags & RULE_LIST) || value->type != JSON_ARRAY)
        return put_one(r, rule, value, w);
    json_array_begin(w);
    JSON_EACH(element, value)
    {
        struct buf out;
        struct json_writer inner;
        buf_init_arena(&out, r->arena);
        json_writer_init(&inner, &out);
        if (put_one(r, rule, element, &inner))
            json_put_raw(w, buf_slice(&out));
    }
    json_array_end(w);
    return true;
}

/* ---- an entity ---- */

/* The change that takes it out of one entity, as the body of a partial update. False: it is not
 * there. *needed: a field is lost that the entity cannot be without. */
static bool body_without(struct release *r, const struct entity *e, struct slice *body,
                         bool *needed)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    struct buf out;
    struct json_writer w;
    bool any = false;
    *needed = false;
    buf_init_arena(&out, r->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        const struct field_rule *field = &field_rules[f];
        struct json *value;
        struct buf now;
        struct json_writer inner;
        if (field->derive || !is_known(r, field, 1) ||
            entity_parse(e, f, r->arena, &value) != ERR_OK)
            continue;
        buf_init_arena(&now, r->arena);
        json_writer_init(&inner, &now);
        r->found = false;
        bool left = put_value(r, field, value, &inner);
        any |= r->found;
        *needed |= !left && (field->flags & RULE_REQUIRED);
        if (r->found)
            json_member_raw(&w, field->name, left ? buf_slice(&now) : SLICE("null"));
    }
    json_object_end(&w);
    *body = buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
    return any;
}

/* Their ids, while they still stand: changes move the set. */
static size_t holders(const struct release *r, const struct catalog_change *all, struct world *w,
                      struct arena *scratch, struct uuid *ids)
{
    struct catalog_set set = catalog_working(world_catalog(w), all->org, all->resource);
    struct release look = *r;
    size_t count = 0;
    look.arena = scratch;
    for (size_t i = 0; i < set.count && count < LIMIT_bulk_items_max; i++) {
        struct slice json = entity_json(set.items[i]), body;
        bool needed;
        if (memmem(json.at, json.len, r->value.at, r->value.len) &&
            body_without(&look, set.items[i], &body, &needed))
            ids[count++] = entity_id(set.items[i]);
        arena_reset(scratch);
    }
    return count;
}

struct outcome {
    struct json_writer changed, deleted, refused;
    struct buf texts[3];
};

static void put_refused(struct json_writer *w, struct uuid id, struct slice reason)
{
    json_object_begin(w);
    json_member_uuid(w, "id", id);
    json_member_text(w, "reason", reason);
    json_object_end(w);
}

static void put_id(struct json_writer *w, struct uuid id)
{
    char text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    json_put_cstr(w, text);
}

static void let_go(struct release *r, const struct catalog_change *all, struct world *w,
                   struct uuid id, struct effects *fx, struct outcome *out)
{
    struct catalog_change change = *all;
    const struct entity *e = catalog_working_get(world_catalog(w), all->org, all->resource, id);
    bool needed;
    if (!effects_have_room(fx)) {
        put_refused(&out->refused, id, SLICE(CHANGES_LEFT));
        return;
    }
    if (!e || !body_without(r, e, &change.body, &needed))
        return;
    change.id = id;
    change.partial = true;
    fx->detail = (struct slice){ NULL, 0 };
    enum err err = needed ? catalog_delete(w, &change, fx) : catalog_update(w, &change, fx);
    if (err != ERR_OK)
        put_refused(&out->refused, id, fx->detail.len ? fx->detail : slice_of(err_title(err)));
    else
        put_id(needed ? &out->deleted : &out->changed, id);
}

/* ---- the command ---- */

/* References are kept as ids in lower case. */
static struct slice canonical(struct slice value, struct arena *a)
{
    struct uuid id;
    char text[UUID_TEXT_LEN + 1];
    if (!uuid_parse(value, &id))
        return value;
    uuid_format(id, text);
    return arena_copy(a, slice_of(text));
}

static enum err read(struct release *r, const struct json *one, enum resource resource,
                     struct effects *fx)
{
    const struct resource_rule *rule = &resource_rules[resource];
    bool known;
    r->field = one->key;
    r->value = canonical(slice_trim(json_text(one, SLICE(""))), r->arena);
    known = is_known(r, &field_rules[rule->first], rule->count);
    if (known && r->value.len)
        return ERR_OK;
    effects_detail(fx, "references.%.*s: %s", SLICE_ARG(r->field),
                   known ? "should not be null or blank" : "is no field that refers to something");
    return ERR_INVALID_FIELD;
}

static void begin(struct outcome *out, struct arena *a)
{
    struct json_writer *writers[] = { &out->changed, &out->deleted, &out->refused };
    for (unsigned i = 0; i < sizeof writers / sizeof *writers; i++) {
        buf_init_arena(&out->texts[i], a);
        json_writer_init(writers[i], &out->texts[i]);
        json_array_begin(writers[i]);
    }
}

static void end(struct outcome *out, struct effects *fx)
{
    json_array_end(&out->changed);
    json_array_end(&out->deleted);
    json_array_end(&out->refused);
    fx->detail = (struct slice){ NULL, 0 };
    fx->result =
        arena_printf(fx->arena, "{\"changed\":%.*s,\"deleted\":%.*s,\"refused\":%.*s}",
                     SLICE_ARG(buf_slice(&out->texts[0])), SLICE_ARG(buf_slice(&out->texts[1])),
                     SLICE_ARG(buf_slice(&out->texts[2])));
    fx->failed |= !fx->result.at;
}

static enum err no_references(struct effects *fx)
{
    effects_detail(fx, "references: should be an object of fields and what they refer to");
    return ERR_INVALID_FIELD;
}

enum err catalog_release(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *all = args;
    struct release r = { .arena = fx->arena };
    struct outcome out;
    struct json *body;
    enum err e = json_parse(fx->arena, all->body, &body, NULL);
    const struct json *references = e == ERR_OK ? json_get(body, "references") : NULL;
    if (e != ERR_OK)
        return e;
    if (!references || references->type != JSON_OBJECT || !references->count)
        return no_references(fx);
    JSON_EACH(one, references)
    {
        e = read(&r, one, all->resource, fx);
        if (e != ERR_OK)
            return e;
    }
    struct uuid *ids = arena_alloc(fx->arena, LIMIT_bulk_items_max * sizeof *ids);
    struct arena *scratch = ids ? arena_new(LIMIT_request_arena_bytes_max) : NULL;
    if (!scratch)
        return ERR_OUT_OF_MEMORY;
    begin(&out, fx->arena);
    JSON_EACH(one, references)
    {
        read(&r, one, all->resource, fx);
        size_t count = holders(&r, all, w, scratch, ids);
        for (size_t i = 0; i < count; i++)
            let_go(&r, all, w, ids[i], fx, &out);
    }
    arena_free(scratch);
    end(&out, fx);
    return ERR_OK;
}
