#include "api/search/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"

struct search_pool {
    pthread_mutex_t lock; /* guards all below but the threads */
    pthread_cond_t ready;
    struct search_job *head, **tail;
    unsigned waiting;
    bool stopping;
    unsigned thread_count;
    pthread_t threads[];
};

static struct search_job *take(struct search_pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->head && !p->stopping)
        pthread_cond_wait(&p->ready, &p->lock);
    struct search_job *job = p->head;
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
    struct search_job *job;
    while ((job = take(arg)))
        job->run(job);
    return NULL;
}

void search_pool_stop(struct search_pool *p)
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

enum err search_pool_start(unsigned threads, struct search_pool **out)
{
    if (!threads)
        threads = 2 * (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    struct search_pool *p = calloc(1, sizeof *p + threads * sizeof *p->threads);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->ready, NULL);
    p->tail = &p->head;
    while (p->thread_count < threads &&
           pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0)
        p->thread_count++;
    if (p->thread_count < threads) {
        search_pool_stop(p);
        return ERR_INTERNAL;
    }
    *out = p;
    return ERR_OK;
}

enum err search_pool_submit(struct search_pool *p, struct search_job *job)
{
    pthread_mutex_lock(&p->lock);
    bool room = !p->stopping && p->waiting < LIMIT_facts_queries_max;
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
