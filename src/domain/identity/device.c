/* The device grant, RFC 8628: a device without a browser shows a short code, its user types that in
 * elsewhere and decides, the device asks until somebody has.
 *
 * The item's owner is the client while it waits and the user once he has allowed it, so that
 * signing out everywhere takes it along. It is removed when the tokens are given: a device code
 * works once. */
#include "base/arena.h"
#include "base/limits.h"
#include "domain/identity/identity_priv.h"

enum { USER_CODE_LEN = 8, USER_CODE_TRIES = IDENTITY_SECRET_LEN / USER_CODE_LEN };

/* No vowels, so no words, and nothing that looks like something else: RFC 8628 6.1. */
static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ";

/* 256 is no multiple of 20; the bias of a few per cent costs a fraction of a bit of the 34. */
static void user_code_make(const uint8_t *bytes, char code[USER_CODE_LEN + 1])
{
    for (size_t i = 0; i < USER_CODE_LEN; i++)
        code[i] = letters[bytes[i] % (sizeof letters - 1)];
    code[USER_CODE_LEN] = '\0';
}

/* As typed to as made; false: cannot be one. */
static bool user_code_key(struct slice typed, uint8_t key[SECRET_HASH_LEN])
{
    char code[USER_CODE_LEN];
    size_t n = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (c == '-' || c == ' ')
            continue;
        c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (n == USER_CODE_LEN || !c || !strchr(letters, c))
            return false;
        code[n++] = c;
    }
    secret_hash((struct slice){ code, n }, key);
    return n == USER_CODE_LEN;
}

static struct slice key_slice(const uint8_t key[SECRET_HASH_LEN])
{
    return (struct slice){ (const char *)key, SECRET_HASH_LEN };
}

/* ---- the device begins ---- */

static enum err start_refused(const struct identity_start_device_args *a, const struct client *c,
                              struct effects *fx)
{
    if (!c) {
        effects_detail(fx, "no such client");
        return ERR_INVALID_CLIENT;
    }
    if (!c->device) {
        effects_detail(fx, "the client is not registered for the device grant");
        return ERR_UNAUTHORIZED_CLIENT;
    }
    if (a->scopes & ~c->scopes) {
        effects_detail(fx, "a scope is not registered for this client");
        return ERR_INVALID_SCOPE;
    }
    return ERR_OK;
}

/* One that no waiting device has; the drawn bytes are good for a few tries. */
static bool choose_user_code(struct identity *id, const uint8_t *bytes,
                             char code[USER_CODE_LEN + 1], uint8_t key[SECRET_HASH_LEN])
{
    for (size_t i = 0; i < USER_CODE_TRIES; i++) {
        user_code_make(bytes + i * USER_CODE_LEN, code);
        secret_hash(slice_of(code), key);
        if (!map_get(&id->user_codes, key_slice(key)))
            return true;
    }
    return false;
}

static void put_device(struct identity *id, const struct identity_start_device_args *a,
                       const struct client *c, struct slice text, const uint8_t *user_code,
                       struct effects *fx)
{
    struct device *d = identity_item_new(ITEM_DEVICE, sizeof *d);
    if (d) {
        secret_hash(text, d->item.key);
        d->item.org = c->item.org;
        d->item.user = c->id;
        d->item.created_ms = a->base.now_ms;
        d->item.expires_ms = a->base.now_ms + LIMIT_device_code_ms_max;
        d->client = c->id;
        d->scopes = a->scopes ? a->scopes : c->scopes;
        memcpy(d->user_code, user_code, SECRET_HASH_LEN);
    }
    identity_item_put(id, d, fx);
}

enum err identity_start_device(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_start_device_args *a = args;
    struct identity *id = a->base.identity;
    char code[USER_CODE_LEN + 1];
    uint8_t key[SECRET_HASH_LEN];
    (void)w;
    const struct client *c = identity_client_find(id, a->client);
    enum err e = start_refused(a, c, fx);
    if (e != ERR_OK)
        return e;
    if (!choose_user_code(id, a->base.draw.second, code, key)) {
        effects_detail(fx, "no user code is free: try again");
        return ERR_LIMIT;
    }
    identity_item_sweep(id, a->base.now_ms, SWEEP_IN_PASSING, fx);
    /* The oldest goes, and no start is refused: a public client's id is no secret, so whoever knows
     * it could fill the shelf and keep everybody out for as long as a code lives. */
    identity_shelf_make_room(id, c->item.org, c->id, ITEM_DEVICE, LIMIT_device_codes_per_client_max,
                             fx);
    struct slice text = identity_token_text(id, fx->arena, a->base.draw.first, c->item.org);
    put_device(id, a, c, text, key, fx);
    fx->result = arena_printf(fx->arena,
                              "{\"device_code\":\"%.*s\",\"user_code\":\"%.4s-%.4s\","
                              "\"expires_in\":%d,\"interval\":%d}",
                              SLICE_ARG(text), code, code + 4, LIMIT_device_code_ms_max / 1000,
                              LIMIT_device_poll_ms_min / 1000);
    return ERR_OK;
}

/* ---- its user decides ---- */

