#include <assert.h>

#include "base/arena.h"
#include "domain/report/project_priv.h"

enum copy_source { FROM_TASK, FROM_LEG, FROM_AGENT, FROM_CHANNEL };
enum copy_kind { COPY_ID, COPY_TEXT, COPY_TIME, COPY_DURATION, COPY_COUNT, COPY_BOOL, COPY_WORD };
enum copy_zero { ZERO_KEEP, ZERO_NULL, ZERO_MINUS };
struct copy_row {
    enum report_table table;
    unsigned column;
    enum copy_source source;
    enum copy_kind kind;
    enum copy_zero zero;
    size_t offset;
    const struct words *words;
};
static const struct copy_row copy_rows[] = {
#include "domain/report/copies.inc"
};

void report_rows_init(struct report_rows *rows, struct arena *a)
{
    *rows = (struct report_rows){ .arena = a };
}

static bool rows_grow(struct report_rows *rows)
{
    size_t cap = rows->cap ? rows->cap * 2 : 16;
    struct report_row *at = arena_alloc(rows->arena, cap * sizeof *at);
    if (!at)
        return false;
    if (rows->count)
        memcpy(at, rows->at, rows->count * sizeof *at);
    rows->at = at;
    rows->cap = cap;
    return true;
}

struct report_row *report_rows_add(struct report_rows *rows, enum report_table t,
                                   enum report_link link)
{
    if (rows->count == rows->cap && !rows_grow(rows))
        return NULL;
    struct facts_value *values = NULL;
    const struct facts_table *table = report_table(t);
    if (link != LINK_END) {
        values = arena_alloc(rows->arena, table->column_count * sizeof *values);
        if (!values)
            return NULL;
        for (unsigned i = 0; i < table->column_count; i++)
            values[i].type = table->columns[i].type;
    }
    struct report_row *row = &rows->at[rows->count++];
    *row = (struct report_row){ .table = t, .values = values, .link = link };
    return row;
}

void report_set_text(struct facts_value *v, struct slice text)
{
    v->set = text.len > 0;
    v->text = text;
}

void report_set_i64(struct facts_value *v, int64_t n)
{
    v->set = true;
    v->i64 = n;
}

void report_set_bool(struct facts_value *v, bool b)
{
    report_set_i64(v, b);
}

struct slice report_id_text(struct report_source *s, struct uuid id)
{
    if (uuid_is_nil(id))
        return (struct slice){ 0 };
    char *text = arena_alloc(s->arena, UUID_TEXT_LEN + 1);
    if (!text) {
        s->failed = true;
        return (struct slice){ 0 };
    }
    uuid_format(id, text);
    return (struct slice){ text, UUID_TEXT_LEN };
}

void report_set_id(struct report_source *s, struct facts_value *v, struct uuid id)
{
    report_set_text(v, report_id_text(s, id));
}

void report_row_patch(struct report_source *s, struct report_row *row, unsigned column,
                      struct facts_value value)
{
    struct report_patch *p = arena_alloc(s->arena, sizeof *p);
    if (!p) {
        s->failed = true;
        return;
    }
    *p = (struct report_patch){ .column = column, .value = value, .next = row->patch };
    row->patch = p;
}

static const char *source_base(const struct report_source *s, enum copy_source from)
{
    switch (from) {
    case FROM_TASK:
        return (const char *)s->task;
    case FROM_LEG:
        return (const char *)s->leg;
    case FROM_AGENT:
        return (const char *)s->agent;
    case FROM_CHANNEL:
        return (const char *)s->channel;
    }
    return NULL;
}

static void copy_number(struct facts_value *v, int64_t n, enum copy_zero zero)
{
    if (n == 0 && zero == ZERO_NULL)
        return;
    report_set_i64(v, n == 0 && zero == ZERO_MINUS ? -1 : n);
}

static void copy_member(struct report_source *s, const struct copy_row *c, struct facts_value *v)
{
    const char *base = source_base(s, c->source);
    if (!base)
        return;
    const void *member = base + c->offset;
    switch (c->kind) {
    case COPY_ID:
        report_set_id(s, v, *(const struct uuid *)member);
        break;
    case COPY_TEXT:
        report_set_text(v, *(const struct slice *)member);
        break;
    case COPY_BOOL:
        report_set_bool(v, *(const bool *)member);
        break;
    case COPY_WORD: /* the enumerations of spec/words.def are all unsigned ints */
        report_set_text(v, words_text(c->words, (int)*(const unsigned *)member));
        break;
    case COPY_TIME:
    case COPY_DURATION:
    case COPY_COUNT:
        copy_number(v, *(const int64_t *)member, c->zero);
        break;
    }
}

struct report_row *report_row_from(struct report_source *s, enum report_table t,
                                   enum report_link link)
{
    struct report_row *row = report_rows_add(s->out, t, link);
    if (!row) {
        s->failed = true;
        return NULL;
    }
    assert(row->values); /* a LINK_END has none and is not made here */
    for (size_t i = 0; i < sizeof copy_rows / sizeof *copy_rows; i++)
        if (copy_rows[i].table == t)
            copy_member(s, &copy_rows[i], &row->values[copy_rows[i].column]);
    return row;
}
