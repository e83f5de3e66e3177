/* The rows as GraphQL values. An object of the answer is a place in a row: nested objects
 * (lastQueue, customer ...) are the same place, and each leaf knows its cell. */
#include "api/search/plan.h"
#include "base/arena.h"

struct place {
    struct search_plan *plan;
    const struct facts_value *row; /* NULL: every cell is null */
};
struct page { /* a stream of records */
    struct search_plan *plan;
    const struct facts_value *values;
    unsigned width;
    uint64_t left;
};
struct connection {
    struct search_plan *plan;
    const struct search_inner *inner;
    const struct search_span *span; /* NULL: no activities */
};
static const struct graphql_source_ops record_ops, inner_page_ops;
static const struct graphql_stream_ops page_stream;

static enum err place_value(struct graphql_execution *x, struct search_plan *p,
                            const struct facts_value *row, struct graphql_value *out)
{
    struct place *place = arena_alloc(graphql_arena(x), sizeof *place);
    if (!place)
        return ERR_OUT_OF_MEMORY;
    *place = (struct place){ p, row };
    *out = graphql_of_source(&record_ops, place);
    return ERR_OK;
}

static enum err page_value(struct graphql_execution *x, const struct page *from,
                           struct graphql_value *out)
{
    struct page *page = arena_alloc(graphql_arena(x), sizeof *page);
    if (!page)
        return ERR_OUT_OF_MEMORY;
    *page = *from;
    *out = graphql_of_stream(&page_stream, page);
    return ERR_OK;
}

static bool page_next(struct graphql_execution *x, void *source, struct graphql_value *out)
{
    struct page *page = source;
    if (!page->left || place_value(x, page->plan, page->values, out))
        return false;
    page->left--;
    if (page->values)
        page->values += page->width;
    return true;
}
static const struct graphql_stream_ops page_stream = { .next = page_next };

/* ---- leaves ---- */
static struct graphql_value leaf_value(const struct facts_value *v)
{
    if (!v->set)
        return graphql_of_null();
    switch (v->type) {
    case FACTS_TEXT:
    case FACTS_CODE:
        return graphql_of_text(v->text);
    case FACTS_I64:
        return graphql_of_i64(v->i64);
    case FACTS_REAL:
        return graphql_of_real(v->real);
    case FACTS_BOOL:
        return graphql_of_bool(v->i64 != 0);
    }
    return graphql_of_null();
}

static struct graphql_value cell_value(const struct place *p, const struct graphql_selected *s)
{
    const struct search_cell *cell = s->note;
    if (!cell || cell->kind == CELL_NULL || !p->row)
        return graphql_of_null();
    return leaf_value(&p->row[cell->index]);
}

/* ---- aggregation: [{name, value}] ---- */
static enum err aggregation_value(struct graphql_execution *x, const struct place *p,
                                  struct graphql_value *out)
{
    struct search_plan *plan = p->plan;
    *out = graphql_of_null();
    if (!plan->grouped)
        return ERR_OK;
    struct graphql_value *tail = NULL;
    unsigned leaves = plan->query.select_count + (plan->query.bucket_bound_count > 0);
    *out = (struct graphql_value){ .kind = GRAPHQL_LIST };
    for (unsigned i = 0; i < plan->aggregate_count; i++) {
        const struct search_aggregate *a = &plan->aggregates[i];
        const struct facts_value *v = a->known && p->row ? &p->row[leaves + a->index] : NULL;
        struct graphql_value item = { .kind = GRAPHQL_OBJECT };
        struct graphql_value *inner = NULL;
        struct graphql_value name = graphql_of_text(a->name);
        struct graphql_value value = graphql_of_real(v && v->set ? v->real : 0.0);
        name.name = SLICE("name");
        value.name = SLICE("value");
        if (!graphql_append(graphql_arena(x), &item, &inner, name) ||
            !graphql_append(graphql_arena(x), &item, &inner, value) ||
            !graphql_append(graphql_arena(x), out, &tail, item))
            return ERR_OUT_OF_MEMORY;
    }
    return ERR_OK;
}

/* ---- activities ---- */
static uint64_t shown(const struct connection *c)
{
    if (!c->span)
        return 0;
    uint64_t first = (uint64_t)c->inner->first;
    return c->span->count < first ? c->span->count : first;
}

static bool has_more(const struct connection *c)
{
    return c->span && c->span->count > (uint64_t)c->inner->first;
}

static enum err connection_get(struct graphql_execution *x, void *source,
                               const struct graphql_selected *s, struct graphql_value *out)
{
    const struct connection *c = source;
    if (slice_is(s->field->name, "totalCount"))
        *out = graphql_of_i64(c->span ? (int64_t)c->span->total : 0);
    if (slice_is(s->field->name, "pageInfo"))
        *out = graphql_of_source(&inner_page_ops, source);
    if (!slice_is(s->field->name, "nodes"))
        return ERR_OK;
    struct page page = { c->plan, c->span ? c->span->values : NULL, c->inner->level.count,
                         shown(c) };
    return page_value(x, &page, out);
}
static const struct graphql_source_ops connection_ops = { .get = connection_get };

