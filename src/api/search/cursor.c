/* Cursors. Raw contacts and legs: the page's number. Raw sessions: the last row's key. Groups: the
 * last row as `path=value` pairs joined by `::`, after which the next page starts. */
#include "api/search/plan.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

static struct slice given(const struct search_plan *p)
{
    const struct graphql_value *paging = graphql_get(p->field->args, "pagination");
    struct slice c = graphql_text(graphql_get(paging, "cursor"), (struct slice){ 0 });
    return slice_is(c, "0") || slice_is(c, "NA") ? (struct slice){ 0 } : c;
}

static bool bad_cursor(struct search_request *rq)
{
    return search_refuse(rq, ERR_BAD_REQUEST, "the cursor does not belong to this query");
}

static bool page_number(struct search_request *rq, struct search_plan *p, struct slice cursor)
{
    int64_t page = 0;
    if (cursor.len && (!slice_to_i64(cursor, &page) || page < 0))
        return bad_cursor(rq);
    if (page >= LIMIT_search_records_max / p->root->page_size)
        return search_refuse(rq, ERR_BAD_REQUEST, "only the first %d records can be paged through",
                             LIMIT_search_records_max);
    p->page = (uint64_t)page;
    p->query.offset = p->page * p->root->page_size;
    return true;
}

static bool page_key(struct search_request *rq, struct search_plan *p, struct slice cursor)
{
    struct facts_sort *sort = arena_alloc(rq->arena, sizeof *sort);
    if (!sort)
        return search_no_memory(rq);
    sort->ref.column = FACTS_KEY;
    p->query.sort = sort;
    p->query.sort_count = 1;
    if (!cursor.len)
        return true;
    const struct facts_filter *after;
    struct facts_value value = { .set = true, .type = FACTS_TEXT, .text = cursor };
    return search_filter_compare(rq, FACTS_GT, FACTS_KEY, value, &after) &&
           search_filter_and(rq, p->query.filter, after, &p->query.filter);
}

static bool page_flow(struct search_request *rq, struct search_plan *p)
{
    const struct graphql_value *paging = graphql_get(p->field->args, "pagination");
    int64_t size = graphql_i64(graphql_get(paging, "pageSize"), p->root->page_size);
    int64_t page = graphql_i64(graphql_get(paging, "currentPage"), 1);
    if (size < 1 || size > p->root->page_size)
        return search_refuse(rq, ERR_BAD_REQUEST, "pageSize must be between 1 and %u",
                             p->root->page_size);
    if (page < 1 || page > LIMIT_search_records_max / size)
        return search_refuse(rq, ERR_BAD_REQUEST, "currentPage is out of range");
    p->page = (uint64_t)page - 1;
    p->query.limit = (uint64_t)size;
    p->query.offset = p->page * p->query.limit;
    return true;
}

bool search_cursor_raw(struct search_request *rq, struct search_plan *p)
{
    switch (p->root->paging) {
    case PAGE_NUMBER:
        return page_number(rq, p, given(p));
    case PAGE_KEY:
        return page_key(rq, p, given(p));
    case PAGE_FLOW:
        return page_flow(rq, p);
    }
    return false;
}

/* ---- groups ---- */
static enum facts_type leaf_column_type(const struct search_plan *p, const struct search_leaf *leaf)
{
    if (leaf->is_bucket)
        return FACTS_I64;
    unsigned asked = leaf->index;
    if (p->query.bucket_bound_count && p->query.bucket_position < leaf->index)
        asked--;
    const struct facts_ref *ref = &p->query.select[asked];
    return (ref->child ? p->query.child : p->query.table)->columns[ref->column].type;
}

static bool parse_value(enum facts_type type, struct slice text, struct facts_value *v)
{
    *v = (struct facts_value){ .type = type };
    if (slice_is(text, "null"))
        return true;
    v->set = true;
    v->text = text;
    if (type == FACTS_TEXT || type == FACTS_CODE)
        return true;
    if (type == FACTS_BOOL && (slice_is(text, "true") || slice_is(text, "false"))) {
        v->i64 = slice_is(text, "true");
        return true;
    }
    return type == FACTS_I64 && slice_to_i64(text, &v->i64);
}

