/* The Search API (POST /search): GraphQL over the history. */
#ifndef API_SEARCH_SEARCH_H
#define API_SEARCH_SEARCH_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct facts;
struct graphql_schema;
struct json;
struct search;
/* `facts` must outlive it. threads 0: 2 x cores. ERR_CORRUPT: the schema built in is wrong. */
enum err search_start(struct facts *facts, unsigned threads, struct search **out);
/* Before the HTTP server's end: searches under way are answered. NULL is fine. */
void search_stop(struct search *s);
const struct graphql_schema *search_schema(const struct search *s);
/* The schema of spec/search.graphqls; freed with graphql_schema_free. */
enum err search_schema_new(struct graphql_schema **out);

/* One document, without HTTP. search_prepare refuses what is wrong with it and never blocks;
 * search_execute asks the history. Failures carry the sentence for the caller in *detail. */
struct search_document {
    struct slice query, operation_name;
    const struct json *variables; /* NULL or an object */
    struct slice org;
    int64_t now_ms;
    bool introspection;
};
struct search_request;
struct search_plan;
struct search_prepared {
    struct search_request *request;
    struct search_plan *plans; /* NULL: nothing to ask the history for */
};
enum err search_prepare(const struct graphql_schema *schema, const struct search_document *doc,
                        struct arena *a, struct search_prepared *out, struct slice *detail);
/* *answer: {"data":{...}} */
enum err search_execute(const struct search_prepared *p, struct facts *facts, struct slice *answer,
                        struct slice *detail);
#endif
