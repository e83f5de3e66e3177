#include "api/search/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_write.h"

/* Shortest digits that read back: "d.ddde+xx". */
static void shortest(double n, char text[JAVA_DOUBLE_MAX])
{
    for (int digits = 0; digits < 17; digits++) {
        snprintf(text, JAVA_DOUBLE_MAX, "%.*e", digits, n);
        if (strtod(text, NULL) == n)
            return;
    }
}

/* Between 10^-3 and 10^7 plain, else d.dddE<exponent>; always at least one digit after the point.
 */
size_t search_java_double(double n, char text[JAVA_DOUBLE_MAX])
{
    char e[JAVA_DOUBLE_MAX];
    double size = fabs(n);
    int len;
    shortest(n, e);
    char *mark = strchr(e, 'e');
    int exponent = mark ? (int)strtol(mark + 1, NULL, 10) : 0;
    int digits = mark ? (int)(mark - e) - (e[0] == '-') : 1;
    int decimals = digits > 1 ? digits - 2 : 0;
    if (n == 0 || (size >= 1e-3 && size < 1e7)) {
        int shown = decimals - exponent;
        len = snprintf(text, JAVA_DOUBLE_MAX, "%.*f", shown < 1 ? 1 : shown, n);
    } else {
        int cut = (int)(mark - e);
        len = snprintf(text, JAVA_DOUBLE_MAX, "%.*s%sE%d", cut, e, decimals ? "" : ".0", exponent);
    }
    return (size_t)len;
}

static bool long_parse(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                       const char **why)
{
    int64_t n;
    (void)a;
    if (in->kind == GRAPHQL_INT) {
        *out = *in;
        return true;
    }
    if (in->kind == GRAPHQL_TEXT && slice_to_i64(in->text, &n)) {
        *out = graphql_of_i64(n);
        return true;
    }
    *why = "Expected a whole number of 64 bits or its decimal text";
    return false;
}

static bool float_write(const struct graphql_value *v, struct json_writer *w)
{
    char text[JAVA_DOUBLE_MAX];
    double n = v->kind == GRAPHQL_INT ? (double)v->integer : v->real;
    if ((v->kind != GRAPHQL_INT && v->kind != GRAPHQL_REAL) || !isfinite(n))
        return false;
    json_put_raw(w, (struct slice){ text, search_java_double(n, text) });
    return true;
}

static bool float_parse(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                        const char **why)
{
    (void)a;
    if (in->kind != GRAPHQL_INT && in->kind != GRAPHQL_REAL) {
        *why = "Expected a number";
        return false;
    }
    *out = *in;
    return true;
}

const struct graphql_scalar search_scalars[] = {
    { "Long", long_parse, NULL },
    { "Float", float_parse, float_write },
    { NULL, NULL, NULL },
};
