/* Security events of identity's commands, in the words of domain/catalog/security.h. */
#include "domain/identity/identity_priv.h"

void identity_note(struct world *w, const struct identity_args *base, const struct identity_news *n,
                   struct effects *fx)
{
    char client[CLIENT_ID_LEN + 1] = "";
    if (!uuid_is_nil(n->client))
        client_id_format(n->client, client);
    struct security_note note = { .type = n->type,
                                  .org = n->org,
                                  .user = n->user,
                                  .client = slice_of(client),
                                  .address = base->address,
                                  .detail = n->detail };
    if (!uuid_eq(base->by, n->user))
        note.by = base->by;
    security_note(w, &note, fx);
}

void identity_note_token(struct world *w, const struct identity_args *base, enum event_type type,
                         const struct grant *g, struct effects *fx)
{
    struct identity_news n = { .type = type,
                               .org = g->org,
                               .client = g->client,
                               .detail = identity_scopes_print(fx->arena, g->scopes) };
    if (g->kind != TOKEN_OF_MACHINE) /* its user is the client once more */
        n.user = g->user;
    identity_note(w, base, &n, fx);
}

void identity_note_client(struct world *w, const struct identity_args *base, enum event_type type,
                          const struct client *c, const char *detail, struct effects *fx)
{
    struct identity_news n = {
        .type = type, .org = c->item.org, .client = c->id, .detail = slice_of(detail)
    };
    identity_note(w, base, &n, fx);
}
