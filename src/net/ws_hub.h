/* WebSocket connections (RFC 6455), own framing on one epoll thread. Connections are named by the
 * caller's 64-bit tag, so a late message to a closed one is harmless. Text messages only; fragments
 * are joined up to LIMIT_ws_frame_bytes_max; protocol errors close with 1002, bad UTF-8 1007,
 * binary 1003, too large 1009. Pings are answered here. */
#ifndef NET_WS_HUB_H
#define NET_WS_HUB_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
struct ws_hub;
/* All run on the hub's thread and must not block. `text` is valid during the call. */
struct ws_events {
    void (*open)(void *ctx, uint64_t tag);
    void (*message)(void *ctx, uint64_t tag, struct slice text);
    void (*closed)(void *ctx, uint64_t tag); /* once for every open */
};
enum err ws_hub_start(const struct ws_events *events, void *ctx, struct ws_hub **out);
/* Closes all with 1001 and ends the thread. */
void ws_hub_stop(struct ws_hub *h);
/* Sends a text message (copied). Any thread. A client that lets LIMIT_ws_queue_bytes_max pile up is
 * dropped. */
void ws_send(struct ws_hub *h, uint64_t tag, struct slice text);
void ws_close(struct ws_hub *h, uint64_t tag, uint16_t code);
/* Closes the connection unless a message from the client came within `ms` (0: no such rule). Any
 * thread. Real time. */
void ws_set_silence_ms(struct ws_hub *h, uint64_t tag, int64_t ms);
/* Runs fn(arg) on the hub's thread soon, after what was sent before. Any thread. */
enum err ws_hub_run(struct ws_hub *h, void (*fn)(void *arg), void *arg);
/* Takes over a connected, handshaken socket (http_upgrade uses it). `early`: bytes already read.
 * `release(release_arg)` is called once the socket is closed; the hub does not close fd itself when
 * release is given. */
enum err ws_hub_adopt(struct ws_hub *h, int fd, uint64_t tag, struct slice early,
                      void (*release)(void *), void *release_arg);
#endif
