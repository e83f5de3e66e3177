#include "graphql/lexer.h"

#include "graphql/literal.h"

void lexer_init(struct lexer *x, struct slice in, struct arena *a)
{
    *x = (struct lexer){ .in = in, .line = 1, .arena = a };
}

static int peek(const struct lexer *x, size_t ahead)
{
    return x->at + ahead < x->in.len ? (unsigned char)x->in.at[x->at + ahead] : -1;
}

static bool looking_at(const struct lexer *x, struct slice s)
{
    return x->in.len - x->at >= s.len && memcmp(x->in.at + x->at, s.at, s.len) == 0;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_start(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* One byte on; a line end (CR, LF or both) counts once, a character's later bytes not at all. */
static void step(struct lexer *x)
{
    int c = peek(x, 0);
    x->at++;
    if (c == '\n' || (c == '\r' && peek(x, 0) != '\n')) {
        x->line++;
        x->line_start = x->at;
    } else if ((c & 0xc0) == 0x80) {
        x->line_start++;
    }
}

static void skip_ignored(struct lexer *x)
{
    if (x->at == 0 && looking_at(x, SLICE("\xef\xbb\xbf"))) {
        x->at = 3;
        x->line_start = 3;
    }
    for (;;) {
        int c = peek(x, 0);
        if (c == '#') {
            while (peek(x, 0) != '\n' && peek(x, 0) != '\r' && peek(x, 0) != -1)
                step(x);
        } else if (c == ' ' || c == '\t' || c == ',' || c == '\n' || c == '\r') {
            step(x);
        } else {
            return;
        }
    }
}

static void scan_digits(struct lexer *x)
{
    while (is_digit(peek(x, 0)))
        x->at++;
}

/* A number must not run into a name or another dot: 1a, 00 and 1.2.3 are no tokens. */
static int scan_number(struct lexer *x)
{
    int kind = TOKEN_INT;
    if (peek(x, 0) == '-')
        x->at++;
    if (!is_digit(peek(x, 0)))
        return TOKEN_BAD;
    if (peek(x, 0) == '0')
        x->at++;
    else
        scan_digits(x);
    if (peek(x, 0) == '.' && is_digit(peek(x, 1))) {
        kind = TOKEN_FLOAT;
        x->at++;
        scan_digits(x);
    }
    if (peek(x, 0) == 'e' || peek(x, 0) == 'E') {
        kind = TOKEN_FLOAT;
        x->at += peek(x, 1) == '+' || peek(x, 1) == '-' ? 2 : 1;
        if (!is_digit(peek(x, 0)))
            return TOKEN_BAD;
        scan_digits(x);
    }
    int after = peek(x, 0);
    return is_digit(after) || after == '.' || is_name_start(after) ? TOKEN_BAD : kind;
}

static int finish_string(struct lexer *x, enum err e)
{
    if (e == ERR_OUT_OF_MEMORY)
        x->out_of_memory = true;
    return e ? TOKEN_BAD : TOKEN_STRING;
}

static int scan_block(struct lexer *x, struct token *t)
{
    x->at += 3;
    size_t from = x->at;
    while (!looking_at(x, SLICE("\"\"\""))) {
        int c = peek(x, 0);
        if (c == -1 || (c < ' ' && c != '\t' && c != '\n' && c != '\r'))
            return TOKEN_BAD;
        if (looking_at(x, SLICE("\\\"\"\"")))
            x->at += 4;
        else
            step(x);
    }
    struct slice body = slice_sub(x->in, from, x->at);
    x->at += 3;
    return finish_string(x, graphql_literal_block(x->arena, body, &t->text));
}

static int scan_string(struct lexer *x, struct token *t)
{
    if (looking_at(x, SLICE("\"\"\"")))
        return scan_block(x, t);
    x->at++;
    size_t from = x->at;
    while (peek(x, 0) != '"') {
        int c = peek(x, 0);
        if (c == -1 || (c < ' ' && c != '\t'))
            return TOKEN_BAD;
        step(x);
        if (c == '\\' && peek(x, 0) >= ' ')
            step(x);
    }
    struct slice body = slice_sub(x->in, from, x->at);
    x->at++;
    return finish_string(x, graphql_literal_string(x->arena, body, &t->text));
}

static int scan_name(struct lexer *x)
{
    while (is_name_start(peek(x, 0)) || is_digit(peek(x, 0)))
        x->at++;
    return TOKEN_NAME;
}

static int scan_punctuator(struct lexer *x)
{
    int c = peek(x, 0);
    if (looking_at(x, SLICE("..."))) {
        x->at += 3;
        return TOKEN_SPREAD;
    }
    step(x);
    if (c > 0 && c < 0x80 && strchr("!$&()[]{}:=@|", c))
        return c;
    while ((peek(x, 0) & 0xc0) == 0x80 && peek(x, 0) != -1)
        step(x);
    return TOKEN_BAD;
}

static int scan(struct lexer *x, struct token *t)
{
    int c = peek(x, 0);
    if (c == -1)
        return TOKEN_EOF;
    if (is_name_start(c))
        return scan_name(x);
    if (c == '-' || is_digit(c))
        return scan_number(x);
    return c == '"' ? scan_string(x, t) : scan_punctuator(x);
}

void lexer_next(struct lexer *x, struct token *out)
{
    skip_ignored(x);
    size_t from = x->at;
    *out = (struct token){ .line = x->line, .column = (uint32_t)(x->at - x->line_start) + 1 };
    out->kind = scan(x, out);
    out->raw = slice_sub(x->in, from, x->at);
    if (out->kind != TOKEN_STRING)
        out->text = out->raw;
}
