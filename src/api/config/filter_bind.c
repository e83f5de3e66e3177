/* Selectors become fields (filter.h). */
#include <assert.h>
#include <stdlib.h>

#include "api/config/filter_priv.h"
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

/* '*' stands for any text; a leading '^' makes letters compare in any case. */
bool config_filter_is_pattern(enum field f, struct slice value)
{
    return field_rules[f].type == RULE_STRING && value.len &&
           (value.at[0] == '^' || slice_find(value, '*') >= 0);
}

int filter_compare(enum field f, struct slice have, struct slice want)
{
    int64_t a = 0, b = 0;
    if (field_rules[f].type == RULE_REF)
        return slice_cmp_nocase(have, want); /* ids in hex */
    if (field_rules[f].type != RULE_INTEGER)
        return slice_cmp(have, want);
    slice_to_i64(have, &a);
    slice_to_i64(want, &b);
    return (a > b) - (a < b);
}

static int by_value(const void *a, const void *b, void *ctx)
{
    return filter_compare(*(enum field *)ctx, *(const struct slice *)a, *(const struct slice *)b);
}

/* Many values are looked up, not gone through. */
static enum err sort_values(struct arena *a, struct rsql *t, enum field f)
{
    struct rsql_value *all = t->values, **patterns = &t->values;
    t->exact = arena_alloc(a, t->value_count * sizeof *t->exact);
    if (!t->exact)
        return ERR_OUT_OF_MEMORY;
    *patterns = NULL;
    while (all) {
        struct rsql_value *v = all;
        all = v->next;
        if (config_filter_is_pattern(f, v->text)) {
            v->next = NULL;
            *patterns = v;
            patterns = &v->next;
        } else {
            t->exact[t->exact_count++] = v->text;
        }
    }
    qsort_r(t->exact, t->exact_count, sizeof *t->exact, by_value, &f);
    return ERR_OK;
}

static enum field field_of(const struct rsql *t, enum resource r, bool only_id)
{
    enum field f = schema_field(r, t->selector);
    bool usable = f != FIELD_COUNT && field_rules[f].type != RULE_OBJECT &&
                  !(field_rules[f].flags & RULE_NO_FILTER) && !field_rules[f].derive;
    if (usable && (!only_id || f == resource_rules[r].id))
        return f;
    return FIELD_COUNT;
}

/* `userId` of a team: the teams that the user lists. */
static bool is_lent(const struct rsql *t, enum resource r)
{
    const struct resource_rule *rule = &resource_rules[r];
    return rule->lent_name && slice_is(t->selector, rule->lent_name) &&
           (t->op == RSQL_EQ || t->op == RSQL_NE || t->op == RSQL_IN || t->op == RSQL_OUT);
}

static enum err bind_term(struct arena *a, struct rsql *t, enum resource r, bool only_id,
                          struct slice *why)
{
    if (!only_id && is_lent(t, r)) {
        t->bound = (int)resource_rules[r].lent_field;
        return ERR_OK;
    }
    enum field f = field_of(t, r, only_id);
    if (f == FIELD_COUNT) {
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
    if (t->op == RSQL_ILIKE || t->op == RSQL_NOT_ILIKE) {
        assert(t->values); /* the parser counts the values */
        t->values->text = config_match_lower(a, t->values->text);
        if (!t->values->text.at)
            return ERR_OUT_OF_MEMORY;
    }
    return t->op == RSQL_IN || t->op == RSQL_OUT ? sort_values(a, t, f) : ERR_OK;
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

static size_t log2_of(size_t n)
{
    size_t log = 0;
    while (n >>= 1)
        log++;
    return log;
}

size_t config_filter_cost(const struct rsql *tree)
{
    size_t cost = tree->kind == RSQL_TERM ? 1 + log2_of(tree->exact_count) : 0;
    for (const struct rsql_value *v = tree->kind == RSQL_TERM ? tree->values : NULL; v; v = v->next)
        cost++;
    for (const struct rsql *child = tree->first; child; child = child->next)
        cost += config_filter_cost(child);
    return cost;
}

/* ---- lent names ---- */

static enum err add_id(struct arena *a, struct rsql *t, struct slice id)
{
    struct rsql_value *v = arena_alloc(a, sizeof *v);
    if (!v)
        return ERR_OUT_OF_MEMORY;
    *v = (struct rsql_value){ id, t->values };
    t->values = v;
    t->value_count++;
    return ERR_OK;
}

static enum err resolve_term(struct arena *a, struct rsql *t, const struct catalog_view *view,
                             enum resource r)
{
    enum field lent = (enum field)t->bound;
    const struct rsql_value *lenders = t->values;
    enum err e = ERR_OK;
    t->values = NULL;
    t->value_count = 0;
    for (; lenders && e == ERR_OK; lenders = lenders->next) {
        struct uuid id;
        struct slice text;
        const struct entity *lender =
            uuid_parse(lenders->text, &id) ? view_get(view, schema_resource_of(lent), id) : NULL;
        for (size_t at = 0; lender && e == ERR_OK && entity_next_text(lender, lent, &at, &text);)
            e = add_id(a, t, text);
    }
    t->op = t->op == RSQL_EQ || t->op == RSQL_IN ? RSQL_IN : RSQL_OUT;
    t->bound = (int)resource_rules[r].id;
    return e == ERR_OK && t->value_count ? sort_values(a, t, resource_rules[r].id) : e;
}

enum err config_filter_resolve(struct arena *a, struct rsql *tree, const struct catalog_view *view,
                               enum resource r)
{
    bool term = tree->kind == RSQL_TERM;
    if (term && schema_resource_of((enum field)tree->bound) != r)
        return resolve_term(a, tree, view, r);
    for (struct rsql *child = term ? NULL : tree->first; child; child = child->next) {
        enum err e = config_filter_resolve(a, child, view, r);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}
