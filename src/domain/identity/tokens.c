/* Tokens: made, renewed, revoked. All that came of one authorization shares a family, so that one
 * sign of theft (a code or a rotated refresh token shown twice) ends all of it: RFC 9700, 2.1.1 and
 * 4.14. */
#include "base/arena.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/identity/identity_priv.h"

struct client *identity_client_find(struct identity *id, struct slice text)
{
    struct uuid client;
    uint8_t key[ITEM_KEY_LEN];
    if (!client_id_parse(text, &client))
        return NULL;
    identity_key_of_ids(client, (struct uuid){ { 0 } }, key);
    return (struct client *)identity_item_find(id, ITEM_CLIENT, key);
}

bool identity_user_find(struct identity *id, struct uuid org, struct uuid user,
                        struct identity_user *out)
{
    epoch_enter();
    bool found = id->directory.by_id(id->directory.ctx, org, user, out);
    epoch_leave();
    return found && out->active;
}

struct slice identity_token_text(struct identity *id, struct arena *a,
                                 const uint8_t secret[IDENTITY_SECRET_LEN], struct uuid org)
{
    char hex[2 * IDENTITY_SECRET_LEN + 1], org_text[UUID_TEXT_LEN + 1];
    hex_encode(secret, IDENTITY_SECRET_LEN, hex);
    uuid_format(org, org_text);
    return arena_printf(a, "%s_%s_%s", hex, id->cluster, org_text);
}

struct slice identity_token_add(struct identity *id, const struct token_order *o,
                                struct effects *fx)
{
    struct slice text = identity_token_text(id, fx->arena, o->secret, o->grant.org);
    struct token *t = identity_item_new(ITEM_TOKEN, sizeof *t);
    if (t) {
        secret_hash(text, t->item.key);
        t->item.org = o->grant.org;
        t->item.user = o->grant.user;
        t->item.created_ms = o->now_ms;
        t->item.expires_ms = o->now_ms + o->life_ms;
        t->use = o->use;
        t->kind = o->grant.kind;
        t->began_ms = o->grant.began_ms ? o->grant.began_ms : o->now_ms;
        t->client = o->grant.client;
        t->family = o->grant.family;
        t->scopes = o->grant.scopes;
        identity_shelf_make_room(id, t->item.org, t->item.user, ITEM_TOKEN,
                                 LIMIT_tokens_per_user_max, fx);
    }
    identity_item_put(id, t, fx);
    return text;
}

void identity_token_answer_write(const struct token_answer *t, struct effects *fx)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, fx->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_text(&w, "access_token", t->access);
    json_member_i64(&w, "expires_in", t->access_ms / 1000);
    if (t->refresh.len) {
        json_member_text(&w, "refresh_token", t->refresh);
        json_member_i64(&w, "refresh_token_expires_in", t->refresh_ms / 1000);
    }
    json_member_cstr(&w, "token_type", "Bearer");
    json_member_text(&w, "scope", identity_scopes_print(fx->arena, t->scopes));
    json_object_end(&w);
    fx->failed = fx->failed || buf_failed(&out) || !t->access.at;
    fx->result = buf_slice(&out);
}

void identity_replay_answer(struct effects *fx)
{
    fx->result = SLICE("{\"error\":\"invalid_grant\"}");
}

/* Until when a refresh token that is used now lives. */
static int64_t refresh_until(const struct identity *id, int64_t began_ms, int64_t now_ms)
{
    int64_t until = now_ms + id->refresh_ms;
    int64_t end = id->authorization_ms ? began_ms + id->authorization_ms : INT64_MAX;
    return until < end ? until : end;
}

void identity_grant_answer(struct identity *id, const struct identity_args *base,
                           const struct grant *g, const struct slice *kept_refresh,
                           struct effects *fx)
{
    int64_t began_ms = g->began_ms ? g->began_ms : base->now_ms;
    int64_t refresh_ms = refresh_until(id, began_ms, base->now_ms) - base->now_ms;
    struct token_answer answer = { .access_ms = id->access_ms,
                                   .refresh_ms = refresh_ms,
                                   .scopes = g->scopes };
    struct token_order order = {
        .grant = *g,
        .use = TOKEN_ACCESS,
        .secret = base->draw.first,
        .now_ms = base->now_ms,
        .life_ms = id->access_ms,
    };
    answer.access = identity_token_add(id, &order, fx);
    if (kept_refresh) {
        answer.refresh = *kept_refresh;
    } else {
        order.use = TOKEN_REFRESH;
        order.secret = base->draw.second;
        order.life_ms = refresh_ms;
        order.grant.scopes = g->granted ? g->granted : g->scopes;
        answer.refresh = identity_token_add(id, &order, fx);
    }
    identity_token_answer_write(&answer, fx);
}

