/* Clients: registering, changing and removing an integration or a service app. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/identity/identity_priv.h"

/* What is common to registering and changing. */
struct client_words {
    enum client_kind kind;
    struct slice name;
    const struct slice *redirects;
    size_t redirect_count;
    uint64_t scopes;
    bool confidential, device;
};

static bool name_is_fine(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] < ' ' || name.at[i] == 127)
            return false;
    return slice_trim(name).len > 0 && name.len <= LIMIT_client_name_bytes_max;
}

static enum err redirects_refused(const struct client_words *c, struct effects *fx)
{
    bool service = c->kind == CLIENT_SERVICE;
    size_t min = service || c->device ? 0 : 1, max = service ? 0 : LIMIT_client_redirects_max;
    if (c->redirect_count < min || c->redirect_count > max) {
        effects_detail(fx, "redirectUris: must hold %zu to %zu", min, max);
        return ERR_INVALID_FIELD;
    }
    for (size_t i = 0; i < c->redirect_count; i++) {
        const char *flaw = identity_redirect_flaw(c->redirects[i]);
        if (flaw) {
            effects_detail(fx, "redirectUris[%zu]: %s", i, flaw);
            return ERR_INVALID_FIELD;
        }
    }
    return ERR_OK;
}

static enum err words_refused(const struct client_words *c, struct effects *fx)
{
    if (!name_is_fine(c->name)) {
        effects_detail(fx, "name: must have 1 to %d bytes without control characters",
                       LIMIT_client_name_bytes_max);
        return ERR_INVALID_FIELD;
    }
    if (c->scopes == 0) {
        effects_detail(fx, "scope: must name at least one");
        return ERR_INVALID_FIELD;
    }
    if (c->scopes & ~identity_client_scopes()) {
        effects_detail(fx, "scope: names one that no application may have");
        return ERR_INVALID_FIELD;
    }
    if (c->kind == CLIENT_SERVICE && (!c->confidential || c->device)) {
        effects_detail(fx, "a service app has a secret and no device grant");
        return ERR_INVALID_FIELD;
    }
    return redirects_refused(c, fx);
}

/* ---- registering ---- */

static bool is_owners(const struct client *c, struct uuid owner)
{
    return c->kind == CLIENT_SERVICE && uuid_eq(c->owner, owner);
}

static enum err is_full(struct world *w, const struct identity_register_client_args *a,
                        struct effects *fx)
{
    const int64_t most = world_org_limit(w, a->org, ORG_LIMIT_CLIENTS);
    struct shelf_list *list =
        identity_shelf_list(a->base.identity, a->org, (struct uuid){ { 0 } }, ITEM_CLIENT);
    size_t owned = 0;
    if ((list ? (int64_t)list->count : 0) >= most) {
        effects_detail(fx, "the organisation has %lld integrations already", (long long)most);
        return ERR_LIMIT;
    }
    for (struct item *it = list ? list->oldest : NULL; it; it = it->core.newer)
        owned += is_owners((struct client *)it, a->owner);
    if (a->kind == CLIENT_SERVICE && owned >= LIMIT_service_apps_per_user_max) {
        effects_detail(fx, "the user has %d service apps already", LIMIT_service_apps_per_user_max);
        return ERR_LIMIT;
    }
    return ERR_OK;
}

static struct client *client_new(const struct identity_register_client_args *a, struct slice secret)
{
    struct client *c = identity_item_new(ITEM_CLIENT, sizeof *c);
    if (!c)
        return NULL;
    memcpy(c->id.bytes, a->base.draw.id, sizeof c->id.bytes);
    identity_key_of_ids(c->id, (struct uuid){ { 0 } }, c->item.key);
    c->item.org = a->org;
    c->item.created_ms = a->base.now_ms;
    c->kind = a->kind;
    c->owner = a->owner;
    c->confidential = a->confidential;
    c->device = a->device;
    c->scopes = a->scopes;
    c->per_minute = a->per_minute;
    if (a->confidential)
        secret_hash(secret, c->secret_hash);
    if (identity_client_set_words(c, a->name, a->redirects, a->redirect_count))
        return c;
    identity_item_free(c);
    return NULL;
}

enum err identity_register_client(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_register_client_args *a = args;
    struct client_words words = { a->kind,   a->name,         a->redirects, a->redirect_count,
                                  a->scopes, a->confidential, a->device };
    char secret[2 * IDENTITY_SECRET_LEN + 1];
    enum err e = words_refused(&words, fx);
    if (e == ERR_OK)
        e = is_full(w, a, fx);
    if (e != ERR_OK)
        return e;
    hex_encode(a->base.draw.first, IDENTITY_SECRET_LEN, secret);
    struct client *c = client_new(a, slice_of(secret));
    if (c) {
        identity_client_answer(c, a->confidential ? slice_of(secret) : SLICE(""), fx);
        identity_note_client(w, &a->base, EVENT_SECURITY_CLIENT_CREATED, c, "", fx);
    }
    identity_item_put(a->base.identity, c, fx);
    return ERR_OK;
}

/* ---- changing ---- */

static struct client *client_of(struct identity *id, struct uuid org, struct slice text,
                                struct effects *fx)
{
    struct client *c = identity_client_find(id, text);
    if (c && uuid_eq(c->item.org, org))
        return c;
    effects_detail(fx, "no such client in this organisation");
    return NULL;
}

static void put_changed(struct identity *id, struct client *fresh, struct slice secret,
                        struct effects *fx)
{
    if (fresh)
        identity_client_answer(fresh, secret, fx);
    identity_item_put(id, fresh, fx);
}

