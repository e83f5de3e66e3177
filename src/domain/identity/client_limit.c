/* A client's own rate limit. Readers may be looking at the record, so a changed copy replaces it.
 */
#include <stdlib.h>

#include "domain/identity/identity_priv.h"

struct client *identity_client_copy(const struct client *c)
{
    struct client *copy = identity_item_new(ITEM_CLIENT, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *c;
    memset(&copy->item.core, 0, sizeof copy->item.core);
    copy->redirect_count = 0;
    copy->name = identity_text_copy(slice_of(c->name));
    copy->redirects = calloc(c->redirect_count ? c->redirect_count : 1, sizeof *copy->redirects);
    bool whole = copy->name && copy->redirects;
    while (whole && copy->redirect_count < c->redirect_count) {
        char *uri = identity_text_copy(slice_of(c->redirects[copy->redirect_count]));
        whole = uri != NULL;
        copy->redirects[copy->redirect_count] = uri;
        copy->redirect_count += whole;
    }
    if (whole)
        return copy;
    identity_item_free(copy);
    return NULL;
}

enum err identity_limit_client(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_limit_client_args *a = args;
    struct identity *id = a->base.identity;
    (void)w;
    const struct client *c = identity_client_find(id, a->client);
    if (!c || !uuid_eq(c->item.org, a->org)) {
        effects_detail(fx, "no such client");
        return ERR_NOT_FOUND;
    }
    struct client *copy = identity_client_copy(c);
    if (copy)
        copy->per_minute = a->per_minute;
    identity_item_put(id, copy, fx);
    return ERR_OK;
}
