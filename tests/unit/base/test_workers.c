#include <criterion/criterion.h>
#include <semaphore.h>

#include "base/workers.h"

enum { WAITING_MAX = 64 };
struct held {
    struct worker_job job;
    sem_t *started, *go;
    _Atomic int *ran;
};
static sem_t started, go;
static _Atomic int ran;

static void run(struct worker_job *job)
{
    struct held *h = (struct held *)job;
    sem_post(h->started);
    sem_wait(h->go);
    (*h->ran)++;
}
TestSuite(workers, .timeout = 30);

Test(workers, refuses_beyond_its_limit_and_runs_the_rest)
{
    static struct held jobs[WAITING_MAX + 2];
    struct workers *p;
    sem_init(&started, 0, 0);
    sem_init(&go, 0, 0);
    cr_assert_eq(workers_start(1, WAITING_MAX, &p), ERR_OK);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        jobs[i] = (struct held){ { .run = run }, &started, &go, &ran };
    cr_assert_eq(workers_submit(p, &jobs[0].job), ERR_OK);
    sem_wait(&started); /* the only thread is busy */
    for (int i = 1; i <= WAITING_MAX; i++)
        cr_assert_eq(workers_submit(p, &jobs[i].job), ERR_OK);
    cr_assert_eq(workers_submit(p, &jobs[WAITING_MAX + 1].job), ERR_UNAVAILABLE);
    for (int i = 0; i <= WAITING_MAX; i++)
        sem_post(&go);
    workers_stop(p);
    cr_assert_eq(ran, WAITING_MAX + 1);
}

Test(workers, nobody_takes_all_of_it)
{
    enum { MAX = 20, ALL = MAX + 3 };
    static struct held jobs[ALL];
    struct workers *p;
    sem_init(&started, 0, 0);
    sem_init(&go, 0, 0);
    cr_assert_eq(workers_start(1, WAITING_MAX, &p), ERR_OK);
    for (size_t i = 0; i < ALL; i++)
        jobs[i] = (struct held){
            { .run = run, .owner = i <= MAX ? 7 : 8, .owner_max = MAX }, &started, &go, &ran
        };
    cr_assert_eq(workers_submit(p, &jobs[0].job), ERR_OK);
    sem_wait(&started); /* running counts too */
    for (int i = 1; i < MAX; i++)
        cr_assert_eq(workers_submit(p, &jobs[i].job), ERR_OK);
    cr_assert_eq(workers_submit(p, &jobs[MAX].job), ERR_LIMIT);
    cr_assert_eq(workers_submit(p, &jobs[MAX + 1].job), ERR_OK, "somebody else");
    sem_post(&go);
    sem_wait(&started); /* the next one runs: the first is over */
    cr_assert_eq(workers_submit(p, &jobs[MAX].job), ERR_OK);
    for (int i = 0; i < ALL; i++)
        sem_post(&go);
    workers_stop(p);
    cr_assert_eq(ran, MAX + 2);
}

Test(workers, several_threads_stop_empty)
{
    struct workers *p;
    cr_assert_eq(workers_start(0, 1, &p), ERR_OK);
    workers_stop(p);
    workers_stop(NULL);
}
