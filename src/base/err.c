#include "base/err.h"

#include <assert.h>

struct err_row {
    int status;
    const char *code, *title;
};

static const struct err_row rows[ERR_COUNT] = {
    [ERR_OK] = { 200, "OK", "Done" },
#define ERROR(sym, http, code, title) [ERR_##sym] = { (http), (code), (title) },
#include "errors.def"
};

static const struct err_row *row(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return &rows[e];
}

int err_status(enum err e)
{
    return row(e)->status;
}

const char *err_code(enum err e)
{
    return row(e)->code;
}

const char *err_title(enum err e)
{
    return row(e)->title;
}
