/* Security events about what was refused. They change nothing that anybody waits for: sent to the
 * core beside the answer, and lost when it has too much to do. */
#include <stdlib.h>

#include "api/oauth/oauth_priv.h"

struct note {
    struct identity_failure_args args;
    char client[64], address[64];
};

static void noted(void *ctx, const struct core_answer *answer)
{
    (void)answer;
    free(ctx);
}

static struct slice keep(char *to, size_t size, struct slice text)
{
    size_t len = text.len < size ? text.len : size;
    if (len)
        memcpy(to, text.at, len);
    return (struct slice){ to, len };
}

void oauth_note_failure(struct rest_call *call, const struct identity_failure_args *what)
{
    struct core_port *port = call->services->core;
    struct note *n = calloc(1, sizeof *n);
    if (!n)
        return;
    n->args = *what;
    n->args.base.identity = call->services->identity;
    n->args.base.now_ms = clock_now_ms(call->services->clock);
    n->args.base.address = keep(n->address, sizeof n->address, call->http->peer);
    n->args.client = keep(n->client, sizeof n->client, what->client);
    struct core_command c = {
        .run = identity_note_failure, .args = &n->args, .done = noted, .ctx = n
    };
    if (port->submit(port, &c) != ERR_OK)
        free(n);
}

void oauth_note_client_failure(struct rest_call *call, enum event_type type, struct slice client,
                               const char *detail)
{
    struct client_view known;
    struct identity_failure_args what = { .type = type, .detail = detail };
    if (identity_client(call->services->identity, client, call->arena, &known) == ERR_OK) {
        what.client = known.id;
        what.org = known.org;
    }
    oauth_note_failure(call, &what);
}
