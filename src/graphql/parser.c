/* The parts that requests and schema text have in common: tokens, values, types, directives. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "graphql/parser_priv.h"
#include "graphql/report.h"

bool parser_init(struct parser *p, struct arena *a, struct slice text,
                 struct graphql_errors *errors)
{
    *p = (struct parser){ .arena = a, .errors = errors };
    lexer_init(&p->lexer, text, a);
    if (utf8_valid(text))
        return parser_next(p);
    graphql_report(errors, GRAPHQL_E_SYNTAX, (struct place){ 0 },
                   "The document is not valid UTF-8");
    p->err = ERR_BAD_REQUEST;
    return false;
}

void *parser_new(struct parser *p, size_t size)
{
    void *node = arena_alloc(p->arena, size);
    if (!node)
        p->err = ERR_OUT_OF_MEMORY;
    return node;
}

bool parser_next(struct parser *p)
{
    lexer_next(&p->lexer, &p->now);
    if (p->now.kind != TOKEN_BAD)
        return true;
    if (p->lexer.out_of_memory)
        p->err = ERR_OUT_OF_MEMORY;
    return parser_wrong(p);
}

bool parser_wrong(struct parser *p)
{
    if (p->err)
        return false;
    p->err = ERR_BAD_REQUEST;
    struct slice shown = p->now.kind == TOKEN_EOF ? SLICE("<EOF>") : p->now.raw;
    size_t cut = shown.len > 80 ? 80 : shown.len;
    while (cut < shown.len && (shown.at[cut] & 0xc0) == 0x80)
        cut--;
    graphql_report(p->errors, GRAPHQL_E_SYNTAX, parser_place(p),
                   "Invalid syntax with offending token '%.*s' at line %u column %u", (int)cut,
                   shown.at, p->now.line, p->now.column);
    return false;
}

bool parser_enter(struct parser *p)
{
    if (++p->depth <= LIMIT_graphql_nesting_max)
        return true;
    if (!p->err)
        graphql_report(p->errors, GRAPHQL_E_TOO_COMPLEX, parser_place(p),
                       "The document is nested deeper than %d levels",
                       (int)LIMIT_graphql_nesting_max);
    p->err = p->err ? p->err : ERR_BAD_REQUEST;
    return false;
}

void parser_leave(struct parser *p)
{
    p->depth--;
}

struct place parser_place(const struct parser *p)
{
    return (struct place){ p->now.line, p->now.column };
}

bool parser_is(const struct parser *p, int kind)
{
    return p->now.kind == kind;
}

bool parser_is_word(const struct parser *p, const char *word)
{
    return p->now.kind == TOKEN_NAME && slice_is(p->now.raw, word);
}

/* A bad token behind the one taken shows in p->err; the callers' next step then fails. */
bool parser_skip(struct parser *p, int kind)
{
    if (p->err || !parser_is(p, kind))
        return false;
    parser_next(p);
    return true;
}

bool parser_skip_word(struct parser *p, const char *word)
{
    return parser_is_word(p, word) && parser_skip(p, TOKEN_NAME);
}

bool parser_expect(struct parser *p, int kind)
{
    return (parser_skip(p, kind) || parser_wrong(p)) && !p->err;
}

bool parser_name(struct parser *p, struct slice *out)
{
    *out = p->now.raw;
    return parser_expect(p, TOKEN_NAME);
}

static bool list_items(struct parser *p, bool constant, struct ast_value *list)
{
    struct ast_value **tail = &list->first;
    while (!parser_is(p, ']')) {
        if (!(*tail = parser_value(p, constant)))
            return false;
        tail = &(*tail)->next;
        list->count++;
    }
    return true;
}

static bool object_members(struct parser *p, bool constant, struct ast_value *object)
{
    struct ast_value **tail = &object->first;
    while (!parser_is(p, '}')) {
        struct slice name;
        struct place at = parser_place(p);
        if (!parser_name(p, &name) || !parser_expect(p, ':') ||
            !(*tail = parser_value(p, constant)))
            return false;
        (*tail)->name = name;
        (*tail)->at = at;
        tail = &(*tail)->next;
        object->count++;
    }
    return true;
}

