/* The authorization server's description of itself: RFC 8414. The same stands where OpenID Connect
 * clients look for it, and names nothing that is not here: there are no ID tokens, so no keys. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"
#include "base/json_write.h"

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
    put_url(&w, call, "introspection_endpoint", "/v1/introspect");
    put_url(&w, call, "device_authorization_endpoint", "/v1/device/authorize");
    put_list(&w, "scopes_supported", identity_scopes_print(call->arena, identity_client_scopes()));
    put_list(&w, "response_types_supported", SLICE("code"));
    put_list(&w, "response_modes_supported", SLICE("query"));
    put_list(&w, "grant_types_supported",
             SLICE("authorization_code refresh_token " OAUTH_DEVICE_GRANT));
    put_list(&w, "code_challenge_methods_supported", SLICE("S256"));
    put_list(&w, "token_endpoint_auth_methods_supported",
             SLICE("client_secret_post client_secret_basic none"));
    put_list(&w, "revocation_endpoint_auth_methods_supported",
             SLICE("client_secret_post client_secret_basic none"));
    put_list(&w, "introspection_endpoint_auth_methods_supported",
             SLICE("client_secret_post client_secret_basic"));
    json_member_bool(&w, "authorization_response_iss_parameter_supported", true);
    put_url(&w, call, "service_documentation", "/openapi.json");
    json_object_end(&w);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 200, buf_slice(&out));
    return ERR_OK;
}
