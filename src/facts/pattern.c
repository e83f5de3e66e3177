#define PCRE2_CODE_UNIT_WIDTH 8
#include "facts/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

#include "base/limits.h"

struct facts_pattern {
    pcre2_code *code;
    pcre2_match_data *found;
    pcre2_match_context *limits;
};

static enum err compile(struct facts_pattern *p, struct slice text, bool whole)
{
    int code = 0;
    size_t at = 0;
    uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
                       (whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        return ERR_OUT_OF_MEMORY;
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(context, 50);
    p->code = pcre2_compile((PCRE2_SPTR)(text.len ? text.at : ""), text.len, options, &code, &at,
                            context);
    pcre2_compile_context_free(context);
    if (p->code)
        return ERR_OK;
    return code == PCRE2_ERROR_NOMEMORY ? ERR_OUT_OF_MEMORY : ERR_BAD_REQUEST;
}

enum err facts_pattern_new(struct slice text, bool whole, struct facts_pattern **out)
{
    struct facts_pattern *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    enum err e = compile(p, text, whole);
    if (e == ERR_OK) {
        p->found = pcre2_match_data_create(1, NULL);
        p->limits = pcre2_match_context_create(NULL);
        if (!p->found || !p->limits)
            e = ERR_OUT_OF_MEMORY;
    }
    if (e != ERR_OK) {
        facts_pattern_free(p);
        return e;
    }
    pcre2_set_match_limit(p->limits, LIMIT_facts_pattern_steps_max);
    pcre2_set_depth_limit(p->limits, LIMIT_facts_pattern_steps_max);
    pcre2_set_heap_limit(p->limits, 4096); /* KiB */
    *out = p;
    return ERR_OK;
}

void facts_pattern_free(struct facts_pattern *p)
{
    if (!p)
        return;
    pcre2_match_context_free(p->limits);
    pcre2_match_data_free(p->found);
    pcre2_code_free(p->code);
    free(p);
}

bool facts_pattern_test(struct facts_pattern *p, struct slice value)
{
    /* Stored text is UTF-8: apply() refuses anything else. */
    return pcre2_match(p->code, (PCRE2_SPTR)(value.len ? value.at : ""), value.len, 0,
                       PCRE2_NO_UTF_CHECK, p->found, p->limits) >= 0;
}
