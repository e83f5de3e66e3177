/* Every plan holds all entities that match, and perhaps more. A comparison for equality is a range
 * of its field's index; one with ids is a look-up in the set. Of an AND the smallest part will do;
 * an OR needs all its parts. */
#include "api/config/plan.h"

#include <stdlib.h>

#include "api/config/filter.h"
#include "base/arena.h"
#include "domain/catalog/schema.h"

struct planning {
    const struct plan_question *q;
    struct arena *arena;
    size_t saved; /* comparisons, when not every entity has to be looked at */
    bool failed;
};

static bool plan_tree(struct planning *p, const struct rsql *t, struct plan *out);

/* ---- several plans as one ---- */

static int by_position(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort_positions(struct plan *list)
{
    size_t kept = 0;
    qsort(list->positions, list->count, sizeof *list->positions, by_position);
    for (size_t i = 0; i < list->count; i++) {
        if (!kept || list->positions[kept - 1] != list->positions[i])
            list->positions[kept++] = list->positions[i];
    }
    list->count = kept;
}

/* Room for so many positions; more than entities is no plan. */
static bool list_begin(struct planning *p, size_t room, struct plan *list)
{
    *list = (struct plan){ .kind = PLAN_LIST, .exact = true };
    if (room >= p->q->set.count)
        return false;
    list->positions = arena_take(p->arena, (room + 1) * sizeof *list->positions);
    p->failed |= !list->positions;
    return !p->failed;
}

static void list_add(struct plan *list, const struct plan *part)
{
    for (size_t i = 0; i < part->count; i++)
        list->positions[list->count++] = (uint32_t)plan_position(part, i);
    list->exact &= part->exact;
}

/* ---- comparisons ---- */

static bool plan_value(struct planning *p, enum field f, struct slice value, struct plan *out)
{
    const struct field_index *x = index_want(p->q->indexed, f, p->saved);
    if (!x)
        return false;
    struct index_range range = index_equal(x, value);
    *out = (struct plan){ PLAN_RANGE, range.count, true, range, NULL };
    return true;
}

static bool plan_values(struct planning *p, const struct rsql *t, struct plan *out)
{
    struct plan part;
    size_t room = 0;
    for (size_t i = 0; i < t->exact_count; i++) {
        if (!plan_value(p, (enum field)t->bound, t->exact[i], &part))
            return false;
        room += part.count;
    }
    if (!list_begin(p, room, out))
        return false;
    for (size_t i = 0; i < t->exact_count; i++) {
        if (plan_value(p, (enum field)t->bound, t->exact[i], &part))
            list_add(out, &part);
    }
    sort_positions(out);
    return true;
}

/* Ids compare as texts, so whoever is found still has to be looked at. */
static bool plan_ids(struct planning *p, const struct slice *ids, size_t count, struct plan *out)
{
    if (!list_begin(p, count, out))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct uuid id;
        size_t at = uuid_parse(ids[i], &id) ? catalog_set_position(p->q->set, id) : p->q->set.count;
        if (at < p->q->set.count)
            out->positions[out->count++] = (uint32_t)at;
    }
    sort_positions(out);
    out->exact = false;
    return true;
}

static bool plan_term(struct planning *p, const struct rsql *t, struct plan *out)
{
    enum field f = (enum field)t->bound;
    bool ids = f == resource_rules[p->q->resource].id;
    if (t->op == RSQL_EQ && !config_filter_is_pattern(f, t->values->text))
        return ids ? plan_ids(p, &t->values->text, 1, out) : plan_value(p, f, t->values->text, out);
    if (t->op == RSQL_IN && !t->values)
        return ids ? plan_ids(p, t->exact, t->exact_count, out) : plan_values(p, t, out);
    return false;
}

static bool plan_and(struct planning *p, const struct rsql *t, struct plan *out)
{
    struct plan part;
    bool found = false;
    for (const struct rsql *child = t->first; child; child = child->next) {
        if (plan_tree(p, child, &part) && (!found || part.count < out->count)) {
            *out = part;
            found = true;
        }
    }
    out->exact = false;
    return found;
}

static bool plan_or(struct planning *p, const struct rsql *t, struct plan *out)
{
    size_t count = 0, room = 0, i = 0;
    for (const struct rsql *child = t->first; child; child = child->next)
        count++;
    struct plan *parts = arena_take(p->arena, count * sizeof *parts);
    p->failed |= !parts;
    for (const struct rsql *child = t->first; child; child = child->next, i++) {
        if (!parts || !plan_tree(p, child, &parts[i]))
            return false;
        room += parts[i].count;
    }
    if (!list_begin(p, room, out))
        return false;
    for (i = 0; i < count; i++)
        list_add(out, &parts[i]);
    sort_positions(out);
    return true;
}

static bool plan_tree(struct planning *p, const struct rsql *t, struct plan *out)
{
    switch (t->kind) {
    case RSQL_TERM:
        return plan_term(p, t, out);
    case RSQL_AND:
        return plan_and(p, t, out);
    case RSQL_OR:
        return plan_or(p, t, out);
    }
    return false;
}

static bool plan_children(struct planning *p, struct plan *out)
{
    char id[UUID_TEXT_LEN + 1];
    enum field f = resource_rules[p->q->resource].parent_id;
    if (f == FIELD_COUNT || uuid_is_nil(p->q->parent))
        return false;
    uuid_format(p->q->parent, id);
    return plan_value(p, f, slice_of(id), out);
}

static void add_ids(struct planning *p, const struct uuid *ids, size_t count, struct plan *list)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = catalog_set_position(p->q->set, ids[i]);
        if (at < p->q->set.count)
            list->positions[list->count++] = (uint32_t)at;
    }
}

/* What collections or a desktop profile show, when that is little. */
static bool plan_shown(struct planning *p, const struct access *access, struct plan *out)
{
    if (access->all || resource_rules[p->q->resource].parent != RESOURCE_COUNT ||
        !list_begin(p, access->count + access->own_count, out))
        return false;
    add_ids(p, access->ids, access->count, out);
    add_ids(p, access->own, access->own_count, out);
    sort_positions(out);
    out->exact = false;
    return true;
}

static void take_smaller(struct plan *out, const struct plan *other)
{
    if (other->count < out->count)
        *out = *other;
    out->exact = false;
}

enum err plan_make(const struct plan_question *q, struct arena *a, struct plan *out)
{
    size_t cost = q->filter ? config_filter_cost(q->filter) : 1;
    struct planning p = { q, a, cost * q->set.count, false };
    struct plan children;
    bool is_child = resource_rules[q->resource].parent != RESOURCE_COUNT && !uuid_is_nil(q->parent);
    *out = (struct plan){ PLAN_ALL, q->set.count, !q->filter && !is_child, { NULL, 0, 0 }, NULL };
    struct plan best;
    if (q->filter && plan_tree(&p, q->filter, &best)) {
        *out = best;
        out->exact &= !is_child;
    }
    if (plan_children(&p, &children) && (children.count < out->count || !q->filter)) {
        *out = children;
        out->exact = !q->filter;
    }
    if (plan_shown(&p, q->access, &best))
        take_smaller(out, &best);
    if (plan_shown(&p, q->desktop, &best))
        take_smaller(out, &best);
    return p.failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}
