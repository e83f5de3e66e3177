#include "net/ws_handshake.h"

#include <openssl/evp.h>

#include "net/http_filter.h"

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

static bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

static bool is_key(struct slice key)
{
    if (key.len != WS_KEY_LEN || !slice_ends(key, SLICE("==")))
        return false;
    for (size_t i = 0; i < WS_KEY_LEN - 2; i++)
        if (!is_base64(key.at[i]))
            return false;
    return true;
}

bool ws_accept(struct slice key, char out[WS_ACCEPT_LEN + 1])
{
    char text[WS_KEY_LEN + sizeof GUID - 1];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!is_key(key))
        return false;
    memcpy(text, key.at, WS_KEY_LEN);
    memcpy(text + WS_KEY_LEN, GUID, sizeof GUID - 1);
    if (EVP_Digest(text, sizeof text, digest, &len, EVP_sha1(), NULL) != 1)
        return false;
    return EVP_EncodeBlock((unsigned char *)out, digest, (int)len) == WS_ACCEPT_LEN;
}

bool ws_is_upgrade(const struct http_request *req, struct slice *key)
{
    *key = http_header(req, "Sec-WebSocket-Key");
    return slice_is(req->method, "GET") && req->body.len == 0 &&
           http_list_has(http_header(req, "Upgrade"), "websocket") &&
           http_list_has(http_header(req, "Connection"), "upgrade") &&
           slice_is(http_header(req, "Sec-WebSocket-Version"), "13") && is_key(*key);
}
