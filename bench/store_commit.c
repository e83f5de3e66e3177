/* needs: store/sqlite */
/* Durable commits a second through the store thread: each producer waits for its own commit before
 * it asks for the next, as a client does. store_commit [folder] [seconds]
 *
 * `producers`: one row and one event. `changes`: what a change of a site writes, of that size: the
 * entity, its entry of the audit trail and the event. */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "store/sqlite/store_sqlite.h"
#include "store/writer.h"

enum { ENTITIES = 50000, PRODUCERS_MAX = 64, TRAIL = 1000 };
enum { ROW_BYTES = 300, EVENT_BYTES = 200, SITE_BYTES = 290, CHANGE_BYTES = 460 };
static struct store_writer *writer;
static atomic_bool over;
static uint64_t next_seq;
static pthread_mutex_t numbering = PTHREAD_MUTEX_INITIALIZER;

struct producer {
    struct store_ticket t;
    struct store_write w[2];
    struct store_event e;
    sem_t committed;
    enum err result;
    uint64_t count, seed;
    char id[16], trail_id[16], body[CHANGE_BYTES];
};

static void wake(struct store_ticket *t, enum err result)
{
    struct producer *p = (struct producer *)t;
    p->result = result;
    sem_post(&p->committed);
}

static enum err commit_one(struct producer *p)
{
    pthread_mutex_lock(&numbering);
    p->e.seq = ++next_seq;
    enum err e = store_writer_push(writer, &p->t);
    pthread_mutex_unlock(&numbering);
    while (e == ERR_OK && sem_wait(&p->committed))
        ;
    return e == ERR_OK ? p->result : e;
}

static void *produce(void *arg)
{
    struct producer *p = arg;
    struct random random;
    random_seed(&random, p->seed);
    while (!atomic_load(&over)) {
        snprintf(p->id, sizeof p->id, "%u", (unsigned)random_below(&random, ENTITIES));
        p->w[0].id = slice_of(p->id);
        snprintf(p->trail_id, sizeof p->trail_id, "%u", (unsigned)random_below(&random, TRAIL));
        p->w[1].id = slice_of(p->trail_id);
        if (commit_one(p) != ERR_OK)
            abort();
        p->count++;
    }
    return NULL;
}

static void producer_init(struct producer *p, uint64_t seed, bool is_change)
{
    *p = (struct producer){ .seed = seed };
    memset(p->body, 'b', sizeof p->body);
    sem_init(&p->committed, 0, 0);
    p->w[0] = (struct store_write){
        SLICE("task"), SLICE("o"), SLICE("0"), { p->body, is_change ? SITE_BYTES : ROW_BYTES }
    };
    p->w[1] =
        (struct store_write){ SLICE("audit"), SLICE("o"), SLICE("0"), { p->body, CHANGE_BYTES } };
    p->e = (struct store_event){
        0, 1, SLICE("o"), SLICE("t"), { p->body, is_change ? CHANGE_BYTES : EVENT_BYTES }
    };
    p->t = (struct store_ticket){ .batch = { p->w, is_change ? 2 : 1, &p->e, 1 }, .done = wake };
}

static void measure(unsigned producers, unsigned seconds, bool is_change)
{
    static struct producer all[PRODUCERS_MAX];
    pthread_t threads[PRODUCERS_MAX];
    uint64_t sum = 0;
    atomic_store(&over, false);
    int64_t began = clock_mono_ns();
    for (unsigned i = 0; i < producers; i++) {
        producer_init(&all[i], i + 1, is_change);
        pthread_create(&threads[i], NULL, produce, &all[i]);
    }
    sleep(seconds);
    atomic_store(&over, true);
    for (unsigned i = 0; i < producers; i++) {
        pthread_join(threads[i], NULL);
        sum += all[i].count;
    }
    double took = (double)(clock_mono_ns() - began) / 1e9;
    printf("store_commit_%u_%s %.0f commits/s\n", producers, is_change ? "changes" : "producers",
           (double)sum / took);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/cordboard-bench-XXXXXX";
    const char *where = argc > 1 ? argv[1] : mkdtemp(folder);
    unsigned seconds = argc > 2 ? (unsigned)atoi(argv[2]) : 3;
    struct store *s;
    if (!where || store_sqlite_open(where, &s) || s->ops->journal_last(s, &next_seq) ||
        store_writer_start(s, &writer))
        return 1;
    measure(1, seconds, false);
    measure(8, seconds, false);
    measure(64, seconds, false);
    measure(64, seconds, true);
    store_writer_stop(writer);
    s->ops->close(s);
    return 0;
}
