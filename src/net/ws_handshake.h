/* The opening handshake of RFC 6455 section 4.2, as pure functions. */
#ifndef NET_WS_HANDSHAKE_H
#define NET_WS_HANDSHAKE_H
#include <stdbool.h>

#include "base/slice.h"
#include "net/http_server.h"
enum { WS_ACCEPT_LEN = 28, WS_KEY_LEN = 24 };
/* The answer to a client's key. False: the key is not 16 bytes in base64. */
bool ws_accept(struct slice key, char out[WS_ACCEPT_LEN + 1]);
/* Is this request a valid upgrade to WebSocket version 13? Fills *key. */
bool ws_is_upgrade(const struct http_request *req, struct slice *key);
#endif
