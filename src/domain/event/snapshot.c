/* See snapshot.h. One generic writer and reader walk a table per noun; a row says where in the
 * struct a field is and how it looks in JSON. */
#include "domain/event/snapshot.h"

#include <assert.h>

#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"

enum field_kind { FIELD_ID, FIELD_TEXT, FIELD_NUMBER, FIELD_BOOL, FIELD_WORD };
enum {
    KIND_ID = FIELD_ID,
    KIND_TEXT = FIELD_TEXT,
    KIND_TIME = FIELD_NUMBER,
    KIND_DURATION = FIELD_NUMBER,
    KIND_COUNT = FIELD_NUMBER,
    KIND_BOOL = FIELD_BOOL,
};
struct field_row {
    const char *json;
    struct slice quoted; /* "name": as it is written */
    size_t offset;
    enum field_kind kind;
    const struct words *words;
};
struct field_table {
    const struct field_row *rows;
    size_t count;
};
static_assert(sizeof(enum task_state) == sizeof(int), "words are read and written as int");

#define QUOTED(key)                                \
    {                                              \
        "\"" key "\":", sizeof("\"" key "\":") - 1 \
    }
#define ROW(noun, letters, field, key) \
    { (key), QUOTED(key), offsetof(struct noun, field), (enum field_kind)KIND_##letters, NULL },
#define ROW_WORD(noun, type, field, key) \
    { (key), QUOTED(key), offsetof(struct noun, field), FIELD_WORD, &words_##type },
#define TABLE_OF(rows)                        \
    {                                         \
        (rows), sizeof(rows) / sizeof *(rows) \
    }

static const struct field_row task_rows[] = {
#define TASK_FIELD(kind, name, json, about) ROW(task_snapshot, kind, name, json)
#define TASK_ENUM(type, name, json, about)  ROW_WORD(task_snapshot, type, name, json)
#include "snapshots.def"
};
static const struct field_row leg_rows[] = {
#define LEG_FIELD(kind, name, json, about) ROW(leg_snapshot, kind, name, json)
#define LEG_ENUM(type, name, json, about)  ROW_WORD(leg_snapshot, type, name, json)
#include "snapshots.def"
};
static const struct field_row agent_rows[] = {
#define AGENT_FIELD(kind, name, json, about) ROW(agent_snapshot, kind, name, json)
#define AGENT_ENUM(type, name, json, about)  ROW_WORD(agent_snapshot, type, name, json)
#include "snapshots.def"
};
static const struct field_row channel_rows[] = {
#define CHANNEL_FIELD(kind, name, json, about) ROW(channel_snapshot, kind, name, json)
#define CHANNEL_ENUM(type, name, json, about)  ROW_WORD(channel_snapshot, type, name, json)
#include "snapshots.def"
};
static const struct field_row device_rows[] = {
#define DEVICE_FIELD(kind, name, json, about) ROW(device_snapshot, kind, name, json)
#define DEVICE_ENUM(type, name, json, about)  ROW_WORD(device_snapshot, type, name, json)
#include "snapshots.def"
};
static const struct field_table task_table = TABLE_OF(task_rows);
static const struct field_table leg_table = TABLE_OF(leg_rows);
static const struct field_table agent_table = TABLE_OF(agent_rows);
static const struct field_table channel_table = TABLE_OF(channel_rows);
static const struct field_table device_table = TABLE_OF(device_rows);

/* ---- writing ----
 * This is most of what the core does for a living, so fields go straight into memory that was
 * reserved for the whole noun; the writer only learns whether a comma is due afterwards. */

enum { FIELD_BYTES_MAX = 96, ESCAPED_MAX = 6 }; /* name and all values but text; per byte of text */

static size_t bound_of(const struct field_table *t, const void *noun)
{
    size_t bytes = t->count * FIELD_BYTES_MAX;
    for (size_t i = 0; i < t->count; i++)
        if (t->rows[i].kind == FIELD_TEXT)
            bytes +=
                ESCAPED_MAX *
                ((const struct slice *)(const void *)((const char *)noun + t->rows[i].offset))->len;
    return bytes;
}

static char *put_bytes(char *to, const char *from, size_t n)
{
    memcpy(to, from, n);
    return to + n;
}

static char *put_number(char *to, int64_t n)
{
    char digits[20];
    size_t count = 0;
    uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
    if (n < 0)
        *to++ = '-';
    do
        digits[count++] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    while (count > 0)
        *to++ = digits[--count];
    return to;
}

static char *put_escape(char *to, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    *to++ = '\\';
    for (size_t i = 0; i + 1 < sizeof shorts; i += 2) {
        if ((unsigned char)shorts[i] == c) {
            *to++ = shorts[i + 1];
            return to;
        }
    }
    to = put_bytes(to, "u00", 3);
    *to++ = hex[c >> 4];
    *to++ = hex[c & 15];
    return to;
}

static char *put_text(char *to, struct slice text)
{
    *to++ = '"';
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20 || c == '"' || c == '\\')
            to = put_escape(to, c);
        else
            *to++ = (char)c;
    }
    *to++ = '"';
    return to;
}

