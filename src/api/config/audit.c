/* The audit trail, newest first. It belongs to the core, so it is asked for by a command. */
#include "domain/catalog/audit.h"

#include "api/config/config.h"
#include "api/config/gate.h"
#include "api/config/page.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "domain/catalog/schema.h"

struct asking {
    struct audit_question question;
    struct config_page page;
};

static void answer(struct rest_call *call, const struct core_answer *answered)
{
    const struct asking *ask = call->state;
    config_page_reply(call, &ask->page, answered);
}

static enum err read_question(struct rest_call *call, struct asking *ask, struct slice *why)
{
    struct slice id;
    struct audit_question *q = &ask->question;
    q->org = config_view(call).org;
    q->total = &ask->page.total;
    if (http_query(call->http, "entityType", &q->type) && q->type.len &&
        schema_resource(q->type) == RESOURCE_COUNT) {
        *why = SLICE("entityType: should be a kind of entity");
        return ERR_INVALID_FIELD;
    }
    if (http_query(call->http, "entityId", &id) && id.len && !uuid_parse(id, &q->id)) {
        *why = SLICE("entityId: should be an id");
        return ERR_INVALID_FIELD;
    }
    q->first = ask->page.number * ask->page.size;
    q->count = ask->page.size;
    return ERR_OK;
}

enum err rest_config_audit(struct rest_call *call)
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
    if (e == ERR_OK)
        e = read_question(call, ask, &why);
    if (e == ERR_OK)
        return rest_submit(call, audit_read, &ask->question, answer);
    rest_fail(call, e, why);
    return ERR_OK;
}
