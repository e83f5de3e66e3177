#include "server/yaml.h"

#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/limits.h"

static const char *const other_words[] = { "y",  "n",   "yes",  "no",    "on", "off", "=",
                                           "<<", "nan", "true", "false", "~",  "null" };

/* ---- reading ---- */

struct reading {
    yaml_parser_t parser;
    struct json_writer json;
    bool is_map[LIMIT_json_depth_max + 1], wants_key[LIMIT_json_depth_max + 1];
    unsigned depth;
    unsigned documents;
    const char *flaw; /* static; NULL: none so far */
};

static bool skip_digits(struct slice *s)
{
    size_t n = 0;
    while (n < s->len && s->at[n] >= '0' && s->at[n] <= '9')
        n++;
    *s = slice_sub(*s, n, s->len);
    return n > 0;
}

static bool skip_one(struct slice *s, const char *of)
{
    if (!s->len || !s->at[0] || !strchr(of, s->at[0]))
        return false;
    *s = slice_sub(*s, 1, s->len);
    return true;
}

/* RFC 8259, section 6. */
static bool is_number(struct slice s)
{
    skip_one(&s, "-");
    if (skip_one(&s, "0") ? s.len && s.at[0] >= '0' && s.at[0] <= '9' : !skip_digits(&s))
        return false;
    if (skip_one(&s, ".") && !skip_digits(&s))
        return false;
    if (skip_one(&s, "eE")) {
        skip_one(&s, "+-");
        if (!skip_digits(&s))
            return false;
    }
    return s.len == 0;
}

static bool is_one_of(struct slice s, const char *lower, const char *title, const char *upper)
{
    return slice_is(s, lower) || slice_is(s, title) || slice_is(s, upper);
}

static void put_plain(struct json_writer *w, struct slice s)
{
    if (!s.len || slice_is(s, "~") || is_one_of(s, "null", "Null", "NULL"))
        json_put_null(w);
    else if (is_one_of(s, "true", "True", "TRUE") || is_one_of(s, "false", "False", "FALSE"))
        json_put_bool(w, s.at[0] == 't' || s.at[0] == 'T');
    else if (is_number(s))
        json_put_raw(w, s);
    else
        json_put_text(w, s);
}

/* After a value, a mapping waits for its next key. */
static void value_done(struct reading *r)
{
    if (r->depth && r->is_map[r->depth])
        r->wants_key[r->depth] = true;
}

static void read_scalar(struct reading *r, const yaml_event_t *e)
{
    struct slice s = { (const char *)e->data.scalar.value, e->data.scalar.length };
    if (e->data.scalar.anchor || e->data.scalar.tag) {
        r->flaw = "anchors and tags are not taken";
    } else if (r->depth && r->is_map[r->depth] && r->wants_key[r->depth]) {
        json_key_slice(&r->json, s);
        r->wants_key[r->depth] = false;
    } else {
        if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
            put_plain(&r->json, s);
        else
            json_put_text(&r->json, s);
        value_done(r);
    }
}

static void open_node(struct reading *r, bool is_map, bool decorated)
{
    if (decorated) {
        r->flaw = "anchors and tags are not taken";
    } else if (r->depth && r->is_map[r->depth] && r->wants_key[r->depth]) {
        r->flaw = "a key must be a text";
    } else if (r->depth == LIMIT_json_depth_max) {
        r->flaw = "nested too deep";
    } else {
        r->depth++;
        r->is_map[r->depth] = r->wants_key[r->depth] = is_map;
        if (is_map)
            json_object_begin(&r->json);
        else
            json_array_begin(&r->json);
    }
}

static void close_node(struct reading *r)
{
    if (r->is_map[r->depth])
        json_object_end(&r->json);
    else
        json_array_end(&r->json);
    r->depth--;
    value_done(r);
}

static void read_event(struct reading *r, const yaml_event_t *e)
{
    if (e->type == YAML_SCALAR_EVENT)
        read_scalar(r, e);
    else if (e->type == YAML_MAPPING_START_EVENT)
        open_node(r, true, e->data.mapping_start.anchor || e->data.mapping_start.tag);
    else if (e->type == YAML_SEQUENCE_START_EVENT)
        open_node(r, false, e->data.sequence_start.anchor || e->data.sequence_start.tag);
    else if (e->type == YAML_MAPPING_END_EVENT || e->type == YAML_SEQUENCE_END_EVENT)
        close_node(r);
    else if (e->type == YAML_ALIAS_EVENT)
        r->flaw = "aliases are not taken";
    else if (e->type == YAML_DOCUMENT_START_EVENT && r->documents++)
        r->flaw = "more than one document";
}

