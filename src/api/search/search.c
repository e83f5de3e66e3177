#include "api/search/search.h"

#include "api/search/plan.h"
#include "api/search/text.h"
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"

static const unsigned char sdl[] = {
#include "api/search/sdl.inc"
};

enum err search_schema_new(struct graphql_schema **out)
{
    struct slice text = { (const char *)sdl, sizeof sdl };
    enum err e = graphql_schema_new(text, search_scalars, NULL, out);
    return e == ERR_BAD_REQUEST ? ERR_CORRUPT : e;
}

/* The sentence clients know: the class and the path in front, but a syntax error speaks for itself.
 */
static struct slice wording(struct arena *a, const struct graphql_error *e)
{
    if (e->kind == GRAPHQL_E_SYNTAX || e->kind == GRAPHQL_E_TOO_COMPLEX)
        return e->message;
    return arena_printf(a, "Validation error (%s%s%.*s%s) : %.*s", graphql_error_name(e->kind),
                        e->path.len ? "@[" : "", SLICE_ARG(e->path), e->path.len ? "]" : "",
                        SLICE_ARG(e->message));
}

static enum err prepare_operation(const struct graphql_schema *schema,
                                  const struct search_document *doc, struct search_request *rq)
{
    struct graphql_errors errors;
    graphql_errors_init(&errors, rq->arena);
    struct graphql_request request = { .schema = schema,
                                       .arena = rq->arena,
                                       .query = doc->query,
                                       .operation_name = doc->operation_name,
                                       .variables = doc->variables,
                                       .introspection = doc->introspection };
    enum err e = graphql_prepare(&request, &errors, &rq->op);
    if (e && errors.first)
        rq->detail = wording(rq->arena, errors.first);
    return e;
}

enum err search_prepare(const struct graphql_schema *schema, const struct search_document *doc,
                        struct arena *a, struct search_prepared *out, struct slice *detail)
{
    struct search_request *rq = arena_alloc(a, sizeof *rq);
    if (!rq)
        return ERR_OUT_OF_MEMORY;
    *rq = (struct search_request){ .arena = a, .org = doc->org, .now_ms = doc->now_ms };
    enum err e = prepare_operation(schema, doc, rq);
    struct search_plan *plans = NULL;
    if (!e) {
        plans = search_plan_new(rq);
        e = rq->err;
    }
    if (!e && plans && rq->op->field_count > LIMIT_graphql_fields_max) {
        search_refuse(rq, ERR_BAD_REQUEST, "more than %d fields are selected",
                      LIMIT_graphql_fields_max);
        e = rq->err;
    }
    *detail = rq->detail;
    if (!e)
        *out = (struct search_prepared){ rq, plans };
    return e;
}

static enum err write_answer(const struct search_prepared *p, struct slice *answer)
{
    struct search_request *rq = p->request;
    struct graphql_errors errors;
    struct buf body;
    struct json_writer w;
    graphql_errors_init(&errors, rq->arena);
    buf_init_arena(&body, rq->arena);
    json_writer_init(&w, &body);
    json_object_begin(&w);
    json_key(&w, "data");
    enum err e = graphql_execute(rq->op, search_answer(p->plans), NULL, &errors, &w);
    if (e)
        return e;
    if (errors.count) {
        json_key(&w, "errors");
        graphql_errors_write(&errors, &w);
    }
    json_object_end(&w);
    *answer = buf_slice(&body);
    return buf_failed(&body) ? ERR_OUT_OF_MEMORY : ERR_OK;
}

enum err search_execute(const struct search_prepared *p, struct facts *facts, struct slice *answer,
                        struct slice *detail)
{
    enum err e = search_plan_run(p->request, p->plans, facts);
    *detail = p->request->detail;
    return e ? e : write_answer(p, answer);
}
