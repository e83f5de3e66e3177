#include "graphql/coerce.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"

/* The way into a value: 'filter.and[2].equals'. */
struct trail {
    const struct trail *up;
    struct slice name;
    uint32_t index;
    bool is_index;
};

static enum coerced coerce_at(struct coerce *c, const struct graphql_type *t, bool has_default,
                              const struct ast_value *v, const struct trail *trail,
                              struct graphql_value *out);

static enum coerced no_memory(struct coerce *c)
{
    c->out_of_memory = true;
    return COERCED_WRONG;
}

static void add_trail(struct buf *b, const struct trail *t)
{
    if (!t)
        return;
    add_trail(b, t->up);
    if (t->is_index)
        buf_printf(b, "[%u]", t->index);
    else
        buf_printf(b, ".%.*s", SLICE_ARG(t->name));
}

static struct slice trail_text(struct coerce *c, const struct trail *t)
{
    struct buf b;
    buf_init_arena(&b, c->arena);
    buf_add(&b, c->name);
    add_trail(&b, t);
    return buf_failed(&b) ? c->name : buf_slice(&b);
}

static struct place place_of(const struct coerce *c, const struct ast_value *v)
{
    return v->at.line ? v->at : c->at;
}

/* Not more of a value than a reader wants to see, and no half character. */
static struct slice shown(struct slice raw)
{
    size_t cut = raw.len > 60 ? 60 : raw.len;
    while (cut < raw.len && cut > 0 && (raw.at[cut] & 0xc0) == 0x80)
        cut--;
    return slice_sub(raw, 0, cut);
}

static enum coerced wrong(struct coerce *c, const struct graphql_type *t, const struct ast_value *v,
                          const struct trail *trail, const char *why)
{
    if (graphql_report_full(c->errors))
        return COERCED_WRONG;
    struct slice type = graphql_type_text(t, c->arena);
    graphql_report_at(c->errors, c->kind, place_of(c, v), c->path,
                      "%s '%.*s' has the value %.*s, which is not a valid '%.*s'%s%s", c->noun,
                      SLICE_ARG(trail_text(c, trail)), SLICE_ARG(shown(v->raw)), SLICE_ARG(type),
                      why ? ": " : "", why ? why : "");
    return COERCED_WRONG;
}

static bool raw_number(struct coerce *c, const struct ast_value *v, struct graphql_value *out)
{
    int64_t whole;
    if (v->kind == AST_INT && slice_to_i64(v->text, &whole)) {
        *out = graphql_of_i64(whole);
        return true;
    }
    struct slice text = arena_copy(c->arena, v->text); /* for its NUL */
    if (!text.at)
        return no_memory(c) == COERCED;
    *out = graphql_of_real(strtod(text.at, NULL));
    return true;
}

static bool raw_leaf(struct coerce *c, const struct ast_value *v, struct graphql_value *out)
{
    switch (v->kind) {
    case AST_INT:
    case AST_FLOAT:
        return raw_number(c, v, out);
    case AST_BOOL:
        *out = graphql_of_bool(slice_is(v->text, "true"));
        return true;
    case AST_STRING:
        *out = graphql_of_text(v->text);
        return true;
    case AST_ENUM:
        *out = graphql_of_text(v->text);
        out->kind = GRAPHQL_ENUM;
        return true;
    case AST_VARIABLE:
    case AST_NULL:
    case AST_LIST:
    case AST_OBJECT:
        break;
    }
    *out = graphql_of_null();
    return true;
}

static bool members_unique(struct coerce *c, const struct ast_value *object)
{
    struct graphql_names *names = graphql_names_new(c->arena, object->count);
    static char there;
    if (!names)
        return no_memory(c) == COERCED;
    for (const struct ast_value *m = object->first; m; m = m->next)
        if (!graphql_names_put(names, m->name, &there)) {
            graphql_report_at(c->errors, GRAPHQL_E_DUPLICATE_INPUT_FIELD, place_of(c, m), c->path,
                              "%s '%.*s' names the field '%.*s' more than once", c->noun,
                              SLICE_ARG(c->name), SLICE_ARG(m->name));
            return false;
        }
    return true;
}

/* What is written, as it stands; variables inside keep the values they have. */
static enum coerced raw_value(struct coerce *c, const struct ast_value *v,
                              struct graphql_value *out)
{
    struct graphql_value *tail = NULL;
    if (v->kind == AST_VARIABLE)
        return c->variable(c, NULL, false, v, out);
    if (v->kind != AST_LIST && v->kind != AST_OBJECT)
        return raw_leaf(c, v, out) ? COERCED : COERCED_WRONG;
    if (v->kind == AST_OBJECT && !members_unique(c, v))
        return COERCED_WRONG;
    *out = (struct graphql_value){ .kind = v->kind == AST_LIST ? GRAPHQL_LIST : GRAPHQL_OBJECT };
    for (const struct ast_value *child = v->first; child; child = child->next) {
        struct graphql_value item = graphql_of_null();
        enum coerced done = raw_value(c, child, &item);
        if (done == COERCED_WRONG)
            return done;
        if (done == COERCED_ABSENT && v->kind == AST_OBJECT)
            continue;
        item.name = child->name;
        if (!graphql_append(c->arena, out, &tail, item))
            return no_memory(c);
    }
    return COERCED;
}

