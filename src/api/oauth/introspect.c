/* POST /v1/introspect: RFC 7662. Only for clients that can prove who they are; nothing changes, so
 * it is answered from the published state. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"
#include "base/json_write.h"

static void write_subject(struct json_writer *w, struct rest_call *call, const struct principal *p)
{
    struct identity_user user;
    if (p->kind == TOKEN_OF_MACHINE) {
        json_member_text(w, "sub", identity_client_text(call->arena, p->client));
        return;
    }
    json_member_uuid(w, "sub", p->user);
    if (identity_user_by_id(call->services->identity, p->org, p->user, &user))
        json_member_cstr(w, "username", user.email);
}

static void write_active(struct json_writer *w, struct rest_call *call, const struct token_view *t)
{
    const struct principal *p = &t->principal;
    json_member_bool(w, "active", true);
    json_member_text(w, "scope", identity_scopes_print(call->arena, p->scopes));
    if (!uuid_is_nil(p->client))
        json_member_text(w, "client_id", identity_client_text(call->arena, p->client));
    if (!t->refresh)
        json_member_cstr(w, "token_type", "Bearer");
    json_member_i64(w, "exp", p->expires_ms / 1000);
    json_member_i64(w, "iat", t->created_ms / 1000);
    json_member_text(w, "iss", call->services->public_url);
    json_member_uuid(w, "org_id", p->org);
    write_subject(w, call, p);
}

enum err rest_introspect(struct rest_call *call)
{
    struct form f;
    struct client_proof proof = { 0 };
    struct token_view view;
    struct buf out;
    struct json_writer w;
    if (!oauth_read_form(call, &f) || !oauth_client_proven(call, &f, &proof))
        return ERR_OK;
    if (!proof.confidential)
        return oauth_fail(call, ERR_INVALID_CLIENT, SLICE("A public client may not introspect"));
    struct slice token = form_get(&f, "token");
    if (token.len == 0)
        return oauth_bad_request(call, "token is required");
    bool active = identity_introspect(call->services->identity, token, proof.id,
                                      clock_now_ms(call->services->clock), &view) == ERR_OK;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    if (active)
        write_active(&w, call, &view);
    else
        json_member_bool(&w, "active", false);
    json_object_end(&w);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    oauth_reply_private(call, buf_slice(&out));
    return ERR_OK;
}
