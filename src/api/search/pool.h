/* The threads that ask the history: searches wait here, never on a net thread. Bounded: beyond
 * LIMIT_facts_queries_max waiting ones a search is refused at once. */
#ifndef API_SEARCH_POOL_H
#define API_SEARCH_POOL_H
#include "base/err.h"
struct search_pool;
struct search_job { /* intrusive; the memory of whoever submits */
    struct search_job *next;
    void (*run)(struct search_job *job); /* on a thread of the pool */
};
/* threads 0: 2 x cores. */
enum err search_pool_start(unsigned threads, struct search_pool **out);
/* Runs what waits, then ends the threads. NULL is fine. */
void search_pool_stop(struct search_pool *p);
/* ERR_UNAVAILABLE: too many wait, or stopping; run will not be called. */
enum err search_pool_submit(struct search_pool *p, struct search_job *job);
#endif
