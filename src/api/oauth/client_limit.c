/* The rate limit of one integration, in JSON: a number of requests a minute, 0 for none, null for
 * the server's. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"

bool client_limit_read(const struct json *value, uint32_t *out)
{
    if (!value || value->type == JSON_NULL) {
        *out = RATE_AS_SERVER;
        return true;
    }
    if (value->type != JSON_INT || value->integer < 0 || value->integer > LIMIT_rate_limit_max)
        return false;
    *out = value->integer ? (uint32_t)value->integer : RATE_OFF;
    return true;
}

enum err rest_application_limit(struct rest_call *call)
{
    const struct json *value = json_get(call->body, "requestsPerMinute");
    struct identity_limit_client_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!value || !client_limit_read(value, &args->per_minute))
        return rest_failf(call, ERR_INVALID_FIELD, "requestsPerMinute: must be null or 0 to %d",
                          LIMIT_rate_limit_max);
    if (!oauth_need_whole(call))
        return ERR_OK;
    args->org = call->principal.org;
    args->client = call->params[0];
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_limit_client, args, NULL) : e;
}
