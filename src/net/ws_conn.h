/* One WebSocket connection on the hub's thread: writing, the closing handshake, its deadline. Not
 * for other rooms. */
#ifndef NET_WS_CONN_H
#define NET_WS_CONN_H
#include "base/heap.h"
#include "net/ws_hub.h"
#include "net/ws_reader.h"

/* OPEN -> CLOSING (we asked to close and wait for the client's answer) -> PARTING (both sides have
 * said what they had to say; waiting for the last bytes to leave and the end of the stream) -> DEAD
 * (to be freed). CLOSING is left out when the client closes first or breaks the protocol. */
enum ws_state { WS_OPEN, WS_CLOSING, WS_PARTING, WS_DEAD };

struct ws_conn {
    uint64_t tag;
    int fd, epoll;
    enum ws_state state;
    bool wants_out; /* EPOLLOUT is armed */
    bool listed;    /* in the hub's map: `closed` is still owed */
    struct ws_reader reader;
    struct buf out; /* what the socket did not take */
    size_t out_sent;
    struct heap_node due; /* its deadline; key may be too early, never too late */
    int64_t heard_ms;     /* last message from the client */
    int64_t silence_ms;   /* 0: no rule */
    int64_t close_by_ms;  /* from CLOSING on */
    void (*release)(void *arg);
    void *release_arg;
    struct ws_conn *next_dead;
};
/* Sends a frame or queues it. False: the client is too slow, or gone; the caller ends it. */
bool ws_conn_send(struct ws_conn *c, uint8_t opcode, struct slice payload);
/* Writes what waits. False: gone. */
bool ws_conn_flush(struct ws_conn *c);
/* Sends a close frame; the caller sets the state. */
bool ws_conn_send_close(struct ws_conn *c, uint16_t code);
/* When to look at it again; INT64_MAX: never. */
int64_t ws_conn_due(const struct ws_conn *c);
/* Frees everything but the struct itself. */
void ws_conn_release(struct ws_conn *c);
#endif
