/* An index is an array of (value, position in the set), sorted:
 *
 *     set      0: Ann   1: bob   2: (not set)   3: ann   4: Bob
 *     index    (Ann,0) (ann,3) (Bob,4) (bob,1) | 2
 *
 * Equal values stand together in order of id, so a value is a range, its count and any page of it
 * are at hand. For a list every different element of an entity stands there by itself, and what is
 * not set is left out.
 *
 * Who pays: looking at all entities once is cheaper than sorting them, so an index is built only
 * when the looks that it would have saved are worth BUILD_COST times all entities. Thus nobody pays
 * more than about twice of what the better choice had cost, also when every list is followed by a
 * change. */
#include "domain/catalog/index.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/set.h"

enum { ENTITIES_MIN = 64, BUILD_COST = 8 };

struct entry {
    union {
        const char *text; /* in the entity, or an unescaped copy */
        int64_t number;
    };
    uint32_t len;
    uint32_t position;
};

struct field_index {
    enum field field;
    bool number;
    size_t count, set_count; /* of all entries; the first of them have a value */
    struct arena *copies;    /* NULL: none was needed */
    struct entry *entries;
};

struct set_index {
    unsigned field_count;
    atomic_uint built;
    struct {
        _Atomic(struct field_index *) index;
        atomic_size_t saved;
        atomic_flag building;
    } fields[];
};

/* ---- the order ---- */

/* `ids`: equal when they are so in any case. */
static int compare_texts(struct slice a, struct slice b, bool ids)
{
    int order = slice_cmp_nocase(a, b);
    return order || ids ? order : slice_cmp(a, b);
}

static int compare_entries(const void *x, const void *y, void *ctx)
{
    const struct field_index *index = ctx;
    const struct entry *a = x, *b = y;
    int order = index->number ? (a->number > b->number) - (a->number < b->number)
                              : compare_texts((struct slice){ a->text, a->len },
                                              (struct slice){ b->text, b->len },
                                              field_rules[index->field].type == RULE_REF);
    return order ? order : (a->position > b->position) - (a->position < b->position);
}

/* ---- building ---- */

static bool is_list(enum field f)
{
    return field_rules[f].flags & RULE_LIST;
}

bool index_takes(enum field f)
{
    bool words = field_rules[f].type != RULE_INTEGER && field_rules[f].type != RULE_BOOLEAN;
    return field_rules[f].type != RULE_OBJECT && !field_rules[f].derive && (words || !is_list(f));
}

static struct slice unescaped(struct field_index *x, struct slice raw)
{
    struct json *node;
    if (!x->copies)
        x->copies = arena_new(LIMIT_request_arena_bytes_max);
    bool read = x->copies && json_parse(x->copies, raw, &node, NULL) == ERR_OK;
    return read ? node->text : (struct slice){ NULL, 0 };
}

/* A text's bytes between its quotes. */
static bool put_text(struct field_index *x, struct slice text, size_t position)
{
    if (slice_find(text, '\\') >= 0)
        text = unescaped(x, (struct slice){ text.at - 1, text.len + 2 });
    x->entries[x->count++] = (struct entry){ .text = text.at,
                                             .len = (uint32_t)text.len,
                                             .position = (uint32_t)position };
    return text.at != NULL;
}

static bool put_scalar(struct field_index *x, const struct entity *e, size_t position)
{
    struct slice raw = entity_raw(e, x->field);
    if (raw.len >= 2 && raw.at[0] == '"')
        return put_text(x, slice_sub(raw, 1, raw.len - 1), position);
    x->entries[x->count] =
        (struct entry){ .text = raw.at, .len = (uint32_t)raw.len, .position = (uint32_t)position };
    if (x->number)
        x->entries[x->count].number = entity_i64(e, x->field, 0);
    x->count++;
    return true;
}

static bool put_elements(struct field_index *x, const struct entity *e, size_t position)
{
    struct slice text;
    for (size_t at = 0; entity_next_text(e, x->field, &at, &text);) {
        if (!put_text(x, text, position))
            return false;
    }
    return true;
}

static size_t value_count(struct catalog_set set, enum field f)
{
    size_t n = 0;
    struct slice text;
    for (size_t i = 0; i < set.count; i++) {
        for (size_t at = 0; entity_next_text(set.items[i], f, &at, &text);)
            n++;
    }
    return n;
}

/* An element twice in one list is one. */
static void drop_repeated(struct field_index *x)
{
    size_t kept = 0;
    for (size_t i = 0; i < x->count; i++) {
        if (!kept || compare_entries(&x->entries[kept - 1], &x->entries[i], x))
            x->entries[kept++] = x->entries[i];
    }
    x->count = kept;
}

