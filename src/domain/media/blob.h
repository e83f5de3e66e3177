/* Bytes that belong to an entity but are too large to be part of it (the audio of an audio file):
 * rows of their own, written and deleted in the same commit as the entity, never held in memory.
 * Who shows them reads them from the store through the port below. */
#ifndef DOMAIN_MEDIA_BLOB_H
#define DOMAIN_MEDIA_BLOB_H
#include "base/err.h"
#include "base/slice.h"
struct arena;
struct effects;
/* `bytes` are not copied: they must stay until the command's `done` (as its arguments do). */
void blob_put(struct effects *fx, struct slice org, struct slice id, struct slice bytes);
void blob_drop(struct effects *fx, struct slice org, struct slice id);
struct blob_source {
    void *ctx;
    /* Waits for the disk: not on a net or core thread. Memory of `a`. ERR_NOT_FOUND. */
    enum err (*read)(void *ctx, struct slice org, struct slice id, struct arena *a,
                     struct slice *bytes);
};
struct store;
/* The store outlives the source. */
struct blob_source blobs_of_store(struct store *s);
#endif
