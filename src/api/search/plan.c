#include "api/search/plan.h"

#include "base/arena.h"

static bool plan_root(struct search_request *rq, struct search_plan *p)
{
    p->query.table = report_table(p->root->table);
    p->query.org = rq->org;
    p->ext_filter = graphql_get(p->field->args, "extFilter");
    p->grouped = !graphql_is_null(graphql_get(p->field->args, "aggregations")) ||
                 !graphql_is_null(graphql_get(p->field->args, "aggregation"));
    p->child = -1;
    if (!search_window(rq, p))
        return false;
    return p->grouped ? search_plan_grouped(rq, p, p->field->children)
                      : search_plan_raw(rq, p, p->field->children);
}

struct search_plan *search_plan_new(struct search_request *rq)
{
    struct search_plan *first = NULL, **tail = &first;
    for (const struct graphql_selected *s = rq->op->roots; s; s = s->next) {
        if (s->field->meta)
            continue;
        struct search_plan *p = arena_alloc(rq->arena, sizeof *p);
        const struct search_root *root = search_root_find(s->field->name);
        if (!p || !root) { /* each root of the schema has a row in root.c */
            rq->err = p ? ERR_INTERNAL : ERR_OUT_OF_MEMORY;
            return NULL;
        }
        p->root = root;
        p->field = s;
        if (!plan_root(rq, p))
            return NULL;
        graphql_note(rq->op, s, p);
        *tail = p;
        tail = &p->next;
    }
    return first;
}
