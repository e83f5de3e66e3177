/* Grouped searches: every selected leaf but those of `aggregation` is a group key. Leaves without a
 * column are keys too, always null, but the history is not asked for them. */
#include "api/search/plan.h"
#include "base/arena.h"
#include "base/limits.h"

struct aggregate_kind {
    const char *name;
    enum facts_aggregate_op op;
    bool numbers_only;
};
static const struct aggregate_kind aggregate_kinds[] = {
    { "count", FACTS_COUNT, false }, { "cardinality", FACTS_DISTINCT, false },
    { "min", FACTS_MIN, true },      { "max", FACTS_MAX, true },
    { "sum", FACTS_SUM, true },      { "average", FACTS_AVERAGE, true },
};

/* ---- leaves ---- */
static struct search_leaf *leaf_named(struct search_plan *p, struct slice path)
{
    for (unsigned i = 0; i < p->leaf_count; i++)
        if (slice_eq(p->leaves[i].path, path))
            return &p->leaves[i];
    return NULL;
}

static bool leaf_add(struct search_request *rq, struct search_plan *p, struct slice path)
{
    if (leaf_named(p, path))
        return true;
    if (p->leaf_count == LIMIT_search_group_leaves_max)
        return search_refuse(rq, ERR_BAD_REQUEST, "more than %d fields to group by",
                             LIMIT_search_group_leaves_max);
    p->leaves[p->leaf_count++] = (struct search_leaf){ .path = path };
    return true;
}

/* What describes a page of activities is no property of a group. */
static bool is_paging(const struct graphql_selected *s)
{
    return slice_is(s->field->name, "totalCount") || slice_is(s->field->name, "pageInfo");
}

static bool collect_leaves(struct search_request *rq, struct search_plan *p,
                           const struct graphql_selected *parent, struct slice path)
{
    for (const struct graphql_selected *s = parent->children; s; s = s->next) {
        if (s->field->meta || slice_is(s->field->name, "aggregation") || is_paging(s))
            continue;
        struct slice step = search_path_join(rq, path, s->field->name);
        if (!step.at)
            return false;
        bool ok = s->children ? collect_leaves(rq, p, s, step) : leaf_add(rq, p, step);
        if (!ok)
            return false;
    }
    return true;
}

static bool note_leaf(struct search_request *rq, struct search_plan *p,
                      const struct graphql_selected *s, const struct search_leaf *leaf)
{
    if (!leaf || !leaf->known)
        return search_cell_note(rq, s, CELL_NULL, 0);
    return search_level_sort(rq, &p->level, s, leaf->ref) &&
           search_cell_note(rq, s, CELL_VALUE, leaf->index);
}

static bool note_leaves(struct search_request *rq, struct search_plan *p,
                        const struct graphql_selected *parent, struct slice path)
{
    for (const struct graphql_selected *s = parent->children; s; s = s->next) {
        if (s->field->meta || slice_is(s->field->name, "aggregation"))
            continue;
        struct slice step = search_path_join(rq, path, s->field->name);
        const struct search_leaf *leaf = leaf_named(p, step);
        bool ok = step.at != NULL;
        if (ok && s->children)
            ok = note_leaves(rq, p, s, step);
        else if (ok)
            ok = note_leaf(rq, p, s, leaf);
        if (!ok)
            return false;
    }
    return true;
}

/* ---- which table is joined ---- */
static void want_child(struct search_plan *p, enum report_table t)
{
    if (t != p->root->table && p->child != TABLE_AGENT_ACTIVITY)
        p->child = (int)t;
}

static void want_child_of_filter(struct search_plan *p, const struct graphql_value *filter)
{
    static const enum report_table tables[] = { TABLE_TASK_ACTIVITY, TABLE_AGENT_CHANNEL,
                                                TABLE_AGENT_ACTIVITY };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (search_filter_names(p->root, filter, tables[i]))
            want_child(p, tables[i]);
}

static void choose_child(struct search_plan *p, const struct graphql_value *items)
{
    p->child = -1;
    for (unsigned i = 0; i < p->leaf_count; i++)
        want_child(p, search_path_table(p->root, p->leaves[i].path));
    GRAPHQL_EACH(item, items)
    {
        struct slice field = graphql_text(graphql_get(item, "field"), (struct slice){ 0 });
        want_child(p, search_path_table(p->root, field));
        want_child_of_filter(p, graphql_get(item, "filter"));
        want_child_of_filter(p, graphql_get(item, "extFilter"));
    }
    want_child_of_filter(p, graphql_get(p->field->args, "filter"));
    want_child_of_filter(p, p->ext_filter);
    if (p->child >= 0)
        p->query.child = report_table((enum report_table)p->child);
}

