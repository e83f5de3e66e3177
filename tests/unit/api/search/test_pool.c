#include <criterion/criterion.h>
#include <semaphore.h>

#include "api/search/pool.h"
#include "base/limits.h"

struct held {
    struct search_job job;
    sem_t *started, *go;
    _Atomic int *ran;
};
static sem_t started, go;
static _Atomic int ran;

static void run(struct search_job *job)
{
    struct held *h = (struct held *)job;
    sem_post(h->started);
    sem_wait(h->go);
    (*h->ran)++;
}
TestSuite(search_pool, .timeout = 30);

Test(search_pool, refuses_beyond_its_limit_and_runs_the_rest)
{
    static struct held jobs[LIMIT_facts_queries_max + 2];
    struct search_pool *p;
    sem_init(&started, 0, 0);
    sem_init(&go, 0, 0);
    cr_assert_eq(search_pool_start(1, &p), ERR_OK);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        jobs[i] = (struct held){ { NULL, run }, &started, &go, &ran };
    cr_assert_eq(search_pool_submit(p, &jobs[0].job), ERR_OK);
    sem_wait(&started); /* the only thread is busy */
    for (int i = 1; i <= LIMIT_facts_queries_max; i++)
        cr_assert_eq(search_pool_submit(p, &jobs[i].job), ERR_OK);
    cr_assert_eq(search_pool_submit(p, &jobs[LIMIT_facts_queries_max + 1].job), ERR_UNAVAILABLE);
    for (int i = 0; i <= LIMIT_facts_queries_max; i++)
        sem_post(&go);
    search_pool_stop(p);
    cr_assert_eq(ran, LIMIT_facts_queries_max + 1);
}

Test(search_pool, several_threads_stop_empty)
{
    struct search_pool *p;
    cr_assert_eq(search_pool_start(0, &p), ERR_OK);
    search_pool_stop(p);
    search_pool_stop(NULL);
}
