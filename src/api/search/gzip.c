#include "api/search/gzip.h"

#include <libdeflate.h>

#include "base/arena.h"

/* ";q=0", ";q=0.0" ... refuse the coding. */
static bool refused(struct slice parameters)
{
    struct slice one;
    while (slice_cut(&parameters, ';', &one)) {
        one = slice_trim(one);
        if (!slice_starts(one, SLICE("q=0")))
            continue;
        for (size_t i = 3; i < one.len; i++)
            if (one.at[i] >= '1' && one.at[i] <= '9')
                return false;
        return true;
    }
    return false;
}

bool search_gzip_wanted(struct slice accept_encoding)
{
    struct slice coding, name;
    while (slice_cut(&accept_encoding, ',', &coding)) {
        if (!slice_cut(&coding, ';', &name))
            continue;
        if (slice_eq_nocase(slice_trim(name), SLICE("gzip")))
            return !refused(coding);
    }
    return false;
}

struct slice search_gzip(struct arena *a, struct slice body)
{
    struct slice out = { 0 };
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(1); /* fast: rows repeat a lot */
    if (!c)
        return out;
    size_t room = libdeflate_gzip_compress_bound(c, body.len);
    char *at = arena_alloc(a, room);
    if (at)
        out = (struct slice){ at, libdeflate_gzip_compress(c, body.at, body.len, at, room) };
    libdeflate_free_compressor(c);
    return out.len ? out : (struct slice){ 0 };
}
