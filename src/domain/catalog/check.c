#include "domain/catalog/check.h"

#include <stdio.h>

#include "base/arena.h"
#include "domain/catalog/schema.h"

void check_violation(struct check *c, const char *format, ...)
{
    if (c->violations++)
        buf_add_char(&c->reason, '\n');
    va_list ap;
    va_start(ap, format);
    buf_vprintf(&c->reason, format, ap);
    va_end(ap);
}

struct slice check_text(const struct check *c, enum field f)
{
    struct slice raw = document_value(c->document, f);
    bool text = raw.len >= 2 && raw.at[0] == '"';
    return text ? slice_sub(raw, 1, raw.len - 1) : (struct slice){ "", 0 };
}

bool check_has(const struct check *c, enum field f)
{
    return document_value(c->document, f).at != NULL;
}

bool check_is(const struct check *c, enum field f, const char *word)
{
    struct slice raw = document_value(c->document, f);
    return slice_is(raw, word) || slice_is(check_text(c, f), word);
}

int64_t check_i64(const struct check *c, enum field f)
{
    int64_t n = 0;
    slice_to_i64(document_value(c->document, f), &n);
    return n;
}

void check_set_text(struct check *c, enum field f, const char *text)
{
    document_set(c->document, f, arena_printf(c->arena, "\"%s\"", text));
}

/* What stands when the client may not or did not say. */
static struct slice kept(const struct check *c, enum field f)
{
    const struct field_rule *rule = &field_rules[f];
    bool keep = c->partial || (rule->flags & (RULE_RETAIN | RULE_READ_ONLY));
    struct slice former = c->before && keep ? entity_raw(c->before, f) : (struct slice){ NULL, 0 };
    return former.at ? former : slice_of(rule->fallback);
}

static bool is_fixed(const struct check *c, const struct field_rule *rule)
{
    return c->before && (rule->flags & RULE_IMMUTABLE) && !c->system;
}

static void check_fixed(struct check *c, enum field f, struct slice value)
{
    struct slice former = entity_raw(c->before, f);
    if (!former.at || slice_eq(former, value))
        return;
    struct slice text = entity_text(c->before, f);
    if (field_rules[f].flags & RULE_IDENTITY)
        check_violation(c, "%s: This configuration cannot be changed. Original value is %.*s",
                        field_rules[f].name, SLICE_ARG(text));
    else
        check_violation(c, "%s: should not be modified", field_rules[f].name);
}

/* null in a change of some fields takes the value away: its default comes back, and what an update
 * keeps when nothing is said stays, for the contract says the same of both. */
static void check_field(struct check *c, enum field f)
{
    const struct field_rule *rule = &field_rules[f];
    bool ours = (rule->flags & RULE_READ_ONLY) && !c->system;
    const struct json *given = ours ? NULL : json_get(c->body, rule->name);
    bool cleared = c->partial && given && given->type == JSON_NULL;
    if (given && given->type == JSON_NULL)
        given = NULL;
    if (!given) {
        cleared &= !(rule->flags & RULE_RETAIN);
        if (cleared && is_fixed(c, rule))
            check_fixed(c, f, (struct slice){ NULL, 0 });
        document_set(c->document, f, cleared ? slice_of(rule->fallback) : kept(c, f));
        return;
    }
    c->field = f;
    struct slice value = check_value(c, rule->name, rule, given);
    if (value.at && is_fixed(c, rule))
        check_fixed(c, f, value);
    document_set(c->document, f, value);
}

static bool word_in(struct slice word, const char *const *words)
{
    for (; *words; words++) {
        if (slice_is(word, *words))
            return true;
    }
    return false;
}

static bool is_required(const struct check *c, const struct field_rule *rule)
{
    if (rule->flags & RULE_REQUIRED)
        return true;
    if (!rule->when_field)
        return false;
    enum field other = schema_field(c->resource, slice_of(rule->when_field));
    return word_in(check_text(c, other), rule->when_words);
}

/* A value that was refused is no missing value: the body had one. */
static bool is_missing(const struct field_rule *rule, const struct json *given)
{
    if (!given || given->type == JSON_NULL)
        return true;
    return rule->type != RULE_OBJECT && given->type == JSON_STRING &&
           slice_trim(given->text).len == 0;
}

static void check_presence(struct check *c, enum field f)
{
    const struct field_rule *rule = &field_rules[f];
    if (check_has(c, f) || !is_missing(rule, json_get(c->body, rule->name)) ||
        !is_required(c, rule))
        return;
    bool text = !(rule->flags & RULE_LIST) &&
                (rule->type == RULE_STRING || rule->type == RULE_ENUM || rule->type == RULE_REF);
    check_violation(c, "%s: should not be null%s", rule->name, text ? " or blank" : "");
}

/* Common fields are the server's: what a body says of them is passed over, but must be well-formed.
 */
static void check_common(struct check *c, enum field f)
{
    const struct field_rule *rule = &field_rules[f];
    const struct json *given = rule->flags & RULE_HIDDEN ? NULL : json_get(c->body, rule->name);
    if (given && given->type != JSON_NULL && !c->system)
        check_value(c, rule->name, rule, given);
}

void check_run(struct check *c)
{
    const struct resource_rule *rule = &resource_rules[c->resource];
    const enum field end = rule->first + rule->count;
    buf_init_arena(&c->reason, c->arena);
    for (enum field f = rule->first; f < end; f++) {
        if (field_rules[f].flags & RULE_COMMON)
            check_common(c, f);
        else if (!field_rules[f].derive)
            check_field(c, f);
    }
    for (enum field f = rule->first; f < end; f++) {
        if (!(field_rules[f].flags & RULE_COMMON) && !field_rules[f].derive)
            check_presence(c, f);
    }
    for (check_hook *const *hook = rule->hooks; *hook; hook++)
        (*hook)(c);
}
