/* RFC 7662: what a client may learn about a token. Whatever it may not know looks like a token that
 * does not exist (section 2.2). */
#include "base/epoch.h"
#include "domain/identity/identity_priv.h"

/* Its own tokens; and the access tokens of its organisation, because it may be the one that a
 * colleague's program sends them to. */
static bool may_know(const struct client *asker, const struct token *t)
{
    if (uuid_eq(t->client, asker->id))
        return true;
    return t->use == TOKEN_ACCESS && uuid_eq(t->item.org, asker->item.org);
}

/* A refresh token is as good as an access token that was made with it now. */
static enum err refresh_check(struct identity *id, const struct token *t, int64_t now_ms,
                              struct principal *out)
{
    struct token as_access = *t;
    as_access.use = TOKEN_ACCESS;
    return identity_token_check(id, &as_access, now_ms, out);
}

static enum err introspect(struct identity *id, const struct token *t, const struct client *asker,
                           int64_t now_ms, struct token_view *out)
{
    struct token_view v = { 0 };
    if (!t || !asker || t->use == TOKEN_REFRESH_USED || !may_know(asker, t))
        return ERR_NOT_FOUND;
    v.refresh = t->use == TOKEN_REFRESH;
    v.created_ms = t->item.created_ms;
    if (refresh_check(id, t, now_ms, &v.principal) != ERR_OK)
        return ERR_NOT_FOUND;
    *out = v;
    return ERR_OK;
}

enum err identity_introspect(struct identity *id, struct slice token, struct slice client,
                             int64_t now_ms, struct token_view *out)
{
    uint8_t key[ITEM_KEY_LEN];
    if (!identity_token_text_key(token, key))
        return ERR_NOT_FOUND;
    epoch_enter();
    enum err e = introspect(id, identity_published(id, ITEM_TOKEN, key),
                            identity_client_published(id, client), now_ms, out);
    epoch_leave();
    return e;
}
