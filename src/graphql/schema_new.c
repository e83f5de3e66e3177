/* From SDL to a schema, in passes over the trees of the prelude and the embedder's text:
 *
 *   extensions   "extend type X" hands its members to the tree of X
 *   names        one struct graphql_type for each definition, so that references resolve
 *   fill         fields, arguments, values (schema_fill.c)
 *   roots        query, mutation, subscription; the meta fields
 *   check        defaults, interfaces, endless input objects (schema_check.c)
 *
 * A definition in the text replaces the prelude's of the same name (scalars and directives only).
 */
#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "graphql/coerce.h"
#include "graphql/parser.h"
#include "graphql/schema_build.h"

void builder_wrong(struct builder *b, struct place at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    struct buf text;
    buf_init_arena(&text, b->scratch);
    buf_vprintf(&text, format, ap);
    va_end(ap);
    graphql_report(b->errors, GRAPHQL_E_SCHEMA, at, "%.*s", SLICE_ARG(buf_slice(&text)));
    if (!b->err)
        b->err = ERR_BAD_REQUEST;
}

void *builder_new(struct builder *b, size_t size)
{
    void *p = arena_alloc(b->arena, size);
    if (!p)
        b->err = ERR_OUT_OF_MEMORY;
    return p;
}

struct slice builder_copy(struct builder *b, struct slice text)
{
    if (!text.at)
        return text;
    struct slice copy = arena_copy(b->arena, text);
    if (!copy.at)
        b->err = ERR_OUT_OF_MEMORY;
    return copy;
}

static bool read_text(struct builder *b, struct slice sdl)
{
    struct ast_sdl *builtin;
    b->err = graphql_parse_sdl(b->scratch, sdl, b->errors, &b->sdl);
    if (!b->err)
        b->err = graphql_parse_sdl(b->scratch, graphql_schema_prelude(), NULL, &builtin);
    if (b->err)
        return false;
    for (struct ast_sdl *d = builtin; d; d = d->next)
        d->builtin = true;
    struct ast_sdl **tail = &b->sdl;
    while (*tail)
        tail = &(*tail)->next;
    *tail = builtin;
    return true;
}

static struct ast_sdl *definition_of(struct builder *b, const struct ast_sdl *e)
{
    for (struct ast_sdl *d = b->sdl; d; d = d->next)
        if (!d->extends && d->kind == e->kind && slice_eq(d->name, e->name) &&
            (d->kind != SDL_TYPE || d->type_kind == e->type_kind))
            return d;
    return NULL;
}

#define APPEND(type, list, more)     \
    do {                             \
        type **tail_ = &(list);      \
        while (*tail_)               \
            tail_ = &(*tail_)->next; \
        *tail_ = (more);             \
    } while (0)

static void extend_all(struct builder *b)
{
    for (struct ast_sdl *e = b->sdl; e; e = e->next) {
        if (!e->extends)
            continue;
        struct ast_sdl *d = definition_of(b, e);
        if (!d || e->kind == SDL_DIRECTIVE) {
            builder_wrong(b, e->at, "There is nothing named '%.*s' to extend", SLICE_ARG(e->name));
            continue;
        }
        APPEND(struct ast_member, d->members, e->members);
        APPEND(struct ast_member, d->interfaces, e->interfaces);
        APPEND(struct ast_input, d->inputs, e->inputs);
        APPEND(struct ast_directive, d->directives, e->directives);
    }
}

static bool name_type(struct builder *b, struct ast_sdl *d)
{
    struct graphql_schema *s = b->schema;
    struct graphql_type *t = builder_new(b, sizeof *t);
    if (!t)
        return false;
    t->kind = d->type_kind;
    t->name = builder_copy(b, d->name);
    t->description = builder_copy(b, d->description);
    if (!d->builtin && slice_starts(d->name, SLICE("__")))
        builder_wrong(b, d->at, "Names with two underscores in front are reserved: '%.*s'",
                      SLICE_ARG(d->name));
    if (!graphql_names_put(s->type_names, t->name, t)) {
        if (!d->builtin)
            builder_wrong(b, d->at, "Type '%.*s' is defined twice", SLICE_ARG(d->name));
        return true;
    }
    b->sdl_of[s->type_count] = d;
    s->types[s->type_count++] = t;
    return true;
}

static void hook_scalar(struct graphql_schema *s, struct graphql_type *t)
{
    for (const struct graphql_scalar *row = s->scalars; row && row->name; row++)
        if (slice_is(t->name, row->name))
            t->scalar = row;
    if (!t->scalar)
        t->scalar = graphql_coerce_builtin(t->name);
}

