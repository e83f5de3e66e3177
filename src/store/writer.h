/* The store thread: one writer, group commit. Tickets are committed in the order they were pushed,
 * up to LIMIT_store_batch_max in one transaction, and finished in the same order afterwards. If a
 * commit fails the process says so in the log and stops taking tickets (ERR_UNAVAILABLE): better no
 * answer than a wrong one. */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H
#include "base/queue.h"
#include "store/store.h"
struct store_writer;
struct store_ticket {
    struct queue_item item;
    struct store_batch batch; /* may be empty: then only the order counts */
    /* Runs on the store thread once the batch is durable (ERR_OK), or was not written. Frees the
     * ticket if it wants. */
    void (*done)(struct store_ticket *t, enum err result);
};
enum err store_writer_start(struct store *s, struct store_writer **out);
/* Waits until all tickets are finished, ends the thread. The store stays open. */
void store_writer_stop(struct store_writer *w);
/* Any thread. Waits while LIMIT_store_tickets_max tickets are unfinished (from within done() it
 * answers ERR_LIMIT instead). After an error the ticket stays the caller's: ERR_UNAVAILABLE once
 * stopping or after a failed commit. */
enum err store_writer_push(struct store_writer *w, struct store_ticket *t);
#endif