enum err identity_update_client(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_update_client_args *a = args;
    const struct client *c = client_of(a->base.identity, a->org, a->client, fx);
    if (!c || c->kind != CLIENT_INTEGRATION)
        return ERR_NOT_FOUND;
    struct client_words words = { c->kind,   a->name,         a->redirects, a->redirect_count,
                                  a->scopes, c->confidential, a->device };
    enum err e = words_refused(&words, fx);
    if (e != ERR_OK)
        return e;
    struct client *fresh = identity_client_copy(c);
    if (fresh && !identity_client_set_words(fresh, a->name, a->redirects, a->redirect_count)) {
        identity_item_free(fresh);
        fresh = NULL;
    }
    if (fresh) {
        fresh->scopes = a->scopes;
        fresh->device = a->device;
    }
    identity_note_client(w, &a->base, EVENT_SECURITY_CLIENT_CHANGED, c, "registration", fx);
    put_changed(a->base.identity, fresh, SLICE(""), fx);
    return ERR_OK;
}

enum err identity_rotate_secret(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_rotate_secret_args *a = args;
    char secret[2 * IDENTITY_SECRET_LEN + 1];
    const struct client *c = client_of(a->base.identity, a->org, a->client, fx);
    if (!c)
        return ERR_NOT_FOUND;
    if (!c->confidential) {
        effects_detail(fx, "a public client has no secret");
        return ERR_CONFLICT;
    }
    if (a->overlap_ms < 0 || a->overlap_ms > LIMIT_secret_overlap_ms_max) {
        effects_detail(fx, "overlapSeconds: must be 0 to %d", LIMIT_secret_overlap_ms_max / 1000);
        return ERR_INVALID_FIELD;
    }
    hex_encode(a->base.draw.first, IDENTITY_SECRET_LEN, secret);
    struct client *fresh = identity_client_copy(c);
    if (fresh) {
        memcpy(fresh->previous_hash, c->secret_hash, SECRET_HASH_LEN);
        fresh->previous_until_ms = a->overlap_ms ? a->base.now_ms + a->overlap_ms : 0;
        secret_hash(slice_of(secret), fresh->secret_hash);
    }
    identity_note_client(w, &a->base, EVENT_SECURITY_CLIENT_CHANGED, c, "secret", fx);
    put_changed(a->base.identity, fresh, slice_of(secret), fx);
    return ERR_OK;
}

/* Tokens of people who allowed an integration hang on their shelves, far too many to look for; they
 * die because identity_check misses the client. A service app's hang on its own. */
enum err identity_remove_client(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_remove_client_args *a = args;
    struct identity *id = a->base.identity;
    struct client *c = client_of(id, a->org, a->client, fx);
    if (!c)
        return ERR_NOT_FOUND;
    identity_note_client(w, &a->base, EVENT_SECURITY_CLIENT_DELETED, c, "", fx);
    identity_shelf_clear(id, a->org, c->id, ITEM_TOKEN, fx);
    identity_shelf_clear(id, a->org, c->id, ITEM_DEVICE, fx);
    identity_item_remove(id, &c->item, fx);
    return ERR_OK;
}

/* ---- service apps ---- */

enum err identity_authorize_client(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_authorize_client_args *a = args;
    struct identity *id = a->base.identity;
    const struct client *c = client_of(id, a->org, a->client, fx);
    if (!c || c->kind != CLIENT_SERVICE)
        return ERR_NOT_FOUND;
    if (a->scopes & ~c->scopes) {
        effects_detail(fx, "scope: names one the app does not ask for");
        return ERR_INVALID_SCOPE;
    }
    if (a->scopes == c->authorized) {
        identity_client_answer(c, SLICE(""), fx);
        return ERR_OK;
    }
    identity_note_client(w, &a->base, EVENT_SECURITY_CLIENT_CHANGED, c,
                         a->scopes ? "authorized" : "authorization withdrawn", fx);
    identity_shelf_clear(id, a->org, c->id, ITEM_TOKEN, fx);
    struct client *fresh = identity_client_copy(c);
    if (fresh)
        fresh->authorized = a->scopes;
    put_changed(id, fresh, SLICE(""), fx);
    return ERR_OK;
}

enum err identity_machine_token(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_machine_token_args *a = args;
    struct identity *id = a->base.identity;
    const struct client *c = identity_client_find(id, a->client);
    if (!c || c->kind != CLIENT_SERVICE || !a->authenticated) {
        effects_detail(fx, "client authentication failed");
        return ERR_INVALID_CLIENT;
    }
    if (!uuid_eq(c->item.org, a->org) || !c->authorized ||
        world_org_state(w, a->org) != ORG_ACTIVE) {
        effects_detail(fx, "no administrator of the organisation has authorized this app");
        return ERR_ACCESS_DENIED;
    }
    struct grant g = { .org = a->org,
                       .user = c->id,
                       .client = c->id,
                       .kind = TOKEN_OF_MACHINE,
                       .scopes = c->authorized };
    memcpy(g.family.bytes, a->base.draw.id, sizeof g.family.bytes);
    identity_item_sweep(id, a->base.now_ms, SWEEP_IN_PASSING, fx);
    identity_note_token(w, &a->base, EVENT_SECURITY_TOKEN_ISSUED, &g, fx);
    identity_grant_answer(id, &a->base, &g, NULL, fx);
    return ERR_OK;
}