static void name_types(struct builder *b)
{
    struct graphql_schema *s = b->schema;
    size_t count = 0;
    for (struct ast_sdl *d = b->sdl; d; d = d->next)
        count++;
    s->types = builder_new(b, count * sizeof(void *));
    s->type_names = graphql_names_new(b->arena, count);
    b->sdl_of = arena_alloc(b->scratch, count * sizeof(void *));
    if (!s->types || !s->type_names || !b->sdl_of) {
        b->err = ERR_OUT_OF_MEMORY;
        return;
    }
    for (struct ast_sdl *d = b->sdl; d; d = d->next)
        if (d->kind == SDL_TYPE && !d->extends && !name_type(b, d))
            return;
    for (uint32_t n = 0; n < s->type_count; n++)
        if (s->types[n]->kind == GRAPHQL_SCALAR)
            hook_scalar(s, s->types[n]);
}

static void set_root(struct builder *b, const struct ast_member *m)
{
    static const char *const words[] = { "query", "mutation", "subscription" };
    const struct graphql_type *t =
        m->type->name.len ? graphql_type_named(b->schema, m->type->name) : NULL;
    for (int n = 0; n < 3; n++)
        if (slice_is(m->name, words[n]) && t && t->kind == GRAPHQL_OBJECT_TYPE) {
            b->schema->roots[n] = t;
            return;
        }
    builder_wrong(b, m->at, "'%.*s' is no root, or its type is no object type", SLICE_ARG(m->name));
}

static void set_roots(struct builder *b)
{
    static const char *const names[] = { "Query", "Mutation", "Subscription" };
    const struct ast_sdl *schema = NULL;
    for (const struct ast_sdl *d = b->sdl; d; d = d->next)
        if (d->kind == SDL_SCHEMA && !d->extends)
            schema = d;
    for (int n = 0; n < 3 && !schema; n++) {
        const struct graphql_type *t = graphql_type_named(b->schema, slice_of(names[n]));
        if (t && t->kind == GRAPHQL_OBJECT_TYPE)
            b->schema->roots[n] = t;
    }
    if (schema)
        b->schema->description = builder_copy(b, schema->description);
    for (const struct ast_member *m = schema ? schema->members : NULL; m; m = m->next)
        set_root(b, m);
    if (!b->schema->roots[GRAPHQL_QUERY] && !b->err)
        builder_wrong(b, (struct place){ 0 }, "The schema has no query type");
}

static const struct graphql_type *non_null(struct builder *b, const char *name)
{
    struct ast_type written = { .name = slice_of(name), .non_null = true };
    return graphql_schema_resolve(b->schema, b->arena, &written, &b->err);
}

static void set_meta_fields(struct builder *b)
{
    struct graphql_schema *s = b->schema;
    struct graphql_input *name = builder_new(b, sizeof *name);
    if (!name)
        return;
    *name = (struct graphql_input){ .name = SLICE("name"), .type = non_null(b, "String") };
    s->typename = (struct graphql_field){ .name = SLICE("__typename"),
                                          .type = non_null(b, "String"),
                                          .meta = true };
    s->schema_of = (struct graphql_field){ .name = SLICE("__schema"),
                                           .type = non_null(b, "__Schema"),
                                           .meta = true };
    s->type_of = (struct graphql_field){ .name = SLICE("__type"),
                                         .type = graphql_type_named(s, SLICE("__Type")),
                                         .args = name,
                                         .arg_count = 1,
                                         .meta = true };
}

static enum err build(struct builder *b, struct slice sdl)
{
    static void (*const passes[])(struct builder *) = {
        extend_all, name_types, builder_fill, set_roots, set_meta_fields, builder_check
    };
    if (!read_text(b, sdl))
        return b->err;
    for (size_t n = 0; n < sizeof passes / sizeof *passes && !b->err; n++)
        passes[n](b);
    return b->err;
}

enum err graphql_schema_new(struct slice sdl, const struct graphql_scalar *scalars,
                            struct graphql_errors *errors, struct graphql_schema **out)
{
    struct builder b = { .arena = arena_new(LIMIT_graphql_schema_bytes_max),
                         .scratch = arena_new(LIMIT_graphql_schema_bytes_max),
                         .errors = errors,
                         .err = ERR_OUT_OF_MEMORY };
    if (b.arena && b.scratch)
        b.schema = builder_new(&b, sizeof *b.schema);
    if (b.schema) {
        *b.schema = (struct graphql_schema){ .arena = b.arena, .scalars = scalars };
        build(&b, sdl);
    }
    arena_free(b.scratch);
    if (b.err)
        arena_free(b.arena);
    else
        *out = b.schema;
    return b.err;
}
