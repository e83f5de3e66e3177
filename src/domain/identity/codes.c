/* Authorization codes: RFC 6749 4.1, RFC 7636, RFC 9700 2.1.1. A used code stays known for
 * LIMIT_code_replay_ms_max, so that its second appearance can revoke what the first one gave. */
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/identity/identity_priv.h"

static enum err code_refused(const struct identity_issue_code_args *a, const struct client *c,
                             struct effects *fx)
{
    if (!c || (!uuid_is_nil(c->item.org) && !uuid_eq(c->item.org, a->org))) {
        effects_detail(fx, "no such client in this organisation");
        return ERR_INVALID_CLIENT;
    }
    if (!identity_redirect_registered(c, a->redirect)) {
        effects_detail(fx, "the redirect URI is not registered");
        return ERR_BAD_REQUEST;
    }
    if (a->challenge.len ? !secret_is_challenge(a->challenge) : !c->confidential) {
        effects_detail(fx, "a public client must send an S256 code challenge");
        return ERR_BAD_REQUEST;
    }
    return ERR_OK;
}

static void remember_consent(struct world *w, struct identity *id,
                             const struct identity_issue_code_args *a, const struct client *c,
                             struct effects *fx)
{
    uint8_t key[ITEM_KEY_LEN];
    identity_key_of_ids(a->user, c->id, key);
    const struct consent *old = (struct consent *)identity_item_find(id, ITEM_CONSENT, key);
    uint64_t scopes = a->scopes | (old ? old->scopes : 0);
    if (old && old->scopes == scopes)
        return;
    struct identity_news n = { .type = EVENT_SECURITY_CONSENT,
                               .org = a->org,
                               .user = a->user,
                               .client = c->id,
                               .detail = identity_scopes_print(fx->arena, scopes) };
    identity_note(w, &a->base, &n, fx);
    struct consent *fresh = identity_item_new(ITEM_CONSENT, sizeof *fresh);
    if (fresh) {
        memcpy(fresh->item.key, key, sizeof key);
        fresh->item.org = a->org;
        fresh->item.user = a->user;
        fresh->item.created_ms = a->base.now_ms;
        fresh->client = c->id;
        fresh->scopes = scopes;
    }
    if (!old)
        identity_shelf_make_room(id, a->org, a->user, ITEM_CONSENT, LIMIT_consents_per_user_max,
                                 fx);
    identity_item_put(id, fresh, fx);
}

static struct code *code_new(const struct identity_issue_code_args *a, const struct client *c,
                             struct slice text, uint64_t scopes)
{
    struct code *code = identity_item_new(ITEM_CODE, sizeof *code);
    if (!code)
        return NULL;
    code->redirect = identity_text_copy(a->redirect);
    code->challenge = identity_text_copy(a->challenge);
    if (!code->redirect || !code->challenge) {
        identity_item_free(code);
        return NULL;
    }
    secret_hash(text, code->item.key);
    code->item.org = a->org;
    code->item.user = a->user;
    code->item.created_ms = a->base.now_ms;
    code->item.expires_ms = a->base.now_ms + LIMIT_code_ms_max;
    code->client = c->id;
    code->scopes = scopes;
    memcpy(code->family.bytes, a->base.draw.id, sizeof code->family.bytes);
    return code;
}

enum err identity_issue_code(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_issue_code_args *a = args;
    struct identity *id = a->base.identity;
    struct identity_user user;
    const struct client *c = identity_client_find(id, a->client);
    enum err e = code_refused(a, c, fx);
    if (e != ERR_OK)
        return e;
    if (!identity_user_find(id, a->org, a->user, &user)) {
        effects_detail(fx, "no such active user");
        return ERR_NOT_FOUND;
    }
    uint64_t scopes = identity_role_scopes(user.role, a->scopes);
    if (!scopes || (a->scopes & ~c->scopes)) {
        effects_detail(fx, "nothing of the asked scopes may be granted");
        return ERR_INVALID_SCOPE;
    }
    identity_item_sweep(id, a->base.now_ms, SWEEP_IN_PASSING, fx);
    remember_consent(w, id, a, c, fx);
    struct slice text = identity_token_text(id, fx->arena, a->base.draw.first, a->org);
    identity_shelf_make_room(id, a->org, a->user, ITEM_CODE, LIMIT_codes_per_user_max, fx);
    identity_item_put(id, code_new(a, c, text, scopes), fx);
    fx->result = arena_printf(fx->arena, "{\"code\":\"%.*s\"}", SLICE_ARG(text));
    return ERR_OK;
}