/* NULL: nothing that this user may decide about; all reasons look the same. */
static const struct device *find_waiting(const struct identity_device_args *a,
                                         const struct client **client, struct effects *fx)
{
    struct identity *id = a->base.identity;
    uint8_t key[SECRET_HASH_LEN], client_key[ITEM_KEY_LEN];
    const struct device *d =
        user_code_key(a->user_code, key) ? map_get(&id->user_codes, key_slice(key)) : NULL;
    if (d && d->item.expires_ms > a->base.now_ms &&
        (uuid_is_nil(d->item.org) || uuid_eq(d->item.org, a->org))) {
        identity_key_of_ids(d->client, (struct uuid){ { 0 } }, client_key);
        *client = (struct client *)identity_item_find(id, ITEM_CLIENT, client_key);
        if (*client)
            return d;
    }
    effects_detail(fx, "no device waits with this code");
    return NULL;
}

enum err identity_find_device(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_device_args *a = args;
    const struct client *c = NULL;
    char text[CLIENT_ID_LEN + 1];
    (void)w;
    const struct device *d = find_waiting(a, &c, fx);
    if (!d)
        return ERR_NOT_FOUND;
    client_id_format(c->id, text);
    fx->result = arena_printf(fx->arena, "{\"client\":\"%s\",\"scope\":\"%.*s\"}", text,
                              SLICE_ARG(identity_scopes_print(fx->arena, d->scopes)));
    return ERR_OK;
}

enum err identity_decide_device(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_device_args *a = args;
    struct identity *id = a->base.identity;
    struct identity_user user;
    const struct client *c = NULL;
    const struct device *d = find_waiting(a, &c, fx);
    if (!d || !identity_user_find(id, a->org, a->user, &user))
        return ERR_NOT_FOUND;
    if (a->allow && !identity_role_scopes(user.role, d->scopes & c->scopes)) {
        effects_detail(fx, "nothing of the asked scopes may be granted");
        return ERR_INVALID_SCOPE;
    }
    struct identity_news n = { .type = a->allow ? EVENT_SECURITY_CONSENT
                                                : EVENT_SECURITY_CONSENT_DENIED,
                               .org = a->org,
                               .user = a->user,
                               .client = c->id,
                               .detail = SLICE("device") };
    identity_note(w, &a->base, &n, fx);
    struct device *fresh = identity_item_new(ITEM_DEVICE, sizeof *fresh);
    if (fresh) {
        *fresh = *d;
        memset(&fresh->item.core, 0, sizeof fresh->item.core);
        fresh->state = a->allow ? DEVICE_ALLOWED : DEVICE_DENIED;
        if (a->allow) {
            fresh->item.org = a->org;
            fresh->item.user = a->user;
        }
    }
    identity_item_put(id, fresh, fx);
    return ERR_OK;
}

/* ---- the device asks ---- */

static struct device *find_asked(const struct identity_poll_device_args *a, const struct client *c)
{
    uint8_t key[ITEM_KEY_LEN];
    struct device *d = identity_token_text_key(a->device_code, key)
                           ? (struct device *)identity_item_find(a->base.identity, ITEM_DEVICE, key)
                           : NULL;
    return d && uuid_eq(d->client, c->id) ? d : NULL;
}

/* Asking too soon makes the interval longer for good: RFC 8628 3.5. */
static void keep_waiting(struct device *d, int64_t now_ms, struct effects *fx)
{
    bool soon = now_ms < d->poll.not_before_ms;
    if (d->poll.interval_ms == 0)
        d->poll.interval_ms = LIMIT_device_poll_ms_min;
    if (soon && d->poll.interval_ms < LIMIT_device_poll_ms_max)
        d->poll.interval_ms += LIMIT_device_poll_ms_min;
    d->poll.not_before_ms = now_ms + d->poll.interval_ms;
    fx->result =
        soon ? SLICE("{\"error\":\"slow_down\"}") : SLICE("{\"error\":\"authorization_pending\"}");
}

static enum err give_tokens(struct world *w, struct identity *id,
                            const struct identity_poll_device_args *a, struct device *d,
                            const struct client *c, struct effects *fx)
{
    struct identity_user user;
    struct grant g = {
        .org = d->item.org, .user = d->item.user, .client = d->client, .granted = d->scopes
    };
    if (identity_user_find(id, g.org, g.user, &user))
        g.scopes = identity_role_scopes(user.role, d->scopes & c->scopes);
    if (!g.scopes) {
        effects_detail(fx, "the user is gone or inactive, or nothing may be granted any more");
        return ERR_INVALID_GRANT;
    }
    memcpy(g.family.bytes, a->base.draw.id, sizeof g.family.bytes);
    identity_item_remove(id, &d->item, fx);
    identity_item_sweep(id, a->base.now_ms, SWEEP_IN_PASSING, fx);
    identity_note_token(w, &a->base, EVENT_SECURITY_TOKEN_ISSUED, &g, fx);
    identity_grant_answer(id, &a->base, &g, NULL, fx);
    return ERR_OK;
}

enum err identity_poll_device(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_poll_device_args *a = args;
    struct identity *id = a->base.identity;
    const struct client *c = identity_client_find(id, a->client);
    if (!c || (c->confidential && !a->authenticated)) {
        effects_detail(fx, "client authentication failed");
        return ERR_INVALID_CLIENT;
    }
    struct device *d = find_asked(a, c);
    if (!d) {
        effects_detail(fx, "the device code is not valid for this client");
        return ERR_INVALID_GRANT;
    }
    if (d->item.expires_ms <= a->base.now_ms)
        return ERR_EXPIRED_TOKEN;
    if (d->state == DEVICE_DENIED)
        return ERR_ACCESS_DENIED;
    if (d->state == DEVICE_ALLOWED)
        return give_tokens(w, id, a, d, c, fx);
    keep_waiting(d, a->base.now_ms, fx);
    return ERR_OK;
}
