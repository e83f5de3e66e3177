/* Type system definitions and extensions (specification, section 3). */
#include "graphql/parser_priv.h"
#include "graphql/report.h"

static struct slice description(struct parser *p)
{
    struct slice text = p->now.text;
    return parser_skip(p, TOKEN_STRING) ? text : (struct slice){ 0 };
}

static bool input(struct parser *p, struct ast_input *in)
{
    in->description = description(p);
    in->at = parser_place(p);
    if (!parser_name(p, &in->name) || !parser_expect(p, ':') || !(in->type = parser_type(p)))
        return false;
    if (parser_skip(p, '=') && !(in->fallback = parser_value(p, true)))
        return false;
    return parser_directives(p, true, &in->directives);
}

/* Arguments in parentheses or fields of an input object in braces; may be missing. */
static bool inputs(struct parser *p, int open, int close, struct ast_input **out)
{
    if (!parser_skip(p, open))
        return !p->err;
    do {
        struct ast_input *in = p->err ? NULL : parser_new(p, sizeof *in);
        if (!in || !input(p, in))
            return false;
        *out = in;
        out = &in->next;
    } while (!parser_is(p, close));
    return parser_expect(p, close);
}

static bool field(struct parser *p, struct ast_member *m)
{
    return inputs(p, '(', ')', &m->inputs) && parser_expect(p, ':') && (m->type = parser_type(p)) &&
           parser_directives(p, true, &m->directives);
}

static bool enum_value(struct parser *p, struct ast_member *m)
{
    if (slice_is(m->name, "true") || slice_is(m->name, "false") || slice_is(m->name, "null"))
        return parser_wrong(p);
    return parser_directives(p, true, &m->directives);
}

static bool root_type(struct parser *p, struct ast_member *m)
{
    return parser_expect(p, ':') && (m->type = parser_type(p));
}

/* Members in braces; each starts with a name, `rest` reads what follows it. May be missing. */
static bool members(struct parser *p, bool (*rest)(struct parser *, struct ast_member *),
                    struct ast_member **out)
{
    if (!parser_skip(p, '{'))
        return !p->err;
    do {
        struct ast_member *m = p->err ? NULL : parser_new(p, sizeof *m);
        if (!m)
            return false;
        m->description = description(p);
        m->at = parser_place(p);
        if (!parser_name(p, &m->name) || !rest(p, m))
            return false;
        *out = m;
        out = &m->next;
    } while (!parser_is(p, '}'));
    return parser_expect(p, '}');
}

/* Names parted (and perhaps led) by `separator`. */
static bool names(struct parser *p, int separator, struct ast_member **out)
{
    parser_skip(p, separator);
    do {
        struct ast_member *m = p->err ? NULL : parser_new(p, sizeof *m);
        if (!m)
            return false;
        m->at = parser_place(p);
        if (!parser_name(p, &m->name))
            return false;
        *out = m;
        out = &m->next;
    } while (parser_skip(p, separator));
    return !p->err;
}

static bool named(struct parser *p, struct ast_sdl *d)
{
    return parser_name(p, &d->name) && parser_directives(p, true, &d->directives);
}

static bool schema(struct parser *p, struct ast_sdl *d)
{
    d->kind = SDL_SCHEMA;
    return parser_directives(p, true, &d->directives) && members(p, root_type, &d->members);
}

static bool scalar(struct parser *p, struct ast_sdl *d)
{
    d->type_kind = GRAPHQL_SCALAR;
    return named(p, d);
}

static bool with_fields(struct parser *p, struct ast_sdl *d)
{
    if (!parser_name(p, &d->name))
        return false;
    if (parser_skip_word(p, "implements") && !names(p, '&', &d->interfaces))
        return false;
    return parser_directives(p, true, &d->directives) && members(p, field, &d->members);
}

static bool object(struct parser *p, struct ast_sdl *d)
{
    d->type_kind = GRAPHQL_OBJECT_TYPE;
    return with_fields(p, d);
}

static bool interface(struct parser *p, struct ast_sdl *d)
{
    d->type_kind = GRAPHQL_INTERFACE;
    return with_fields(p, d);
}

static bool union_of(struct parser *p, struct ast_sdl *d)
{
    d->type_kind = GRAPHQL_UNION;
    return named(p, d) && (!parser_skip(p, '=') || names(p, '|', &d->members)) && !p->err;
}

static bool enumeration(struct parser *p, struct ast_sdl *d)
{
    d->type_kind = GRAPHQL_ENUM_TYPE;
    return named(p, d) && members(p, enum_value, &d->members);
}

static bool input_object(struct parser *p, struct ast_sdl *d)
{
    d->type_kind = GRAPHQL_INPUT_OBJECT;
    return named(p, d) && inputs(p, '{', '}', &d->inputs);
}

static bool directive(struct parser *p, struct ast_sdl *d)
{
    d->kind = SDL_DIRECTIVE;
    if (!parser_expect(p, '@') || !parser_name(p, &d->name) || !inputs(p, '(', ')', &d->inputs))
        return false;
    d->repeatable = parser_skip_word(p, "repeatable");
    if (!parser_skip_word(p, "on"))
        return parser_wrong(p);
    return names(p, '|', &d->members);
}

static const struct {
    const char *word;
    bool (*read)(struct parser *p, struct ast_sdl *d);
} definitions[] = {
    { "schema", schema },       { "scalar", scalar },       { "type", object },
    { "interface", interface }, { "union", union_of },      { "enum", enumeration },
    { "input", input_object },  { "directive", directive },
};

static bool definition(struct parser *p, struct ast_sdl *d)
{
    d->description = description(p);
    d->at = parser_place(p);
    d->extends = parser_skip_word(p, "extend");
    for (size_t n = 0; n < sizeof definitions / sizeof *definitions; n++)
        if (parser_skip_word(p, definitions[n].word))
            return definitions[n].read(p, d);
    return parser_wrong(p);
}

enum err graphql_parse_sdl(struct arena *a, struct slice text, struct graphql_errors *errors,
                           struct ast_sdl **out)
{
    struct parser p;
    struct ast_sdl *first = NULL, **tail = &first;
    if (!parser_init(&p, a, text, errors))
        return p.err;
    while (!parser_is(&p, TOKEN_EOF)) {
        struct ast_sdl *d = parser_new(&p, sizeof *d);
        if (!d || !definition(&p, d) || p.err)
            return p.err;
        *tail = d;
        tail = &d->next;
    }
    *out = first;
    return ERR_OK;
}
