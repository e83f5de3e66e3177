/* The five scalars every schema has. */
#include <math.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "graphql/coerce.h"

static bool parse_int(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                      const char **why)
{
    (void)a;
    if (in->kind != GRAPHQL_INT)
        return false;
    *why = "it does not fit in 32 bits";
    *out = *in;
    return in->integer >= INT32_MIN && in->integer <= INT32_MAX;
}

static bool write_int(const struct graphql_value *v, struct json_writer *w)
{
    if (v->kind != GRAPHQL_INT || v->integer < INT32_MIN || v->integer > INT32_MAX)
        return false;
    json_put_i64(w, v->integer);
    return true;
}

static bool parse_float(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                        const char **why)
{
    (void)a;
    if (in->kind != GRAPHQL_INT && in->kind != GRAPHQL_REAL)
        return false;
    *why = "it is too large";
    *out = graphql_of_real(graphql_real(in, 0));
    return isfinite(out->real);
}

static bool write_float(const struct graphql_value *v, struct json_writer *w)
{
    if (v->kind == GRAPHQL_INT)
        json_put_i64(w, v->integer);
    else if (v->kind == GRAPHQL_REAL && isfinite(v->real))
        json_put_real(w, v->real);
    else
        return false;
    return true;
}

static bool parse_text(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                       const char **why)
{
    (void)a, (void)why;
    *out = *in;
    return in->kind == GRAPHQL_TEXT;
}

static bool write_text(const struct graphql_value *v, struct json_writer *w)
{
    if (v->kind != GRAPHQL_TEXT && v->kind != GRAPHQL_ENUM)
        return false;
    json_put_text(w, v->text);
    return true;
}

static bool parse_bool(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                       const char **why)
{
    (void)a, (void)why;
    *out = *in;
    return in->kind == GRAPHQL_BOOL;
}

static bool write_bool(const struct graphql_value *v, struct json_writer *w)
{
    if (v->kind != GRAPHQL_BOOL)
        return false;
    json_put_bool(w, v->boolean);
    return true;
}

static bool parse_id(const struct graphql_value *in, struct arena *a, struct graphql_value *out,
                     const char **why)
{
    if (in->kind != GRAPHQL_INT)
        return parse_text(in, a, out, why);
    *out = graphql_of_text(arena_printf(a, "%lld", (long long)in->integer));
    return out->text.at != NULL;
}

static bool write_id(const struct graphql_value *v, struct json_writer *w)
{
    char digits[24];
    if (v->kind != GRAPHQL_INT)
        return write_text(v, w);
    snprintf(digits, sizeof digits, "%lld", (long long)v->integer);
    json_put_cstr(w, digits);
    return true;
}

const struct graphql_scalar *graphql_coerce_builtin(struct slice name)
{
    static const struct graphql_scalar rows[] = {
        { "Int", parse_int, write_int },      { "Float", parse_float, write_float },
        { "String", parse_text, write_text }, { "Boolean", parse_bool, write_bool },
        { "ID", parse_id, write_id },
    };
    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++)
        if (slice_is(name, rows[n].name))
            return &rows[n];
    return NULL;
}
