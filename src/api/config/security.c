/* Security events, newest first. They belong to the core, so they are asked for by a command. */
#include "domain/catalog/security.h"

#include "api/config/config.h"
#include "api/config/gate.h"
#include "api/config/page.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"

struct asking {
    struct security_question question;
    struct config_page page;
};

static void answer(struct rest_call *call, const struct core_answer *answered)
{
    const struct asking *ask = call->state;
    config_page_reply(call, &ask->page, answered);
}

static const char *read_times(struct rest_call *call, struct security_question *q)
{
    struct slice text;
    if (http_query(call->http, "from", &text) && text.len &&
        (!slice_to_i64(text, &q->from_ms) || q->from_ms < 0))
        return "from: should be a time in milliseconds";
    if (http_query(call->http, "to", &text) && text.len &&
        (!slice_to_i64(text, &q->to_ms) || q->to_ms < 0))
        return "to: should be a time in milliseconds";
    return NULL;
}

static const char *read_question(struct rest_call *call, struct security_question *q)
{
    struct slice text;
    enum event_type type;
    q->type = -1;
    if (http_query(call->http, "type", &text) && text.len) {
        if (!security_type_find(text, &type))
            return "type: is not a kind of security event";
        q->type = (int)type;
    }
    if (http_query(call->http, "userId", &text) && text.len && !uuid_parse(text, &q->user))
        return "userId: should be an id";
    (void)http_query(call->http, "clientId", &q->client);
    (void)http_query(call->http, "address", &q->address);
    return read_times(call, q);
}

enum err rest_config_security(struct rest_call *call)
{
    struct slice why = { NULL, 0 };
    struct asking *ask = arena_alloc(call->arena, sizeof *ask);
    if (!ask)
        return ERR_OUT_OF_MEMORY;
    *ask = (struct asking){ .page.total = 0 };
    call->state = ask;
    enum err e = gate_trail(call);
    if (e == ERR_OK)
        e = config_page_read(call->http, &ask->page, &why);
    const char *flaw = e == ERR_OK ? read_question(call, &ask->question) : NULL;
    if (e != ERR_OK || flaw) {
        rest_fail(call, flaw ? ERR_INVALID_FIELD : e, flaw ? slice_of(flaw) : why);
        return ERR_OK;
    }
    ask->question.org = config_view(call).org;
    ask->question.total = &ask->page.total;
    ask->question.first = ask->page.number * ask->page.size;
    ask->question.count = ask->page.size;
    return rest_submit(call, security_read, &ask->question, answer);
}
