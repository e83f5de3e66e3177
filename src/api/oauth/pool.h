/* Threads for work that takes long by purpose: hashing passwords. Bounded: LIMIT_password_jobs_max
 * may wait. */
#ifndef API_OAUTH_POOL_H
#define API_OAUTH_POOL_H
#include "base/err.h"
#include "base/queue.h"
struct pool;
struct pool_job {
    struct queue_item item; /* first member */
    void (*run)(struct pool_job *job);
};
enum err oauth_pool_start(unsigned threads, struct pool **out);
/* Runs what waits, ends the threads. NULL is fine. */
void oauth_pool_stop(struct pool *p);
/* ERR_LIMIT: full; ERR_UNAVAILABLE: stopping. Then run is not called. */
enum err oauth_pool_push(struct pool *p, struct pool_job *job);
#endif
