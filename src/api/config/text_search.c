/* The search parameter of lists (filter.h). */
#include "api/config/filter.h"
#include "api/config/match.h"
#include "base/arena.h"
#include "domain/catalog/schema.h"

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
    out->keyword = config_match_lower(a, out->keyword);
    return out->keyword.at ? ERR_OK : ERR_OUT_OF_MEMORY;
}

bool config_search_matches(const struct config_search *s, const struct entity *e,
                           struct arena *scratch)
{
    for (unsigned i = 0; i < s->count; i++) {
        if (entity_has(e, s->fields[i]) &&
            config_match_contains_nocase(scratch, entity_text_copy(e, s->fields[i], scratch),
                                         s->keyword))
            return true;
    }
    return s->keyword.len == 0;
}