/* A path as a column of the searched table or of the joined one. */
static bool find_ref(const struct search_plan *p, struct slice path, struct facts_ref *ref)
{
    *ref = (struct facts_ref){ 0 };
    if (search_path_table(p->root, path) == p->root->table)
        return report_column(p->root->table, path, &ref->column);
    ref->child = true;
    return p->child >= 0 && report_column((enum report_table)p->child, path, &ref->column);
}

static bool resolve_leaves(struct search_request *rq, struct search_plan *p, bool buckets,
                           unsigned *bucket_position, bool *bucketed)
{
    struct facts_ref *refs = arena_alloc(rq->arena, (p->leaf_count + 1) * sizeof *refs);
    if (!refs)
        return search_no_memory(rq);
    unsigned known = 0, asked = 0;
    for (unsigned i = 0; i < p->leaf_count; i++) {
        struct search_leaf *leaf = &p->leaves[i];
        leaf->is_bucket = buckets && slice_is(leaf->path, "intervalStartTime");
        leaf->known = leaf->is_bucket || find_ref(p, leaf->path, &refs[asked]);
        leaf->ref = leaf->is_bucket ? p->query.time : refs[asked];
        leaf->index = known;
        if (leaf->is_bucket)
            *bucket_position = known;
        *bucketed |= leaf->is_bucket;
        asked += leaf->known && !leaf->is_bucket;
        known += leaf->known;
    }
    p->query.select = refs;
    p->query.select_count = asked;
    return true;
}

/* ---- aggregates ---- */
static const struct aggregate_kind *kind_named(struct slice name)
{
    for (size_t i = 0; i < sizeof aggregate_kinds / sizeof *aggregate_kinds; i++)
        if (slice_is(name, aggregate_kinds[i].name))
            return &aggregate_kinds[i];
    return NULL;
}

/* Type of the field at the end of the path, NULL: the schema has no such leaf. */
static const struct graphql_type *leaf_type(const struct graphql_type *record, struct slice path)
{
    struct slice step;
    const struct graphql_type *t = record;
    while (slice_cut(&path, '.', &step)) {
        const struct graphql_field *f =
            graphql_type_is_composite(t) ? graphql_field_named(t, step) : NULL;
        if (!f)
            return NULL;
        t = graphql_type_inner(f->type);
    }
    return graphql_type_is_leaf(t) ? t : NULL;
}

static bool check_item(struct search_request *rq, const struct graphql_selected *records,
                       const struct graphql_value *item, const struct aggregate_kind *kind)
{
    struct slice path = graphql_text(graphql_get(item, "field"), (struct slice){ 0 });
    const struct graphql_type *t = leaf_type(graphql_type_inner(records->field->type), path);
    if (!t || !kind)
        return search_refuse(rq, ERR_BAD_REQUEST,
                             "Validation error (WrongType) : '%.*s' is not a field that can be "
                             "aggregated",
                             SLICE_ARG(path));
    bool number =
        slice_is(t->name, "Int") || slice_is(t->name, "Long") || slice_is(t->name, "Float");
    if (kind->numbers_only && !number)
        return search_refuse(rq, ERR_BAD_REQUEST,
                             "Validation error (WrongType) : aggregation type '%s' needs a number, "
                             "'%.*s' is of type '%.*s'",
                             kind->name, SLICE_ARG(path), SLICE_ARG(t->name));
    return true;
}

static bool item_filter(struct search_request *rq, struct search_plan *p,
                        const struct graphql_value *item, const struct facts_filter **out)
{
    static const char *const names[] = { "filter", "extFilter", "predicate" };
    struct search_filter_context cx = { p->root, p->root->table, p->child };
    *out = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct facts_filter *one;
        if (!search_filter(rq, &cx, graphql_get(item, names[i]), &one) ||
            !search_filter_and(rq, *out, one, out))
            return false;
    }
    return true;
}

/* With a table joined a record stands in several rows: it counts once. */
static bool count_records(struct search_request *rq, struct facts_aggregate *a)
{
    struct facts_filter *null = arena_alloc(rq->arena, sizeof *null);
    struct facts_filter *present = arena_alloc(rq->arena, sizeof *present);
    const struct facts_filter **arg = arena_alloc(rq->arena, sizeof *arg);
    if (!null || !present || !arg)
        return search_no_memory(rq);
    *null = (struct facts_filter){ .op = FACTS_IS_NULL, .ref = a->ref };
    *arg = null;
    *present = (struct facts_filter){ .op = FACTS_NOT, .args = arg, .arg_count = 1 };
    bool is_key = a->ref.column == FACTS_KEY;
    a->op = FACTS_DISTINCT;
    a->ref = (struct facts_ref){ .column = FACTS_KEY };
    return is_key || search_filter_and(rq, a->filter, present, &a->filter);
}

