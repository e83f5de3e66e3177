/* Passwords and login sessions. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/identity/identity_priv.h"

void identity_sign_out(struct identity *id, struct uuid org, struct uuid user, struct effects *fx)
{
    identity_shelf_clear(id, org, user, ITEM_SESSION, fx);
    identity_shelf_clear(id, org, user, ITEM_CODE, fx);
    identity_shelf_clear(id, org, user, ITEM_TOKEN, fx);
    identity_shelf_clear(id, org, user, ITEM_DEVICE, fx);
}

static void put_credential(const struct identity_set_password_args *a, const char *was,
                           struct effects *fx)
{
    struct credential *c = identity_item_new(ITEM_CREDENTIAL, sizeof *c);
    if (c) {
        c->hash = identity_text_copy(a->hash);
        c->was = was ? identity_text_copy(slice_of(was)) : NULL;
        c->temporary = a->temporary;
        identity_key_of_ids(a->org, a->user, c->item.key);
        c->item.org = a->org;
        c->item.user = a->user;
        c->item.created_ms = a->base.now_ms;
    }
    if (c && (!c->hash || (was && !c->was))) {
        identity_item_free(c);
        c = NULL;
    }
    identity_item_put(a->base.identity, c, fx);
}

void identity_credential_put(const struct identity_set_password_args *a, struct effects *fx)
{
    put_credential(a, NULL, fx);
}

enum err identity_rehash_password(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_rehash_args *a = args;
    uint8_t key[ITEM_KEY_LEN];
    (void)w;
    identity_key_of_ids(a->org, a->user, key);
    const struct credential *c =
        (struct credential *)identity_item_find(a->base.identity, ITEM_CREDENTIAL, key);
    if (!c || !slice_is(a->was, c->hash))
        return ERR_OK;
    struct identity_set_password_args fresh = {
        .base = a->base, .org = a->org, .user = a->user, .hash = a->hash, .temporary = c->temporary
    };
    put_credential(&fresh, c->hash, fx);
    return ERR_OK;
}

/* Between the look at a password and the command that rests on it somebody may have set another
 * one, to shut out whoever knows the old. */
static bool is_proven(struct identity *id, struct uuid org, struct uuid user, struct slice hash,
                      struct effects *fx)
{
    uint8_t key[ITEM_KEY_LEN];
    identity_key_of_ids(org, user, key);
    const struct credential *c = (struct credential *)identity_item_find(id, ITEM_CREDENTIAL, key);
    if (!hash.len || (c && (slice_is(hash, c->hash) || (c->was && slice_is(hash, c->was)))))
        return true;
    effects_detail(fx, "the password has been changed meanwhile");
    return false;
}

static void note(struct world *w, const struct identity_args *base, enum event_type type,
                 const struct identity_user *user, const char *detail, struct effects *fx)
{
    struct identity_news n = {
        .type = type, .org = user->org, .user = user->id, .detail = slice_of(detail)
    };
    identity_note(w, base, &n, fx);
}

enum err identity_set_password(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_set_password_args *a = args;
    struct identity *id = a->base.identity;
    struct identity_user user;
    if (!identity_user_find(id, a->org, a->user, &user)) {
        effects_detail(fx, "no such active user");
        return ERR_NOT_FOUND;
    }
    if (!is_proven(id, a->org, a->user, a->proven, fx))
        return ERR_FORBIDDEN;
    /* Whoever knew the old password may hold any of these. */
    identity_sign_out(id, a->org, a->user, fx);
    note(w, &a->base, EVENT_SECURITY_PASSWORD_SET, &user, "", fx);
    identity_credential_put(a, fx);
    return ERR_OK;
}

static void close_session(struct identity *id, struct slice session, struct effects *fx)
{
    uint8_t key[ITEM_KEY_LEN];
    secret_hash(session, key);
    struct item *it = identity_item_find(id, ITEM_SESSION, key);
    if (it)
        identity_item_remove(id, it, fx);
}

enum err identity_open_session(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_session_args *a = args;
    struct identity *id = a->base.identity;
    struct identity_user user;
    char text[2 * IDENTITY_SECRET_LEN + 1];
    if (!identity_user_find(id, a->org, a->user, &user)) {
        effects_detail(fx, "no such active user");
        return ERR_NOT_FOUND;
    }
    if (!is_proven(id, a->org, a->user, a->proven, fx))
        return ERR_FORBIDDEN;
    hex_encode(a->base.draw.first, IDENTITY_SECRET_LEN, text);
    struct session *s = identity_item_new(ITEM_SESSION, sizeof *s);
    if (s) {
        secret_hash(slice_of(text), s->item.key);
        s->item.org = a->org;
        s->item.user = a->user;
        s->item.created_ms = a->base.now_ms;
        s->item.expires_ms = a->base.now_ms + id->session_ms;
        atomic_init(&s->seen_ms, a->base.now_ms);
    }
    note(w, &a->base, EVENT_SECURITY_LOGIN, &user, "", fx);
    identity_item_sweep(id, a->base.now_ms, SWEEP_IN_PASSING, fx);
    if (a->session.len) /* nobody goes on with what was known before the sign-in */
        close_session(id, a->session, fx);
    identity_shelf_make_room(id, a->org, a->user, ITEM_SESSION, LIMIT_sessions_per_user_max, fx);
    identity_item_put(id, s, fx);
    fx->result = arena_printf(fx->arena, "{\"session\":\"%s\"}", text);
    return ERR_OK;
}

enum err identity_close_session(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_session_args *a = args;
    uint8_t key[ITEM_KEY_LEN];
    secret_hash(a->session, key);
    const struct item *it = identity_item_find(a->base.identity, ITEM_SESSION, key);
    if (!it)
        return ERR_OK;
    struct identity_user user = { .org = it->org, .id = it->user };
    note(w, &a->base, EVENT_SECURITY_SIGN_OUT, &user, "", fx);
    close_session(a->base.identity, a->session, fx);
    return ERR_OK;
}

enum err identity_sign_out_everywhere(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_sign_out_args *a = args;
    struct identity_user user = { .org = a->org, .id = a->user };
    note(w, &a->base, EVENT_SECURITY_SIGN_OUT, &user, "everywhere", fx);
    identity_sign_out(a->base.identity, a->org, a->user, fx);
    return ERR_OK;
}