static bool is_left_out(const struct field_row *row, const void *at)
{
    switch (row->kind) {
    case FIELD_ID:
        return uuid_is_nil(*(const struct uuid *)at);
    case FIELD_TEXT:
        return ((const struct slice *)at)->len == 0;
    case FIELD_NUMBER:
        return *(const int64_t *)at == 0;
    case FIELD_BOOL:
        return !*(const bool *)at;
    case FIELD_WORD:
        return words_text(row->words, *(const int *)at).len == 0;
    default:
        return true;
    }
}

static char *put_value(char *to, const struct field_row *row, const void *at)
{
    struct slice word;
    switch (row->kind) {
    case FIELD_ID:
        *to++ = '"';
        uuid_format(*(const struct uuid *)at, to);
        to += UUID_TEXT_LEN;
        *to++ = '"';
        return to;
    case FIELD_TEXT:
        return put_text(to, *(const struct slice *)at);
    case FIELD_NUMBER:
        return put_number(to, *(const int64_t *)at);
    case FIELD_BOOL:
        return put_bytes(to, "true", 4);
    case FIELD_WORD:
        word = words_text(row->words, *(const int *)at);
        *to++ = '"';
        to = put_bytes(to, word.at, word.len);
        *to++ = '"';
        return to;
    default:
        return to;
    }
}

/* The members of an object that has just begun. */
static void write_fields(struct json_writer *w, const struct field_table *t, const void *noun)
{
    if (!buf_reserve(w->out, bound_of(t, noun)))
        return;
    char *start = w->out->data + w->out->len, *to = start;
    for (size_t i = 0; i < t->count; i++) {
        const struct field_row *row = &t->rows[i];
        const void *at = (const char *)noun + row->offset;
        if (is_left_out(row, at))
            continue;
        if (to > start)
            *to++ = ',';
        to = put_bytes(to, row->quoted.at, row->quoted.len);
        to = put_value(to, row, at);
    }
    *to = '\0';
    w->out->len += (size_t)(to - start);
    if (to > start)
        w->has_member |= UINT64_C(1) << w->depth;
}

