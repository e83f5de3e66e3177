#include "api/config/rsql.h"

#include "base/arena.h"
#include "base/limits.h"

struct op_row {
    const char *text;
    enum rsql_op op;
    size_t values_min, values_max;
};
static const struct op_row ops[] = {
    { "==", RSQL_EQ, 1, 1 },
    { "!=", RSQL_NE, 1, 1 },
    { "=in=", RSQL_IN, 1, LIMIT_filter_terms_max },
    { "=out=", RSQL_OUT, 1, LIMIT_filter_terms_max },
    { "=gt=", RSQL_GT, 1, 1 },
    { ">", RSQL_GT, 1, 1 },
    { "=ge=", RSQL_GE, 1, 1 },
    { ">=", RSQL_GE, 1, 1 },
    { "=lt=", RSQL_LT, 1, 1 },
    { "<", RSQL_LT, 1, 1 },
    { "=le=", RSQL_LE, 1, 1 },
    { "<=", RSQL_LE, 1, 1 },
    { "=like=", RSQL_LIKE, 1, 1 },
    { "=ke=", RSQL_LIKE, 1, 1 },
    { "=notlike=", RSQL_NOT_LIKE, 1, 1 },
    { "=nk=", RSQL_NOT_LIKE, 1, 1 },
    { "=ilike=", RSQL_ILIKE, 1, 1 },
    { "=ik=", RSQL_ILIKE, 1, 1 },
    { "=inotlike=", RSQL_NOT_ILIKE, 1, 1 },
    { "=ni=", RSQL_NOT_ILIKE, 1, 1 },
    { "=icase=", RSQL_EQ_NOCASE, 1, 1 },
    { "=ic=", RSQL_EQ_NOCASE, 1, 1 },
    { "=between=", RSQL_BETWEEN, 2, 2 },
    { "=bt=", RSQL_BETWEEN, 2, 2 },
    { "=notbetween=", RSQL_NOT_BETWEEN, 2, 2 },
    { "=nb=", RSQL_NOT_BETWEEN, 2, 2 },
    { "=isnull=", RSQL_IS_NULL, 0, 1 },
    { "=null=", RSQL_IS_NULL, 0, 1 },
    { "=na=", RSQL_IS_NULL, 0, 1 },
    { "=notnull=", RSQL_NOT_NULL, 0, 1 },
    { "=isnotnull=", RSQL_NOT_NULL, 0, 1 },
    { "=nn=", RSQL_NOT_NULL, 0, 1 },
};

struct parser {
    struct arena *arena;
    struct slice text;
    size_t at;
    unsigned depth, terms;
    struct slice why;
    bool out_of_memory;
};

static struct rsql *parse_or(struct parser *p);

static void *fail(struct parser *p, const char *what)
{
    if (!p->why.at)
        p->why = arena_printf(p->arena, "filter: %s at character %zu", what, p->at + 1);
    return NULL;
}

static void *take(struct parser *p, size_t size)
{
    void *memory = arena_alloc(p->arena, size);
    p->out_of_memory |= !memory;
    return memory;
}

static char peek(const struct parser *p)
{
    return p->at < p->text.len ? p->text.at[p->at] : '\0';
}

static bool is_reserved(char c)
{
    return strchr("\"'();,=!~<> ", c) != NULL; /* also the end */
}

static void skip_spaces(struct parser *p)
{
    while (peek(p) == ' ')
        p->at++;
}

static struct slice unreserved(struct parser *p)
{
    size_t from = p->at;
    while (!is_reserved(peek(p)))
        p->at++;
    return slice_sub(p->text, from, p->at);
}

/* " and ", " or ": a word between spaces. */
static bool accept_word(struct parser *p, const char *word)
{
    size_t at = p->at, len = strlen(word);
    while (at < p->text.len && p->text.at[at] == ' ')
        at++;
    bool spaced = at > p->at && at + len < p->text.len && p->text.at[at + len] == ' ' &&
                  memcmp(p->text.at + at, word, len) == 0;
    if (spaced)
        p->at = at + len + 1;
    return spaced;
}

static bool accept_joint(struct parser *p, char sign, const char *word)
{
    size_t before = p->at;
    if (accept_word(p, word))
        return true;
    skip_spaces(p);
    bool found = peek(p) == sign;
    p->at = found ? p->at + 1 : before; /* the space may belong to another word */
    return found;
}

static bool quoted(struct parser *p, struct slice *out)
{
    char quote = peek(p);
    char *text = take(p, p->text.len - p->at);
    size_t len = 0;
    for (p->at++; text && p->at < p->text.len; p->at++) {
        char c = p->text.at[p->at];
        if (c == quote) {
            p->at++;
            *out = (struct slice){ text, len };
            return true;
        }
        if (c == '\\' && p->at + 1 < p->text.len)
            c = p->text.at[++p->at];
        text[len++] = c;
    }
    fail(p, "the quote is not closed");
    return false;
}

