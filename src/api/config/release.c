/* References that are taken out everywhere, and attributes that are filled in: what other services
 * of the contract call before a delete and after an upgrade. */
#include "api/config/change.h"
#include "api/config/gate.h"
#include "api/config/once.h"
#include "api/config/response.h"
#include "api/rest/routes.h"
#include "base/arena.h"

enum err rest_config_delete_reference(struct rest_call *call)
{
    struct catalog_change *args = arena_alloc(call->arena, sizeof *args);
    enum err e = args ? gate_change_all(call) : ERR_OUT_OF_MEMORY;
    if (e != ERR_OK)
        return e;
    *args = config_change(call);
    args->body = call->body->raw;
    return args->dry_run
               ? rest_submit(call, catalog_release, args, response_reply)
               : once_submit(call, catalog_release, args, response_reply, args->body, SLICE(""));
}

static void populated(struct rest_call *call, const struct core_answer *answered)
{
    if (answered->err)
        rest_fail(call, answered->err, answered->detail);
    else
        rest_reply(call, 200, SLICE(""));
}

enum err rest_config_populate_skill(struct rest_call *call)
{
    struct catalog_change *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    *args = config_change(call);
    enum err e = config_id(call, &args->id);
    if (e == ERR_OK)
        e = gate_change(call, args->id);
    return e ? e : once_submit(call, catalog_populate_skill, args, populated, SLICE(""), SLICE(""));
}
