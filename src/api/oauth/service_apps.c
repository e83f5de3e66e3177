/* Service apps by API: a developer requests one, an administrator authorizes it, its program gets
 * tokens without a person. Paths are ours but that of the tokens, which is the contract's. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"

/* An app must not make or allow another one: it would get what nobody gave it. */
bool oauth_is_person(struct rest_call *call)
{
    if (call->principal.kind != TOKEN_OF_MACHINE)
        return true;
    rest_failf(call, ERR_FORBIDDEN, "This takes a person's token");
    return false;
}

enum err rest_service_app_create(struct rest_call *call)
{
    struct identity_register_client_args *args = arena_alloc(call->arena, sizeof *args);
    struct slice scope = json_text(json_get(call->body, "scope"), SLICE(""));
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!oauth_is_person(call))
        return ERR_OK;
    if (identity_scopes_parse(scope, &args->scopes) != ERR_OK)
        return rest_failf(call, ERR_INVALID_FIELD, "scope: names one that does not exist");
    args->org = call->principal.org;
    args->owner = call->principal.user;
    args->kind = CLIENT_SERVICE;
    args->name = json_text(json_get(call->body, "name"), SLICE(""));
    args->confidential = true;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_register_client, args, NULL) : e;
}

static enum err find(struct rest_call *call, struct client_view *out)
{
    return oauth_managed_client(call, CLIENT_SERVICE, out);
}

enum err rest_service_app_list(struct rest_call *call)
{
    enum role role = call->principal.role;
    bool all = role == ROLE_ADMIN || role == ROLE_ADMIN_READ_ONLY;
    return oauth_reply_clients(call, CLIENT_SERVICE, !all);
}

enum err rest_service_app_get(struct rest_call *call)
{
    struct client_view c;
    enum err e = find(call, &c);
    return e == ERR_OK ? oauth_reply_client(call, &c) : e;
}

enum err rest_service_app_delete(struct rest_call *call)
{
    struct client_view c;
    enum err e = find(call, &c);
    return e == ERR_OK ? oauth_remove_client(call, c.org, c.id, oauth_done) : e;
}

/* ---- the administrator ---- */

enum err oauth_authorize_client(struct rest_call *call, const struct client_view *c,
                                uint64_t scopes, rest_then *then)
{
    struct identity_authorize_client_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = c->org;
    args->client = c->id;
    args->scopes = scopes;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_authorize_client, args, then) : e;
}

/* A token cannot give away more than it has, or an integration with a small scope would make itself
 * a service app with a large one. */
enum err rest_service_app_authorize(struct rest_call *call)
{
    struct client_view c;
    enum err e = find(call, &c);
    if (e != ERR_OK || !oauth_is_person(call) || !oauth_need_whole(call))
        return e;
    const struct json *scope = json_get(call->body, "scope");
    uint64_t scopes = c.scopes;
    if (scope && (identity_scopes_parse(json_text(scope, SLICE("")), &scopes) != ERR_OK || !scopes))
        return rest_failf(call, ERR_INVALID_FIELD,
                          "scope: is empty or names one that does not exist");
    if (!identity_scopes_cover(call->principal.scopes, scopes))
        return rest_failf(call, ERR_FORBIDDEN,
                          "The access token has less than it would allow the app");
    return oauth_authorize_client(call, &c, scopes, NULL);
}

enum err rest_service_app_withdraw(struct rest_call *call)
{
    struct client_view c;
    enum err e = find(call, &c);
    return e == ERR_OK && oauth_is_person(call) ? oauth_authorize_client(call, &c, 0, NULL) : e;
}

/* ---- its program ---- */

enum err oauth_machine_token(struct rest_call *call, struct uuid org, struct slice client,
                             bool authenticated, rest_then *then)
{
    struct identity_machine_token_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = org;
    args->client = client;
    args->authenticated = authenticated;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_machine_token, args, then) : e;
}

/* Proven by the secret in the body; a bearer token is not needed and not looked at. */
enum err rest_service_app_token(struct rest_call *call)
{
    struct slice client = json_text(json_get(call->body, "clientId"), SLICE(""));
    struct slice secret = json_text(json_get(call->body, "clientSecret"), SLICE(""));
    struct slice target = json_text(json_get(call->body, "targetOrgId"), SLICE(""));
    struct uuid org;
    if (!slice_eq(client, call->params[0]))
        return oauth_bad_request(call, "clientId: must be the application of the path");
    if (!uuid_parse(target, &org))
        return oauth_bad_request(call, "targetOrgId: must be an organisation's id");
    if (!identity_client_secret_is(call->services->identity, client, secret,
                                   clock_now_ms(call->services->clock))) {
        oauth_note_client_failure(call, EVENT_SECURITY_CLIENT_REFUSED, client,
                                  "client authentication");
        return oauth_fail(call, ERR_INVALID_CLIENT, SLICE("Client authentication failed"));
    }
    return oauth_machine_token(call, org, client, true, oauth_token_made);
}
