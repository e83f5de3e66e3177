#include "api/search/plan.h"
#include "base/arena.h"
#include "base/buf.h"

bool search_refuse(struct search_request *rq, enum err e, const char *format, ...)
{
    if (rq->err)
        return false;
    struct buf text;
    va_list ap;
    buf_init_arena(&text, rq->arena);
    va_start(ap, format);
    buf_vprintf(&text, format, ap);
    va_end(ap);
    rq->err = e;
    rq->detail = buf_slice(&text);
    return false;
}

bool search_no_memory(struct search_request *rq)
{
    if (!rq->err)
        rq->err = ERR_OUT_OF_MEMORY;
    return false;
}

void search_level_init(struct search_level *l, enum report_table t)
{
    *l = (struct search_level){ .table = t };
}

static bool level_grow(struct search_request *rq, struct search_level *l)
{
    unsigned cap = l->cap ? l->cap * 2 : 16;
    struct facts_ref *refs = arena_alloc(rq->arena, cap * sizeof *refs);
    if (!refs)
        return search_no_memory(rq);
    if (l->count)
        memcpy(refs, l->refs, l->count * sizeof *refs);
    l->refs = refs;
    l->cap = cap;
    return true;
}

bool search_level_add(struct search_request *rq, struct search_level *l, unsigned column,
                      unsigned *index)
{
    for (unsigned i = 0; i < l->count; i++)
        if (l->refs[i].column == column) {
            *index = i;
            return true;
        }
    if (l->count == l->cap && !level_grow(rq, l))
        return false;
    *index = l->count;
    l->refs[l->count++] = (struct facts_ref){ .column = column };
    return true;
}

bool search_cell_note(struct search_request *rq, const struct graphql_selected *s,
                      enum search_cell_kind kind, unsigned index)
{
    struct search_cell *cell = arena_alloc(rq->arena, sizeof *cell);
    if (!cell)
        return search_no_memory(rq);
    *cell = (struct search_cell){ kind, index };
    graphql_note(rq->op, s, cell);
    return true;
}

/* `field(sort: asc|desc)`: for several, the order of selection is the priority. */
bool search_level_sort(struct search_request *rq, struct search_level *l,
                       const struct graphql_selected *s, struct facts_ref ref)
{
    struct slice way = graphql_text(graphql_get(s->args, "sort"), (struct slice){ 0 });
    if (!way.len)
        return true;
    struct facts_sort *sort = arena_alloc(rq->arena, (l->sort_count + 1) * sizeof *sort);
    if (!sort)
        return search_no_memory(rq);
    if (l->sort_count)
        memcpy(sort, l->sort, l->sort_count * sizeof *sort);
    sort[l->sort_count++] = (struct facts_sort){ ref, slice_is(way, "desc") };
    l->sort = sort;
    return true;
}

struct slice search_path_join(struct search_request *rq, struct slice path, struct slice name)
{
    if (!path.len)
        return name;
    struct slice joined = arena_printf(rq->arena, "%.*s.%.*s", SLICE_ARG(path), SLICE_ARG(name));
    if (!joined.at)
        search_no_memory(rq);
    return joined;
}
