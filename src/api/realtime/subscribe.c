/* The REST side of the notification WebSocket: POST /v1/notification/subscribe and the upgrade of
 * the URL it gives. */
#include "api/realtime/realtime.h"
#include "api/rest/rest.h"
#include "api/rest/routes.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json_write.h"
#include "net/ws_hub.h"

enum {
    CLIENT_TYPE_MAX = 20, /* of this feed; the contract's realtime feed allows more */
    SILENCE_MS = 16000,
};

/* What the URL is made of; services.public_url is http or https, the socket's scheme follows it. */
static void write_answer(struct rest_call *call, const char *secret, struct buf *out)
{
    struct slice base = call->services->public_url;
    struct slice rest = slice_sub(base, strlen("http"), base.len); /* "://host" or "s://host" */
    struct slice url = arena_printf(call->arena, "ws%.*s/v1/notification/subscription/%s",
                                    SLICE_ARG(rest), secret);
    struct json_writer w;
    json_writer_init(&w, out);
    json_object_begin(&w);
    json_member_text(&w, "webSocketUrl", url);
    json_member_cstr(&w, "subscriptionId", secret);
    json_object_end(&w);
}

static enum err read_wish(struct rest_call *call, struct realtime_wish *wish)
{
    *wish = (struct realtime_wish){
        .org = call->principal.org,
        .user = call->principal.user,
        .client_type = json_text(json_get(call->body, "clientType"), SLICE("DefaultClient")),
        .keep_alive = json_bool(json_get(call->body, "isKeepAliveEnabled"), false),
        .multi_login = json_bool(json_get(call->body, "allowMultiLogin"), false),
        .force = json_bool(json_get(call->body, "force"), false),
        .silence_ms = SILENCE_MS,
    };
    if (wish->client_type.len == 0 || wish->client_type.len > CLIENT_TYPE_MAX)
        return ERR_INVALID_FIELD;
    for (size_t i = 0; i < wish->client_type.len; i++) {
        char c = wish->client_type.at[i];
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        if (!plain)
            return ERR_INVALID_FIELD;
    }
    return ERR_OK;
}

enum err rest_notification_subscribe(struct rest_call *call)
{
    if (uuid_is_nil(call->principal.user))
        return rest_failf(call, ERR_FORBIDDEN, "Only a user can subscribe to notifications");
    struct realtime_wish wish;
    if (read_wish(call, &wish) != ERR_OK)
        return rest_failf(call, ERR_INVALID_FIELD,
                          "clientType: must be 1 to %d letters, digits or underscores",
                          CLIENT_TYPE_MAX);
    char secret[REALTIME_SECRET_LEN + 1];
    enum err err = realtime_subscribe(call->services->realtime, &wish,
                                      clock_now_ms(call->services->clock), secret);
    if (err == ERR_FORBIDDEN)
        return rest_failf(call, err, "This user is connected already; ask with force to take over");
    if (err != ERR_OK)
        return err;
    struct buf out;
    buf_init_arena(&out, call->arena);
    write_answer(call, secret, &out);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 200, buf_slice(&out));
    return ERR_OK;
}

/* No token here: browsers cannot send one, the path's last part is the secret. */
enum err rest_notification_socket(struct rest_call *call)
{
    struct realtime *r = call->services->realtime;
    uint64_t tag;
    enum err err = realtime_claim(r, call->params[0], clock_now_ms(call->services->clock), &tag);
    if (err != ERR_OK)
        return err;
    err = http_upgrade(call->http, realtime_hub(r), tag);
    if (err != ERR_OK)
        realtime_abandon(r, tag);
    return err;
}
