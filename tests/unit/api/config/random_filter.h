/* Random filters, written twice at once: as RSQL in any spelling the language allows, and as a
 * condition of SQL, which knows nothing of our parser, matcher or indexes.
 *
 * The table `entity` has a column for each scalar field and, for each list, one that is NULL when
 * the list is not set; `element(entity, field, value)` has the elements. */
#ifndef TESTS_CONFIG_RANDOM_FILTER_H
#define TESTS_CONFIG_RANDOM_FILTER_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/random.h"
#include "base/uuid.h"
#include "domain/catalog/schema.h"

struct random_filter {
    struct random random;
    struct buf rsql, sql;
    const enum field *fields; /* to choose from */
    unsigned field_count;
    const struct uuid *ids; /* of entities, for the field `id` */
    unsigned id_count;
};

static inline unsigned pick(struct random_filter *g, unsigned n)
{
    return (unsigned)random_below(&g->random, n);
}

/* Made to be mixed up: case, wildcards and what SQL or RSQL find special. */
static const char *const random_texts[] = {
    "Ann",   "ann",         "ANN",  "Bob",         "bob cat", "a,b",       "x;y",  "(z)",  "it's",
    "\"q\"", "back\\slash", "50%",  "under_score", "a[b]c",   "what?",     "=eq=", "<&>",  "!~",
    "and",   "or",          "Über", "naïve",       "",        "tab\there", "a*b",  "^hat", "ann*",
};
enum { RANDOM_TEXTS = sizeof random_texts / sizeof *random_texts };

static inline struct slice random_ref(struct random_filter *g, struct arena *a)
{
    return arena_printf(a, "0a000000-0000-7000-8000-0000000000%02x", pick(g, 12));
}

/* A value that some entity may have; text as it is, unescaped. */
static inline struct slice random_value(struct random_filter *g, enum field f, struct arena *a)
{
    char id[UUID_TEXT_LEN + 1];
    bool is_id = slice_is(slice_of(field_rules[f].name), "id");
    unsigned words = 0;
    switch (field_rules[f].type) {
    case RULE_INTEGER:
        return arena_printf(a, "%d", (int)pick(g, 9) - 3);
    case RULE_BOOLEAN:
        return pick(g, 2) ? SLICE("true") : SLICE("false");
    case RULE_REF:
        return random_ref(g, a);
    case RULE_ENUM:
        while (field_rules[f].words && field_rules[f].words[words])
            words++;
        return words ? slice_of(field_rules[f].words[pick(g, words)]) : SLICE("WORD");
    case RULE_STRING:
    case RULE_OBJECT:
        break;
    }
    if (!is_id)
        return slice_of(random_texts[pick(g, RANDOM_TEXTS)]);
    uuid_format(g->ids[pick(g, g->id_count)], id);
    return arena_copy(a, slice_of(id));
}

/* ---- the two texts ---- */

static inline void spaces(struct random_filter *g)
{
    for (unsigned n = pick(g, 6); n > 3; n--)
        buf_add_char(&g->rsql, ' ');
}

static inline bool can_be_bare(struct slice v)
{
    for (size_t i = 0; i < v.len; i++) {
        if (strchr("\"'();,=!~<> ", v.at[i]))
            return false;
    }
    return v.len > 0;
}

static inline void put_rsql_value(struct random_filter *g, struct slice v)
{
    if (can_be_bare(v) && pick(g, 2)) {
        buf_add(&g->rsql, v);
        return;
    }
    char quote = pick(g, 2) ? '"' : '\'';
    buf_add_char(&g->rsql, quote);
    for (size_t i = 0; i < v.len; i++) {
        if (v.at[i] == quote || v.at[i] == '\\' || !pick(g, 12))
            buf_add_char(&g->rsql, '\\');
        buf_add_char(&g->rsql, v.at[i]);
    }
    buf_add_char(&g->rsql, quote);
}

