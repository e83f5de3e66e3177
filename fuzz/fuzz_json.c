/* needs: base */
/* Any bytes: either refused, or what the writer makes of the document reads back as the same one.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const struct json *a, const struct json *b)
{
    if (a->type != b->type || a->count != b->count || !slice_eq(a->key, b->key))
        return false;
    if (a->boolean != b->boolean || a->integer != b->integer || !slice_eq(a->text, b->text))
        return false;
    if (a->type == JSON_REAL && a->real != b->real)
        return false;
    const struct json *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next)
        if (!same(x, y))
            return false;
    return !x && !y;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(64 << 20);
    struct json *first, *second;
    struct json_writer w;
    struct buf out;
    if (json_parse(a, (struct slice){ (const char *)data, size }, &first, NULL) == ERR_OK) {
        buf_init_arena(&out, a);
        json_writer_init(&w, &out);
        json_put_node(&w, first);
        if (json_parse(a, buf_slice(&out), &second, NULL) != ERR_OK || !same(first, second))
            abort();
    }
    arena_free(a);
    return 0;
}
