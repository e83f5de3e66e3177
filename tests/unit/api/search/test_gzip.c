#include <criterion/criterion.h>
#include <libdeflate.h>

#include "api/search/gzip.h"
#include "base/arena.h"

Test(search_gzip, wanted_only_when_listed)
{
    cr_assert(search_gzip_wanted(SLICE("gzip")));
    cr_assert(search_gzip_wanted(SLICE("br, GZIP;q=0.5 , deflate")));
    cr_assert_not(search_gzip_wanted(SLICE("")));
    cr_assert_not(search_gzip_wanted((struct slice){ 0 }));
    cr_assert_not(search_gzip_wanted(SLICE("deflate, br")));
    cr_assert_not(search_gzip_wanted(SLICE("gzipped")));
    cr_assert_not(search_gzip_wanted(SLICE("gzip;q=0")));
    cr_assert_not(search_gzip_wanted(SLICE("gzip; q=0.000, br")));
}

Test(search_gzip, reads_back)
{
    enum { SIZE = 3 << 20 };
    struct arena *a = arena_new(16 << 20);
    char *text = arena_alloc(a, SIZE), *back = arena_alloc(a, SIZE);
    for (int i = 0; i < SIZE; i++)
        text[i] = (char)('a' + i % 7);
    struct slice packed = search_gzip(a, (struct slice){ text, SIZE });
    cr_assert(packed.at && packed.len < SIZE / 10);
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    size_t size = 0;
    cr_assert_eq(libdeflate_gzip_decompress(d, packed.at, packed.len, back, SIZE, &size),
                 LIBDEFLATE_SUCCESS);
    cr_assert(size == SIZE && memcmp(text, back, SIZE) == 0);
    libdeflate_free_decompressor(d);
    arena_free(a);
}

Test(search_gzip, short_memory_gives_nothing)
{
    struct arena *a = arena_new(64 << 10);
    char *text = calloc(1, 1 << 20);
    cr_assert_null(search_gzip(a, (struct slice){ text, 1 << 20 }).at);
    free(text);
    arena_free(a);
}
