/* What points at something outside goes from all entities of a resource at once: the assistant is
 * told of a skill that is gone, and no queue names it any more. Only references that an entity can
 * do without, one each: lists of teams, skills and agents have operations of their own. */
#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/references.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

/* Where a reference stands: in a field, or in the object of a field. */
struct place {
    enum field field;
    const struct field_rule *member; /* NULL: the field itself */
};

static bool is_reference(const struct field_rule *rule, struct slice name)
{
    const unsigned never = RULE_LIST | RULE_REQUIRED | RULE_READ_ONLY | RULE_IMMUTABLE;
    bool id = rule->type == RULE_REF ||
              (rule->type == RULE_STRING && slice_ends(slice_of(rule->name), SLICE("Id")));
    return id && !(rule->flags & never) && slice_is(name, rule->name);
}

static bool find_place(enum resource r, struct slice name, struct place *out)
{
    const enum field first = resource_rules[r].first;
    for (enum field f = first; f < first + resource_rules[r].count; f++) {
        const struct field_rule *rule = &field_rules[f];
        *out = (struct place){ .field = f };
        if (is_reference(rule, name))
            return true;
        for (unsigned i = 0; !(rule->flags & RULE_LIST) && i < rule->child_count; i++) {
            out->member = &rule->children[i];
            if (is_reference(out->member, name))
                return true;
        }
    }
    return false;
}

/* Does the object say anything beside the reference and what the server notes? */
static bool says_more(const struct place *p, const struct json *object)
{
    const struct field_rule *rule = &field_rules[p->field];
    for (unsigned i = 0; i < rule->child_count; i++) {
        const struct field_rule *child = &rule->children[i];
        if (child != p->member && !(child->flags & RULE_READ_ONLY) && json_get(object, child->name))
            return true;
    }
    return false;
}

static void put_without(struct json_writer *w, const struct json *object, const struct json *held)
{
    json_object_begin(w);
    JSON_EACH(member, object)
    {
        if (member == held)
            continue;
        json_key_slice(w, member->key);
        json_put_node(w, member);
    }
    json_object_end(w);
}

/* The change that takes it away; {NULL, 0}: the entity does not hold it. */
static struct slice change_of(const struct entity *e, const struct place *p, struct slice value,
                              struct arena *a)
{
    struct json *now;
    struct buf out;
    struct json_writer w;
    if (entity_parse(e, p->field, a, &now) != ERR_OK)
        return (struct slice){ NULL, 0 };
    const struct json *held = p->member ? json_get(now, p->member->name) : now;
    if (!held || !slice_eq_nocase(json_text(held, SLICE("")), value))
        return (struct slice){ NULL, 0 };
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, field_rules[p->field].name);
    if (p->member && says_more(p, now))
        put_without(&w, now, held);
    else
        json_put_null(&w);
    json_object_end(&w);
    return buf_slice(&out);
}

/* What cannot be changed (the system's own) is left alone. */
static void release(struct world *w, const struct catalog_change *asked, const struct place *p,
                    struct slice value, struct json_writer *changed, struct effects *fx)
{
    struct catalog_view view = { world_catalog(w), asked->org, catalog_working };
    const size_t count = view.set(view.catalog, view.org, asked->resource).count;
    for (size_t i = 0; i < count; i++) {
        const struct entity *e = view.set(view.catalog, view.org, asked->resource).items[i];
        struct catalog_change change = *asked;
        change.id = entity_id(e);
        change.body = change_of(e, p, value, fx->arena);
        change.partial = true;
        if (!change.body.at || catalog_update(w, &change, fx) != ERR_OK)
            continue;
        char id[UUID_TEXT_LEN + 1];
        uuid_format(change.id, id);
        json_put_cstr(changed, id);
    }
}

static enum err check_all(const struct catalog_change *asked, const struct json *references,
                          struct effects *fx)
{
    struct place place;
    if (!references || references->type != JSON_OBJECT || !references->count) {
        effects_detail(fx, "references: should be an object with the names of references");
        return ERR_INVALID_FIELD;
    }
    JSON_EACH(one, references)
    {
        bool known = find_place(asked->resource, one->key, &place);
        if (known && slice_trim(json_text(one, SLICE(""))).len)
            continue;
        effects_detail(fx, "references.%.*s: %s", SLICE_ARG(one->key),
                       known ? "should not be null or blank"
                             : "is no reference that can be taken away");
        return ERR_INVALID_FIELD;
    }
    return ERR_OK;
}

enum err catalog_release(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_change *asked = args;
    struct json *body;
    struct buf out;
    struct json_writer j;
    struct place place;
    enum err e = json_parse(fx->arena, asked->body, &body, NULL);
    const struct json *references = e == ERR_OK ? json_get(body, "references") : NULL;
    if (e == ERR_OK)
        e = check_all(asked, references, fx);
    if (e != ERR_OK)
        return e;
    buf_init_arena(&out, fx->arena);
    json_writer_init(&j, &out);
    json_object_begin(&j);
    json_key(&j, "changed");
    json_array_begin(&j);
    JSON_EACH(one, references)
    {
        find_place(asked->resource, one->key, &place);
        release(w, asked, &place, slice_trim(one->text), &j, fx);
    }
    json_array_end(&j);
    json_object_end(&j);
    fx->detail = (struct slice){ NULL, 0 };
    fx->failed |= buf_failed(&out);
    fx->result = buf_slice(&out);
    return ERR_OK;
}