/* Where `::<path>=` begins in `text`, or its end. A value may hold `::` itself. */
static size_t next_pair(struct slice text, struct slice path)
{
    for (size_t i = 0; i + path.len + 3 <= text.len; i++) {
        struct slice at = slice_sub(text, i, text.len);
        if (slice_starts(at, SLICE("::")) && slice_starts(slice_sub(at, 2, at.len), path) &&
            at.at[2 + path.len] == '=')
            return i;
    }
    return text.len;
}

static bool parse_pair(const struct search_plan *p, unsigned i, struct slice *rest,
                       struct facts_value *values)
{
    const struct search_leaf *leaf = &p->leaves[i];
    if (!slice_starts(*rest, leaf->path) || rest->len == leaf->path.len ||
        rest->at[leaf->path.len] != '=')
        return false;
    *rest = slice_sub(*rest, leaf->path.len + 1, rest->len);
    bool last = i + 1 == p->leaf_count;
    size_t end = last ? rest->len : next_pair(*rest, p->leaves[i + 1].path);
    if (!last && end == rest->len)
        return false;
    struct slice text = slice_sub(*rest, 0, end);
    *rest = slice_sub(*rest, last ? end : end + 2, rest->len);
    return !leaf->known || parse_value(leaf_column_type(p, leaf), text, &values[leaf->index]);
}

bool search_cursor_grouped(struct search_request *rq, struct search_plan *p)
{
    struct slice rest = given(p);
    if (!rest.len)
        return true;
    struct facts_value *values = arena_alloc(rq->arena, (p->leaf_count + 1) * sizeof *values);
    if (!values)
        return search_no_memory(rq);
    for (unsigned i = 0; i < p->leaf_count; i++)
        if (!parse_pair(p, i, &rest, values))
            return bad_cursor(rq);
    if (!p->leaf_count)
        return bad_cursor(rq);
    p->query.after = values;
    return true;
}

static void write_value(struct buf *b, const struct facts_value *v)
{
    if (!v || !v->set)
        buf_add(b, SLICE("null"));
    else if (v->type == FACTS_TEXT || v->type == FACTS_CODE)
        buf_add(b, v->text);
    else if (v->type == FACTS_BOOL)
        buf_add(b, v->i64 ? SLICE("true") : SLICE("false"));
    else
        buf_add_i64(b, v->i64);
}

static struct slice end_of_groups(struct search_request *rq, const struct search_plan *p)
{
    const struct facts_value *row =
        p->result.values + (p->result.row_count - 1) * p->result.column_count;
    struct buf b;
    buf_init_arena(&b, rq->arena);
    for (unsigned i = 0; i < p->leaf_count; i++) {
        const struct search_leaf *leaf = &p->leaves[i];
        if (i)
            buf_add(&b, SLICE("::"));
        buf_add(&b, leaf->path);
        buf_add_char(&b, '=');
        write_value(&b, leaf->known ? &row[leaf->index] : NULL);
    }
    if (buf_failed(&b))
        search_no_memory(rq);
    return buf_slice(&b);
}

bool search_cursor_end(struct search_request *rq, struct search_plan *p)
{
    p->has_next = p->result.more && p->result.row_count > 0;
    if (!p->grouped && p->root->paging == PAGE_NUMBER)
        p->has_next &= (p->page + 2) * p->root->page_size <= LIMIT_search_records_max;
    if (!p->has_next)
        return true;
    if (p->grouped)
        p->end_cursor = end_of_groups(rq, p);
    else if (p->root->paging == PAGE_KEY)
        p->end_cursor = p->result.values[(p->result.row_count - 1) * p->result.column_count].text;
    else
        p->end_cursor = arena_printf(rq->arena, "%llu", (unsigned long long)p->page + 1);
    return !rq->err;
}