void identity_tokens_revoke_family(struct identity *id, struct uuid org, struct uuid user,
                                   struct uuid family, struct effects *fx)
{
    struct shelf_list *list = identity_shelf_list(id, org, user, ITEM_TOKEN);
    struct item *it = list ? list->oldest : NULL;
    while (it) {
        struct item *next = it->core.newer; /* the shelf may go with its last item */
        if (uuid_eq(((struct token *)it)->family, family))
            identity_item_remove(id, it, fx);
        it = next;
    }
}

/* ---- refresh ---- */

/* A copy, because readers may be looking at the old one. */
static void refresh_becomes(struct identity *id, const struct token *t, enum token_use use,
                            int64_t expires_ms, struct effects *fx)
{
    struct token *copy = identity_item_new(ITEM_TOKEN, sizeof *copy);
    if (copy) {
        *copy = *t;
        memset(&copy->item.core, 0, sizeof copy->item.core);
        copy->use = use;
        copy->item.expires_ms = expires_ms;
    }
    identity_item_put(id, copy, fx);
}

/* What the token still stands for: less where a role, an app's registration or an administrator's
 * authorization has become less since. 0: nothing, or nobody is there any more. */
static uint64_t refreshable(struct world *w, struct identity *id, const struct token *t,
                            const struct client *c, uint64_t asked)
{
    struct identity_user user;
    uint64_t scopes = (asked ? asked : t->scopes) & c->scopes;
    if (t->kind == TOKEN_OF_MACHINE)
        return world_org_state(w, t->item.org) == ORG_ACTIVE ? scopes & c->authorized : 0;
    return identity_user_find(id, t->item.org, t->item.user, &user)
               ? identity_role_scopes(user.role, scopes)
               : 0;
}

static enum err refresh_refused(const struct identity_refresh_args *a, const struct token *t,
                                const struct client *c, struct effects *fx)
{
    if (!c || (c->confidential && !a->authenticated)) {
        effects_detail(fx, "client authentication failed");
        return ERR_INVALID_CLIENT;
    }
    if (!t || t->use == TOKEN_ACCESS || !uuid_eq(t->client, c->id)) {
        effects_detail(fx, "the refresh token is not valid for this client");
        return ERR_INVALID_GRANT;
    }
    if (t->item.expires_ms <= a->base.now_ms) {
        effects_detail(fx, "the refresh token has expired");
        return ERR_INVALID_GRANT;
    }
    if (a->scopes & ~t->scopes) {
        effects_detail(fx, "a scope was not granted before");
        return ERR_INVALID_SCOPE;
    }
    return ERR_OK;
}

enum err identity_refresh(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_refresh_args *a = args;
    struct identity *id = a->base.identity;
    uint8_t key[ITEM_KEY_LEN];
    const struct client *c = identity_client_find(id, a->client);
    const struct token *t = identity_token_text_key(a->refresh_token, key)
                                ? (struct token *)identity_item_find(id, ITEM_TOKEN, key)
                                : NULL;
    enum err e = refresh_refused(a, t, c, fx);
    if (e != ERR_OK)
        return e;
    if (t->use == TOKEN_REFRESH_USED) {
        identity_note(w, &a->base,
                      &(struct identity_news){ .type = EVENT_SECURITY_TOKEN_REUSE,
                                               .org = t->item.org,
                                               .user = t->item.user,
                                               .client = t->client,
                                               .detail = SLICE("refresh token") },
                      fx);
        identity_tokens_revoke_family(id, t->item.org, t->item.user, t->family, fx);
        identity_replay_answer(fx);
        return ERR_OK;
    }
    uint64_t scopes = refreshable(w, id, t, c, a->scopes);
    if (!scopes) {
        effects_detail(fx, "the user is gone or inactive, or nothing may be granted any more");
        return ERR_INVALID_GRANT;
    }
    struct grant g = { .org = t->item.org,
                       .user = t->item.user,
                       .client = t->client,
                       .family = t->family,
                       .kind = t->kind,
                       .began_ms = t->began_ms,
                       .scopes = scopes,
                       .granted = t->scopes };
    identity_note_token(w, &a->base, EVENT_SECURITY_TOKEN_REFRESHED, &g, fx);
    identity_item_sweep(id, a->base.now_ms, SWEEP_IN_PASSING, fx);
    if (c->confidential)
        refresh_becomes(id, t, TOKEN_REFRESH, refresh_until(id, t->began_ms, a->base.now_ms), fx);
    else
        refresh_becomes(id, t, TOKEN_REFRESH_USED, t->item.expires_ms, fx);
    identity_grant_answer(id, &a->base, &g, c->confidential ? &a->refresh_token : NULL, fx);
    return ERR_OK;
}

