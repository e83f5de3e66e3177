/* Recursive descent over the input, one pass, nodes from the arena.
 *
 * Speed comes from three places: strings are scanned eight bytes at a time until one of them is a
 * quote, a backslash, a control character or not ASCII; strings without escapes are not copied; and
 * short numbers are built from their digits directly. The recursion is bounded by
 * LIMIT_json_depth_max.
 *
 * Names of an object's members are compared pairwise while there are few, and through a hash table
 * above that: a body of a hundred thousand members must not cost their square. */
#include "base/json_read.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"

enum { PAIRWISE_MAX = 12, NUMBER_TEXT_MAX = 400 };

struct reader {
    struct arena *arena;
    const char *start, *at, *end;
    unsigned depth;
    enum err err;
    const char *what;
    const char *where;
};

static bool read_value(struct reader *r, struct json **out);

static bool fail_at(struct reader *r, enum err e, const char *where, const char *what)
{
    r->err = e;
    r->where = where;
    r->what = what;
    return false;
}

static bool fail(struct reader *r, const char *what)
{
    return fail_at(r, ERR_BAD_JSON, r->at, what);
}

static bool out_of_memory(struct reader *r)
{
    return fail_at(r, ERR_OUT_OF_MEMORY, r->at, "memory is short");
}

static void skip_space(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

/* ---- strings ---- */

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Is any of the eight bytes a quote, a backslash, below 0x20 or above 0x7f? A byte is zero exactly
 * if subtracting one borrows into its top bit while it had none; borrows from a lower byte can only
 * make a false alarm above a true one. */
static bool has_special(uint64_t w)
{
    uint64_t quote = w ^ ONES * '"', slash = w ^ ONES * '\\';
    uint64_t hit = ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) | (w - ONES * 0x20) | w;
    return hit & HIGHS;
}

static const char *skip_plain(const char *at, const char *end)
{
    uint64_t w;
    while (end - at >= 8) {
        memcpy(&w, at, 8);
        if (has_special(w))
            break;
        at += 8;
    }
    while (at < end && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80 && *at != '"' &&
           *at != '\\')
        at++;
    return at;
}

/* Stands on something skip_plain stopped at that is neither quote nor backslash. */
static bool skip_wide(struct reader *r)
{
    if (r->at == r->end)
        return fail(r, "the string does not end");
    if ((unsigned char)*r->at < 0x20)
        return fail(r, "a control character in a string");
    size_t step = utf8_step((struct slice){ r->at, (size_t)(r->end - r->at) });
    if (!step)
        return fail_at(r, ERR_BAD_ENCODING, r->at, "not UTF-8");
    r->at += step;
    return true;
}

static bool read_hex4(struct reader *r, uint32_t *out)
{
    unsigned char bytes[2];
    struct slice digits = { r->at, r->end - r->at < 4 ? 0 : 4 };
    if (!hex_decode(digits, bytes, 2))
        return fail(r, "four hexadecimal digits are due");
    r->at += 4;
    *out = (uint32_t)bytes[0] << 8 | bytes[1];
    return true;
}