void task_snapshot_write(struct json_writer *w, const struct task_snapshot *t)
{
    json_object_begin(w);
    write_fields(w, &task_table, t);
    json_key(w, "attributes");
    json_object_begin(w);
    for (uint32_t i = 0; i < t->attribute_count; i++) {
        json_key_slice(w, t->attributes[i].name);
        json_put_text(w, t->attributes[i].value);
    }
    json_object_end(w);
    json_key(w, "legs");
    json_array_begin(w);
    for (uint32_t i = 0; i < t->leg_count; i++) {
        json_object_begin(w);
        write_fields(w, &leg_table, &t->legs[i]);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

void agent_snapshot_write(struct json_writer *w, const struct agent_snapshot *a, struct uuid only)
{
    json_object_begin(w);
    write_fields(w, &agent_table, a);
    json_key(w, "channels");
    json_array_begin(w);
    for (uint32_t i = 0; i < a->channel_count; i++) {
        if (!uuid_is_nil(only) && !uuid_eq(only, a->channels[i].id))
            continue;
        json_object_begin(w);
        write_fields(w, &channel_table, &a->channels[i]);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

void device_snapshot_write(struct json_writer *w, const struct device_snapshot *d)
{
    json_object_begin(w);
    write_fields(w, &device_table, d);
    json_object_end(w);
}

/* ---- reading ---- */

static bool read_value(const struct field_row *row, const struct json *v, void *at)
{
    switch (row->kind) {
    case FIELD_ID:
        return v->type == JSON_STRING && uuid_parse(v->text, at);
    case FIELD_TEXT:
        if (v->type == JSON_STRING)
            *(struct slice *)at = v->text;
        return v->type == JSON_STRING;
    case FIELD_NUMBER:
        if (v->type == JSON_INT)
            *(int64_t *)at = v->integer;
        return v->type == JSON_INT;
    case FIELD_BOOL:
        if (v->type == JSON_BOOL)
            *(bool *)at = v->boolean;
        return v->type == JSON_BOOL;
    case FIELD_WORD:
        return v->type == JSON_STRING && words_find(row->words, v->text, at);
    default:
        return false;
    }
}

/* Members come in the order of the table as a rule, so the search goes on from the last hit. */
static const struct field_row *find_row(const struct field_table *t, struct slice key, size_t *from)
{
    for (size_t tried = 0; tried < t->count; tried++) {
        const struct field_row *row = &t->rows[(*from + tried) % t->count];
        if (slice_is(key, row->json)) {
            *from = (size_t)(row - t->rows) + 1;
            return row;
        }
    }
    return NULL;
}

static enum err read_fields(const struct field_table *t, const struct json *v, void *noun)
{
    if (!v || v->type != JSON_OBJECT)
        return ERR_CORRUPT;
    size_t from = 0;
    JSON_EACH(member, v)
    {
        const struct field_row *row = find_row(t, member->key, &from);
        if (row && !read_value(row, member, (char *)noun + row->offset))
            return ERR_CORRUPT;
    }
    return ERR_OK;
}

static enum err read_attributes(const struct json *v, struct arena *a, struct task_snapshot *out)
{
    if (!v)
        return ERR_OK;
    if (v->type != JSON_OBJECT)
        return ERR_CORRUPT;
    struct attribute *list = arena_alloc(a, (v->count + 1) * sizeof *list);
    if (!list)
        return ERR_OUT_OF_MEMORY;
    uint32_t n = 0;
    JSON_EACH(member, v)
    {
        if (member->type != JSON_STRING)
            return ERR_CORRUPT;
        list[n++] = (struct attribute){ member->key, member->text };
    }
    out->attributes = list;
    out->attribute_count = n;
    return ERR_OK;
}

/* An array of nouns of `size` bytes; *out points at zeroed memory even when it is empty. */
static enum err read_array(const struct field_table *t, const struct json *v, size_t size,
                           struct arena *a, void **out)
{
    if (v && v->type != JSON_ARRAY)
        return ERR_CORRUPT;
    char *list = arena_alloc(a, ((v ? v->count : 0) + 1) * size);
    if (!list)
        return ERR_OUT_OF_MEMORY;
    size_t n = 0;
    JSON_EACH(item, v)
    {
        enum err err = read_fields(t, item, list + n++ * size);
        if (err != ERR_OK)
            return err;
    }
    *out = list;
    return ERR_OK;
}

static uint32_t count_of(const struct json *v)
{
    return v ? v->count : 0;
}

enum err task_snapshot_read(const struct json *v, struct arena *a, struct task_snapshot *out)
{
    struct task_snapshot t = { 0 };
    void *legs = NULL;
    enum err err = read_fields(&task_table, v, &t);
    if (err == ERR_OK)
        err = read_attributes(json_get(v, "attributes"), a, &t);
    if (err == ERR_OK)
        err = read_array(&leg_table, json_get(v, "legs"), sizeof *t.legs, a, &legs);
    if (err != ERR_OK)
        return err;
    t.legs = legs;
    t.leg_count = count_of(json_get(v, "legs"));
    *out = t;
    return ERR_OK;
}

enum err agent_snapshot_read(const struct json *v, struct arena *a, struct agent_snapshot *out)
{
    struct agent_snapshot s = { 0 };
    void *channels = NULL;
    enum err err = read_fields(&agent_table, v, &s);
    if (err == ERR_OK)
        err = read_array(&channel_table, json_get(v, "channels"), sizeof *s.channels, a, &channels);
    if (err != ERR_OK)
        return err;
    s.channels = channels;
    s.channel_count = count_of(json_get(v, "channels"));
    *out = s;
    return ERR_OK;
}

enum err device_snapshot_read(const struct json *v, struct arena *a, struct device_snapshot *out)
{
    (void)a;
    struct device_snapshot d = { 0 };
    enum err err = read_fields(&device_table, v, &d);
    if (err == ERR_OK)
        *out = d;
    return err;
}

/* ---- texts ---- */

static bool move_texts(const struct field_table *t, void *noun, snapshot_text_fn *move, void *ctx)
{
    for (size_t i = 0; i < t->count; i++) {
        struct slice *text = (struct slice *)(void *)((char *)noun + t->rows[i].offset);
        if (t->rows[i].kind != FIELD_TEXT || text->len == 0)
            continue;
        *text = move(ctx, *text);
        if (!text->at)
            return false;
    }
    return true;
}

bool task_snapshot_move_texts(struct task_snapshot *t, snapshot_text_fn *move, void *ctx)
{
    return move_texts(&task_table, t, move, ctx);
}

bool leg_snapshot_move_texts(struct leg_snapshot *l, snapshot_text_fn *move, void *ctx)
{
    return move_texts(&leg_table, l, move, ctx);
}

bool agent_snapshot_move_texts(struct agent_snapshot *a, snapshot_text_fn *move, void *ctx)
{
    return move_texts(&agent_table, a, move, ctx);
}

bool device_snapshot_move_texts(struct device_snapshot *d, snapshot_text_fn *move, void *ctx)
{
    return move_texts(&device_table, d, move, ctx);
}
