/* `from`, `to` and `timeComparator`. Values that are plainly seconds, not milliseconds, are not
 * refused: they find nothing. */
#include "api/search/plan.h"
#include "base/limits.h"

static const int64_t day_ms = 86400000;
static const int64_t least_ms = 100000000000; /* below: no time of this century in ms */

static bool compares_end(const struct graphql_selected *field)
{
    struct slice by = graphql_text(graphql_get(field->args, "timeComparator"), (struct slice){ 0 });
    return slice_is(by, "endedTime");
}

bool search_window(struct search_request *rq, struct search_plan *p)
{
    int64_t from = graphql_i64(graphql_get(p->field->args, "from"), 0);
    int64_t to = graphql_i64(graphql_get(p->field->args, "to"), 0);
    if (to > rq->now_ms)
        to = rq->now_ms;
    p->query.time.column = compares_end(p->field) ? p->root->ended : FACTS_CREATED;
    p->query.from_ms = from;
    p->query.to_ms = to;
    p->is_empty = from < least_ms || to < least_ms || from > to;
    if (p->is_empty)
        return true;
    if (from < rq->now_ms - LIMIT_search_age_days_max * day_ms)
        return search_refuse(rq, ERR_BAD_REQUEST, "from cannot be older than 36 months");
    if (to - from > LIMIT_search_span_days_max * day_ms)
        return search_refuse(rq, ERR_BAD_REQUEST,
                             "the time between from and to cannot be longer than 13 months");
    return true;
}