static enum err inner_page_get(struct graphql_execution *x, void *source,
                               const struct graphql_selected *s, struct graphql_value *out)
{
    const struct connection *c = source;
    if (slice_is(s->field->name, "hasNextPage")) {
        *out = graphql_of_bool(has_more(c));
        return ERR_OK;
    }
    if (!has_more(c))
        return ERR_OK;
    const struct facts_value *last = c->span->values + (shown(c) - 1) * c->inner->level.count;
    struct slice cursor = arena_printf(graphql_arena(x), "%lld", (long long)last[1].i64);
    *out = graphql_of_text(cursor);
    return cursor.at ? ERR_OK : ERR_OUT_OF_MEMORY;
}
static const struct graphql_source_ops inner_page_ops = { .get = inner_page_get };

static enum err activities_value(struct graphql_execution *x, const struct place *p,
                                 const struct search_inner *in, struct graphql_value *out)
{
    struct connection *c = arena_alloc(graphql_arena(x), sizeof *c);
    if (!c)
        return ERR_OUT_OF_MEMORY;
    /* The owner's key: first cell of a record, second of a channel. */
    unsigned key = in->level.table == TABLE_AGENT_ACTIVITY ? 1 : 0;
    *c = (struct connection){ p->plan, in, NULL };
    if (p->row)
        c->span = search_span_find(in->spans, in->span_count, p->row[key].text);
    *out = graphql_of_source(&connection_ops, c);
    return ERR_OK;
}

/* ---- records ---- */
static bool any_cell(const struct graphql_selected *s)
{
    for (const struct graphql_selected *c = s->children; c; c = c->next) {
        const struct search_cell *cell = c->note;
        if (!c->children && cell && cell->kind == CELL_VALUE)
            return true;
        if (c->children && any_cell(c))
            return true;
    }
    return false;
}

/* A list of objects: channels of a raw session, else the same place as a list of one. A list no
 * column stands behind is null. */
static enum err list_value(struct graphql_execution *x, const struct place *p,
                           const struct graphql_selected *s, struct graphql_value *out)
{
    const struct search_list *l = p->plan->grouped ? NULL : s->note;
    struct page page = { p->plan, p->row, 0, 1 };
    if (l) {
        const struct search_span *span =
            p->row ? search_span_find(l->spans, l->span_count, p->row[0].text) : NULL;
        page = (struct page){ p->plan, span ? span->values : NULL, l->level.count,
                              span ? span->count : 0 };
    } else if (!p->plan->grouped && !any_cell(s)) {
        *out = graphql_of_null();
        return ERR_OK;
    }
    return page_value(x, &page, out);
}

static enum err record_get(struct graphql_execution *x, void *source,
                           const struct graphql_selected *s, struct graphql_value *out)
{
    struct place *p = source;
    if (slice_is(s->field->name, "aggregation"))
        return aggregation_value(x, p, out);
    if (!s->children) {
        *out = cell_value(p, s);
        return ERR_OK;
    }
    if (!p->plan->grouped && slice_is(s->field->name, "activities"))
        return activities_value(x, p, s->note, out);
    if (s->field->type->kind == GRAPHQL_LIST_OF)
        return list_value(x, p, s, out);
    *out = graphql_of_source(&record_ops, p);
    return ERR_OK;
}
static const struct graphql_source_ops record_ops = { .get = record_get };

/* ---- the list object of a root ---- */
static enum err page_info_get(struct graphql_execution *x, void *source,
                              const struct graphql_selected *s, struct graphql_value *out)
{
    const struct search_plan *p = source;
    uint64_t size = p->query.limit ? p->query.limit : 1;
    (void)x;
    if (slice_is(s->field->name, "hasNextPage"))
        *out = graphql_of_bool(p->has_next);
    else if (slice_is(s->field->name, "totalHits"))
        *out = graphql_of_i64((int64_t)p->total);
    else if (slice_is(s->field->name, "totalPages"))
        *out = graphql_of_i64((int64_t)((p->total + size - 1) / size));
    else if (p->end_cursor.len)
        *out = graphql_of_text(p->end_cursor);
    return ERR_OK;
}
static const struct graphql_source_ops page_info_ops = { .get = page_info_get };

static enum err interval_get(struct graphql_execution *x, void *source,
                             const struct graphql_selected *s, struct graphql_value *out)
{
    const struct search_plan *p = source;
    (void)x;
    *out = graphql_of_text(slice_is(s->field->name, "interval") ? p->interval : p->timezone);
    return ERR_OK;
}
static const struct graphql_source_ops interval_ops = { .get = interval_get };

static enum err list_get(struct graphql_execution *x, void *source,
                         const struct graphql_selected *s, struct graphql_value *out)
{
    struct search_plan *p = source;
    if (slice_is(s->field->name, "pageInfo")) {
        *out = graphql_of_source(&page_info_ops, p);
        return ERR_OK;
    }
    if (slice_is(s->field->name, "intervalInfo")) {
        if (p->grouped && p->interval.len)
            *out = graphql_of_source(&interval_ops, p);
        return ERR_OK;
    }
    struct page page = { p, p->result.values, p->result.column_count, p->result.row_count };
    return page_value(x, &page, out);
}
static const struct graphql_source_ops list_ops = { .get = list_get };

static enum err root_get(struct graphql_execution *x, void *source,
                         const struct graphql_selected *s, struct graphql_value *out)
{
    (void)x;
    (void)source;
    *out = graphql_of_source(&list_ops, s->note);
    return ERR_OK;
}
static const struct graphql_source_ops root_ops = { .get = root_get };

struct graphql_value search_answer(struct search_plan *plans)
{
    return graphql_of_source(&root_ops, plans);
}
