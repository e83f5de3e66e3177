/* Integrations by API (ours: the contract registers them on its portal), and the authorization
 * server's description of itself (RFC 8414). */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"
#include "base/json_write.h"

static const char *read_application(struct rest_call *call,
                                    struct identity_register_client_args *args)
{
    const struct json *redirects = json_get(call->body, "redirectUris");
    const struct json *confidential = json_get(call->body, "confidential");
    size_t n = 0;
    if (!redirects || redirects->type != JSON_ARRAY ||
        redirects->count > LIMIT_client_redirects_max)
        return "redirectUris: must be a list of 1 to 20 addresses";
    struct slice *copy = arena_alloc(call->arena, (redirects->count + 1) * sizeof *copy);
    if (!copy)
        return "out of memory";
    JSON_EACH(uri, redirects)
    copy[n++] = json_text(uri, SLICE(""));
    if (confidential && confidential->type != JSON_BOOL)
        return "confidential: must be true or false";
    if (identity_scopes_parse(json_text(json_get(call->body, "scope"), SLICE("")), &args->scopes) !=
        ERR_OK)
        return "scope: names one that does not exist";
    if (!client_limit_read(json_get(call->body, "requestsPerMinute"), &args->per_minute))
        return "requestsPerMinute: must be null, 0 for no limit, or a whole number within the "
               "largest";
    args->name = json_text(json_get(call->body, "name"), SLICE(""));
    args->redirects = copy;
    args->redirect_count = n;
    args->confidential = json_bool(confidential, true);
    return NULL;
}

enum err rest_application_create(struct rest_call *call)
{
    struct identity_register_client_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    const char *flaw = read_application(call, args);
    if (flaw) {
        rest_fail(call, ERR_INVALID_FIELD, slice_of(flaw));
        return ERR_OK;
    }
    args->org = call->principal.org;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_register_client, args, NULL) : e;
}

static void write_client(struct json_writer *w, struct rest_call *call, const struct client_view *c)
{
    json_object_begin(w);
    json_member_text(w, "clientId", c->id);
    json_member_text(w, "name", c->name);
    json_key(w, "redirectUris");
    json_array_begin(w);
    for (uint32_t i = 0; i < c->redirect_count; i++)
        json_put_text(w, c->redirects[i]);
    json_array_end(w);
    json_member_text(w, "scope", identity_scopes_print(call->arena, c->scopes));
    json_member_bool(w, "confidential", c->confidential);
    client_limit_write(w, c->per_minute);
    json_object_end(w);
}

enum err rest_application_list(struct rest_call *call)
{
    struct buf out;
    struct json_writer w;
    struct client_view *clients = NULL;
    size_t count = 0;
    enum err e = identity_clients(call->services->identity, call->principal.org, call->arena,
                                  &clients, &count);
    if (e != ERR_OK)
        return e;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++)
        write_client(&w, call, &clients[i]);
    json_array_end(&w);
    json_object_end(&w);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 200, buf_slice(&out));
    return ERR_OK;
}

static void put_url(struct json_writer *w, struct rest_call *call, const char *name,
                    const char *path)
{
    json_member_text(
        w, name, arena_printf(call->arena, "%.*s%s", SLICE_ARG(call->services->public_url), path));
}

static void put_list(struct json_writer *w, const char *name, struct slice words)
{
    struct slice word;
    json_key(w, name);
    json_array_begin(w);
    while (slice_cut(&words, ' ', &word))
        json_put_text(w, word);
    json_array_end(w);
}

enum err rest_oauth_metadata(struct rest_call *call)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_text(&w, "issuer", call->services->public_url);
    put_url(&w, call, "authorization_endpoint", "/v1/authorize");
    put_url(&w, call, "token_endpoint", "/v1/access_token");
    put_url(&w, call, "revocation_endpoint", "/v1/revoke");
    put_list(&w, "scopes_supported", identity_scopes_print(call->arena, UINT64_MAX));
    put_list(&w, "response_types_supported", SLICE("code"));
    put_list(&w, "response_modes_supported", SLICE("query"));
    put_list(&w, "grant_types_supported", SLICE("authorization_code refresh_token"));
    put_list(&w, "code_challenge_methods_supported", SLICE("S256"));
    put_list(&w, "token_endpoint_auth_methods_supported",
             SLICE("client_secret_post client_secret_basic none"));
    put_list(&w, "revocation_endpoint_auth_methods_supported",
             SLICE("client_secret_post client_secret_basic none"));
    json_member_bool(&w, "authorization_response_iss_parameter_supported", true);
    put_url(&w, call, "service_documentation", "/openapi.json");
    json_object_end(&w);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 200, buf_slice(&out));
    return ERR_OK;
}