static bool add_aggregate(struct search_request *rq, struct search_plan *p,
                          const struct graphql_selected *records, const struct graphql_value *item,
                          struct facts_aggregate *out)
{
    const struct aggregate_kind *kind =
        kind_named(graphql_text(graphql_get(item, "type"), (struct slice){ 0 }));
    if (!check_item(rq, records, item, kind))
        return false;
    struct search_aggregate *a = &p->aggregates[p->aggregate_count++];
    a->name = graphql_text(graphql_get(item, "name"), (struct slice){ 0 });
    struct slice path = graphql_text(graphql_get(item, "field"), (struct slice){ 0 });
    a->known = find_ref(p, path, &out->ref);
    out->op = kind->op;
    if (!item_filter(rq, p, item, &out->filter) || !a->known)
        return !rq->err;
    a->index = p->query.aggregate_count++;
    if (kind->op == FACTS_COUNT && p->child >= 0 && !out->ref.child)
        return count_records(rq, out);
    return true;
}

static bool add_aggregates(struct search_request *rq, struct search_plan *p,
                           const struct graphql_selected *records,
                           const struct graphql_value *items)
{
    unsigned n = items ? items->count : 0;
    struct facts_aggregate *list = arena_alloc(rq->arena, (n + 1) * sizeof *list);
    p->aggregates = arena_alloc(rq->arena, (n + 1) * sizeof *p->aggregates);
    if (!list || !p->aggregates)
        return search_no_memory(rq);
    if (n + p->leaf_count > LIMIT_graphql_fields_max)
        return search_refuse(rq, ERR_BAD_REQUEST, "more than %d aggregations and fields",
                             LIMIT_graphql_fields_max);
    p->query.aggregates = list;
    GRAPHQL_EACH(item, items)
    if (!add_aggregate(rq, p, records, item, &list[p->query.aggregate_count]))
        return false;
    return true;
}

static bool root_filter(struct search_request *rq, struct search_plan *p)
{
    struct search_filter_context cx = { p->root, p->root->table, p->child };
    const struct facts_filter *own, *ext;
    return search_filter(rq, &cx, graphql_get(p->field->args, "filter"), &own) &&
           search_filter(rq, &cx, p->ext_filter, &ext) &&
           search_filter_and(rq, own, ext, &p->query.filter);
}

/* `aggregations: [...]`, or the older `aggregation: {aggr: [...]}`. */
static const struct graphql_value *items_of(const struct search_plan *p)
{
    const struct graphql_value *items = graphql_get(p->field->args, "aggregations");
    if (!graphql_is_null(items))
        return items;
    items = graphql_get(graphql_get(p->field->args, "aggregation"), "aggr");
    return graphql_is_null(items) ? NULL : items;
}

static bool record_lists(struct search_request *rq, struct search_plan *p,
                         const struct graphql_selected *records,
                         bool (*each)(struct search_request *, struct search_plan *,
                                      const struct graphql_selected *, struct slice))
{
    for (const struct graphql_selected *r = records; r; r = r->next)
        if (r->field->type->kind == GRAPHQL_LIST_OF && !each(rq, p, r, (struct slice){ 0 }))
            return false;
    return true;
}

bool search_plan_grouped(struct search_request *rq, struct search_plan *p,
                         const struct graphql_selected *records)
{
    const struct graphql_value *items = items_of(p);
    const struct graphql_value *interval = graphql_get(p->field->args, "aggregationInterval");
    unsigned bucket_position = 0;
    bool bucketed = false;
    p->query.grouped = true;
    if (!record_lists(rq, p, records, collect_leaves))
        return false;
    choose_child(p, items);
    bool ok = resolve_leaves(rq, p, !graphql_is_null(interval), &bucket_position, &bucketed) &&
              record_lists(rq, p, records, note_leaves) && add_aggregates(rq, p, records, items) &&
              root_filter(rq, p) && search_interval(rq, p, interval, bucket_position, bucketed);
    p->query.sort = p->level.sort;
    p->query.sort_count = p->level.sort_count;
    p->query.limit = LIMIT_search_group_page_max;
    return ok && search_cursor_grouped(rq, p);
}
