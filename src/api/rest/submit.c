/* The way of a call through the core. From the moment the command is handed over, the call, its
 * request and its arena belong to whoever runs `done`; the net thread must not touch them again. */
#include "api/rest/operation.h"
#include "api/services.h"
#include "base/arena.h"
#include "domain/core/org.h"

struct flight {
    struct rest_call *call;
    rest_then *then;
    struct core_org_call guarded; /* the caller's organisation may close meanwhile */
    struct core_command command;
};

/* The answer's slices end with this call, the socket layer needs the body longer. */
static void reply_with_result(struct rest_call *call, struct slice result)
{
    struct slice body = result.len ? arena_copy(call->arena, result) : result;
    if (result.len && !body.at)
        rest_fail(call, ERR_OUT_OF_MEMORY, (struct slice){ NULL, 0 });
    else
        rest_reply(call, 0, body);
}

static void done(void *ctx, const struct core_answer *answer)
{
    struct flight *f = ctx;
    if (f->then)
        f->then(f->call, answer);
    else if (answer->err)
        rest_fail(f->call, answer->err, answer->detail);
    else
        reply_with_result(f->call, answer->result);
}

enum err rest_submit(struct rest_call *call, command_fn *run, const void *args, rest_then *then)
{
    struct flight *f = arena_alloc(call->arena, sizeof *f);
    struct core_port *port = call->services->core;
    if (!f)
        return ERR_OUT_OF_MEMORY;
    *f = (struct flight){ .call = call,
                          .then = then,
                          .guarded = { call->principal.org, run, args },
                          .command = { core_in_org, &f->guarded, done, f } };
    if (uuid_is_nil(call->principal.org)) /* nobody's */
        f->command = (struct core_command){ run, args, done, f };
    return port->submit(port, &f->command);
}