static bool compound(struct parser *p, bool constant, struct ast_value *v, int close)
{
    v->kind = close == ']' ? AST_LIST : AST_OBJECT;
    bool ok = parser_enter(p) && parser_next(p) &&
              (close == ']' ? list_items : object_members)(p, constant, v) &&
              parser_expect(p, close);
    parser_leave(p);
    return ok;
}

static bool simple(struct parser *p, struct ast_value *v)
{
    v->text = p->now.text;
    switch (p->now.kind) {
    case TOKEN_INT:
        v->kind = AST_INT;
        break;
    case TOKEN_FLOAT:
        v->kind = AST_FLOAT;
        break;
    case TOKEN_STRING:
        v->kind = AST_STRING;
        break;
    case TOKEN_NAME:
        v->kind = AST_ENUM;
        if (slice_is(v->text, "true") || slice_is(v->text, "false"))
            v->kind = AST_BOOL;
        else if (slice_is(v->text, "null"))
            v->kind = AST_NULL;
        break;
    default:
        return parser_wrong(p);
    }
    return parser_next(p);
}

static bool variable(struct parser *p, struct ast_value *v)
{
    v->kind = AST_VARIABLE;
    return parser_next(p) && parser_name(p, &v->text);
}

/* The bytes from the start of `first` to the end of what was taken, without trailing blanks. */
static struct slice bytes_since(const struct parser *p, struct slice first)
{
    const char *end = p->now.raw.at;
    while (end > first.at + first.len && strchr(" \t\r\n,", end[-1]))
        end--;
    return (struct slice){ first.at, (size_t)(end - first.at) };
}

struct ast_value *parser_value(struct parser *p, bool constant)
{
    if (p->err)
        return NULL;
    struct ast_value *v = parser_new(p, sizeof *v);
    if (!v)
        return NULL;
    struct slice first = p->now.raw;
    bool ok;
    v->at = parser_place(p);
    if (parser_is(p, '[') || parser_is(p, '{'))
        ok = compound(p, constant, v, parser_is(p, '[') ? ']' : '}');
    else if (parser_is(p, '$') && !constant)
        ok = variable(p, v);
    else
        ok = simple(p, v);
    if (!ok)
        return NULL;
    v->raw = bytes_since(p, first);
    return v;
}

struct ast_type *parser_type(struct parser *p)
{
    struct ast_type *t = p->err ? NULL : parser_new(p, sizeof *t);
    bool ok;
    if (!t)
        return NULL;
    t->at = parser_place(p);
    if (parser_is(p, '[')) {
        ok = parser_enter(p) && parser_next(p) && (t->of = parser_type(p)) && parser_expect(p, ']');
        parser_leave(p);
    } else {
        ok = parser_name(p, &t->name);
    }
    if (!ok)
        return NULL;
    t->non_null = parser_skip(p, '!');
    return p->err ? NULL : t;
}

bool parser_arguments(struct parser *p, bool constant, struct ast_argument **out)
{
    if (!parser_skip(p, '('))
        return !p->err;
    do {
        struct ast_argument *a = p->err ? NULL : parser_new(p, sizeof *a);
        if (!a)
            return false;
        a->at = parser_place(p);
        if (!parser_name(p, &a->name) || !parser_expect(p, ':') ||
            !(a->value = parser_value(p, constant)))
            return false;
        *out = a;
        out = &a->next;
    } while (!parser_is(p, ')'));
    return parser_expect(p, ')');
}

bool parser_directives(struct parser *p, bool constant, struct ast_directive **out)
{
    while (!p->err && parser_is(p, '@')) {
        struct ast_directive *d = parser_new(p, sizeof *d);
        if (!d)
            return false;
        d->at = parser_place(p);
        if (!parser_next(p) || !parser_name(p, &d->name) ||
            !parser_arguments(p, constant, &d->arguments))
            return false;
        *out = d;
        out = &d->next;
    }
    return !p->err;
}
