/* One value against its rule, and its canonical text. Values are written as they are checked: a
 * text with one way of escaping, a reference in lower case, an object with its known members in
 * order. */
#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/catalog/check.h"
#include "domain/catalog/pattern.h"
#include "domain/catalog/schema.h"
#include "domain/core/world.h"

static const struct slice nothing = { NULL, 0 };

static struct slice written(struct check *c, struct slice text)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, c->arena);
    json_writer_init(&w, &out);
    json_put_text(&w, text);
    return buf_failed(&out) ? nothing : buf_slice(&out);
}

static bool expect(struct check *c, const char *path, bool ok, const char *what)
{
    if (!ok)
        check_violation(c, "%s: should be %s", path, what);
    return ok;
}

static struct slice string_value(struct check *c, const char *path, const struct field_rule *rule,
                                 const struct json *v)
{
    if (!expect(c, path, v->type == JSON_STRING, "text"))
        return nothing;
    if ((rule->flags & RULE_REQUIRED) && slice_trim(v->text).len == 0)
        return nothing; /* blank: check_presence says so */
    int64_t length = (int64_t)utf8_count(v->text);
    if (length < rule->min)
        check_violation(c, "%s: should not be less than %" PRId64 " characters", path, rule->min);
    else if (length > rule->max)
        check_violation(c, "%s: should not be more than %" PRId64 " characters", path, rule->max);
    else if (rule->pattern >= 0 && !pattern_matches(rule->pattern, v->text))
        check_violation(c, rule->pattern_text ? "%s: %s" : "%s: should match %s", path,
                        rule->pattern_text ? rule->pattern_text : pattern_texts[rule->pattern]);
    return written(c, v->text);
}

static struct slice integer_value(struct check *c, const char *path, const struct field_rule *rule,
                                  const struct json *v)
{
    if (!expect(c, path, v->type == JSON_INT, "a whole number"))
        return nothing;
    if (v->integer < rule->min)
        check_violation(c, "%s: should not be less than %" PRId64, path, rule->min);
    else if (v->integer > rule->max)
        check_violation(c, "%s: should not be more than %" PRId64, path, rule->max);
    return arena_printf(c->arena, "%" PRId64, v->integer);
}

static struct slice enum_value(struct check *c, const char *path, const struct field_rule *rule,
                               const struct json *v)
{
    if (!expect(c, path, v->type == JSON_STRING, "text") || slice_trim(v->text).len == 0)
        return nothing;
    struct buf words;
    buf_init_arena(&words, c->arena);
    for (const char *const *word = rule->words; *word; word++) {
        if (slice_is(v->text, *word))
            return written(c, v->text);
        buf_printf(&words, "%s%s", words.len ? ", " : "", *word);
    }
    for (const char *const *other = rule->spellings; other && *other; other += 2) {
        if (slice_is(v->text, other[0]))
            return written(c, slice_of(other[1]));
    }
    check_violation(c, "%s: should be one of %s", path, words.data);
    return nothing;
}

static struct slice ref_value(struct check *c, const char *path, const struct field_rule *rule,
                              const struct json *v)
{
    struct uuid id;
    char text[UUID_TEXT_LEN + 1];
    if (!expect(c, path, v->type == JSON_STRING, "text") || slice_trim(v->text).len == 0)
        return nothing;
    bool is_id = uuid_parse(v->text, &id);
    if (rule->target == RESOURCE_COUNT || (!is_id && (rule->flags & RULE_OR_TEXT)))
        return written(c, v->text);
    if (is_id && view_get(&c->view, rule->target, id)) {
        uuid_format(id, text);
        return written(c, slice_of(text));
    }
    check_violation(c, "%s: not found for given orgId.", path);
    return nothing;
}

/* A member of an object; unset ones that need a value get it here. */
static struct slice member_value(struct check *c, const char *path, const struct field_rule *rule,
                                 const struct json *given)
{
    char text[UUID_TEXT_LEN + 1];
    bool set = given && given->type != JSON_NULL && !(rule->flags & RULE_READ_ONLY);
    unsigned violations = c->violations;
    if (rule->flags & RULE_OWNER) {
        uuid_format(c->id, text);
        return written(c, slice_of(text));
    }
    struct slice value = set ? check_value(c, path, rule, given) : nothing;
    if (c->violations > violations)
        return nothing;
    if (!value.at && (rule->flags & RULE_MADE_ID)) {
        uuid_format(world_new_id(c->world), text);
        return written(c, slice_of(text));
    }
    if (!value.at && (rule->flags & RULE_REQUIRED))
        check_violation(c, "%s: should not be null or blank", path);
    return value.at ? value : slice_of(rule->fallback);
}

/* The former element with this id, or the former object of a field that has one; NULL: it is new.
 */
static const struct json *former_element(const struct check *c, const struct field_rule *rule,
                                         struct slice quoted_id)
{
    if (!(rule->flags & RULE_LIST))
        return c->former;
    for (const struct json *e = c->former ? c->former->first : NULL; e; e = e->next) {
        const struct json *id = json_get(e, "id");
        if (id && slice_eq(id->raw, quoted_id))
            return e;
    }
    return NULL;
}

/* `own`: the members written so far. The former object begins with the same and its stamps. */
static bool is_unchanged(const struct json *former, struct slice own)
{
    return former && slice_starts(former->raw, own) &&
           slice_starts(slice_sub(former->raw, own.len, former->raw.len),
                        SLICE(",\"organizationId\":"));
}

