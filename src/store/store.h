/* The system of record, as a port: rows (kind, org, id) -> body, and the journal (a monotone
 * sequence of events). What commit() has returned ERR_OK for is on disk. One thread commits; the
 * others may be called from any thread, also from inside a walk's function (except that a walk must
 * not commit). Kinds, ids and bodies are opaque bytes here. */
#ifndef STORE_STORE_H
#define STORE_STORE_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct store;
struct store_write {
    struct slice kind; /* "site", "task", "token" ... */
    struct slice org;  /* organisation's id; empty for what belongs to the server */
    struct slice id;
    struct slice body; /* at == NULL: delete (deleting what is not there is fine) */
};
struct store_event {
    uint64_t seq; /* given by the writer, rising by one over all events ever */
    int64_t at_ms;
    struct slice org, type, body;
};
struct store_batch {
    const struct store_write *writes;
    size_t write_count;
    const struct store_event *events;
    size_t event_count;
};
/* Slices are valid during the call. Anything but ERR_OK ends the walk and is returned. */
typedef enum err store_row_fn(void *ctx, struct slice org, struct slice id, struct slice body);
typedef enum err store_event_fn(void *ctx, const struct store_event *event);
/* What every adapter supplies. */
struct store_ops {
    const char *name;
    /* All batches in order, in one transaction: after a failure nothing of them is there.
     * ERR_CONFLICT: a sequence number that is not the last one plus one. */
    enum err (*commit)(struct store *s, const struct store_batch *batches, size_t count);
    /* Body memory belongs to `a`. ERR_NOT_FOUND leaves *body untouched. */
    enum err (*get)(struct store *s, struct slice kind, struct slice org, struct slice id,
                    struct arena *a, struct slice *body);
    /* Every row of the kind in order of (org, id); an empty `org` means all organisations. */
    enum err (*scan)(struct store *s, struct slice kind, struct slice org, store_row_fn *fn,
                     void *ctx);
    /* Events with seq > after, in order, at most `max`. Safe while another thread commits. */
    enum err (*journal_read)(struct store *s, uint64_t after, size_t max, store_event_fn *fn,
                             void *ctx);
    enum err (*journal_last)(struct store *s, uint64_t *seq); /* 0: empty */
    /* Removes the oldest events while their at_ms < before_ms (retention), so that no hole comes
     * into being; the last event always stays. On any thread. */
    enum err (*journal_trim)(struct store *s, int64_t before_ms);
    /* What was said of one organisation is forgotten: its events with `after` < seq <= after + max
     * become empty ones of type `as`, without organisation; numbers and times stay, so that no hole
     * comes into being. *reached: the last number looked at, the journal's last when it is over.
     * One transaction; any thread. */
    enum err (*journal_erase)(struct store *s, struct slice org, struct slice as, uint64_t after,
                              size_t max, uint64_t *reached);
    /* Housekeeping when nobody waits: called by the writer after a quiet moment. May be NULL. */
    void (*tidy)(struct store *s);
    void (*close)(struct store *s);
};
struct store {
    const struct store_ops *ops;
};
#endif