static inline void put_sql_text(struct random_filter *g, struct slice v)
{
    buf_add_char(&g->sql, '\'');
    for (size_t i = 0; i < v.len; i++) {
        buf_add_char(&g->sql, v.at[i]);
        if (v.at[i] == '\'')
            buf_add_char(&g->sql, '\'');
    }
    buf_add_char(&g->sql, '\'');
}

/* What the value is compared with, in the field's own type. */
static inline void put_sql_value(struct random_filter *g, enum field f, struct slice v)
{
    if (field_rules[f].type == RULE_INTEGER)
        buf_add(&g->sql, v);
    else
        put_sql_text(g, v);
}

static inline void put_sql_glob(struct random_filter *g, struct slice v)
{
    buf_add_char(&g->sql, '\'');
    for (size_t i = 0; i < v.len; i++) {
        char c = v.at[i];
        buf_printf(&g->sql, c == '[' || c == '?' ? "[%c]" : c == '\'' ? "'%c" : "%c", c);
    }
    buf_add_char(&g->sql, '\'');
}

/* ---- comparisons ---- */

static inline bool is_text(enum field f)
{
    return field_rules[f].type == RULE_STRING;
}

/* `x` equals the value, which may be a pattern. */
static inline void put_sql_equal(struct random_filter *g, const char *x, enum field f,
                                 struct slice v)
{
    bool any_case = is_text(f) && v.len && v.at[0] == '^';
    bool pattern = is_text(f) && (any_case || slice_find(v, '*') >= 0);
    if (any_case)
        v = slice_sub(v, 1, v.len);
    if (!pattern && field_rules[f].type != RULE_REF) {
        buf_printf(&g->sql, "%s = ", x);
        put_sql_value(g, f, v);
        return;
    }
    bool fold = any_case || !pattern;
    buf_printf(&g->sql, fold ? "lower(%s) %s lower(" : "%s %s (", x, pattern ? "GLOB" : "=");
    if (pattern)
        put_sql_glob(g, v);
    else
        put_sql_text(g, v);
    buf_add_char(&g->sql, ')');
}

/* Sometimes a piece of it with wildcards. */
static inline struct slice as_pattern(struct random_filter *g, enum field f, struct slice v,
                                      struct arena *a)
{
    if (!is_text(f) || pick(g, 3))
        return v;
    size_t from = pick(g, (unsigned)v.len + 1), to = from + pick(g, (unsigned)(v.len - from) + 1);
    while (from < v.len && (v.at[from] & 0xc0) == 0x80)
        from++; /* whole characters */
    while (to < v.len && (v.at[to] & 0xc0) == 0x80)
        to++;
    struct slice part = slice_sub(v, from, to < from ? from : to);
    return arena_printf(a, "%s%s%.*s%s", pick(g, 4) ? "" : "^", pick(g, 2) ? "*" : "",
                        SLICE_ARG(part), pick(g, 2) ? "*" : "");
}

static inline void put_list(struct random_filter *g, const char *x, enum field f, bool out,
                            struct arena *a)
{
    unsigned n = 1 + pick(g, 4);
    buf_add(&g->rsql, out ? SLICE("=out=") : SLICE("=in="));
    spaces(g);
    bool bare = n == 1 && pick(g, 2); /* a single value needs no parentheses */
    if (!bare)
        buf_add_char(&g->rsql, '(');
    buf_add(&g->sql, out ? SLICE("NOT (") : SLICE("("));
    for (unsigned i = 0; i < n; i++) {
        struct slice v = as_pattern(g, f, random_value(g, f, a), a);
        if (i) {
            buf_add_char(&g->rsql, ',');
            buf_add(&g->sql, SLICE(" OR "));
        }
        spaces(g);
        put_rsql_value(g, v);
        if (!bare)
            spaces(g);
        put_sql_equal(g, x, f, v);
    }
    if (!bare)
        buf_add_char(&g->rsql, ')');
    buf_add_char(&g->sql, ')');
}