static enum coerced coerce_scalar(struct coerce *c, const struct graphql_type *t,
                                  const struct ast_value *v, const struct trail *trail,
                                  struct graphql_value *out)
{
    struct graphql_value raw = graphql_of_null();
    const char *why = NULL;
    enum coerced done = raw_value(c, v, &raw);
    if (done != COERCED)
        return done;
    if (!t->scalar || !t->scalar->parse) {
        *out = raw;
        return COERCED;
    }
    return t->scalar->parse(&raw, c->arena, out, &why) ? COERCED : wrong(c, t, v, trail, why);
}

static enum coerced coerce_enum(struct coerce *c, const struct graphql_type *t,
                                const struct ast_value *v, const struct trail *trail,
                                struct graphql_value *out)
{
    if (v->kind != AST_ENUM && !(c->json && v->kind == AST_STRING))
        return wrong(c, t, v, trail, NULL);
    const struct graphql_enum_value *value = graphql_enum_named(t, v->text);
    if (!value)
        return wrong(c, t, v, trail, "the type has no such value");
    *out = graphql_of_text(value->name);
    out->kind = GRAPHQL_ENUM;
    return COERCED;
}

/* One value stands for a list of one. */
static enum coerced coerce_list(struct coerce *c, const struct graphql_type *t,
                                const struct ast_value *v, const struct trail *trail,
                                struct graphql_value *out)
{
    struct graphql_value *tail = NULL;
    struct trail here = { .up = trail, .is_index = true };
    enum coerced result = COERCED;
    bool single = v->kind != AST_LIST;
    *out = (struct graphql_value){ .kind = GRAPHQL_LIST };
    for (const struct ast_value *child = single ? v : v->first; child; child = child->next) {
        struct graphql_value item = graphql_of_null();
        enum coerced done = coerce_at(c, t->of, false, child, single ? trail : &here, &item);
        if (done == COERCED_WRONG)
            result = done;
        if (done == COERCED_ABSENT && t->of->kind == GRAPHQL_NON_NULL)
            result = wrong(c, t->of, child, &here, "it is missing");
        if (c->out_of_memory || (result == COERCED_WRONG && !c->check))
            return result;
        if (!graphql_append(c->arena, out, &tail, item))
            return no_memory(c);
        here.index++;
        if (single)
            break;
    }
    return result;
}

/* One field of an input object; `v` NULL: not written. */
static enum coerced coerce_member(struct coerce *c, const struct graphql_input *in,
                                  const struct ast_value *object, const struct ast_value *v,
                                  const struct trail *trail, struct graphql_value *out)
{
    struct trail here = { .up = trail, .name = in->name };
    enum coerced done = COERCED_ABSENT;
    if (v)
        done = coerce_at(c, in->type, in->fallback != NULL, v, &here, out);
    if (done == COERCED_ABSENT && in->fallback) {
        *out = *in->fallback;
        return COERCED;
    }
    if (done == COERCED_ABSENT && in->type->kind == GRAPHQL_NON_NULL) {
        graphql_report_at(c->errors, c->kind, place_of(c, v ? v : object), c->path,
                          "%s '%.*s' is missing the required field '%.*s'", c->noun,
                          SLICE_ARG(trail_text(c, trail)), SLICE_ARG(in->name));
        return COERCED_WRONG;
    }
    return done;
}

/* Sorts what is written under the type's fields; false: a field is unknown or there twice. */
static bool sort_members(struct coerce *c, const struct graphql_type *t, const struct ast_value *v,
                         const struct trail *trail, const struct ast_value **given)
{
    bool ok = true;
    for (const struct ast_value *m = v->first; m; m = m->next) {
        const struct graphql_input *in = graphql_input_named(t, m->name);
        if (in && !given[in - t->inputs]) {
            given[in - t->inputs] = m;
            continue;
        }
        ok = false;
        if (graphql_report_full(c->errors))
            return false;
        enum graphql_error_kind kind = in ? GRAPHQL_E_DUPLICATE_INPUT_FIELD : c->kind;
        graphql_report_at(c->errors, kind, place_of(c, m), c->path,
                          in ? "%s '%.*s' names the field '%.*s' more than once (type '%.*s')"
                             : "%s '%.*s' has a field '%.*s' that type '%.*s' does not know",
                          c->noun, SLICE_ARG(trail_text(c, trail)), SLICE_ARG(m->name),
                          SLICE_ARG(t->name));
    }
    return ok;
}

