/* A query from its slot to its rows. Raw pages take two statements on one snapshot: the first finds
 * the row ids of the page and touches only what it filters and sorts by, the second fetches the
 * wide columns of just those rows. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "facts/check.h"
#include "facts/duckdb/facts_duckdb_priv.h"
#include "facts/duckdb/query_sql.h"

struct search {
    struct duckdb_facts *f;
    const struct facts_query *q;
    struct sql_source source;
    void *connection;
};
typedef enum err chunk_fn(struct search *s, void *chunk, void *ctx);

static bool bind_all(const struct duck *d, void *statement, const struct sql *sql)
{
    for (unsigned i = 0; i < sql->param_count; i++) {
        const struct sql_param *p = &sql->params[i];
        int code = p->is_text ? d->bind_varchar_length(statement, i + 1,
                                                       p->text.len ? p->text.at : "", p->text.len)
                              : d->bind_double(statement, i + 1, p->real);
        if (code != DUCK_OK)
            return false;
    }
    return true;
}

static enum err each_chunk(struct search *s, struct duck_result *result, chunk_fn *fn, void *ctx)
{
    enum err e = ERR_OK;
    void *chunk;
    while (e == ERR_OK && (chunk = s->f->duck.fetch_chunk(*result))) {
        if (s->f->duck.data_chunk_get_size(chunk) == 0) {
            s->f->duck.destroy_data_chunk(&chunk);
            break;
        }
        e = fn(s, chunk, ctx);
        s->f->duck.destroy_data_chunk(&chunk);
    }
    return e;
}

static enum err run(struct search *s, const struct sql *sql, chunk_fn *fn, void *ctx)
{
    const struct duck *d = &s->f->duck;
    struct duck_result result = { 0 };
    void *statement = NULL;
    enum err e;
    if (d->prepare(s->connection, sql->text.at, &statement) != DUCK_OK) {
        e = duck_failed(s->f, sql->text.at, d->prepare_error(statement));
    } else if (!bind_all(d, statement, sql)) {
        e = duck_failed(s->f, sql->text.at, "a parameter was refused");
    } else {
        e = d->execute_prepared(statement, &result) == DUCK_OK
                ? each_chunk(s, &result, fn, ctx)
                : duck_failed(s->f, sql->text.at, d->result_error(&result));
        d->destroy_result(&result);
    }
    d->destroy_prepare(&statement);
    return e;
}

/* ---- values ---- */

struct cells { /* one column of a chunk */
    enum facts_type type;
    const void *data;
    const uint64_t *validity;
};

static struct cells cells_of(struct search *s, void *chunk, unsigned column, enum facts_type type)
{
    const struct duck *d = &s->f->duck;
    void *vector = d->data_chunk_get_vector(chunk, column);
    return (struct cells){ type, d->vector_get_data(vector), d->vector_get_validity(vector) };
}

static enum err text_cell(struct search *s, const struct cells *c, uint64_t row,
                          struct facts_value *out)
{
    if (c->type == FACTS_CODE) {
        const struct facts_dictionary *d = s->source.dictionary;
        out->text = d->text(d->ctx, ((const uint32_t *)c->data)[row]);
        return out->text.at ? ERR_OK : ERR_CORRUPT;
    }
    const struct duck_string *t = &((const struct duck_string *)c->data)[row];
    out->text =
        arena_copy(s->source.arena, (struct slice){ t->len <= 12 ? t->head : t->at, t->len });
    return out->text.at ? ERR_OK : ERR_OUT_OF_MEMORY;
}

static enum err cell(struct search *s, const struct cells *c, uint64_t row, struct facts_value *out)
{
    *out = (struct facts_value){ .type = c->type };
    if (c->validity && !(c->validity[row / 64] >> (row % 64) & 1))
        return ERR_OK;
    out->set = true;
    if (facts_is_text(c->type))
        return text_cell(s, c, row, out);
    if (c->type == FACTS_REAL)
        out->real = ((const double *)c->data)[row];
    else if (c->type == FACTS_BOOL)
        out->i64 = ((const int8_t *)c->data)[row] != 0;
    else
        out->i64 = ((const int64_t *)c->data)[row];
    return ERR_OK;
}

/* ---- raw ---- */

struct place { /* a row of the page and where it comes from */
    int64_t rowid;
    size_t at;
};
struct page {
    struct place *rows, *children; /* in the page's order; `children` unused without a child */
    size_t count, cap;
    struct facts_value *values;
};

static enum err page_reserve(struct page *p, size_t more, bool child)
{
    if (p->count + more <= p->cap)
        return ERR_OK;
    size_t cap = (p->count + more) * 2;
    struct place *rows = realloc(p->rows, cap * sizeof *rows);
    if (rows)
        p->rows = rows;
    struct place *children = child ? realloc(p->children, cap * sizeof *children) : NULL;
    if (children)
        p->children = children;
    if (!rows || (child && !children))
        return ERR_OUT_OF_MEMORY;
    p->cap = cap;
    return ERR_OK;
}