static bool fill(struct field_index *x, struct catalog_set set, const uint32_t *positions,
                 size_t count)
{
    size_t unset = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = positions ? positions[i] : i;
        const struct entity *e = set.items[at];
        if (!entity_has(e, x->field))
            unset++;
        else if (!(is_list(x->field) ? put_elements : put_scalar)(x, e, at))
            return false;
    }
    qsort_r(x->entries, x->count, sizeof *x->entries, compare_entries, x);
    if (is_list(x->field))
        drop_repeated(x);
    x->set_count = x->count;
    for (size_t i = 0; !is_list(x->field) && unset && i < count; i++) {
        size_t at = positions ? positions[i] : i;
        if (!entity_has(set.items[at], x->field))
            x->entries[x->count++] = (struct entry){ .position = (uint32_t)at };
    }
    return true;
}

static void field_index_free(struct field_index *x)
{
    if (!x)
        return;
    arena_free(x->copies);
    free(x->entries);
    free(x);
}

/* Of all entities, or of those at the positions. NULL: out of memory. */
static struct field_index *build(struct catalog_set set, enum field f, const uint32_t *positions,
                                 size_t count)
{
    struct field_index *x = calloc(1, sizeof *x);
    size_t room = is_list(f) ? value_count(set, f) : count;
    if (!x)
        return NULL;
    x->field = f;
    x->number = field_rules[f].type == RULE_INTEGER;
    x->entries = malloc((room + 1) * sizeof *x->entries);
    if (x->entries && fill(x, set, positions, count))
        return x;
    field_index_free(x);
    return NULL;
}

/* ---- of a set ---- */

static struct set_index *of_set(const struct entity_set *s, enum resource r)
{
    _Atomic(struct set_index *) *place = (void *)(uintptr_t)&s->index;
    struct set_index *x = atomic_load(place), *none = NULL;
    if (x)
        return x;
    unsigned fields = resource_rules[r].count;
    x = calloc(1, sizeof *x + fields * sizeof *x->fields);
    if (!x)
        return NULL;
    x->field_count = fields;
    if (atomic_compare_exchange_strong(place, &none, x))
        return x;
    free(x); /* somebody was faster */
    return none;
}

const struct field_index *index_want(const struct entity_set *s, enum field f, size_t saved)
{
    if (!s || s->count < ENTITIES_MIN || !index_takes(f))
        return NULL;
    enum resource r = entity_resource(s->items[0]);
    unsigned i = f - resource_rules[r].first;
    struct set_index *x = of_set(s, r);
    struct field_index *index = x ? atomic_load(&x->fields[i].index) : NULL;
    if (!x || index)
        return index;
    if (atomic_fetch_add(&x->fields[i].saved, saved) + saved < BUILD_COST * s->count ||
        atomic_load(&x->built) >= LIMIT_index_fields_max ||
        atomic_flag_test_and_set(&x->fields[i].building))
        return NULL; /* or another thread is at it: it stays one that was not worth it */
    atomic_fetch_add(&x->built, 1);
    index = build((struct catalog_set){ s->count, s->items }, f, NULL, s->count);
    atomic_store(&x->fields[i].index, index);
    return index;
}

void set_index_free(void *index)
{
    struct set_index *x = index;
    for (unsigned i = 0; x && i < x->field_count; i++)
        field_index_free(atomic_load(&x->fields[i].index));
    free(x);
}

/* ---- asking ---- */

static int compare_value(const struct field_index *x, const struct entry *e, struct slice value,
                         int64_t number)
{
    if (x->number)
        return (e->number > number) - (e->number < number);
    return compare_texts((struct slice){ e->text, e->len }, value,
                         field_rules[x->field].type == RULE_REF);
}

/* The first entry that is not below the value, or (above) that is above it. */
static size_t bound(const struct field_index *x, struct slice value, int64_t number, bool above)
{
    size_t low = 0;
    for (size_t high = x->set_count; low < high;) {
        size_t mid = low + (high - low) / 2;
        int order = compare_value(x, &x->entries[mid], value, number);
        if (order < 0 || (above && order == 0))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct index_range index_equal(const struct field_index *x, struct slice value)
{
    int64_t number = 0;
    if (x->number && !slice_to_i64(value, &number))
        return (struct index_range){ x, 0, 0 };
    size_t from = bound(x, value, number, false);
    return (struct index_range){ x, from, bound(x, value, number, true) - from };
}

struct index_range index_all(const struct field_index *x)
{
    return (struct index_range){ x, 0, x->count };
}

size_t index_position(struct index_range range, size_t i)
{
    return range.index->entries[range.from + i].position;
}

enum err index_sort(struct catalog_set set, enum field f, uint32_t *positions, size_t count)
{
    struct field_index *x = build(set, f, positions, count);
    if (!x)
        return ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++)
        positions[i] = x->entries[i].position;
    field_index_free(x);
    return ERR_OK;
}
