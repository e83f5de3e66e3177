/* Threads for work that waits: for the history, for the disk; never a net thread. Bounded: beyond
 * `waiting_max` jobs that no thread has taken yet one is refused at once. */
#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H
#include <stdint.h>

#include "base/err.h"
struct workers;
struct worker_job { /* intrusive; the memory of whoever submits */
    struct worker_job *next;
    uint64_t owner;                      /* whose: at most owner_max of one owner wait or run; */
    unsigned owner_max;                  /* 0: as many as there is room for */
    void (*run)(struct worker_job *job); /* on a thread of the pool */
};
/* threads 0: 2 x cores. */
enum err workers_start(unsigned threads, unsigned waiting_max, struct workers **out);
/* Runs what waits, then ends the threads. NULL is fine. */
void workers_stop(struct workers *p);
/* ERR_UNAVAILABLE: too many wait, or stopping. ERR_LIMIT: too many of the owner. Then run will not
 * be called. */
enum err workers_submit(struct workers *p, struct worker_job *job);
#endif
