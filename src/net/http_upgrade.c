/* From HTTP to WebSocket. libmicrohttpd keeps an upgraded connection, with its memory pool, until
 * it is told that the socket is closed. So the hub gets a duplicate of the socket and the library
 * is told at once: it closes its descriptor, frees everything, and the TCP connection lives on in
 * ours. (docs/internals/websocket.md has the figures.) Under TLS the library has to stay in
 * between: then what the hub gets is one end of a socket pair, and the library is told when the hub
 * is through with it. */
#include <assert.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "net/http_server_priv.h"
#include "net/ws_handshake.h"
#include "net/ws_hub.h"

enum err http_upgrade(struct http_request *req, struct ws_hub *hub, uint64_t tag)
{
    struct http_exchange *x = (struct http_exchange *)req;
    struct slice key;
    char accept[WS_ACCEPT_LEN + 1];
    if (atomic_load(&x->state) == ANSWER_ABANDONED)
        return ERR_UNAVAILABLE;
    if (x->version_1_0 || !ws_is_upgrade(req, &key) || !ws_accept(key, accept))
        return ERR_BAD_REQUEST;
    struct slice copy = arena_copy(req->arena, (struct slice){ accept, WS_ACCEPT_LEN });
    if (!copy.at)
        return ERR_OUT_OF_MEMORY;
    x->accept = copy;
    x->hub = hub;
    x->tag = tag;
    http_reply(req, &(struct http_reply){ .status = 101 });
    return ERR_OK;
}

static void close_upgraded(void *urh)
{
    MHD_upgrade_action(urh, MHD_UPGRADE_ACTION_CLOSE);
}

static void make_ready(int fd)
{
    int on = 1, flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* fails on a socket pair: fine */
}

/* NOLINTNEXTLINE(readability-function-size): the library's callback has seven parameters */
static void upgraded(void *cls, struct MHD_Connection *mhd, void *slot, const char *early,
                     size_t early_len, MHD_socket sock, struct MHD_UpgradeResponseHandle *urh)
{
    struct http_exchange *x = cls;
    struct slice rest = { early, early_len };
    (void)mhd, (void)slot;
    if (x->pub.secure) {
        make_ready(sock);
        if (ws_hub_adopt(x->hub, sock, x->tag, rest, close_upgraded, urh) != ERR_OK)
            close_upgraded(urh);
        return;
    }
    int fd = fcntl(sock, F_DUPFD_CLOEXEC, 0);
    if (fd >= 0) {
        make_ready(fd);
        if (ws_hub_adopt(x->hub, fd, x->tag, rest, NULL, NULL) != ERR_OK)
            close(fd);
    }
    close_upgraded(urh);
}

enum MHD_Result http_exchange_upgrade(struct http_exchange *x)
{
    struct MHD_Response *r = MHD_create_response_for_upgrade(upgraded, x);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, MHD_HTTP_HEADER_UPGRADE, "websocket");
    MHD_add_response_header(r, MHD_HTTP_HEADER_SEC_WEBSOCKET_ACCEPT, x->accept.at);
    enum MHD_Result queued = MHD_queue_response(x->mhd, MHD_HTTP_SWITCHING_PROTOCOLS, r);
    MHD_destroy_response(r);
    return queued;
}
