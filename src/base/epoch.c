/* Every thread that ever read has a record with the epoch in which its present stay began (0: it is
 * outside). Retiring stamps the thing with a new epoch, so a reader whose stay began in that epoch
 * or later came after the unlinking and cannot hold it: a thing may be freed once no record shows
 * an older stay.
 *
 * Why a reader between reading `now` and writing its record is no danger: both sides write first
 * and look second, with sequentially consistent operations in between (Dekker's pattern). Either
 * the writer sees the record, then it waits, or the reader sees the pointer already unlinked.
 *
 * Records are never freed; a finished thread's record goes to the next thread. */
#include "base/epoch.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

struct record {
    _Alignas(64) _Atomic uint64_t since; /* own cache line: written on every read */
    unsigned depth;                      /* of its thread only */
    _Atomic bool taken;
    struct record *next; /* fixed once published */
};
struct retired {
    struct retired *next;
    uint64_t stamp;
    void (*fn)(void *arg);
    void *arg;
};

static _Atomic uint64_t now = 1;
static _Atomic(struct record *) records;
static _Thread_local struct record *mine;
static pthread_key_t at_thread_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list below */
static struct retired *oldest, **newest = &oldest;
static size_t running; /* taken off the list, not yet freed */

static void give_record_back(void *record)
{
    struct record *r = record;
    mine = NULL;
    atomic_store(&r->taken, false);
}

static void make_key(void)
{
    if (pthread_key_create(&at_thread_end, give_record_back))
        abort();
}

static struct record *take_free_record(void)
{
    for (struct record *r = atomic_load(&records); r; r = r->next) {
        bool taken = false;
        if (atomic_compare_exchange_strong(&r->taken, &taken, true))
            return r;
    }
    return NULL;
}

static struct record *new_record(void)
{
    struct record *r = aligned_alloc(_Alignof(struct record), sizeof *r);
    if (!r)
        abort();
    r->depth = 0;
    atomic_init(&r->since, 0);
    atomic_init(&r->taken, true);
    r->next = atomic_load(&records);
    while (!atomic_compare_exchange_weak(&records, &r->next, r))
        ;
    return r;
}

static struct record *register_thread(void)
{
    pthread_once(&once, make_key);
    struct record *r = take_free_record();
    if (!r)
        r = new_record();
    if (pthread_setspecific(at_thread_end, r))
        abort();
    return mine = r;
}

void epoch_enter(void)
{
    struct record *r = mine ? mine : register_thread();
    if (r->depth++)
        return;
    (void)atomic_exchange(&r->since, atomic_load(&now));
    atomic_thread_fence(memory_order_seq_cst);
}

void epoch_leave(void)
{
    struct record *r = mine;
    if (!r || !r->depth)
        abort();
    if (--r->depth == 0)
        atomic_store_explicit(&r->since, 0, memory_order_release);
}

static uint64_t oldest_stay(void)
{
    uint64_t least = UINT64_MAX;
    atomic_thread_fence(memory_order_seq_cst);
    for (struct record *r = atomic_load(&records); r; r = r->next) {
        uint64_t since = atomic_load(&r->since);
        if (since && since < least)
            least = since;
    }
    return least;
}

/* Cuts off the front of the list that nobody can see any more. The lock is held. */
static struct retired *take_free(void)
{
    struct retired *first = oldest, **end = &first;
    uint64_t limit = oldest_stay();
    while (*end && (*end)->stamp <= limit) {
        running++;
        end = &(*end)->next;
    }
    oldest = *end;
    if (!oldest)
        newest = &oldest;
    *end = NULL;
    return first;
}

static void run(struct retired *list)
{
    while (list) {
        struct retired *r = list;
        list = r->next;
        r->fn(r->arg);
        free(r);
        pthread_mutex_lock(&lock);
        running--;
        pthread_mutex_unlock(&lock);
    }
}

void epoch_retire(void (*fn)(void *arg), void *arg)
{
    struct retired *r = malloc(sizeof *r);
    if (!r)
        abort();
    *r = (struct retired){ .fn = fn, .arg = arg };
    pthread_mutex_lock(&lock);
    r->stamp = atomic_fetch_add(&now, 1) + 1; /* under the lock: the list stays sorted */
    *newest = r;
    newest = &r->next;
    struct retired *list = take_free();
    pthread_mutex_unlock(&lock);
    run(list);
}

void epoch_drain(void)
{
    for (;;) {
        pthread_mutex_lock(&lock);
        struct retired *list = take_free();
        bool empty = !oldest && !running;
        pthread_mutex_unlock(&lock);
        run(list);
        if (empty)
            return;
        if (!list)
            sched_yield();
    }
}