static inline void put_between(struct random_filter *g, const char *x, enum field f, bool out,
                               struct arena *a)
{
    static const char *const spelled[2][2] = { { "=between=", "=bt=" },
                                               { "=notbetween=", "=nb=" } };
    struct slice low = random_value(g, f, a), high = random_value(g, f, a);
    const char *fold = field_rules[f].type == RULE_REF ? "lower" : "";
    buf_add(&g->rsql, slice_of(spelled[out][pick(g, 2)]));
    buf_add_char(&g->rsql, '(');
    put_rsql_value(g, low);
    buf_add_char(&g->rsql, ',');
    put_rsql_value(g, high);
    buf_add_char(&g->rsql, ')');
    buf_printf(&g->sql, "%s(%s) %sBETWEEN ", fold, x, out ? "NOT " : "");
    put_sql_value(g, f, low);
    buf_add(&g->sql, SLICE(" AND "));
    put_sql_value(g, f, high);
}

static inline void put_order(struct random_filter *g, const char *x, enum field f, struct slice v)
{
    static const char *const rows[4][3] = {
        { "=gt=", ">", ">" }, { "=ge=", ">=", ">=" }, { "=lt=", "<", "<" }, { "=le=", "<=", "<=" }
    };
    unsigned which = pick(g, 4);
    buf_add(&g->rsql, slice_of(rows[which][pick(g, 2)]));
    spaces(g);
    put_rsql_value(g, v);
    buf_printf(&g->sql, "%s %s ", x, rows[which][2]);
    put_sql_value(g, f, v);
}

static inline void put_like(struct random_filter *g, const char *x, enum field f, struct slice v)
{
    static const struct {
        const char *spelled[2];
        bool fold, out;
    } rows[] = { { { "=like=", "=ke=" }, false, false },
                 { { "=notlike=", "=nk=" }, false, true },
                 { { "=ilike=", "=ik=" }, true, false },
                 { { "=inotlike=", "=ni=" }, true, true } };
    unsigned which = pick(g, 4);
    if (is_text(f) && v.len > 2 && (v.at[1] & 0x80) == 0 && (v.at[2] & 0xc0) != 0x80)
        v = slice_sub(v, (v.at[0] & 0x80) ? 0 : pick(g, 2), 2);
    buf_add(&g->rsql, slice_of(rows[which].spelled[pick(g, 2)]));
    put_rsql_value(g, v);
    buf_printf(&g->sql, rows[which].fold ? "%s(instr(lower(%s), lower(" : "%s(instr(%s, (",
               rows[which].out ? "NOT " : "", x);
    put_sql_text(g, v);
    buf_add(&g->sql, SLICE(")) > 0)"));
}

static inline void put_nocase(struct random_filter *g, const char *x, struct slice v)
{
    buf_add(&g->rsql, pick(g, 2) ? SLICE("=icase=") : SLICE("=ic="));
    put_rsql_value(g, v);
    buf_printf(&g->sql, "lower(%s) = lower(", x);
    put_sql_text(g, v);
    buf_add_char(&g->sql, ')');
}

static inline void put_equal(struct random_filter *g, const char *x, enum field f, bool out,
                             struct arena *a)
{
    struct slice v = as_pattern(g, f, random_value(g, f, a), a);
    buf_add(&g->rsql, out ? SLICE("!=") : SLICE("=="));
    spaces(g);
    put_rsql_value(g, v);
    buf_add(&g->sql, out ? SLICE("NOT (") : SLICE("("));
    put_sql_equal(g, x, f, v);
    buf_add_char(&g->sql, ')');
}

