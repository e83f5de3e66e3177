/* GET /v1/people/me, and ending all that somebody signed in with. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"
#include "base/json_write.h"

/* A service app is nobody, but its client can ask all the same. */
static enum err fill_machine(struct rest_call *call, struct slice *id, struct slice *name)
{
    struct client_view client;
    struct slice text = identity_client_text(call->arena, call->principal.client);
    enum err e = text.at ? identity_client(call->services->identity, text, call->arena, &client)
                         : ERR_OUT_OF_MEMORY;
    if (e == ERR_OK) {
        *id = client.id;
        *name = client.name;
    }
    return e;
}

static void write_me(struct rest_call *call, struct slice id, struct slice email, struct slice name)
{
    struct buf out;
    struct json_writer w;
    bool machine = call->principal.kind == TOKEN_OF_MACHINE;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_text(&w, "id", id);
    json_key(&w, "emails");
    json_array_begin(&w);
    if (!machine)
        json_put_text(&w, email);
    json_array_end(&w);
    json_member_text(&w, "displayName", name);
    json_member_uuid(&w, "orgId", call->principal.org);
    json_member_cstr(&w, "type", machine ? "appuser" : "person");
    json_object_end(&w);
    if (buf_failed(&out))
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
    else
        rest_reply(call, 200, buf_slice(&out));
}

enum err rest_people_me(struct rest_call *call)
{
    struct identity_user user;
    struct slice id, name;
    char text[UUID_TEXT_LEN + 1];
    const struct principal *p = &call->principal;
    if (p->kind == TOKEN_OF_MACHINE) {
        enum err e = fill_machine(call, &id, &name);
        if (e == ERR_OK)
            write_me(call, id, SLICE(""), name);
        return e;
    }
    if (!identity_user_by_id(call->services->identity, p->org, p->user, &user))
        return ERR_NOT_FOUND;
    uuid_format(user.id, text);
    write_me(call, slice_of(text), slice_of(user.email), slice_of(user.name));
    return ERR_OK;
}

static enum err sign_out(struct rest_call *call, struct uuid org, struct uuid user, rest_then *then)
{
    struct identity_sign_out_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = org;
    args->user = user;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_sign_out_everywhere, args, then) : e;
}

static void page_done(struct rest_call *call, const struct core_answer *answer)
{
    enum err e = answer->err;
    if (e == ERR_OK)
        e = web_redirect(call, SLICE("/"), cookie_make(call, COOKIE_SESSION, SLICE("")));
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

enum err rest_account_sign_out_everywhere(struct rest_call *call)
{
    struct form form;
    struct identity_user user;
    if (!web_form(call, "account", COOKIE_SESSION, &form))
        return ERR_OK;
    if (web_session(call, &user) != ERR_OK)
        return web_redirect(call, SLICE("/login"), SLICE(""));
    return sign_out(call, user.org, user.id, page_done);
}

enum err rest_people_me_sign_out(struct rest_call *call)
{
    if (call->principal.kind == TOKEN_OF_MACHINE)
        return rest_failf(call, ERR_FORBIDDEN, "A service app is nobody who could sign out");
    return sign_out(call, call->principal.org, call->principal.user, oauth_done);
}

enum err rest_user_sign_out(struct rest_call *call)
{
    struct uuid org, user;
    struct identity_user found;
    if (!oauth_need_whole(call))
        return ERR_OK;
    if (!uuid_parse(call->org, &org) || !uuid_parse(call->params[1], &user) ||
        !identity_user_by_id(call->services->identity, org, user, &found))
        return ERR_NOT_FOUND;
    return sign_out(call, org, user, oauth_done);
}
