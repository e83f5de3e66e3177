/* A client's own rate limit. Readers may be looking at the record, so a changed copy replaces it.
 */
#include "domain/identity/identity_priv.h"

enum err identity_limit_client(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_limit_client_args *a = args;
    struct identity *id = a->base.identity;
    const struct client *c = identity_client_find(id, a->client);
    if (!c || !uuid_eq(c->item.org, a->org)) {
        effects_detail(fx, "no such client");
        return ERR_NOT_FOUND;
    }
    identity_note_client(w, &a->base, EVENT_SECURITY_CLIENT_CHANGED, c, "rate limit", fx);
    struct client *copy = identity_client_copy(c);
    if (copy)
        copy->per_minute = a->per_minute;
    identity_item_put(id, copy, fx);
    return ERR_OK;
}
