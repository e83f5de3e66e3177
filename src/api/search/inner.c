/* What hangs below the rows of a raw page: channels of sessions, activities of contacts and of
 * channels. One query serves many owners, so a page costs a handful of queries and not hundreds:
 *
 *   1. how many activities each owner has (that is totalCount too),
 *   2. the activities of as many owners at once as fit into LIMIT_search_inner_rows_max rows;
 *      an owner with more than that many gets a query of its own, limited to its page.
 */
#include <stdlib.h>

#include "api/search/plan.h"
#include "base/arena.h"
#include "base/limits.h"

struct owners {
    struct slice *ids;
    unsigned count;
    int64_t since; /* no owner is older */
};

static int compare_spans(const void *a, const void *b)
{
    const struct search_span *x = a, *y = b;
    return slice_cmp(x->owner, y->owner);
}

const struct search_span *search_span_find(const struct search_span *spans, unsigned count,
                                           struct slice owner)
{
    struct search_span key = { .owner = owner };
    return count ? bsearch(&key, spans, count, sizeof *spans, compare_spans) : NULL;
}

static struct search_span *span_of(struct search_span *spans, unsigned count, struct slice owner)
{
    struct search_span key = { .owner = owner };
    return count ? bsearch(&key, spans, count, sizeof *spans, compare_spans) : NULL;
}

static bool spans_new(struct search_request *rq, const struct owners *o, struct search_span **out,
                      unsigned *count)
{
    struct search_span *spans = arena_alloc(rq->arena, (o->count + 1) * sizeof *spans);
    if (!spans)
        return search_no_memory(rq);
    for (unsigned i = 0; i < o->count; i++)
        spans[i].owner = o->ids[i];
    qsort(spans, o->count, sizeof *spans, compare_spans);
    *out = spans;
    *count = o->count;
    return true;
}

/* Rows come owner by owner (column 0). */
static void spread(const struct facts_result *r, struct search_span *spans, unsigned count)
{
    struct search_span *span = NULL;
    for (uint64_t i = 0; i < r->row_count; i++) {
        const struct facts_value *row = r->values + i * r->column_count;
        if (!span || !slice_eq(span->owner, row->text)) {
            span = span_of(spans, count, row->text);
            if (span)
                span->values = row;
        }
        if (span)
            span->count++;
    }
}

/* ---- channels ---- */
static enum err run_list(struct search_request *rq, struct search_list *l, const struct owners *o,
                         struct facts *f)
{
    const struct facts_filter *among;
    if (!search_filter_among(rq, FACTS_PARENT, o->ids, o->count, &among) ||
        !spans_new(rq, o, &l->spans, &l->span_count))
        return rq->err;
    struct facts_sort sort[] = { { { .column = FACTS_PARENT }, false },
                                 { { .column = COL_AGENT_CHANNEL_CHANNEL_TYPE }, false },
                                 { { .column = FACTS_KEY }, false } };
    struct facts_query q = { .table = report_table(l->level.table),
                             .org = rq->org,
                             .time = { .column = FACTS_CREATED },
                             .from_ms = o->since,
                             .to_ms = INT64_MAX,
                             .filter = among,
                             .select = l->level.refs,
                             .select_count = l->level.count,
                             .sort = sort,
                             .sort_count = 3,
                             .limit = LIMIT_search_inner_rows_max };
    struct facts_result r;
    enum err e = f->ops->query(f, &q, rq->arena, &r);
    if (!e)
        spread(&r, l->spans, l->span_count);
    return e;
}

/* ---- activities ---- */
static enum err count_inner(struct search_request *rq, struct search_inner *in,
                            const struct owners *o, const struct facts_filter *filter,
                            struct facts *f)
{
    struct facts_ref owner = { .column = in->owner_column };
    struct facts_aggregate count = { .op = FACTS_COUNT, .ref = { .column = FACTS_KEY } };
    struct facts_query q = { .table = report_table(in->level.table),
                             .org = rq->org,
                             .time = { .column = FACTS_CREATED },
                             .from_ms = o->since,
                             .to_ms = INT64_MAX,
                             .filter = filter,
                             .select = &owner,
                             .select_count = 1,
                             .grouped = true,
                             .aggregates = &count,
                             .aggregate_count = 1,
                             .limit = o->count };
    struct facts_result r;
    enum err e = f->ops->query(f, &q, rq->arena, &r);
    for (uint64_t i = 0; !e && i < r.row_count; i++) {
        const struct facts_value *row = r.values + i * r.column_count;
        struct search_span *span = span_of(in->spans, in->span_count, row[0].text);
        if (span)
            span->total = (uint64_t)row[1].real;
    }
    return e;
}

/* Owner by owner, then as asked, then newest first. */
static struct facts_sort *inner_sort(struct search_request *rq, const struct search_inner *in,
                                     unsigned *count)
{
    struct facts_sort *sort = arena_alloc(rq->arena, (in->level.sort_count + 2) * sizeof *sort);
    if (!sort)
        return NULL;
    unsigned n = 0;
    sort[n++] = (struct facts_sort){ { .column = in->owner_column }, false };
    for (unsigned i = 0; i < in->level.sort_count; i++)
        sort[n++] = in->level.sort[i];
    sort[n++] = (struct facts_sort){ { .column = FACTS_CREATED }, true };
    *count = n;
    return sort;
}

