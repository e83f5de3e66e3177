#include "domain/core/textbox.h"

#include <stdlib.h>

enum { CHUNK_BYTES = 1000 };

struct textbox_chunk {
    struct textbox_chunk *older;
    size_t used, cap;
    char bytes[];
};

void textbox_release(struct textbox *b)
{
    while (b->newest) {
        struct textbox_chunk *older = b->newest->older;
        free(b->newest);
        b->newest = older;
    }
    *b = (struct textbox){ 0 };
}

static struct textbox_chunk *chunk_for(struct textbox *b, size_t len)
{
    struct textbox_chunk *c = b->newest;
    if (c && c->cap - c->used >= len)
        return c;
    size_t cap = len > CHUNK_BYTES ? len : CHUNK_BYTES;
    c = malloc(sizeof *c + cap);
    if (!c)
        return NULL;
    c->older = b->newest;
    c->used = 0;
    c->cap = cap;
    b->newest = c;
    return c;
}

struct slice textbox_put(struct textbox *b, struct slice text)
{
    if (text.len == 0)
        return SLICE("");
    struct textbox_chunk *c = chunk_for(b, text.len);
    if (!c)
        return (struct slice){ NULL, 0 };
    char *at = c->bytes + c->used;
    memcpy(at, text.at, text.len);
    c->used += text.len;
    b->used += text.len;
    return (struct slice){ at, text.len };
}

bool textbox_set(struct textbox *b, struct slice *field, struct slice value)
{
    if (slice_eq(*field, value))
        return true;
    struct slice copy = textbox_put(b, value);
    if (!copy.at)
        return false;
    *field = copy;
    return true;
}
