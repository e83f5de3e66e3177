#include "base/workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct workers {
    pthread_mutex_t lock; /* guards all below but the threads */
    pthread_cond_t ready;
    struct worker_job *head, **tail;
    unsigned waiting, waiting_max;
    bool stopping;
    unsigned begun;
    unsigned thread_count;
    struct {
        pthread_t thread;
        uint64_t owner; /* of the job it runs */
    } workers[];
};

/* The job that ran before may be freed already: only its owner is remembered. */
static struct worker_job *take(struct workers *p, unsigned worker)
{
    pthread_mutex_lock(&p->lock);
    p->workers[worker].owner = 0;
    while (!p->head && !p->stopping)
        pthread_cond_wait(&p->ready, &p->lock);
    struct worker_job *job = p->head;
    if (job) {
        p->head = job->next;
        p->waiting--;
        p->workers[worker].owner = job->owner;
        if (!p->head)
            p->tail = &p->head;
    }
    pthread_mutex_unlock(&p->lock);
    return job;
}

static void *work(void *arg)
{
    struct workers *p = arg;
    pthread_mutex_lock(&p->lock);
    unsigned worker = p->begun++;
    pthread_mutex_unlock(&p->lock);
    for (struct worker_job *job; (job = take(p, worker));)
        job->run(job);
    return NULL;
}

void workers_stop(struct workers *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->ready);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->thread_count; i++)
        pthread_join(p->workers[i].thread, NULL);
    pthread_cond_destroy(&p->ready);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

enum err workers_start(unsigned threads, unsigned waiting_max, struct workers **out)
{
    if (!threads)
        threads = 2 * (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    struct workers *p = calloc(1, sizeof *p + threads * sizeof *p->workers);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->ready, NULL);
    p->tail = &p->head;
    p->waiting_max = waiting_max;
    while (p->thread_count < threads &&
           pthread_create(&p->workers[p->thread_count].thread, NULL, work, p) == 0)
        p->thread_count++;
    if (p->thread_count < threads) {
        workers_stop(p);
        return ERR_INTERNAL;
    }
    *out = p;
    return ERR_OK;
}

/* A handful waits, a few run: walking them is as cheap as counting. */
static bool has_too_many(const struct workers *p, const struct worker_job *fresh)
{
    unsigned count = 0;
    for (const struct worker_job *job = p->head; job; job = job->next)
        count += job->owner == fresh->owner;
    for (unsigned i = 0; i < p->begun; i++)
        count += p->workers[i].owner == fresh->owner;
    return fresh->owner_max && count >= fresh->owner_max;
}

enum err workers_submit(struct workers *p, struct worker_job *job)
{
    pthread_mutex_lock(&p->lock);
    enum err e = ERR_OK;
    if (p->stopping || p->waiting >= p->waiting_max)
        e = ERR_UNAVAILABLE;
    else if (has_too_many(p, job))
        e = ERR_LIMIT;
    if (e == ERR_OK) {
        job->next = NULL;
        *p->tail = job;
        p->tail = &job->next;
        p->waiting++;
        pthread_cond_signal(&p->ready);
    }
    pthread_mutex_unlock(&p->lock);
    return e;
}
