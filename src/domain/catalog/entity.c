/* An entity is one block: a head, one offset for each field of its resource, the document.
 *
 *     | head | offset[0] ... offset[n-1] | {"organizationId":"..","id":"..", ... } |
 *
 * The document is canonical: members in the order of the table, no white space. So the offset of a
 * value is all that has to be kept: it ends where the next member's `,"name":` begins. 1,000
 * organisations x 1,000 entities live in memory, hence 4 bytes a field and no parsed tree. */
#include "domain/catalog/entity.h"

#include <assert.h>
#include <stdlib.h>

#include "domain/catalog/entity_priv.h"
#include "domain/catalog/schema.h"

struct entity {
    struct uuid id;
    uint32_t json_len;
    uint16_t resource;
    uint16_t field_count;
    uint32_t offset[]; /* 0: not set; then the document */
};

static const char *json_of(const struct entity *e)
{
    return (const char *)&e->offset[e->field_count];
}

struct entity *entity_new(enum resource r, struct uuid id, const struct json *canonical)
{
    const struct resource_rule *rule = &resource_rules[r];
    struct slice text = canonical->raw;
    assert(canonical->type == JSON_OBJECT && text.len <= UINT32_MAX);
    struct entity *e = calloc(1, sizeof *e + rule->count * sizeof *e->offset + text.len);
    if (!e)
        return NULL;
    e->id = id;
    e->resource = (uint16_t)r;
    e->field_count = (uint16_t)rule->count;
    e->json_len = (uint32_t)text.len;
    memcpy(&e->offset[e->field_count], text.at, text.len);
    unsigned i = 0;
    JSON_EACH(member, canonical)
    {
        while (i < rule->count && !slice_is(member->key, field_rules[rule->first + i].name))
            i++;
        assert(i < rule->count); /* not canonical */
        e->offset[i++] = (uint32_t)(member->raw.at - text.at);
    }
    return e;
}

void entity_free(void *e)
{
    free(e);
}

enum resource entity_resource(const struct entity *e)
{
    return e->resource;
}

struct uuid entity_id(const struct entity *e)
{
    return e->id;
}

int64_t entity_version(const struct entity *e)
{
    return entity_i64(e, resource_rules[e->resource].version, 0);
}

struct slice entity_json(const struct entity *e)
{
    return (struct slice){ json_of(e), e->json_len };
}

static unsigned index_of(const struct entity *e, enum field f)
{
    unsigned i = f - resource_rules[e->resource].first;
    assert(i < e->field_count); /* a field of another resource */
    return i;
}

bool entity_has(const struct entity *e, enum field f)
{
    return e->offset[index_of(e, f)] != 0;
}

struct slice entity_raw(const struct entity *e, enum field f)
{
    unsigned i = index_of(e, f);
    size_t from = e->offset[i];
    if (!from)
        return (struct slice){ NULL, 0 };
    size_t to = e->json_len - 1; /* the closing brace */
    for (unsigned j = i + 1; j < e->field_count; j++) {
        if (!e->offset[j])
            continue;
        to = e->offset[j] - strlen(field_rules[resource_rules[e->resource].first + j].name) - 4;
        break;
    }
    return (struct slice){ json_of(e) + from, to - from };
}

static struct slice unquoted(struct slice raw)
{
    bool text = raw.len >= 2 && raw.at[0] == '"';
    return text ? slice_sub(raw, 1, raw.len - 1) : (struct slice){ "", 0 };
}

struct slice entity_text(const struct entity *e, enum field f)
{
    return unquoted(entity_raw(e, f));
}

struct slice entity_text_copy(const struct entity *e, enum field f, struct arena *a)
{
    struct slice raw = entity_text(e, f);
    if (slice_find(raw, '\\') < 0)
        return raw;
    struct json *node;
    if (entity_parse(e, f, a, &node) != ERR_OK)
        return (struct slice){ "", 0 };
    return node->text;
}

bool entity_is(const struct entity *e, enum field f, const char *text)
{
    return slice_is(entity_text(e, f), text);
}

int64_t entity_i64(const struct entity *e, enum field f, int64_t fallback)
{
    int64_t n = fallback;
    return slice_to_i64(entity_raw(e, f), &n) ? n : fallback;
}

bool entity_bool(const struct entity *e, enum field f, bool fallback)
{
    struct slice raw = entity_raw(e, f);
    return slice_is(raw, "true") ? true : slice_is(raw, "false") ? false : fallback;
}

struct uuid entity_ref(const struct entity *e, enum field f)
{
    struct uuid id = { { 0 } };
    uuid_parse(entity_text(e, f), &id);
    return id;
}

bool entity_next_text(const struct entity *e, enum field f, size_t *at, struct slice *text)
{
    struct slice raw = entity_raw(e, f);
    size_t from = *at;
    while (from < raw.len && raw.at[from] != '"')
        from++;
    size_t to = from + 1;
    while (to < raw.len && raw.at[to] != '"')
        to += raw.at[to] == '\\' ? 2 : 1;
    if (to >= raw.len)
        return false;
    *text = slice_sub(raw, from + 1, to);
    *at = to + 1;
    return true;
}

bool entity_next_ref(const struct entity *e, enum field f, size_t *at, struct uuid *id)
{
    struct slice text;
    while (entity_next_text(e, f, at, &text)) {
        if (uuid_parse(text, id))
            return true;
    }
    return false;
}

bool entity_lists_ref(const struct entity *e, enum field f, struct uuid id)
{
    struct uuid found;
    for (size_t at = 0; entity_next_ref(e, f, &at, &found);) {
        if (uuid_eq(found, id))
            return true;
    }
    return false;
}

enum err entity_parse(const struct entity *e, enum field f, struct arena *a, struct json **out)
{
    struct slice raw = entity_raw(e, f);
    return raw.at ? json_parse(a, raw, out, NULL) : ERR_NOT_FOUND;
}
