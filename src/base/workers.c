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
    unsigned thread_count;
    pthread_t threads[];
};

static struct worker_job *take(struct workers *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->head && !p->stopping)
        pthread_cond_wait(&p->ready, &p->lock);
    struct worker_job *job = p->head;
    if (job) {
        p->head = job->next;
        p->waiting--;
        if (!p->head)
            p->tail = &p->head;
    }
    pthread_mutex_unlock(&p->lock);
    return job;
}

static void *work(void *arg)
{
    struct worker_job *job;
    while ((job = take(arg)))
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
        pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->ready);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

enum err workers_start(unsigned threads, unsigned waiting_max, struct workers **out)
{
    if (!threads)
        threads = 2 * (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    struct workers *p = calloc(1, sizeof *p + threads * sizeof *p->threads);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->ready, NULL);
    p->tail = &p->head;
    p->waiting_max = waiting_max;
    while (p->thread_count < threads &&
           pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0)
        p->thread_count++;
    if (p->thread_count < threads) {
        workers_stop(p);
        return ERR_INTERNAL;
    }
    *out = p;
    return ERR_OK;
}

enum err workers_submit(struct workers *p, struct worker_job *job)
{
    pthread_mutex_lock(&p->lock);
    bool room = !p->stopping && p->waiting < p->waiting_max;
    if (room) {
        job->next = NULL;
        *p->tail = job;
        p->tail = &job->next;
        p->waiting++;
        pthread_cond_signal(&p->ready);
    }
    pthread_mutex_unlock(&p->lock);
    return room ? ERR_OK : ERR_UNAVAILABLE;
}
