/* needs: net domain/media
 * A boundary's length and characters, then the body: what is found lies inside the body, in order,
 * and no delimiter is left in it. The first bytes of every part are also read as a WAVE file. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/media/wav.h"
#include "net/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct multipart *form, struct slice body, struct slice delimiter)
{
    const char *at = body.at;
    if (form->count > LIMIT_multipart_parts_max)
        abort();
    for (size_t i = 0; i < form->count; i++) {
        struct slice part = form->parts[i].body;
        struct wav wav;
        const char *why = NULL;
        if (part.at < at || part.at + part.len + delimiter.len > body.at + body.len)
            abort();
        if (memmem(part.at, part.len, delimiter.at, delimiter.len) ||
            memcmp(part.at + part.len, delimiter.at, delimiter.len) != 0)
            abort();
        if (wav_read(part, &wav, &why)) {
            if (wav.samples.at < part.at || wav.samples.at + wav.samples.len > part.at + part.len ||
                wav.length_ms < 0)
                abort();
        } else if (!why) {
            abort();
        }
        at = part.at + part.len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    struct multipart form = { NULL, 0 };
    const char *why = NULL;
    if (!arena)
        arena = arena_new(16 << 20);
    arena_reset(arena);
    size_t head = size ? data[0] % 80u : 0;
    if (size < head + 1)
        return 0;
    struct slice boundary = { (const char *)data + 1, head };
    size_t rest = size - head - 1;
    char *copy = malloc(rest + 1); /* its own allocation, so that an overrun is seen */
    memcpy(copy, data + head + 1, rest);
    struct slice body = { copy, rest };
    struct slice type =
        arena_printf(arena, "multipart/form-data; boundary=%.*s", SLICE_ARG(boundary));
    enum err e = multipart_parse(arena, type, body, &form, &why);
    if (e == ERR_OK && !slice_starts(boundary, SLICE("\"")) && slice_find(boundary, ';') < 0)
        check(&form, body, arena_printf(arena, "\r\n--%.*s", SLICE_ARG(slice_trim(boundary))));
    if (e != ERR_OK && (!why || !*why || form.count))
        abort();
    free(copy);
    return 0;
}
