/* Raw searches: the records as they are. */
#include "api/search/plan.h"
#include "base/arena.h"
#include "base/limits.h"

static bool raw_fields(struct search_request *rq, struct search_plan *p, struct search_level *l,
                       struct search_list *list, const struct graphql_selected *parent,
                       struct slice path);

static bool inner_first(struct search_request *rq, struct search_inner *in,
                        const struct graphql_selected *s)
{
    in->first = graphql_i64(graphql_get(s->args, "first"), 25);
    if (in->first < 1 || in->first > LIMIT_search_inner_page_max)
        return search_refuse(rq, ERR_BAD_REQUEST, "first must be between 1 and %d",
                             LIMIT_search_inner_page_max);
    struct slice after = graphql_text(graphql_get(s->args, "after"), (struct slice){ 0 });
    in->after = INT64_MAX;
    if (after.len && !slice_is(after, "0") && !slice_is(after, "NA") &&
        !slice_to_i64(after, &in->after))
        return search_refuse(rq, ERR_BAD_REQUEST, "after is not a cursor of activities");
    return true;
}

static bool inner_filter(struct search_request *rq, const struct search_plan *p,
                         struct search_inner *in)
{
    struct search_filter_context cx = { p->root, in->level.table, -1 };
    unsigned counted = rq->filter_args; /* the same arguments, not more of them */
    bool ok = search_filter(rq, &cx, p->ext_filter, &in->filter);
    rq->filter_args = counted;
    return ok;
}

static bool raw_inner(struct search_request *rq, struct search_plan *p, struct search_list *list,
                      const struct graphql_selected *s, struct slice path)
{
    struct search_inner *in = arena_alloc(rq->arena, sizeof *in);
    if (!in)
        return search_no_memory(rq);
    struct slice below = search_path_join(rq, path, SLICE("x"));
    search_level_init(&in->level, search_path_table(p->root, below));
    in->owner_column = in->level.table == TABLE_AGENT_ACTIVITY
                           ? (unsigned)COL_AGENT_ACTIVITY_CHANNEL_ID
                           : FACTS_PARENT;
    unsigned index;
    if (!search_level_add(rq, &in->level, in->owner_column, &index) ||
        !search_level_add(rq, &in->level, FACTS_CREATED, &index) || !inner_first(rq, in, s) ||
        !inner_filter(rq, p, in))
        return false;
    struct search_inner **head = list ? &list->inners : &p->inners;
    in->next = *head;
    *head = in;
    graphql_note(rq->op, s, in);
    for (const struct graphql_selected *c = s->children; c; c = c->next) {
        if (!slice_is(c->field->name, "nodes"))
            continue;
        in->wants_nodes = true;
        if (!raw_fields(rq, p, &in->level, NULL, c, search_path_join(rq, path, c->field->name)))
            return false;
    }
    return true;
}

static bool raw_list(struct search_request *rq, struct search_plan *p,
                     const struct graphql_selected *s, struct slice path)
{
    struct search_list *list = arena_alloc(rq->arena, sizeof *list);
    if (!list)
        return search_no_memory(rq);
    unsigned index;
    search_level_init(&list->level, TABLE_AGENT_CHANNEL);
    if (!search_level_add(rq, &list->level, FACTS_PARENT, &index) ||
        !search_level_add(rq, &list->level, FACTS_KEY, &index))
        return false;
    list->next = p->lists;
    p->lists = list;
    graphql_note(rq->op, s, list);
    return raw_fields(rq, p, &list->level, list, s, path);
}

static bool raw_leaf(struct search_request *rq, struct search_level *l,
                     const struct graphql_selected *s, struct slice path)
{
    unsigned column, index;
    if (!report_column(l->table, path, &column))
        return search_cell_note(rq, s, CELL_NULL, 0);
    return search_level_add(rq, l, column, &index) &&
           search_level_sort(rq, l, s, (struct facts_ref){ .column = column }) &&
           search_cell_note(rq, s, CELL_VALUE, index);
}

static bool raw_fields(struct search_request *rq, struct search_plan *p, struct search_level *l,
                       struct search_list *list, const struct graphql_selected *parent,
                       struct slice path)
{
    for (const struct graphql_selected *s = parent->children; s; s = s->next) {
        if (s->field->meta)
            continue;
        struct slice step = search_path_join(rq, path, s->field->name);
        bool ok;
        if (!step.at)
            return false;
        if (!s->children)
            ok = raw_leaf(rq, l, s, step);
        else if (slice_is(s->field->name, "activities"))
            ok = raw_inner(rq, p, list, s, step);
        else if (slice_is(s->field->name, "channelInfo"))
            ok = raw_list(rq, p, s, step);
        else
            ok = slice_is(s->field->name, "aggregation") || raw_fields(rq, p, l, list, s, step);
        if (!ok)
            return false;
    }
    return true;
}

static bool has_activities(const struct search_plan *p)
{
    for (const struct search_list *l = p->lists; l; l = l->next)
        if (l->inners)
            return true;
    return p->inners != NULL;
}

static bool raw_filter(struct search_request *rq, struct search_plan *p)
{
    struct search_filter_context cx = { p->root, p->root->table, -1 };
    const struct facts_filter *own, *ext;
    return search_filter(rq, &cx, graphql_get(p->field->args, "filter"), &own) &&
           search_filter(rq, &cx, p->ext_filter, &ext) &&
           search_filter_and(rq, own, ext, &p->query.filter);
}

bool search_plan_raw(struct search_request *rq, struct search_plan *p,
                     const struct graphql_selected *records)
{
    unsigned index;
    search_level_init(&p->level, p->root->table);
    if (!search_level_add(rq, &p->level, FACTS_KEY, &index) ||
        !search_level_add(rq, &p->level, FACTS_CREATED, &index) || !raw_filter(rq, p))
        return false;
    for (const struct graphql_selected *r = records; r; r = r->next)
        if (graphql_type_is_composite(graphql_type_inner(r->field->type)) &&
            r->field->type->kind == GRAPHQL_LIST_OF &&
            !raw_fields(rq, p, &p->level, NULL, r, (struct slice){ 0 }))
            return false;
    /* Whole days: "the last 30 days" is a little more by the time it arrives. */
    int64_t days = (p->query.to_ms - p->query.from_ms) / 86400000;
    if (has_activities(p) && !p->is_empty && days > (int64_t)p->root->raw_days_max)
        return search_refuse(rq, ERR_BAD_REQUEST,
                             "the time between from and to cannot be longer than %u days when "
                             "activities are selected",
                             p->root->raw_days_max);
    p->query.select = p->level.refs;
    p->query.select_count = p->level.count;
    p->query.sort = p->level.sort;
    p->query.sort_count = p->level.sort_count;
    p->query.limit = p->root->page_size;
    return search_cursor_raw(rq, p);
}
