/* needs: api/rest */
/* Any path: found or not, and what is found has the parameters of its template, none of them empty.
 */
#include <stdlib.h>

#include "api/rest/router.h"
#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct operation rows[] = {
    { .path = "/", .method = METHOD_GET },
    { .path = "/a/{b}", .method = METHOD_GET },
    { .path = "/a/b", .method = METHOD_POST },
    { .path = "/a/{b}/c/{orgId}", .method = METHOD_GET },
    { .path = "/a/b/{c}/d", .method = METHOD_GET },
};

static size_t params_of(const char *path)
{
    size_t count = 0;
    for (; *path; path++)
        count += *path == '{';
    return count;
}

static void check(const struct route *r)
{
    if (r->param_count != params_of(r->operation->path))
        abort();
    for (size_t i = 0; i < r->param_count; i++)
        if (!r->params[i].len || memchr(r->params[i].at, '\0', r->params[i].len))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct router *router;
    struct arena *a = arena_new(1 << 20);
    struct slice path = { (const char *)data, size };
    struct route route;
    if (!router && router_new(rows, sizeof rows / sizeof *rows, &router))
        abort();
    if (slice_find(path, '\0') < 0 && router_find(router, SLICE("GET"), path, a, &route) == ERR_OK)
        check(&route);
    arena_free(a);
    return 0;
}
