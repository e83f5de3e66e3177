/* The switches of a query, by the parameters in spec/. */
#include "api/rest/rest_priv.h"
#include "base/arena.h"

enum err rest_query_check(struct rest_call *call, struct slice *detail)
{
    struct slice text;
    for (const char *const *name = call->operation->switches; name && *name; name++) {
        if (!http_query(call->http, *name, &text) || !text.len || slice_is(text, "true") ||
            slice_is(text, "false"))
            continue;
        *detail = arena_printf(call->arena, "%s: should be true or false", *name);
        return ERR_INVALID_FIELD;
    }
    return ERR_OK;
}
