/* Matching entities (filter.h). */
#include <assert.h>

#include "api/config/filter_priv.h"
#include "api/config/match.h"
#include "base/arena.h"
#include "domain/catalog/schema.h"

static bool equals(enum field f, struct slice have, struct slice want, struct arena *scratch)
{
    bool text = field_rules[f].type == RULE_STRING;
    if (text && want.len && want.at[0] == '^') {
        want = config_match_lower(scratch, slice_sub(want, 1, want.len));
        have = config_match_lower(scratch, have);
    }
    return text ? config_match_wildcard(have, want) : filter_compare(f, have, want) == 0;
}

static bool is_among(const struct rsql *t, enum field f, struct slice have)
{
    size_t low = 0;
    for (size_t high = t->exact_count; low < high;) {
        size_t mid = low + (high - low) / 2;
        int order = filter_compare(f, t->exact[mid], have);
        if (order == 0)
            return true;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

static bool in_list(const struct rsql *t, enum field f, struct slice have, struct arena *scratch)
{
    if (is_among(t, f, have))
        return true;
    for (const struct rsql_value *v = t->values; v; v = v->next) {
        if (equals(f, have, v->text, scratch))
            return true;
    }
    return false;
}

static bool between(enum field f, struct slice have, const struct rsql_value *v)
{
    assert(v && v->next); /* the parser counts the values */
    return filter_compare(f, have, v->text) >= 0 && filter_compare(f, have, v->next->text) <= 0;
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
        return in_list(t, f, have, scratch);
    case RSQL_OUT:
        return !in_list(t, f, have, scratch);
    case RSQL_GT:
        return filter_compare(f, have, want) > 0;
    case RSQL_GE:
        return filter_compare(f, have, want) >= 0;
    case RSQL_LT:
        return filter_compare(f, have, want) < 0;
    case RSQL_LE:
        return filter_compare(f, have, want) <= 0;
    case RSQL_LIKE:
        return config_match_contains(have, want);
    case RSQL_NOT_LIKE:
        return !config_match_contains(have, want);
    case RSQL_ILIKE:
        return config_match_contains_nocase(scratch, have, want);
    case RSQL_NOT_ILIKE:
        return !config_match_contains_nocase(scratch, have, want);
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
    if (t->op == RSQL_NOT_NULL)
        return true; /* also an empty list */
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