static enum err note_rowids(struct search *s, void *chunk, void *ctx)
{
    struct page *p = ctx;
    uint64_t n = s->f->duck.data_chunk_get_size(chunk);
    bool child = s->q->child != NULL;
    enum err e = page_reserve(p, n, child);
    if (e != ERR_OK)
        return e;
    struct cells rows = cells_of(s, chunk, 0, FACTS_I64);
    struct cells children = child ? cells_of(s, chunk, 1, FACTS_I64) : rows;
    for (uint64_t i = 0; i < n; i++, p->count++) {
        p->rows[p->count] = (struct place){ ((const int64_t *)rows.data)[i], p->count };
        if (child)
            p->children[p->count] = (struct place){ ((const int64_t *)children.data)[i], p->count };
    }
    return ERR_OK;
}

static int order_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return x->rowid != y->rowid ? (x->rowid > y->rowid) - (x->rowid < y->rowid)
                                : (x->at > y->at) - (x->at < y->at);
}

struct filling {
    const struct page *page;
    const struct place *places; /* in order of row ids; one may stand for many rows of the page */
    bool child;
};

static size_t first_place(const struct filling *fill, int64_t rowid)
{
    size_t low = 0, high = fill->page->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (fill->places[mid].rowid < rowid)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* One column of the chunk to where its rows stand in the page. */
static enum err fill_column(struct search *s, const struct filling *fill, const int64_t *rowids,
                            uint64_t n, const struct cells *c, unsigned select)
{
    for (uint64_t i = 0; i < n; i++) {
        struct facts_value v;
        enum err e = cell(s, c, i, &v);
        if (e != ERR_OK)
            return e;
        for (size_t p = first_place(fill, rowids[i]);
             p < fill->page->count && fill->places[p].rowid == rowids[i]; p++)
            fill->page->values[fill->places[p].at * s->q->select_count + select] = v;
    }
    return ERR_OK;
}

static enum err fill_chunk(struct search *s, void *chunk, void *ctx)
{
    struct filling *fill = ctx;
    struct cells ids = cells_of(s, chunk, 0, FACTS_I64);
    uint64_t n = s->f->duck.data_chunk_get_size(chunk);
    enum err e = ERR_OK;
    unsigned column = 1;
    for (unsigned i = 0; i < s->q->select_count && e == ERR_OK; i++) {
        if (s->q->select[i].child != fill->child)
            continue;
        struct cells c = cells_of(s, chunk, column++, facts_column_of(s->q, s->q->select[i])->type);
        e = fill_column(s, fill, ids.data, n, &c, i);
    }
    return e;
}

static bool wants(const struct facts_query *q, bool child)
{
    for (unsigned i = 0; i < q->select_count; i++)
        if (q->select[i].child == child)
            return true;
    return false;
}

/* Second step, for one of the two tables. */
static enum err fill_page(struct search *s, struct page *p, bool child)
{
    struct place *places = child ? p->children : p->rows;
    struct filling fill = { p, places, child };
    size_t distinct = 0;
    if (!p->count || !wants(s->q, child))
        return ERR_OK;
    int64_t *ids = malloc(p->count * sizeof *ids);
    if (!ids)
        return ERR_OUT_OF_MEMORY;
    qsort(places, p->count, sizeof *places, order_places);
    for (size_t i = 0; i < p->count; i++)
        if (i == 0 || places[i].rowid != places[i - 1].rowid)
            ids[distinct++] = places[i].rowid;
    struct sql sql;
    enum err e = sql_rows(&s->source, s->q, child, ids, distinct, &sql);
    free(ids);
    return e == ERR_OK ? run(s, &sql, fill_chunk, &fill) : e;
}

static enum err raw_steps(struct search *s, struct page *p, struct facts_result *out)
{
    struct sql sql;
    enum err e = sql_page(&s->source, s->q, &sql);
    if (e == ERR_OK)
        e = run(s, &sql, note_rowids, p);
    if (e != ERR_OK)
        return e;
    out->column_count = s->q->select_count;
    out->more = p->count > s->q->limit;
    if (out->more)
        p->count = (size_t)s->q->limit;
    out->row_count = p->count;
    p->values =
        arena_alloc(s->source.arena, (p->count * out->column_count + 1) * sizeof *p->values);
    if (!p->values)
        return ERR_OUT_OF_MEMORY;
    out->values = p->values;
    e = fill_page(s, p, false);
    return e == ERR_OK && s->q->child ? fill_page(s, p, true) : e;
}

/* True also when there was nothing to roll back (BEGIN itself had been interrupted). */
static bool roll_back(struct search *s, void *connection)
{
    struct duck_result result = { 0 };
    bool done = s->f->duck.query(connection, "ROLLBACK", &result) == DUCK_OK;
    const char *why = done ? NULL : s->f->duck.result_error(&result);
    done = done || (why && strstr(why, "no transaction is active"));
    s->f->duck.destroy_result(&result);
    return done;
}

/* Nothing was changed, so rolling back is the end in any case. It must not be interrupted: a
 * connection left inside a failed transaction would refuse everybody after us. One that cannot be
 * brought out of it is replaced. */
static void end_transaction(struct search *s)
{
    struct duck_slot *slot = &s->f->pool.slots[s->source.slot];
    duck_pool_calm(s->f, s->source.slot);
    for (int attempt = 0; attempt < 2; attempt++) /* an old interruption may hit the first */
        if (roll_back(s, slot->connection))
            return;
    void *fresh = NULL;
    if (s->f->duck.connect(s->f->database, &fresh) != DUCK_OK) {
        atomic_store(&s->f->broken, true);
        return;
    }
    s->f->duck.disconnect(&slot->connection);
    slot->connection = fresh;
}

static enum err raw(struct search *s, struct facts_result *out)
{
    struct page p = { 0 };
    enum err e = duck_run(s->f, s->connection, "BEGIN");
    if (e == ERR_OK)
        e = raw_steps(s, &p, out);
    end_transaction(s);
    free(p.rows);
    free(p.children);
    return e;
}

/* ---- grouped ---- */

struct groups {
    struct facts_value *values; /* heap, until their number is known */
    size_t count, cap;          /* rows */
    unsigned columns;
};

static enum facts_type group_type(const struct facts_query *q, unsigned column)
{
    struct facts_ref ref;
    if (column >= facts_leaf_count(q))
        return FACTS_REAL;
    return facts_leaf(q, column, &ref) ? facts_column_of(q, ref)->type : FACTS_I64;
}

static enum err note_groups(struct search *s, void *chunk, void *ctx)
{
    struct groups *g = ctx;
    uint64_t n = s->f->duck.data_chunk_get_size(chunk);
    if (g->count + n > g->cap) {
        size_t cap = (g->count + n) * 2;
        struct facts_value *grown = realloc(g->values, cap * (g->columns + 1) * sizeof *grown);
        if (!grown)
            return ERR_OUT_OF_MEMORY;
        g->values = grown;
        g->cap = cap;
    }
    for (unsigned c = 0; c < g->columns; c++) {
        struct cells cells = cells_of(s, chunk, c, group_type(s->q, c));
        for (uint64_t i = 0; i < n; i++) {
            enum err e = cell(s, &cells, i, &g->values[(g->count + i) * g->columns + c]);
            if (e != ERR_OK)
                return e;
        }
    }
    g->count += n;
    return ERR_OK;
}

static enum err grouped(struct search *s, struct facts_result *out)
{
    struct groups g = { .columns = facts_leaf_count(s->q) + s->q->aggregate_count };
    struct sql sql;
    enum err e = sql_groups(&s->source, s->q, &sql);
    if (e == ERR_OK)
        e = run(s, &sql, note_groups, &g);
    out->column_count = g.columns;
    out->more = g.count > s->q->limit;
    out->row_count = out->more ? s->q->limit : g.count;
    size_t values = (size_t)out->row_count * g.columns;
    struct facts_value *kept =
        e == ERR_OK ? arena_alloc(s->source.arena, (values + 1) * sizeof *kept) : NULL;
    if (e == ERR_OK && !kept)
        e = ERR_OUT_OF_MEMORY;
    if (kept && values)
        memcpy(kept, g.values, values * sizeof *kept);
    out->values = kept;
    free(g.values);
    return e;
}

/* ---- all ---- */

static enum err query_in_slot(struct duckdb_facts *f, const struct facts_query *q, unsigned slot,
                              struct search *s, struct facts_result *out)
{
    struct ranks *ranks = NULL;
    struct facts_result result = { 0 };
    enum err e = ranks_hold(f->ranks, &ranks);
    if (e == ERR_OK) {
        f->pool.slots[slot].ranks = ranks;
        f->pool.slots[slot].match_deadline_ns = s->source.deadline_ns;
        f->pool.slots[slot].bounds = q->bucket_bounds;
        f->pool.slots[slot].bound_count = q->bucket_bound_count;
        s->connection = f->pool.slots[slot].connection;
        s->source.ranks = ranks;
        s->source.slot = slot;
        e = facts_is_grouped(q) ? grouped(s, &result) : raw(s, &result);
        ranks_release(f->ranks, ranks);
    }
    if (e == ERR_OK)
        *out = result;
    return e;
}

enum err duck_query(struct facts *base, const struct facts_query *q, struct arena *a,
                    struct facts_result *out)
{
    struct duckdb_facts *f = (struct duckdb_facts *)base;
    int64_t ms = q->timeout_ms > 0 ? q->timeout_ms : LIMIT_facts_query_ms_default;
    struct search s = { .f = f, .q = q };
    unsigned slot;
    s.source = (struct sql_source){ .dictionary = f->options.dictionary,
                                    .deadline_ns = clock_mono_ns() + ms * 1000000,
                                    .arena = a };
    enum err e = facts_query_check(q);
    if (e == ERR_OK)
        e = duck_enter(f);
    if (e != ERR_OK)
        return e;
    e = duck_pool_take(f, s.source.deadline_ns, &slot);
    if (e == ERR_OK) {
        e = query_in_slot(f, q, slot, &s, out);
        duck_pool_give(f, slot);
    }
    duck_leave(f);
    return e;
}
