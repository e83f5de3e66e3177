/* How a search is planned and answered.
 *
 *   document --graphql_prepare--> selection tree --search_plan_new--> one plan for each root field
 *            --search_plan_run--> facts queries, rows --search_answer--> {"data":{...}}
 *
 * Planning needs no history: every mistake of the caller is found there, on the net thread. Running
 * blocks and belongs to the query pool.
 *
 * A plan decides first whether the search is raw (records as they are) or grouped (aggregations
 * given). Then it walks the selection: each selected leaf becomes a cell (graphql_note): the place
 * of its value in a row. Two things of a record are not columns of its own row and get their own
 * queries, batched for the whole page: the lists of channels (struct search_list) and the
 * connections of activities (struct search_inner).
 *
 * Everything lives in the request's arena. */
#ifndef API_SEARCH_PLAN_H
#define API_SEARCH_PLAN_H
#include <stdarg.h>

#include "api/search/root.h"
#include "facts/facts.h"
#include "graphql/graphql.h"
struct arena;
/* What every step of one request shares. */
struct search_request {
    struct arena *arena;
    struct slice org;
    int64_t now_ms;
    struct graphql_operation *op;
    unsigned filter_args; /* counted against LIMIT_search_filter_args_max */
    /* The first mistake found: HTTP error and its sentence. */
    enum err err;
    struct slice detail;
};
/* Records the first mistake; returns false for the caller to return. */
bool search_refuse(struct search_request *rq, enum err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool search_no_memory(struct search_request *rq);

/* Columns fetched of one table. */
struct search_level {
    enum report_table table;
    struct facts_ref *refs;
    unsigned count, cap;
    struct facts_sort *sort;
    unsigned sort_count;
};
/* The note of a leaf: where its value stands in its row. */
enum search_cell_kind { CELL_NULL, CELL_VALUE };
struct search_cell {
    enum search_cell_kind kind;
    unsigned index;
};
struct search_rows {
    const struct facts_value *values;
    unsigned width;
    uint64_t count;
};
/* The rows of one owner. */
struct search_span {
    struct slice owner;
    const struct facts_value *values;
    uint64_t count, total;
};
/* The note of a selected `activities`: newest first, `first` of them, strictly before `after`. */
struct search_inner {
    struct search_level level; /* refs[0]: owner, refs[1]: time */
    unsigned owner_column;
    bool wants_nodes;
    int64_t first, after;      /* after INT64_MAX: from the start */
    struct search_span *spans; /* by owner's text */
    unsigned span_count;
    const struct facts_filter *filter; /* of extFilter, on the nodes */
    struct search_inner *next;
};
/* The note of a selected `channelInfo` in a raw search. */
struct search_list {
    struct search_level level; /* refs[0]: owner (session), refs[1]: key */
    struct search_inner *inners;
    struct search_span *spans;
    unsigned span_count;
    struct search_list *next;
};
/* A group leaf. */
struct search_leaf {
    struct slice path;
    bool known, is_bucket;
    struct facts_ref ref; /* known; of the bucket: the compared time */
    unsigned index;       /* in a result row */
};
struct search_aggregate {
    struct slice name;
    bool known;
    unsigned index; /* in a result row */
};
enum { SEARCH_LEAVES_MAX = 16 }; /* > LIMIT_search_group_leaves_max */
struct search_plan {
    const struct search_root *root;
    const struct graphql_selected *field;
    bool grouped;
    bool is_empty; /* the window cannot hold anything */
    struct facts_query query;
    struct search_level level; /* raw: refs[0] key, refs[1] creation. grouped: known leaves */
    uint64_t page;             /* PAGE_NUMBER, PAGE_FLOW: from 0 */
    struct search_inner *inners;
    struct search_list *lists;
    const struct graphql_value *ext_filter;
    /* grouped */
    int child; /* enum report_table joined, or -1 */
    struct search_leaf leaves[SEARCH_LEAVES_MAX];
    unsigned leaf_count;
    struct search_aggregate *aggregates;
    unsigned aggregate_count;
    struct slice interval, timezone;
    /* results */
    struct facts_result result;
    uint64_t total; /* PAGE_FLOW: all hits */
    bool has_next;
    struct slice end_cursor; /* empty: null */
    struct search_plan *next;
};
/* Plans every root field of rq->op; fills rq->err on a mistake. NULL with rq->err ERR_OK: no root
 * but __typename and introspection. */
struct search_plan *search_plan_new(struct search_request *rq);
/* Asks the history; ERR_BAD_REQUEST with rq->detail: a pattern that is no regular expression. */
enum err search_plan_run(struct search_request *rq, struct search_plan *plans, struct facts *f);

/* ---- the steps, one file each ---- */
/* level.c */
void search_level_init(struct search_level *l, enum report_table t);
bool search_level_add(struct search_request *rq, struct search_level *l, unsigned column,
                      unsigned *index);
bool search_cell_note(struct search_request *rq, const struct graphql_selected *s,
                      enum search_cell_kind kind, unsigned index);
bool search_level_sort(struct search_request *rq, struct search_level *l,
                       const struct graphql_selected *s, struct facts_ref ref);
struct slice search_path_join(struct search_request *rq, struct slice path, struct slice name);
/* window.c: from, to, timeComparator */
bool search_window(struct search_request *rq, struct search_plan *p);
/* filter.c. The context says how a path becomes a column. */
struct search_filter_context {
    const struct search_root *root;
    enum report_table table; /* the query's own table */
    int child;               /* joined table or -1 */
};
/* *out NULL: no restriction. */
bool search_filter(struct search_request *rq, const struct search_filter_context *cx,
                   const struct graphql_value *value, const struct facts_filter **out);
bool search_filter_and(struct search_request *rq, const struct facts_filter *a,
                       const struct facts_filter *b, const struct facts_filter **out);
bool search_filter_compare(struct search_request *rq, enum facts_op op, unsigned column,
                           struct facts_value value, const struct facts_filter **out);
/* `column` is one of the texts. */
bool search_filter_among(struct search_request *rq, unsigned column, const struct slice *texts,
                         unsigned count, const struct facts_filter **out);
/* True when the filter names a path of that table. */
bool search_filter_names(const struct search_root *root, const struct graphql_value *value,
                         enum report_table t);
/* interval.c */
bool search_interval(struct search_request *rq, struct search_plan *p,
                     const struct graphql_value *arg, unsigned bucket_position, bool bucketed);
/* raw.c, grouped.c */
bool search_plan_raw(struct search_request *rq, struct search_plan *p,
                     const struct graphql_selected *records);
bool search_plan_grouped(struct search_request *rq, struct search_plan *p,
                         const struct graphql_selected *records);
/* cursor.c */
bool search_cursor_raw(struct search_request *rq, struct search_plan *p);
bool search_cursor_grouped(struct search_request *rq, struct search_plan *p);
bool search_cursor_end(struct search_request *rq, struct search_plan *p);
/* inner.c: the follow-up queries of a raw page */
enum err search_inner_run(struct search_request *rq, struct search_plan *p, struct facts *f);
const struct search_span *search_span_find(const struct search_span *spans, unsigned count,
                                           struct slice owner);
/* answer.c: the value of the operation's root, for graphql_execute */
struct graphql_value search_answer(struct search_plan *plans);
#endif
