/* Running the plans: one query of the history for each root, then what hangs below its page. */
#include "api/search/plan.h"
#include "base/arena.h"

static enum err ask(struct search_request *rq, struct facts *f, const struct facts_query *q,
                    struct facts_result *out)
{
    enum err e = f->ops->query(f, q, rq->arena, out);
    if (e == ERR_BAD_REQUEST)
        search_refuse(rq, e, "a pattern of match or contains is not a regular expression");
    return e;
}

/* A grouped search whose every leaf and aggregation has no column, or whose window is empty, is
 * answered without the history: one group of nothing, or no group. */
static bool needs_history(const struct search_plan *p)
{
    if (p->is_empty)
        return false;
    return !p->grouped || p->query.select_count || p->query.aggregate_count ||
           p->query.bucket_bound_count;
}

static void group_of_nothing(struct search_plan *p)
{
    if (p->leaf_count || p->result.row_count)
        return;
    p->result = (struct facts_result){ .row_count = 1 };
}

static enum err count_hits(struct search_request *rq, struct search_plan *p, struct facts *f)
{
    struct facts_aggregate count = { .op = FACTS_COUNT, .ref = { .column = FACTS_KEY } };
    struct facts_query q = { .table = p->query.table,
                             .org = p->query.org,
                             .time = p->query.time,
                             .from_ms = p->query.from_ms,
                             .to_ms = p->query.to_ms,
                             .filter = p->query.filter,
                             .grouped = true,
                             .aggregates = &count,
                             .aggregate_count = 1,
                             .limit = 1 };
    struct facts_result r;
    enum err e = ask(rq, f, &q, &r);
    if (!e && r.row_count)
        p->total = (uint64_t)r.values[0].real;
    return e;
}

static enum err run_root(struct search_request *rq, struct search_plan *p, struct facts *f)
{
    enum err e = ERR_OK;
    if (needs_history(p))
        e = ask(rq, f, &p->query, &p->result);
    if (!e && p->root->paging == PAGE_FLOW && !p->is_empty)
        e = count_hits(rq, p, f);
    if (!e && p->grouped)
        group_of_nothing(p);
    if (!e && !p->grouped)
        e = search_inner_run(rq, p, f);
    if (!e && !search_cursor_end(rq, p))
        e = rq->err;
    return e;
}

enum err search_plan_run(struct search_request *rq, struct search_plan *plans, struct facts *f)
{
    for (struct search_plan *p = plans; p; p = p->next) {
        enum err e = run_root(rq, p, f);
        if (e)
            return e;
    }
    return ERR_OK;
}
