#define PCRE2_CODE_UNIT_WIDTH 8
#include "domain/catalog/pattern.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "domain/catalog/schema.h"

static pcre2_code **compiled;
static pcre2_match_context *limits;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void compile_all(void)
{
    compiled = calloc((size_t)pattern_count + 1, sizeof(pcre2_code *));
    limits = pcre2_match_context_create(NULL);
    if (!compiled || !limits)
        abort();
    pcre2_set_match_limit(limits, LIMIT_pattern_steps_max);
    pcre2_set_depth_limit(limits, LIMIT_pattern_steps_max);
    for (int i = 0; i < pattern_count; i++) {
        int code;
        size_t at;
        compiled[i] = pcre2_compile((PCRE2_SPTR)pattern_texts[i], PCRE2_ZERO_TERMINATED,
                                    PCRE2_UTF | PCRE2_DOLLAR_ENDONLY, &code, &at, NULL);
        if (!compiled[i]) {
            fprintf(stderr, "pattern %s: error %d at %zu\n", pattern_texts[i], code, at);
            abort();
        }
    }
}

bool pattern_matches(int pattern, struct slice text)
{
    pthread_once(&once, compile_all);
    pcre2_match_data *found = pcre2_match_data_create(1, NULL);
    if (!found)
        return false;
    PCRE2_SPTR at = (PCRE2_SPTR)(text.at ? text.at : "");
    int rc = pcre2_match(compiled[pattern], at, text.len, 0, PCRE2_NO_UTF_CHECK, found, limits);
    pcre2_match_data_free(found);
    return rc >= 0;
}
