/* Executable documents: operations and fragments (specification, sections 2.2 to 2.12). */
#include "graphql/parser_priv.h"
#include "graphql/report.h"

static bool selection_set(struct parser *p, struct ast_selection **out);

static bool field(struct parser *p, struct ast_selection *s)
{
    s->kind = AST_FIELD;
    if (!parser_name(p, &s->name))
        return false;
    s->key = s->name;
    if (parser_skip(p, ':') && !parser_name(p, &s->name))
        return false;
    if (!parser_arguments(p, false, &s->arguments) || !parser_directives(p, false, &s->directives))
        return false;
    return !parser_is(p, '{') || selection_set(p, &s->first);
}

/* After "...": a spread's name, or an inline fragment with or without a type condition. */
static bool fragment_use(struct parser *p, struct ast_selection *s)
{
    if (!parser_next(p))
        return false;
    s->kind = AST_INLINE;
    if (parser_skip_word(p, "on")) {
        if (!parser_name(p, &s->name))
            return false;
    } else if (parser_is(p, TOKEN_NAME)) {
        s->kind = AST_SPREAD;
        if (!parser_name(p, &s->name))
            return false;
    }
    if (!parser_directives(p, false, &s->directives))
        return false;
    return s->kind == AST_SPREAD || selection_set(p, &s->first);
}

static bool selections(struct parser *p, struct ast_selection **out)
{
    do {
        struct ast_selection *s = p->err ? NULL : parser_new(p, sizeof *s);
        if (!s)
            return false;
        s->at = parser_place(p);
        if (!(parser_is(p, TOKEN_SPREAD) ? fragment_use : field)(p, s))
            return false;
        *out = s;
        out = &s->next;
    } while (!parser_is(p, '}'));
    return true;
}

static bool selection_set(struct parser *p, struct ast_selection **out)
{
    bool ok =
        parser_enter(p) && parser_expect(p, '{') && selections(p, out) && parser_expect(p, '}');
    parser_leave(p);
    return ok;
}

static bool variable_definition(struct parser *p, struct ast_variable *v)
{
    v->at = parser_place(p);
    if (!parser_expect(p, '$') || !parser_name(p, &v->name) || !parser_expect(p, ':') ||
        !(v->type = parser_type(p)))
        return false;
    if (parser_skip(p, '=') && !(v->fallback = parser_value(p, true)))
        return false;
    return parser_directives(p, true, &v->directives);
}

static bool variable_definitions(struct parser *p, struct ast_variable **out)
{
    if (!parser_skip(p, '('))
        return !p->err;
    do {
        struct ast_variable *v = p->err ? NULL : parser_new(p, sizeof *v);
        if (!v || !variable_definition(p, v))
            return false;
        *out = v;
        out = &v->next;
    } while (!parser_is(p, ')'));
    return parser_expect(p, ')');
}

static bool operation(struct parser *p, struct ast_definition *d)
{
    d->kind = AST_OPERATION;
    if (parser_is(p, '{'))
        return selection_set(p, &d->first);
    if (parser_is_word(p, "mutation"))
        d->operation = GRAPHQL_MUTATION;
    else if (parser_is_word(p, "subscription"))
        d->operation = GRAPHQL_SUBSCRIPTION;
    if (!parser_next(p) || (parser_is(p, TOKEN_NAME) && !parser_name(p, &d->name)))
        return false;
    return variable_definitions(p, &d->variables) && parser_directives(p, false, &d->directives) &&
           selection_set(p, &d->first);
}

static bool fragment(struct parser *p, struct ast_definition *d)
{
    d->kind = AST_FRAGMENT;
    if (!parser_next(p) || parser_is_word(p, "on"))
        return parser_wrong(p);
    if (!parser_name(p, &d->name))
        return false;
    if (!parser_skip_word(p, "on"))
        return parser_wrong(p);
    return parser_name(p, &d->condition) && parser_directives(p, false, &d->directives) &&
           selection_set(p, &d->first);
}

static bool is_sdl_word(const struct parser *p)
{
    static const char *const words[] = { "schema", "scalar", "type",      "interface", "union",
                                         "enum",   "input",  "directive", "extend" };
    for (size_t n = 0; n < sizeof words / sizeof *words; n++)
        if (parser_is_word(p, words[n]))
            return true;
    return false;
}

static bool definition(struct parser *p, struct ast_definition *d)
{
    d->at = parser_place(p);
    if (parser_is_word(p, "fragment"))
        return fragment(p, d);
    if (parser_is(p, '{') || parser_is_word(p, "query") || parser_is_word(p, "mutation") ||
        parser_is_word(p, "subscription"))
        return operation(p, d);
    if (!is_sdl_word(p))
        return parser_wrong(p);
    graphql_report(p->errors, GRAPHQL_E_NON_EXECUTABLE_DEFINITION, d->at,
                   "A '%.*s' definition has no place in a request", SLICE_ARG(p->now.raw));
    p->err = ERR_BAD_REQUEST;
    return false;
}

enum err graphql_parse_document(struct arena *a, struct slice text, struct graphql_errors *errors,
                                struct ast_document **out)
{
    struct parser p;
    if (!parser_init(&p, a, text, errors))
        return p.err;
    struct ast_document *doc = parser_new(&p, sizeof *doc);
    if (!doc)
        return p.err;
    struct ast_definition **tail = &doc->first;
    do {
        struct ast_definition *d = parser_new(&p, sizeof *d);
        if (!d || !definition(&p, d) || p.err)
            return p.err;
        *tail = d;
        tail = &d->next;
        doc->count++;
    } while (!parser_is(&p, TOKEN_EOF));
    *out = doc;
    return ERR_OK;
}
