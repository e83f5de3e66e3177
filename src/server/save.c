#include "server/save.h"

#include <pthread.h>

#include "store/writer.h"

struct saving {
    struct store_ticket ticket; /* first: done() gets it back */
    pthread_mutex_t lock;
    pthread_cond_t ready;
    bool done;
    enum err result;
};

static void saved(struct store_ticket *t, enum err result)
{
    struct saving *s = (struct saving *)t;
    pthread_mutex_lock(&s->lock);
    s->result = result;
    s->done = true;
    pthread_cond_signal(&s->ready);
    pthread_mutex_unlock(&s->lock);
}

enum err save_rows(struct store_writer *w, const struct store_write *writes, size_t count)
{
    struct saving s = { .ticket = { .batch = { .writes = writes, .write_count = count },
                                    .done = saved },
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .ready = PTHREAD_COND_INITIALIZER };
    enum err err = store_writer_push(w, &s.ticket);
    if (err != ERR_OK)
        return err;
    pthread_mutex_lock(&s.lock);
    while (!s.done)
        pthread_cond_wait(&s.ready, &s.lock);
    pthread_mutex_unlock(&s.lock);
    pthread_mutex_destroy(&s.lock);
    pthread_cond_destroy(&s.ready);
    return s.result;
}
