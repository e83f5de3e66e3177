#define PCRE2_CODE_UNIT_WIDTH 8
#include "domain/catalog/dial_plan.h"

#include <pcre2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

/* Expressions are few and short, so each is compiled when it is used. */
static pcre2_code *compile(struct slice expression, int *code)
{
    size_t at;
    PCRE2_SPTR text = (PCRE2_SPTR)(expression.at ? expression.at : "");
    return pcre2_compile(text, expression.len,
                         PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C,
                         code, &at, NULL);
}

struct slice dial_plan_fault(struct slice expression, struct arena *a)
{
    int code;
    PCRE2_UCHAR why[128];
    pcre2_code *compiled = compile(expression, &code);
    if (compiled) {
        pcre2_code_free(compiled);
        return SLICE("");
    }
    pcre2_get_error_message(code, why, sizeof why);
    return arena_printf(a, "%s", (const char *)why);
}

static bool matches(struct slice expression, struct slice number)
{
    int code;
    pcre2_code *compiled = compile(expression, &code);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    pcre2_match_data *found = pcre2_match_data_create(1, NULL);
    PCRE2_SPTR text = (PCRE2_SPTR)(number.at ? number.at : "");
    bool yes = false;
    if (compiled && limits && found) {
        pcre2_set_match_limit(limits, LIMIT_pattern_steps_max);
        pcre2_set_depth_limit(limits, LIMIT_pattern_steps_max);
        yes = pcre2_match(compiled, text, number.len, 0, 0, found, limits) >= 0;
    }
    pcre2_match_data_free(found);
    pcre2_match_context_free(limits);
    pcre2_code_free(compiled);
    return yes;
}

/* Character by character; bytes that are none stay, and match nothing. */
static bool holds(struct slice text, struct slice one)
{
    while (text.len > 0) {
        size_t n = utf8_step(text);
        if (n > 0 && slice_eq(slice_sub(text, 0, n), one))
            return true;
        text = slice_sub(text, n ? n : 1, text.len);
    }
    return false;
}

static void add_kept(struct buf *to, struct slice typed, struct slice stripped)
{
    while (typed.len > 0) {
        size_t n = utf8_step(typed);
        struct slice one = slice_sub(typed, 0, n ? n : 1);
        if (n == 0 || !holds(stripped, one))
            buf_add(to, one);
        typed = slice_sub(typed, one.len, typed.len);
    }
}

enum err dial_plan_apply(const struct entity *plan, struct slice typed, struct arena *a,
                         struct slice *out)
{
    struct slice stripped = entity_text_copy(plan, FIELD_DIAL_PLAN_STRIPPED_CHARS, a);
    struct buf number;
    if (!entity_bool(plan, FIELD_DIAL_PLAN_ACTIVE, false))
        return ERR_NOT_FOUND;
    buf_init_arena(&number, a);
    buf_add(&number, entity_text_copy(plan, FIELD_DIAL_PLAN_PREFIX, a));
    size_t prefix = number.len;
    add_kept(&number, typed, stripped);
    if (buf_failed(&number))
        return ERR_OUT_OF_MEMORY;
    struct slice whole = buf_slice(&number);
    if (!matches(entity_text_copy(plan, FIELD_DIAL_PLAN_REGULAR_EXPRESSION, a),
                 slice_sub(whole, prefix, whole.len)))
        return ERR_NOT_FOUND;
    *out = whole;
    return ERR_OK;
}

enum err dial_plan_of_profile(const struct catalog_view *view, const struct entity *profile,
                              struct slice typed, struct arena *a, struct slice *out)
{
    struct uuid id;
    bool some = false;
    *out = typed;
    if (!entity_bool(profile, FIELD_AGENT_PROFILE_DIAL_PLAN_ENABLED, false))
        return ERR_OK;
    for (size_t at = 0; entity_next_ref(profile, FIELD_AGENT_PROFILE_DIAL_PLANS, &at, &id);) {
        const struct entity *plan = view_get(view, RESOURCE_DIAL_PLAN, id);
        enum err e = plan ? dial_plan_apply(plan, typed, a, out) : ERR_NOT_FOUND;
        if (e != ERR_NOT_FOUND)
            return e;
        some = true;
    }
    return some ? ERR_NOT_FOUND : ERR_OK;
}