static enum err fetch_inner(struct search_request *rq, struct search_inner *in,
                            const struct owners *o, uint64_t limit, struct facts *f)
{
    const struct facts_filter *filter;
    unsigned sort_count;
    struct facts_sort *sort = inner_sort(rq, in, &sort_count);
    if (!sort || !search_filter_among(rq, in->owner_column, o->ids, o->count, &filter) ||
        !search_filter_and(rq, filter, in->filter, &filter))
        return ERR_OUT_OF_MEMORY;
    struct facts_query q = { .table = report_table(in->level.table),
                             .org = rq->org,
                             .time = { .column = FACTS_CREATED },
                             .from_ms = o->since,
                             .to_ms = in->after == INT64_MAX ? INT64_MAX : in->after - 1,
                             .filter = filter,
                             .select = in->level.refs,
                             .select_count = in->level.count,
                             .sort = sort,
                             .sort_count = sort_count,
                             .limit = limit };
    struct facts_result r;
    enum err e = f->ops->query(f, &q, rq->arena, &r);
    if (!e)
        spread(&r, in->spans, in->span_count);
    return e;
}

static enum err fetch_in_portions(struct search_request *rq, struct search_inner *in,
                                  const struct owners *all, struct facts *f)
{
    struct owners part = { arena_alloc(rq->arena, (all->count + 1) * sizeof *part.ids), 0,
                           all->since };
    uint64_t rows = 0;
    enum err e = part.ids ? ERR_OK : ERR_OUT_OF_MEMORY;
    for (unsigned i = 0; !e && i < in->span_count; i++) {
        struct search_span *span = &in->spans[i];
        if (span->total > LIMIT_search_inner_rows_max) {
            struct owners one = { &span->owner, 1, all->since };
            e = fetch_inner(rq, in, &one, (uint64_t)in->first + 1, f);
            continue;
        }
        if (part.count && rows + span->total > LIMIT_search_inner_rows_max) {
            e = fetch_inner(rq, in, &part, LIMIT_search_inner_rows_max, f);
            part.count = 0;
            rows = 0;
        }
        rows += span->total;
        if (span->total)
            part.ids[part.count++] = span->owner;
    }
    return e || !part.count ? e : fetch_inner(rq, in, &part, LIMIT_search_inner_rows_max, f);
}

static enum err run_inner(struct search_request *rq, struct search_inner *in,
                          const struct owners *o, struct facts *f)
{
    const struct facts_filter *filter;
    if (!search_filter_among(rq, in->owner_column, o->ids, o->count, &filter) ||
        !search_filter_and(rq, filter, in->filter, &filter) ||
        !spans_new(rq, o, &in->spans, &in->span_count))
        return rq->err;
    enum err e = count_inner(rq, in, o, filter, f);
    return e ? e : fetch_in_portions(rq, in, o, f);
}

/* ---- a page ---- */
static bool owners_of_page(struct search_request *rq, const struct search_plan *p, struct owners *o)
{
    *o = (struct owners){ .since = INT64_MAX };
    o->ids = arena_alloc(rq->arena, (p->result.row_count + 1) * sizeof *o->ids);
    if (!o->ids)
        return search_no_memory(rq);
    for (uint64_t i = 0; i < p->result.row_count; i++) {
        const struct facts_value *row = p->result.values + i * p->result.column_count;
        o->ids[o->count++] = row[0].text;
        if (row[1].i64 < o->since)
            o->since = row[1].i64;
    }
    return true;
}

static bool owners_of_list(struct search_request *rq, const struct search_list *l,
                           const struct owners *page, struct owners *o)
{
    unsigned n = 0;
    for (unsigned i = 0; i < l->span_count; i++)
        n += (unsigned)l->spans[i].count;
    *o = (struct owners){ arena_alloc(rq->arena, (n + 1) * sizeof *o->ids), 0, page->since };
    if (!o->ids)
        return search_no_memory(rq);
    for (unsigned i = 0; i < l->span_count; i++)
        for (uint64_t r = 0; r < l->spans[i].count; r++)
            o->ids[o->count++] = l->spans[i].values[r * l->level.count + 1].text;
    return true;
}

enum err search_inner_run(struct search_request *rq, struct search_plan *p, struct facts *f)
{
    struct owners page, channels = { 0 };
    if ((!p->inners && !p->lists) || !p->result.row_count)
        return ERR_OK;
    if (!owners_of_page(rq, p, &page))
        return rq->err;
    enum err e = ERR_OK;
    for (struct search_inner *in = p->inners; in && !e; in = in->next)
        e = run_inner(rq, in, &page, f);
    for (struct search_list *l = p->lists; l && !e; l = l->next) {
        e = run_list(rq, l, &page, f);
        if (!e && !owners_of_list(rq, l, &page, &channels))
            e = rq->err;
        for (struct search_inner *in = l->inners; in && channels.count && !e; in = in->next)
            e = run_inner(rq, in, &channels, f);
    }
    return e;
}