static struct rsql_value *parse_value(struct parser *p)
{
    struct slice text = { NULL, 0 };
    skip_spaces(p);
    if (++p->terms > LIMIT_filter_terms_max)
        return fail(p, "too many values");
    if (peek(p) == '"' || peek(p) == '\'') {
        if (!quoted(p, &text))
            return NULL;
    } else {
        text = unreserved(p);
        if (!text.len)
            return fail(p, "a value is missing");
    }
    struct rsql_value *v = take(p, sizeof *v);
    if (v)
        v->text = text;
    return v;
}

static bool parse_values(struct parser *p, struct rsql *term)
{
    struct rsql_value **last = &term->values;
    skip_spaces(p);
    bool list = peek(p) == '(';
    p->at += list;
    do {
        *last = parse_value(p);
        if (!*last)
            return false;
        last = &(*last)->next;
        term->value_count++;
        if (list)
            skip_spaces(p);
    } while (list && peek(p) == ',' && ++p->at);
    if (list && peek(p) != ')') {
        fail(p, "a closing parenthesis is missing");
        return false;
    }
    p->at += list;
    return true;
}

static struct slice operator_text(struct parser *p)
{
    size_t from = p->at;
    char c = peek(p);
    p->at += c == '=' || c == '!' || c == '<' || c == '>';
    while (c == '=' && peek(p) >= 'a' && peek(p) <= 'z')
        p->at++;
    p->at += p->at > from && peek(p) == '=';
    return slice_sub(p->text, from, p->at);
}

static const struct op_row *parse_operator(struct parser *p)
{
    skip_spaces(p);
    struct slice text = operator_text(p);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (slice_is(text, ops[i].text))
            return &ops[i];
    }
    return fail(p, "a known operator is missing");
}

static struct rsql *parse_term(struct parser *p)
{
    struct rsql *term = take(p, sizeof *term);
    if (!term)
        return NULL;
    term->kind = RSQL_TERM;
    term->selector = unreserved(p);
    if (!term->selector.len)
        return fail(p, "a field is missing");
    const struct op_row *row = parse_operator(p);
    if (!row)
        return NULL;
    term->op = row->op;
    skip_spaces(p);
    char c = peek(p);
    if (row->values_min == 0 && (c == '\0' || c == ';' || c == ',' || c == ')'))
        return term;
    if (!parse_values(p, term))
        return NULL;
    if (term->value_count < row->values_min || term->value_count > row->values_max)
        return fail(p, "the operator takes another number of values");
    return term;
}

static struct rsql *parse_constraint(struct parser *p)
{
    skip_spaces(p);
    if (peek(p) != '(')
        return parse_term(p);
    if (p->depth >= LIMIT_filter_depth_max)
        return fail(p, "too many parentheses");
    p->at++;
    p->depth++;
    struct rsql *inner = parse_or(p);
    p->depth--;
    skip_spaces(p);
    if (!inner || peek(p) != ')')
        return fail(p, "a closing parenthesis is missing");
    p->at++;
    return inner;
}

/* part *( joint part ): one part stands for itself. */
static struct rsql *parse_joined(struct parser *p, enum rsql_kind kind, char sign, const char *word,
                                 struct rsql *(*part)(struct parser *))
{
    struct rsql *first = part(p), *last = first, *all = NULL;
    while (last && accept_joint(p, sign, word)) {
        if (!all) {
            all = take(p, sizeof *all);
            if (!all)
                return NULL;
            *all = (struct rsql){ .kind = kind, .first = first };
        }
        last->next = part(p);
        last = last->next;
    }
    return !last ? NULL : all ? all : first;
}

static struct rsql *parse_and(struct parser *p)
{
    return parse_joined(p, RSQL_AND, ';', "and", parse_constraint);
}

static struct rsql *parse_or(struct parser *p)
{
    return parse_joined(p, RSQL_OR, ',', "or", parse_and);
}

enum err rsql_parse(struct arena *a, struct slice text, struct rsql **out, struct slice *why)
{
    struct parser p = { .arena = a, .text = text };
    struct rsql *tree = NULL;
    if (text.len > LIMIT_filter_bytes_max)
        fail(&p, "too long");
    else
        tree = parse_or(&p);
    skip_spaces(&p);
    if (tree && p.at < text.len)
        tree = fail(&p, "something unexpected stands");
    if (tree) {
        *out = tree;
        return ERR_OK;
    }
    *why = p.why.at ? p.why : SLICE("filter: not understood");
    return p.out_of_memory ? ERR_OUT_OF_MEMORY : ERR_INVALID_FIELD;
}

const char *rsql_op_text(enum rsql_op op)
{
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (ops[i].op == op)
            return ops[i].text;
    }
    return "";
}