static void put_stamps(struct check *c, const struct json *former, struct json_writer *w)
{
    int64_t now = world_now_ms(c->world);
    bool same = is_unchanged(former, buf_slice(w->out));
    json_member_uuid(w, "organizationId", c->view.org);
    json_member_i64(w, "version", json_i64(json_get(former, "version"), 0) + (same ? 0 : 1));
    json_member_i64(w, "createdTime", json_i64(json_get(former, "createdTime"), now));
    json_member_i64(w, "lastUpdatedTime",
                    same ? json_i64(json_get(former, "lastUpdatedTime"), now) : now);
}

/* The one object of a field keeps its id when the client leaves it out. */
static const struct json *given_member(const struct check *c, const struct field_rule *rule,
                                       const struct field_rule *child, const struct json *v)
{
    const struct json *given = json_get(v, child->name);
    bool keep = !given && (child->flags & RULE_MADE_ID) && (rule->flags & RULE_ENTITY) &&
                !(rule->flags & RULE_LIST);
    return keep ? json_get(c->former, child->name) : given;
}

static struct slice object_value(struct check *c, const char *path, const struct field_rule *rule,
                                 const struct json *v)
{
    if (!expect(c, path, v->type == JSON_OBJECT, "an object"))
        return nothing;
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, c->arena);
    json_writer_init(&w, &out);
    struct slice id = nothing;
    json_object_begin(&w);
    for (unsigned i = 0; i < rule->child_count; i++) {
        const struct field_rule *child = &rule->children[i];
        struct slice name = arena_printf(c->arena, "%s.%s", path, child->name);
        if (!name.at)
            return nothing;
        struct slice value = member_value(c, name.at, child, given_member(c, rule, child, v));
        if (value.at)
            json_member_raw(&w, child->name, value);
        if (child->flags & RULE_MADE_ID)
            id = value;
    }
    if (rule->flags & RULE_ENTITY)
        put_stamps(c, former_element(c, rule, id), &w);
    json_object_end(&w);
    return buf_failed(&out) ? nothing : buf_slice(&out);
}

static struct slice one_value(struct check *c, const char *path, const struct field_rule *rule,
                              const struct json *v)
{
    switch (rule->type) {
    case RULE_STRING:
        return string_value(c, path, rule, v);
    case RULE_INTEGER:
        return integer_value(c, path, rule, v);
    case RULE_BOOLEAN:
        if (!expect(c, path, v->type == JSON_BOOL, "true or false"))
            return nothing;
        return v->boolean ? SLICE("true") : SLICE("false");
    case RULE_ENUM:
        return enum_value(c, path, rule, v);
    case RULE_REF:
        return ref_value(c, path, rule, v);
    case RULE_OBJECT:
        return object_value(c, path, rule, v);
    }
    return nothing;
}

static bool seen(const struct slice *values, size_t count, struct slice value)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_eq(values[i], value))
            return true;
    }
    return false;
}

static void check_count(struct check *c, const char *path, const struct field_rule *rule,
                        size_t count)
{
    if (count < rule->items_min && rule->items_text)
        check_violation(c, "%s", rule->items_text);
    else if (count < rule->items_min)
        check_violation(c, "%s: should have at least %u elements", path, rule->items_min);
    else if (count > rule->items_max)
        check_violation(c, "%s: should not have more than %u elements", path, rule->items_max);
}

static const struct json *former_value(struct check *c)
{
    struct json *value;
    bool some = c->before && entity_parse(c->before, c->field, c->arena, &value) == ERR_OK;
    return some ? value : NULL;
}

/* The contract's lists of unique items are sets: a second mention changes nothing. */
static struct slice list_value(struct check *c, const char *path, const struct field_rule *rule,
                               const struct json *list)
{
    if (!expect(c, path, list->type == JSON_ARRAY, "a list"))
        return nothing;
    if (list->count > LIMIT_entity_list_max) {
        check_violation(c, "%s: should not have more than %d elements", path,
                        LIMIT_entity_list_max);
        return nothing;
    }
    check_count(c, path, rule, list->count);
    struct slice *values = arena_alloc(c->arena, (list->count + 1) * sizeof *values);
    struct buf out;
    buf_init_arena(&out, c->arena);
    buf_add_char(&out, '[');
    size_t count = 0, at = 0;
    JSON_EACH(element, list)
    {
        struct slice name = rule->type == RULE_OBJECT
                                ? arena_printf(c->arena, "%s[%zu]", path, at++)
                                : slice_of(path);
        struct slice value = name.at ? one_value(c, name.at, rule, element) : nothing;
        bool again = (rule->flags & RULE_UNIQUE_ITEMS) && values && seen(values, count, value);
        if (!value.at || !values || again)
            continue;
        buf_add(&out, count ? SLICE(",") : SLICE(""));
        buf_add(&out, value);
        values[count++] = value;
    }
    buf_add_char(&out, ']');
    return buf_failed(&out) || !values ? nothing : buf_slice(&out);
}

struct slice check_value(struct check *c, const char *path, const struct field_rule *rule,
                         const struct json *value)
{
    if (rule->flags & RULE_ENTITY)
        c->former = former_value(c);
    return rule->flags & RULE_LIST ? list_value(c, path, rule, value)
                                   : one_value(c, path, rule, value);
}
