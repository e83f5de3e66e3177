#include "graphql/value.h"

#include "base/arena.h"

const struct graphql_value *graphql_first(const struct graphql_value *v)
{
    return v && (v->kind == GRAPHQL_LIST || v->kind == GRAPHQL_OBJECT) ? v->first : NULL;
}

const struct graphql_value *graphql_get_slice(const struct graphql_value *object, struct slice name)
{
    if (!object || object->kind != GRAPHQL_OBJECT)
        return NULL;
    GRAPHQL_EACH(member, object)
    if (slice_eq(member->name, name))
        return member;
    return NULL;
}

const struct graphql_value *graphql_get(const struct graphql_value *object, const char *name)
{
    return graphql_get_slice(object, slice_of(name));
}

struct slice graphql_text(const struct graphql_value *v, struct slice fallback)
{
    return v && (v->kind == GRAPHQL_TEXT || v->kind == GRAPHQL_ENUM) ? v->text : fallback;
}

int64_t graphql_i64(const struct graphql_value *v, int64_t fallback)
{
    return v && v->kind == GRAPHQL_INT ? v->integer : fallback;
}

double graphql_real(const struct graphql_value *v, double fallback)
{
    if (v && v->kind == GRAPHQL_INT)
        return (double)v->integer;
    return v && v->kind == GRAPHQL_REAL ? v->real : fallback;
}

bool graphql_bool(const struct graphql_value *v, bool fallback)
{
    return v && v->kind == GRAPHQL_BOOL ? v->boolean : fallback;
}

bool graphql_append(struct arena *a, struct graphql_value *parent, struct graphql_value **tail,
                    struct graphql_value item)
{
    struct graphql_value *copy = arena_alloc(a, sizeof *copy);
    if (!copy)
        return false;
    *copy = item;
    copy->next = NULL;
    if (*tail)
        (*tail)->next = copy;
    else
        parent->first = copy;
    *tail = copy;
    parent->count++;
    return true;
}