/* ---- exchange ---- */

static bool verifier_fits(const struct code *code, struct slice verifier)
{
    char challenge[CHALLENGE_LEN + 1];
    if (!code->challenge[0])
        return verifier.len == 0; /* a verifier out of nowhere is a downgrade: RFC 9700 4.8.2 */
    if (!secret_is_verifier(verifier))
        return false;
    secret_challenge(verifier, challenge);
    return secret_equal(challenge, code->challenge, CHALLENGE_LEN);
}

static const char *exchange_flaw(const struct identity_exchange_code_args *a,
                                 const struct code *code)
{
    if (code->item.expires_ms <= a->base.now_ms)
        return "the code has expired";
    if (!slice_is(a->redirect, code->redirect))
        return "the redirect URI is not the one the code was made for";
    if (!verifier_fits(code, a->verifier))
        return "the code verifier does not fit the challenge";
    return NULL;
}

static void code_use_up(struct identity *id, const struct code *code, int64_t now_ms,
                        struct effects *fx)
{
    struct code *used = identity_item_new(ITEM_CODE, sizeof *used);
    if (used) {
        *used = *code;
        memset(&used->item.core, 0, sizeof used->item.core);
        used->item.expires_ms = now_ms + LIMIT_code_replay_ms_max;
        used->used = true;
        used->redirect = identity_text_copy(slice_of(code->redirect));
        used->challenge = identity_text_copy(slice_of(code->challenge));
        if (!used->redirect || !used->challenge) {
            identity_item_free(used);
            used = NULL;
        }
    }
    identity_item_put(id, used, fx);
}

static enum err exchange(struct world *w, struct identity *id,
                         const struct identity_exchange_code_args *a, const struct code *code,
                         struct effects *fx)
{
    struct identity_user user;
    const char *flaw = exchange_flaw(a, code);
    if (!flaw && !identity_user_find(id, code->item.org, code->item.user, &user))
        flaw = "the user is gone or inactive";
    if (flaw) {
        effects_detail(fx, "%s", flaw);
        return ERR_INVALID_GRANT;
    }
    struct grant g = { .org = code->item.org,
                       .user = code->item.user,
                       .client = code->client,
                       .family = code->family,
                       .scopes = identity_role_scopes(user.role, code->scopes),
                       .granted = code->scopes };
    code_use_up(id, code, a->base.now_ms, fx);
    identity_item_sweep(id, a->base.now_ms, SWEEP_IN_PASSING, fx);
    identity_note_token(w, &a->base, EVENT_SECURITY_TOKEN_ISSUED, &g, fx);
    identity_grant_answer(id, &a->base, &g, NULL, fx);
    return ERR_OK;
}

enum err identity_exchange_code(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_exchange_code_args *a = args;
    struct identity *id = a->base.identity;
    uint8_t key[ITEM_KEY_LEN];
    const struct client *c = identity_client_find(id, a->client);
    if (!c || (c->confidential && !a->authenticated)) {
        effects_detail(fx, "client authentication failed");
        return ERR_INVALID_CLIENT;
    }
    const struct code *code = identity_token_text_key(a->code, key)
                                  ? (struct code *)identity_item_find(id, ITEM_CODE, key)
                                  : NULL;
    if (!code || !uuid_eq(code->client, c->id)) {
        effects_detail(fx, "the code is not valid for this client");
        return ERR_INVALID_GRANT;
    }
    if (code->used) {
        identity_note(w, &a->base,
                      &(struct identity_news){ .type = EVENT_SECURITY_TOKEN_REUSE,
                                               .org = code->item.org,
                                               .user = code->item.user,
                                               .client = code->client,
                                               .detail = SLICE("authorization code") },
                      fx);
        identity_tokens_revoke_family(id, code->item.org, code->item.user, code->family, fx);
        identity_replay_answer(fx);
        return ERR_OK;
    }
    return exchange(w, id, a, code, fx);
}
