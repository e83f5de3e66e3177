#include "api/config/filter.h"

#include <assert.h>

#include "api/config/match.h"
#include "base/arena.h"
#include "domain/catalog/schema.h"

/* ---- binding ---- */

static bool value_fits(enum field f, struct slice value)
{
    int64_t n;
    switch (field_rules[f].type) {
    case RULE_INTEGER:
        return slice_to_i64(value, &n);
    case RULE_BOOLEAN:
        return slice_is(value, "true") || slice_is(value, "false");
    case RULE_STRING:
    case RULE_ENUM:
    case RULE_REF:
    case RULE_OBJECT:
        break;
    }
    return true;
}

static enum err bind_term(struct arena *a, struct rsql *t, enum resource r, bool only_id,
                          struct slice *why)
{
    enum field f = schema_field(r, t->selector);
    bool usable = f != FIELD_COUNT && field_rules[f].type != RULE_OBJECT &&
                  !(field_rules[f].flags & RULE_NO_FILTER) && !field_rules[f].derive;
    if (!usable || (only_id && f != resource_rules[r].id)) {
        *why = arena_printf(a, "filter: %.*s is not a field that can be filtered",
                            SLICE_ARG(t->selector));
        return ERR_INVALID_FIELD;
    }
    bool any = t->op == RSQL_IS_NULL || t->op == RSQL_NOT_NULL;
    for (struct rsql_value *v = t->values; v && !any; v = v->next) {
        if (value_fits(f, v->text))
            continue;
        *why = arena_printf(a, "filter: %.*s: %.*s is not a value of this field",
                            SLICE_ARG(t->selector), SLICE_ARG(v->text));
        return ERR_INVALID_FIELD;
    }
    t->bound = (int)f;
    return ERR_OK;
}