/* ---- without the dance ---- */

static enum err scopes_for(const struct identity_issue_token_args *a, const struct client *c,
                           enum role role, uint64_t *out)
{
    uint64_t all = c ? c->scopes : UINT64_MAX;
    uint64_t asked = a->scopes ? a->scopes : all;
    uint64_t granted = identity_role_scopes(role, asked & all);
    if (!granted || (a->scopes && (asked & ~all)))
        return ERR_INVALID_SCOPE;
    *out = granted;
    return ERR_OK;
}

enum err identity_issue_token(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_issue_token_args *a = args;
    struct identity *id = a->base.identity;
    struct identity_user user;
    const struct client *c = a->client.len ? identity_client_find(id, a->client) : NULL;
    if ((a->client.len || a->with_refresh) && !c) {
        effects_detail(fx, "no such client");
        return ERR_INVALID_CLIENT;
    }
    if (!identity_user_find(id, a->org, a->user, &user)) {
        effects_detail(fx, "no such active user");
        return ERR_NOT_FOUND;
    }
    struct grant g = { .org = a->org, .user = a->user, .kind = a->kind };
    enum err e = scopes_for(a, c, user.role, &g.scopes);
    if (e != ERR_OK) {
        effects_detail(fx, "nothing of the asked scopes may be granted to this user");
        return e;
    }
    memcpy(g.family.bytes, a->base.draw.id, sizeof g.family.bytes);
    if (c)
        g.client = c->id;
    identity_note_token(w, &a->base, EVENT_SECURITY_TOKEN_ISSUED, &g, fx);
    identity_item_sweep(id, a->base.now_ms, SWEEP_IN_PASSING, fx);
    if (a->with_refresh) {
        identity_grant_answer(id, &a->base, &g, NULL, fx);
        return ERR_OK;
    }
    struct token_order order = { .grant = g,
                                 .use = TOKEN_ACCESS,
                                 .secret = a->base.draw.first,
                                 .now_ms = a->base.now_ms,
                                 .life_ms = c ? id->access_ms : id->personal_ms };
    struct token_answer answer = { .access_ms = order.life_ms, .scopes = g.scopes };
    answer.access = identity_token_add(id, &order, fx);
    identity_token_answer_write(&answer, fx);
    return ERR_OK;
}

enum err identity_issue_operator_token(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_args *a = args;
    struct identity *id = a->identity;
    struct token_order order = {
        .grant = { .kind = TOKEN_OF_OPERATOR,
                   .scopes = identity_role_scopes(ROLE_OPERATOR, UINT64_MAX) },
        .use = TOKEN_ACCESS,
        .secret = a->draw.first,
        .now_ms = a->now_ms,
        .life_ms = id->personal_ms,
    };
    struct token_answer answer = { .access_ms = order.life_ms, .scopes = order.grant.scopes };
    (void)w;
    memcpy(order.grant.family.bytes, a->draw.id, sizeof order.grant.family.bytes);
    identity_item_sweep(id, a->now_ms, SWEEP_IN_PASSING, fx);
    answer.access = identity_token_add(id, &order, fx);
    identity_token_answer_write(&answer, fx);
    return ERR_OK;
}

enum err identity_revoke(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_revoke_args *a = args;
    struct identity *id = a->base.identity;
    uint8_t key[ITEM_KEY_LEN];
    struct uuid client = { { 0 } };
    if (!identity_token_text_key(a->token, key))
        return ERR_OK;
    struct token *t = (struct token *)identity_item_find(id, ITEM_TOKEN, key);
    if (!t ||
        (a->client.len && (!client_id_parse(a->client, &client) || !uuid_eq(client, t->client))))
        return ERR_OK;
    struct grant g = { .org = t->item.org,
                       .user = t->item.user,
                       .client = t->client,
                       .kind = t->kind,
                       .scopes = t->scopes };
    identity_note_token(w, &a->base, EVENT_SECURITY_TOKEN_REVOKED, &g, fx);
    if (t->use == TOKEN_ACCESS)
        identity_item_remove(id, &t->item, fx);
    else
        identity_tokens_revoke_family(id, t->item.org, t->item.user, t->family, fx);
    return ERR_OK;
}

enum err identity_sweep(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_args *a = args;
    (void)w;
    identity_item_sweep(a->identity, a->now_ms, LIMIT_identity_sweep_max, fx);
    return ERR_OK;
}
