#include "domain/catalog/document.h"

#include <assert.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/entity.h"
#include "domain/catalog/schema.h"

struct document *document_new(enum resource r, struct arena *a)
{
    struct document *d = arena_alloc(a, sizeof *d + resource_rules[r].count * sizeof *d->values);
    if (d)
        d->resource = r;
    return d;
}

struct document *document_of(const struct entity *e, struct arena *a)
{
    struct document *d = document_new(entity_resource(e), a);
    enum field first = resource_rules[entity_resource(e)].first;
    for (unsigned i = 0; d && i < resource_rules[d->resource].count; i++)
        d->values[i] = entity_raw(e, first + i);
    return d;
}

static unsigned index_of(const struct document *d, enum field f)
{
    unsigned i = f - resource_rules[d->resource].first;
    assert(i < resource_rules[d->resource].count);
    return i;
}

void document_set(struct document *d, enum field f, struct slice json_text)
{
    d->values[index_of(d, f)] = json_text;
}

struct slice document_value(const struct document *d, enum field f)
{
    return d->values[index_of(d, f)];
}

enum err document_finish(const struct document *d, struct arena *a, struct json **out)
{
    const struct resource_rule *rule = &resource_rules[d->resource];
    struct buf text;
    struct json_writer w;
    buf_init_arena(&text, a);
    json_writer_init(&w, &text);
    json_object_begin(&w);
    for (unsigned i = 0; i < rule->count; i++) {
        if (d->values[i].at)
            json_member_raw(&w, field_rules[rule->first + i].name, d->values[i]);
    }
    json_object_end(&w);
    if (buf_failed(&text))
        return ERR_OUT_OF_MEMORY;
    if (text.len > LIMIT_entity_bytes_max)
        return ERR_TOO_LARGE;
    return json_parse(a, buf_slice(&text), out, NULL);
}

/* A value without white space and with one way of escaping. */
static struct slice compact(const struct json *v, struct arena *a)
{
    struct buf text;
    struct json_writer w;
    buf_init_arena(&text, a);
    json_writer_init(&w, &text);
    json_put_node(&w, v);
    return buf_failed(&text) ? (struct slice){ NULL, 0 } : buf_slice(&text);
}

/* As this version of the tables writes it: every member known, in order and without space between
 * them. Rows of the store nearly always are, and a start reads all of them. */
static bool is_canonical(enum resource r, const struct json *row)
{
    const struct resource_rule *rule = &resource_rules[r];
    const struct field_rule *field = &field_rules[rule->first], *end = field + rule->count;
    const char *at = row->raw.at;
    JSON_EACH(member, row)
    {
        while (field < end && !slice_is(member->key, field->name))
            field++;
        if (field == end || field->derive || member->raw.at != at + member->key.len + 4)
            return false;
        at = member->raw.at + member->raw.len;
        field++;
    }
    return row->count && at == row->raw.at + row->raw.len - 1;
}

enum err document_reorder(enum resource r, const struct json *row, struct arena *a,
                          struct json **out)
{
    if (row->type != JSON_OBJECT)
        return ERR_CORRUPT;
    if (is_canonical(r, row)) {
        *out = (struct json *)(uintptr_t)row;
        return ERR_OK;
    }
    struct document *d = document_new(r, a);
    if (!d)
        return ERR_OUT_OF_MEMORY;
    JSON_EACH(member, row)
    {
        enum field f = schema_field(r, member->key);
        if (f == FIELD_COUNT || field_rules[f].derive)
            continue;
        struct slice text = compact(member, a);
        if (!text.at)
            return ERR_OUT_OF_MEMORY;
        document_set(d, f, text);
    }
    return document_finish(d, a, out);
}
