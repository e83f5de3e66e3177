#include "facts/duckdb/library.h"

#include <dlfcn.h>

#include "base/log.h"

/* ISO C has no conversion from object to function pointer, POSIX promises one; copying the bytes
 * says so without a warning. */
static bool find(void *handle, const char *name, void *function)
{
    void *at = dlsym(handle, name);
    memcpy(function, &at, sizeof at);
    if (!at)
        log_write(LOG_ERROR, "duckdb_function_missing", LOG_TEXT("name", slice_of(name)));
    return at != NULL;
}

static bool find_all(struct duck *d)
{
    bool all = true;
#define DUCK(type, name, params) all = all && find(d->handle, "duckdb_" #name, &d->name);
    DUCK_FUNCTIONS(DUCK)
#undef DUCK
    return all;
}

enum err duck_load(const char *path, struct duck *out)
{
    struct duck d = { .handle = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) : NULL };
    if (!d.handle) {
        const char *why = path ? dlerror() : "no path"; /* NOLINT: glibc keeps it by thread */
        log_write(LOG_ERROR, "duckdb_library_missing", LOG_TEXT("why", slice_of(why)));
        return ERR_NOT_FOUND;
    }
    if (!find_all(&d)) {
        dlclose(d.handle);
        return ERR_NOT_FOUND;
    }
    struct slice version = slice_of(d.library_version());
    if (!slice_starts(version, SLICE("v1."))) {
        log_write(LOG_ERROR, "duckdb_version_unknown", LOG_TEXT("version", version));
        dlclose(d.handle);
        return ERR_UNAVAILABLE;
    }
    *out = d;
    return ERR_OK;
}

void duck_unload(struct duck *d)
{
    if (d->handle)
        dlclose(d->handle);
    d->handle = NULL;
}
