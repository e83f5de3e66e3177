#include "domain/media/blob.h"

#include "domain/core/effects.h"
#include "store/store.h"

static const struct slice kind = SLICE_INIT("blob");

void blob_put(struct effects *fx, struct slice org, struct slice id, struct slice bytes)
{
    effects_put_made(fx, kind, org, id, bytes);
}

void blob_drop(struct effects *fx, struct slice org, struct slice id)
{
    effects_delete(fx, kind, org, id);
}

static enum err read_row(void *ctx, struct slice org, struct slice id, struct arena *a,
                         struct slice *bytes)
{
    struct store *s = ctx;
    return s->ops->get(s, kind, org, id, a, bytes);
}

struct blob_source blobs_of_store(struct store *s)
{
    return (struct blob_source){ s, read_row };
}