/* A comparison of one set value. */
static inline void put_comparison(struct random_filter *g, const char *x, enum field f,
                                  struct arena *a)
{
    switch (pick(g, 10)) {
    case 0:
    case 1:
    case 2:
        put_equal(g, x, f, false, a);
        break;
    case 3:
        put_equal(g, x, f, true, a);
        break;
    case 4:
        put_list(g, x, f, false, a);
        break;
    case 5:
        put_list(g, x, f, true, a);
        break;
    case 6:
        put_order(g, x, f, random_value(g, f, a));
        break;
    case 7:
        put_like(g, x, f, random_value(g, f, a));
        break;
    case 8:
        put_nocase(g, x, random_value(g, f, a));
        break;
    case 9:
        put_between(g, x, f, pick(g, 2), a);
        break;
    }
}

/* Without a value a word behind it would be taken for one, hence the parentheses. */
static inline void put_null(struct random_filter *g, const char *name)
{
    static const char *const spelled[2][3] = { { "=isnull=", "=null=", "=na=" },
                                               { "=notnull=", "=isnotnull=", "=nn=" } };
    bool set = pick(g, 2), valued = pick(g, 2);
    buf_printf(&g->rsql, valued ? "%s%s%s" : "(%s%s%s)", name, spelled[set][pick(g, 3)],
               valued ? "''" : "");
    buf_printf(&g->sql, "\"%s\" IS %sNULL", name, set ? "NOT " : "");
}

static inline void put_term(struct random_filter *g, struct arena *a)
{
    char column[80];
    enum field f = g->fields[pick(g, g->field_count)];
    const char *name = field_rules[f].name;
    if (!pick(g, 10)) {
        put_null(g, name);
        return;
    }
    buf_add(&g->rsql, slice_of(name));
    spaces(g);
    snprintf(column, sizeof column, "\"%s\"", name);
    if (field_rules[f].flags & RULE_LIST) {
        buf_printf(
            &g->sql,
            "EXISTS (SELECT 1 FROM element x WHERE x.entity = entity.id AND x.field = '%s' AND ",
            name);
        put_comparison(g, "x.value", f, a);
        buf_add_char(&g->sql, ')');
        return;
    }
    put_comparison(g, column, f, a);
}

/* ---- trees ---- */

enum random_place { AT_TOP, IN_OR, IN_AND };

static inline void put_tree(struct random_filter *g, unsigned depth, enum random_place place,
                            struct arena *a);

static inline void put_joined(struct random_filter *g, unsigned depth, bool every, struct arena *a)
{
    unsigned parts = 2 + pick(g, 3);
    for (unsigned i = 0; i < parts; i++) {
        if (i) {
            buf_add(&g->sql, every ? SLICE(" AND ") : SLICE(" OR "));
            bool word = pick(g, 2);
            spaces(g);
            buf_add(&g->rsql, word ? (every ? SLICE(" and ") : SLICE(" or "))
                                   : (every ? SLICE(";") : SLICE(",")));
            spaces(g);
        }
        put_tree(g, depth - 1, every ? IN_AND : IN_OR, a);
    }
}

static inline void put_tree(struct random_filter *g, unsigned depth, enum random_place place,
                            struct arena *a)
{
    bool joined = depth && pick(g, 5) < 2 + (place == AT_TOP), every = pick(g, 2);
    bool parentheses = (joined && !every && place == IN_AND) || !pick(g, 6);
    if (parentheses) {
        buf_add_char(&g->rsql, '(');
        spaces(g);
    }
    buf_add_char(&g->sql, '(');
    if (joined)
        put_joined(g, depth, every, a);
    else
        put_term(g, a);
    buf_add_char(&g->sql, ')');
    if (parentheses) {
        spaces(g);
        buf_add_char(&g->rsql, ')');
    }
}

/* The next filter; both texts live in the arena. */
static inline void random_filter_next(struct random_filter *g, struct arena *a)
{
    buf_init_arena(&g->rsql, a);
    buf_init_arena(&g->sql, a);
    put_tree(g, 4, AT_TOP, a);
}
#endif