static enum coerced coerce_object(struct coerce *c, const struct graphql_type *t,
                                  const struct ast_value *v, const struct trail *trail,
                                  struct graphql_value *out)
{
    struct graphql_value *tail = NULL;
    if (v->kind != AST_OBJECT)
        return wrong(c, t, v, trail, NULL);
    const struct ast_value **given = arena_alloc(c->arena, (t->input_count + 1) * sizeof(void *));
    if (!given)
        return no_memory(c);
    enum coerced result = sort_members(c, t, v, trail, given) ? COERCED : COERCED_WRONG;
    *out = (struct graphql_value){ .kind = GRAPHQL_OBJECT };
    for (uint32_t n = 0; n < t->input_count; n++) {
        struct graphql_value member = graphql_of_null();
        enum coerced done = coerce_member(c, &t->inputs[n], v, given[n], trail, &member);
        if (done == COERCED_WRONG)
            result = done;
        if (c->out_of_memory || (result == COERCED_WRONG && !c->check))
            return result;
        member.name = t->inputs[n].name;
        if (done == COERCED && !graphql_append(c->arena, out, &tail, member))
            return no_memory(c);
    }
    return result;
}

static enum coerced coerce_at(struct coerce *c, const struct graphql_type *t, bool has_default,
                              const struct ast_value *v, const struct trail *trail,
                              struct graphql_value *out)
{
    if (v->kind == AST_VARIABLE)
        return c->variable(c, t, has_default, v, out);
    if (v->kind == AST_NULL) {
        *out = graphql_of_null();
        return t->kind == GRAPHQL_NON_NULL ? wrong(c, t, v, trail, NULL) : COERCED;
    }
    switch (t->kind) {
    case GRAPHQL_NON_NULL:
        return coerce_at(c, t->of, has_default, v, trail, out);
    case GRAPHQL_LIST_OF:
        return coerce_list(c, t, v, trail, out);
    case GRAPHQL_SCALAR:
        return coerce_scalar(c, t, v, trail, out);
    case GRAPHQL_ENUM_TYPE:
        return coerce_enum(c, t, v, trail, out);
    case GRAPHQL_INPUT_OBJECT:
        return coerce_object(c, t, v, trail, out);
    case GRAPHQL_OBJECT_TYPE:
    case GRAPHQL_INTERFACE:
    case GRAPHQL_UNION:
        break;
    }
    return wrong(c, t, v, trail, "the type is none for input");
}

enum coerced graphql_coerce_value(struct coerce *c, const struct graphql_type *t, bool has_default,
                                  const struct ast_value *v, struct graphql_value *out)
{
    return coerce_at(c, t, has_default, v, NULL, out);
}

/* 2.0 and 1e3 are whole numbers in JSON. */
static bool json_number(struct arena *a, const struct json *v, struct ast_value *out)
{
    bool whole =
        v->type == JSON_INT || (fabs(v->real) < 9007199254740992.0 && v->real == trunc(v->real));
    out->kind = whole ? AST_INT : AST_FLOAT;
    out->text = v->raw;
    if (whole && v->type == JSON_REAL)
        out->text = arena_printf(a, "%lld", (long long)v->real);
    return out->text.at != NULL;
}

static bool json_children(struct arena *a, const struct json *v, struct ast_value *out)
{
    struct ast_value **tail = &out->first;
    out->kind = v->type == JSON_ARRAY ? AST_LIST : AST_OBJECT;
    out->count = v->count;
    JSON_EACH(child, v)
    {
        if (!(*tail = graphql_coerce_of_json(a, child)))
            return false;
        (*tail)->name = child->key;
        tail = &(*tail)->next;
    }
    return true;
}

struct ast_value *graphql_coerce_of_json(struct arena *a, const struct json *v)
{
    struct ast_value *out = arena_alloc(a, sizeof *out);
    bool ok = true;
    if (!out)
        return NULL;
    out->raw = v->raw;
    out->text = v->text;
    switch (v->type) {
    case JSON_NULL:
        out->kind = AST_NULL;
        break;
    case JSON_BOOL:
        out->kind = AST_BOOL;
        out->text = v->boolean ? SLICE("true") : SLICE("false");
        break;
    case JSON_INT:
    case JSON_REAL:
        ok = json_number(a, v, out);
        break;
    case JSON_STRING:
        out->kind = AST_STRING;
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        ok = json_children(a, v, out);
        break;
    }
    return ok ? out : NULL;
}
