/* POST /search. The net thread parses, validates and plans; what must ask the history goes to the
 * query pool and is answered from there. */
#include <stdlib.h>

#include "api/rest/rest.h"
#include "api/search/gzip.h"
#include "api/search/search.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/metrics.h"
#include "base/workers.h"
#include "graphql/schema.h"

struct search {
    struct facts *facts;
    struct graphql_schema *schema;
    struct workers *pool;
};
struct search_call {
    struct worker_job job;
    struct rest_call *call;
    struct facts *facts;
    struct search_prepared prepared;
    int64_t started_ns;
};

enum err search_start(struct facts *facts, unsigned threads, struct search **out)
{
    struct search *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_OUT_OF_MEMORY;
    s->facts = facts;
    enum err e = search_schema_new(&s->schema);
    if (!e)
        e = workers_start(threads, LIMIT_facts_queries_max, &s->pool);
    if (e)
        search_stop(s);
    else
        *out = s;
    return e;
}

void search_stop(struct search *s)
{
    if (!s)
        return;
    workers_stop(s->pool);
    graphql_schema_free(s->schema);
    free(s);
}

const struct graphql_schema *search_schema(const struct search *s)
{
    return s->schema;
}

static void reply(struct rest_call *call, struct slice json)
{
    static const struct http_header encoded[] = { { { "Content-Encoding", 16 }, { "gzip", 4 } },
                                                  { { "Vary", 4 }, { "Accept-Encoding", 15 } } };
    struct slice packed = { 0 };
    if (json.len > LIMIT_search_gzip_bytes_min &&
        search_gzip_wanted(http_header(call->http, "Accept-Encoding")))
        packed = search_gzip(call->arena, json);
    if (packed.at)
        rest_reply_text(call, 200, SLICE("application/json"), packed, encoded, 2);
    else
        rest_reply(call, 200, json);
}

static void answer(struct search_call *c)
{
    struct slice json = { 0 }, detail = { 0 };
    enum err e = search_execute(&c->prepared, c->facts, &json, &detail);
    metric_add(METRIC_SEARCHES, 1);
    metric_observe_us(METRIC_SEARCH_SECONDS, (clock_mono_ns() - c->started_ns) / 1000);
    if (e)
        rest_fail(c->call, e, detail);
    else
        reply(c->call, json);
}

static void run_job(struct worker_job *job)
{
    answer((struct search_call *)job); /* its first member */
}

/* `variables` may be missing, null, an object, or "" (old clients). */
static bool variables_of(const struct json *body, const struct json **out)
{
    const struct json *v = json_get(body, "variables");
    *out = NULL;
    if (!v || v->type == JSON_NULL || (v->type == JSON_STRING && !v->text.len))
        return true;
    *out = v;
    return v->type == JSON_OBJECT;
}

static bool document_of(struct rest_call *call, struct search_document *doc)
{
    const struct json *query = json_get(call->body, "query");
    if (!query || query->type != JSON_STRING)
        return false;
    *doc = (struct search_document){
        .query = query->text,
        .operation_name = json_text(json_get(call->body, "operationName"), (struct slice){ 0 }),
        .org = call->org,
        .now_ms = clock_now_ms(call->services->clock),
        .introspection = call->services->introspection,
    };
    return variables_of(call->body, &doc->variables);
}

rest_handler rest_search;
enum err rest_search(struct rest_call *call)
{
    struct search *s = call->services->search;
    struct search_call *c = arena_alloc(call->arena, sizeof *c);
    struct search_document doc;
    struct slice detail = { 0 };
    if (!c)
        return ERR_OUT_OF_MEMORY;
    *c = (struct search_call){ { .run = run_job }, call, s->facts, { 0 }, clock_mono_ns() };
    if (!document_of(call, &doc))
        return rest_failf(call, ERR_BAD_REQUEST,
                          "The body must be {\"query\": text, \"variables\": object}");
    enum err e = search_prepare(s->schema, &doc, call->arena, &c->prepared, &detail);
    if (e) {
        rest_fail(call, e, detail);
        return ERR_OK;
    }
    c->job.owner = quota_key(&call->principal);
    c->job.owner_max = LIMIT_searches_per_client_max;
    e = c->prepared.plans ? workers_submit(s->pool, &c->job) : ERR_OK;
    if (e == ERR_LIMIT)
        return rest_failf(call, e, "%d searches of this client are under way already",
                          LIMIT_searches_per_client_max);
    if (e || c->prepared.plans)
        return e;
    answer(c);
    return ERR_OK;
}