/* Behind \u. A surrogate must come in a pair, the high one first. */
static bool read_code_point(struct reader *r, uint32_t *out)
{
    uint32_t low;
    if (!read_hex4(r, out))
        return false;
    if (*out < 0xd800 || *out > 0xdfff)
        return true;
    if (*out > 0xdbff || r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
        return fail(r, "a lone surrogate");
    r->at += 2;
    if (!read_hex4(r, &low))
        return false;
    if (low < 0xdc00 || low > 0xdfff)
        return fail(r, "a lone surrogate");
    *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

static char *put_code_point(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        *to++ = (char)(0xe0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    } else {
        *to++ = (char)(0xf0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3f));
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *to++ = (char)(0x80 | (c & 0x3f));
    return to;
}

/* Stands on the backslash. */
static bool read_escape(struct reader *r, char **to)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    uint32_t c;
    r->at++;
    if (r->at == r->end)
        return fail(r, "the string does not end");
    const char *name = *r->at ? strchr(names, *r->at) : NULL;
    if (name) {
        *(*to)++ = values[name - names];
        r->at++;
        return true;
    }
    if (*r->at != 'u')
        return fail(r, "an unknown escape");
    r->at++;
    if (!read_code_point(r, &c))
        return false;
    *to = put_code_point(*to, c);
    return true;
}

/* Where the string that `at` stands in ends, whether valid or not: bounds the unescaped copy. */
static const char *find_quote(const char *at, const char *end)
{
    while (at < end && *at != '"')
        at += *at == '\\' && end - at > 1 ? 2 : 1;
    return at;
}

/* From `begin` on, with the first backslash at r->at. Unescaped text is never longer than escaped.
 */
static bool read_escaped(struct reader *r, const char *begin, struct slice *out)
{
    char *text = arena_alloc(r->arena, (size_t)(find_quote(r->at, r->end) - begin) + 1);
    char *to = text;
    const char *plain = begin;
    if (!text)
        return out_of_memory(r);
    for (;;) {
        memcpy(to, plain, (size_t)(r->at - plain));
        to += r->at - plain;
        plain = r->at;
        if (r->at < r->end && *r->at == '"')
            break;
        if (r->at < r->end && *r->at == '\\') {
            if (!read_escape(r, &to))
                return false;
            plain = r->at;
        } else if (r->at > begin && !skip_wide(r))
            return false;
        r->at = skip_plain(r->at, r->end);
    }
    r->at++;
    *out = (struct slice){ text, (size_t)(to - text) };
    return true;
}

/* Stands behind the opening quote, ends behind the closing one. */
static bool read_string(struct reader *r, struct slice *out)
{
    const char *begin = r->at;
    for (;;) {
        r->at = skip_plain(r->at, r->end);
        if (r->at < r->end && *r->at == '"') {
            *out = (struct slice){ begin, (size_t)(r->at - begin) };
            r->at++;
            return true;
        }
        if (r->at < r->end && *r->at == '\\')
            return read_escaped(r, begin, out);
        if (!skip_wide(r))
            return false;
    }
}

/* ---- numbers ---- */

static bool is_digit(const struct reader *r)
{
    return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static bool skip_digits(struct reader *r)
{
    if (!is_digit(r))
        return fail(r, "a digit is due");
    while (is_digit(r))
        r->at++;
    return true;
}

/* Grammar of RFC 8259, section 6. *whole: neither fraction nor exponent. */
static bool skip_number(struct reader *r, bool *whole)
{
    *whole = true;
    if (*r->at == '-')
        r->at++;
    if (r->at < r->end && *r->at == '0')
        r->at++;
    else if (!skip_digits(r))
        return false;
    if (r->at < r->end && *r->at == '.') {
        *whole = false;
        r->at++;
        if (!skip_digits(r))
            return false;
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        *whole = false;
        r->at++;
        if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
            r->at++;
        return skip_digits(r);
    }
    return true;
}

/* strtod wants a NUL, so the text is copied; the process stays in the "C" locale. */
static bool to_real(struct reader *r, struct slice text, double *out)
{
    char small[NUMBER_TEXT_MAX];
    const char *at = small;
    if (text.len < sizeof small) {
        memcpy(small, text.at, text.len);
        small[text.len] = '\0';
    } else {
        at = arena_copy(r->arena, text).at;
        if (!at)
            return out_of_memory(r);
    }
    *out = strtod(at, NULL);
    if (isfinite(*out))
        return true;
    return fail_at(r, ERR_BAD_JSON, text.at, "a number out of range");
}

static bool read_number(struct reader *r, struct json *v)
{
    const char *begin = r->at;
    bool whole;
    if (!skip_number(r, &whole))
        return false;
    struct slice text = { begin, (size_t)(r->at - begin) };
    if (whole && slice_to_i64(text, &v->integer)) {
        v->type = JSON_INT;
        v->real = v->integer == 0 && *begin == '-' ? -0.0 : (double)v->integer;
        return true;
    }
    v->type = JSON_REAL;
    return to_real(r, text, &v->real);
}

/* ---- words, arrays, objects ---- */

static bool read_word(struct reader *r, const char *word)
{
    struct slice w = slice_of(word);
    if ((size_t)(r->end - r->at) < w.len || memcmp(r->at, w.at, w.len) != 0)
        return fail(r, "a value is due");
    r->at += w.len;
    return true;
}

static bool next_is(struct reader *r, char c)
{
    skip_space(r);
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool read_array(struct reader *r, struct json *array)
{
    struct json **link = &array->first;
    array->type = JSON_ARRAY;
    if (next_is(r, ']'))
        return true;
    do {
        if (!read_value(r, link))
            return false;
        link = &(*link)->next;
        array->count++;
    } while (next_is(r, ','));
    return next_is(r, ']') || fail(r, "',' or ']' is due");
}

static bool read_member(struct reader *r, struct json **link)
{
    struct slice key;
    if (!next_is(r, '"'))
        return fail(r, "a name is due");
    if (!read_string(r, &key))
        return false;
    if (!next_is(r, ':'))
        return fail(r, "':' is due");
    if (!read_value(r, link))
        return false;
    (*link)->key = key;
    return true;
}

static bool duplicate(struct reader *r, const struct json *member)
{
    return fail_at(r, ERR_BAD_JSON, member->raw.at, "a name occurs twice in one object");
}

static bool check_names_pairwise(struct reader *r, const struct json *object)
{
    JSON_EACH(a, object)
    for (const struct json *b = a->next; b; b = b->next)
        if (slice_eq(a->key, b->key))
            return duplicate(r, b);
    return true;
}

static bool check_names_hashed(struct reader *r, const struct json *object)
{
    size_t cap = 32;
    while (cap < (size_t)object->count * 2)
        cap *= 2;
    const struct json **seen = arena_alloc(r->arena, cap * sizeof(const struct json *));
    if (!seen)
        return out_of_memory(r);
    JSON_EACH(member, object)
    {
        size_t at = slice_hash(member->key) & (cap - 1);
        for (; seen[at]; at = (at + 1) & (cap - 1))
            if (slice_eq(seen[at]->key, member->key))
                return duplicate(r, member);
        seen[at] = member;
    }
    return true;
}

static bool read_object(struct reader *r, struct json *object)
{
    struct json **link = &object->first;
    object->type = JSON_OBJECT;
    if (next_is(r, '}'))
        return true;
    do {
        if (!read_member(r, link))
            return false;
        link = &(*link)->next;
        object->count++;
    } while (next_is(r, ','));
    if (!next_is(r, '}'))
        return fail(r, "',' or '}' is due");
    return object->count <= PAIRWISE_MAX ? check_names_pairwise(r, object)
                                         : check_names_hashed(r, object);
}

static bool read_nested(struct reader *r, struct json *v)
{
    if (r->depth == LIMIT_json_depth_max)
        return fail(r, "nested too deep");
    r->depth++;
    bool done = *r->at++ == '[' ? read_array(r, v) : read_object(r, v);
    r->depth--;
    return done;
}

static bool read_by_first_byte(struct reader *r, struct json *v)
{
    switch (*r->at) {
    case '{':
    case '[':
        return read_nested(r, v);
    case '"':
        v->type = JSON_STRING;
        r->at++;
        return read_string(r, &v->text);
    case 't':
        v->type = JSON_BOOL;
        v->boolean = true;
        return read_word(r, "true");
    case 'f':
        v->type = JSON_BOOL;
        return read_word(r, "false");
    case 'n':
        return read_word(r, "null");
    default:
        if (*r->at != '-' && !is_digit(r))
            return fail(r, "a value is due");
        return read_number(r, v);
    }
}

static bool read_value(struct reader *r, struct json **out)
{
    skip_space(r);
    if (r->at == r->end)
        return fail(r, "a value is due");
    struct json *v = arena_alloc(r->arena, sizeof *v);
    if (!v)
        return out_of_memory(r);
    v->raw.at = r->at;
    if (!read_by_first_byte(r, v))
        return false;
    v->raw.len = (size_t)(r->at - v->raw.at);
    *out = v;
    return true;
}

enum err json_parse(struct arena *a, struct slice input, struct json **out,
                    struct json_error *error)
{
    struct reader r = { .arena = a, .start = input.at, .at = input.at };
    struct json *root;
    r.end = input.at ? input.at + input.len : NULL;
    bool done = read_value(&r, &root);
    if (done) {
        skip_space(&r);
        done = r.at == r.end || fail(&r, "something follows the value");
    }
    if (done) {
        *out = root;
        return ERR_OK;
    }
    if (error)
        *error = (struct json_error){ (size_t)(r.where - r.start), r.what };
    return r.err;
}