/* Depth is bounded by the parser (LIMIT_filter_depth_max). */
enum err config_filter_bind(struct arena *a, struct rsql *tree, enum resource r, bool only_id,
                            struct slice *why)
{
    if (tree->kind == RSQL_TERM)
        return bind_term(a, tree, r, only_id, why);
    for (struct rsql *child = tree->first; child; child = child->next) {
        enum err e = config_filter_bind(a, child, r, only_id, why);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

/* ---- matching ---- */

static int compare(enum field f, struct slice have, struct slice want)
{
    int64_t a = 0, b = 0;
    if (field_rules[f].type != RULE_INTEGER)
        return slice_cmp(have, want);
    slice_to_i64(have, &a);
    slice_to_i64(want, &b);
    return (a > b) - (a < b);
}

/* '*' stands for any text; a leading '^' makes letters compare in any case. */
static bool equals(enum field f, struct slice have, struct slice want, struct arena *scratch)
{
    bool text = field_rules[f].type == RULE_STRING;
    if (text && want.len && want.at[0] == '^') {
        want = config_match_lower(scratch, slice_sub(want, 1, want.len));
        have = config_match_lower(scratch, have);
    }
    if (text)
        return config_match_wildcard(have, want);
    if (field_rules[f].type == RULE_REF)
        return slice_eq_nocase(have, want); /* ids in hex */
    return compare(f, have, want) == 0;
}

static bool contains_nocase(struct slice have, struct slice want, struct arena *scratch)
{
    return config_match_contains(config_match_lower(scratch, have),
                                 config_match_lower(scratch, want));
}

static bool in_list(enum field f, struct slice have, const struct rsql_value *v,
                    struct arena *scratch)
{
    for (; v; v = v->next) {
        if (equals(f, have, v->text, scratch))
            return true;
    }
    return false;
}

static bool between(enum field f, struct slice have, const struct rsql_value *v)
{
    assert(v && v->next); /* the parser counts the values */
    return compare(f, have, v->text) >= 0 && compare(f, have, v->next->text) <= 0;
}

/* One set value against a term. */
static bool value_matches(const struct rsql *t, enum field f, struct slice have,
                          struct arena *scratch)
{
    struct slice want = t->values ? t->values->text : SLICE("");
    switch (t->op) {
    case RSQL_EQ:
        return equals(f, have, want, scratch);
    case RSQL_NE:
        return !equals(f, have, want, scratch);
    case RSQL_IN:
        return in_list(f, have, t->values, scratch);
    case RSQL_OUT:
        return !in_list(f, have, t->values, scratch);
    case RSQL_GT:
        return compare(f, have, want) > 0;
    case RSQL_GE:
        return compare(f, have, want) >= 0;
    case RSQL_LT:
        return compare(f, have, want) < 0;
    case RSQL_LE:
        return compare(f, have, want) <= 0;
    case RSQL_LIKE:
        return config_match_contains(have, want);
    case RSQL_NOT_LIKE:
        return !config_match_contains(have, want);
    case RSQL_ILIKE:
        return contains_nocase(have, want, scratch);
    case RSQL_NOT_ILIKE:
        return !contains_nocase(have, want, scratch);
    case RSQL_EQ_NOCASE:
        return slice_eq_nocase(have, want);
    case RSQL_BETWEEN:
        return between(f, have, t->values);
    case RSQL_NOT_BETWEEN:
        return !between(f, have, t->values);
    case RSQL_NOT_NULL:
        return true;
    case RSQL_IS_NULL:
        break;
    }
    return false;
}

static struct slice scalar(const struct entity *e, enum field f, struct arena *scratch)
{
    struct slice raw = entity_raw(e, f);
    bool text = raw.len && raw.at[0] == '"';
    return text ? entity_text_copy(e, f, scratch) : raw;
}

static bool list_matches(const struct rsql *t, enum field f, const struct entity *e,
                         struct arena *scratch)
{
    struct json *list;
    if (entity_parse(e, f, scratch, &list) != ERR_OK)
        return false;
    JSON_EACH(element, list)
    {
        if (value_matches(t, f, element->type == JSON_STRING ? element->text : element->raw,
                          scratch))
            return true;
    }
    return false;
}

static bool term_matches(const struct rsql *t, const struct entity *e, struct arena *scratch)
{
    enum field f = (enum field)t->bound;
    if (!entity_has(e, f))
        return t->op == RSQL_IS_NULL;
    if (field_rules[f].flags & RULE_LIST)
        return list_matches(t, f, e, scratch);
    return value_matches(t, f, scalar(e, f, scratch), scratch);
}

bool config_filter_matches(const struct rsql *tree, const struct entity *e, struct arena *scratch)
{
    if (tree->kind == RSQL_TERM)
        return term_matches(tree, e, scratch);
    bool stop_at = tree->kind == RSQL_OR;
    for (const struct rsql *child = tree->first; child; child = child->next) {
        if (config_filter_matches(child, e, scratch) == stop_at)
            return stop_at;
    }
    return !stop_at;
}

/* ---- search ---- */

static struct slice unquoted(struct slice s)
{
    s = slice_trim(s);
    bool quotes = s.len >= 2 && (s.at[0] == '"' || s.at[0] == '\'') && s.at[s.len - 1] == s.at[0];
    return quotes ? slice_sub(s, 1, s.len - 1) : s;
}

static void search_all(enum resource r, struct config_search *out)
{
    const struct resource_rule *rule = &resource_rules[r];
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        if ((field_rules[f].flags & RULE_SEARCH) && out->count < 8)
            out->fields[out->count++] = f;
    }
}

static enum err search_field(struct arena *a, enum resource r, struct slice name,
                             struct config_search *out, struct slice *why)
{
    enum field f = schema_field(r, name);
    if (f == FIELD_COUNT || !(field_rules[f].flags & RULE_SEARCH) || out->count >= 8) {
        *why = arena_printf(a, "search: %.*s is not a field that can be searched", SLICE_ARG(name));
        return ERR_INVALID_FIELD;
    }
    out->fields[out->count++] = f;
    return ERR_OK;
}

static enum err search_terms(struct arena *a, const struct rsql *tree, enum resource r,
                             struct config_search *out, struct slice *why)
{
    for (const struct rsql *t = tree->first; t; t = t->next) {
        bool value = t->kind == RSQL_TERM && slice_is(t->selector, "value");
        bool field = t->kind == RSQL_TERM &&
                     (slice_is(t->selector, "field") || slice_is(t->selector, "fields"));
        if (value && t->values)
            out->keyword = t->values->text;
        for (const struct rsql_value *v = field ? t->values : NULL; v; v = v->next) {
            enum err e = search_field(a, r, v->text, out, why);
            if (e != ERR_OK)
                return e;
        }
    }
    return ERR_OK;
}

enum err config_search_parse(struct arena *a, struct slice text, enum resource r,
                             struct config_search *out, struct slice *why)
{
    struct rsql *tree;
    struct slice ignored;
    *out = (struct config_search){ .count = 0 };
    bool scoped = slice_starts(text, SLICE("field")) &&
                  rsql_parse(a, text, &tree, &ignored) == ERR_OK && tree->kind == RSQL_AND;
    enum err e = scoped ? search_terms(a, tree, r, out, why) : ERR_OK;
    if (e != ERR_OK)
        return e;
    if (!scoped)
        out->keyword = unquoted(text);
    if (!out->count)
        search_all(r, out);
    return ERR_OK;
}

bool config_search_matches(const struct config_search *s, const struct entity *e,
                           struct arena *scratch)
{
    for (unsigned i = 0; i < s->count; i++) {
        if (entity_has(e, s->fields[i]) &&
            contains_nocase(entity_text_copy(e, s->fields[i], scratch), s->keyword, scratch))
            return true;
    }
    return s->keyword.len == 0;
}
