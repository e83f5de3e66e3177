/* Threads for work that waits: for the history, for the disk; never a net thread. Bounded: beyond
 * `waiting_max` jobs that no thread has taken yet one is refused at once. */
#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H
#include "base/err.h"
struct workers;
struct worker_job { /* intrusive; the memory of whoever submits */
    struct worker_job *next;
    void (*run)(struct worker_job *job); /* on a thread of the pool */
};
/* threads 0: 2 x cores. */
enum err workers_start(unsigned threads, unsigned waiting_max, struct workers **out);
/* Runs what waits, then ends the threads. NULL is fine. */
void workers_stop(struct workers *p);
/* ERR_UNAVAILABLE: too many wait, or stopping; run will not be called. */
enum err workers_submit(struct workers *p, struct worker_job *job);
#endif