/* False at the end, or at a flaw. */
static bool read_on(struct reading *r, size_t *line)
{
    yaml_event_t e;
    if (!yaml_parser_parse(&r->parser, &e)) {
        r->flaw = r->parser.problem ? r->parser.problem : "not YAML";
        *line = r->parser.problem_mark.line + 1;
        return false;
    }
    bool more = e.type != YAML_STREAM_END_EVENT;
    *line = e.start_mark.line + 1;
    read_event(r, &e);
    yaml_event_delete(&e);
    return more && !r->flaw;
}

enum err yaml_to_json(struct slice text, struct arena *a, struct buf *out, struct slice *why)
{
    struct reading r = { .flaw = NULL };
    size_t line = 0;
    if (!yaml_parser_initialize(&r.parser))
        return ERR_OUT_OF_MEMORY;
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.at, text.len);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    json_writer_init(&r.json, out);
    while (read_on(&r, &line))
        ;
    if (!r.flaw && !r.documents)
        r.flaw = "empty";
    if (r.flaw)
        *why = arena_printf(a, "line %zu: %s", line, r.flaw);
    bool good = !r.flaw;
    yaml_parser_delete(&r.parser);
    return good ? buf_failed(out) ? ERR_OUT_OF_MEMORY : ERR_OK : ERR_BAD_JSON;
}

/* ---- writing ---- */

static int write_out(void *out, unsigned char *bytes, size_t n)
{
    buf_add(out, (struct slice){ (const char *)bytes, n });
    return !buf_failed(out);
}

/* A text that this or another reader could take for something else is quoted. */
static bool must_quote(struct slice s)
{
    if (!s.len || strchr("+-.0123456789", s.at[0]))
        return true;
    for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++)
        if (slice_eq_nocase(s, slice_of(other_words[i])))
            return true;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] < ' ')
            return true;
    return false;
}

static bool emit(yaml_emitter_t *y, yaml_event_t *e, int made)
{
    return made && yaml_emitter_emit(y, e);
}

static bool emit_scalar(yaml_emitter_t *y, struct slice s, bool quoted)
{
    yaml_event_t e;
    return emit(y, &e,
                yaml_scalar_event_initialize(
                    &e, NULL, NULL, (const yaml_char_t *)(s.at ? s.at : ""), (int)s.len, !quoted, 1,
                    quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE));
}

static bool emit_text(yaml_emitter_t *y, struct slice s)
{
    return emit_scalar(y, s, must_quote(s));
}

static bool emit_node(yaml_emitter_t *y, const struct json *v);

static bool emit_children(yaml_emitter_t *y, const struct json *v)
{
    JSON_EACH(child, v)
    {
        if ((v->type == JSON_OBJECT && !emit_text(y, child->key)) || !emit_node(y, child))
            return false;
    }
    return true;
}

/* No deeper than the JSON reader went. */
static bool emit_node(yaml_emitter_t *y, const struct json *v)
{
    yaml_event_t e;
    if (v->type == JSON_OBJECT)
        return emit(y, &e,
                    yaml_mapping_start_event_initialize(&e, NULL, NULL, 1,
                                                        YAML_BLOCK_MAPPING_STYLE)) &&
               emit_children(y, v) && emit(y, &e, yaml_mapping_end_event_initialize(&e));
    if (v->type == JSON_ARRAY)
        return emit(y, &e,
                    yaml_sequence_start_event_initialize(&e, NULL, NULL, 1,
                                                         YAML_BLOCK_SEQUENCE_STYLE)) &&
               emit_children(y, v) && emit(y, &e, yaml_sequence_end_event_initialize(&e));
    if (v->type == JSON_STRING)
        return emit_text(y, v->text);
    return emit_scalar(y, v->raw, false);
}

enum err yaml_from_json(const struct json *root, struct buf *out)
{
    yaml_emitter_t y;
    yaml_event_t e;
    if (!yaml_emitter_initialize(&y))
        return ERR_OUT_OF_MEMORY;
    yaml_emitter_set_output(&y, write_out, out);
    yaml_emitter_set_unicode(&y, 1);
    yaml_emitter_set_width(&y, -1);
    bool good = emit(&y, &e, yaml_stream_start_event_initialize(&e, YAML_UTF8_ENCODING)) &&
                emit(&y, &e, yaml_document_start_event_initialize(&e, NULL, NULL, NULL, 1)) &&
                emit_node(&y, root) && emit(&y, &e, yaml_document_end_event_initialize(&e, 1)) &&
                emit(&y, &e, yaml_stream_end_event_initialize(&e));
    yaml_emitter_delete(&y);
    return good && !buf_failed(out) ? ERR_OK : ERR_OUT_OF_MEMORY;
}
