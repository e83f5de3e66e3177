#include "net/ws_conn.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/limits.h"

static void want_out(struct ws_conn *c, bool on)
{
    struct epoll_event ev = { .events = on ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = c };
    if (c->wants_out == on)
        return;
    c->wants_out = on;
    epoll_ctl(c->epoll, EPOLL_CTL_MOD, c->fd, &ev);
}

/* Bytes the socket took, or -1 when it is broken. */
static ssize_t write_some(int fd, struct slice a, struct slice b)
{
    union {
        const char *in;
        void *out;
    } first = { a.at }, second = { b.at }; /* iovec knows no const */
    struct iovec parts[2] = { { first.out, a.len }, { second.out, b.len } };
    struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t n;
    do
        n = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    return n;
}

/* Moves the unsent rest to the front once it is the smaller part: linear work over all. */
static void compact(struct ws_conn *c)
{
    if (c->out_sent * 2 < c->out.len)
        return;
    memmove(c->out.data, c->out.data + c->out_sent, c->out.len - c->out_sent);
    c->out.len -= c->out_sent;
    c->out_sent = 0;
}

bool ws_conn_flush(struct ws_conn *c)
{
    if (c->out.len) {
        struct slice rest = { c->out.data + c->out_sent, c->out.len - c->out_sent };
        ssize_t n = write_some(c->fd, rest, (struct slice){ NULL, 0 });
        if (n < 0)
            return false;
        c->out_sent += (size_t)n;
    }
    bool done = c->out_sent == c->out.len;
    if (done) {
        buf_release(&c->out);
        buf_init(&c->out);
        c->out_sent = 0;
    } else {
        compact(c);
    }
    want_out(c, !done);
    if (done && c->state == WS_PARTING)
        shutdown(c->fd, SHUT_WR);
    return true;
}

static bool keep(struct ws_conn *c, struct slice head, struct slice payload, size_t sent)
{
    size_t in_head = sent < head.len ? sent : head.len;
    buf_add(&c->out, slice_sub(head, in_head, head.len));
    buf_add(&c->out, slice_sub(payload, sent - in_head, payload.len));
    want_out(c, true);
    return !buf_failed(&c->out) && c->out.len - c->out_sent <= LIMIT_ws_queue_bytes_max;
}

bool ws_conn_send(struct ws_conn *c, uint8_t opcode, struct slice payload)
{
    uint8_t bytes[WS_HEAD_MAX];
    struct slice head = { (const char *)bytes, ws_head_write(opcode, payload.len, bytes) };
    if (c->out.len)
        return keep(c, head, payload, 0);
    ssize_t n = write_some(c->fd, head, payload);
    if (n < 0)
        return false;
    if ((size_t)n == head.len + payload.len)
        return true;
    return keep(c, head, payload, (size_t)n);
}

bool ws_conn_send_close(struct ws_conn *c, uint16_t code)
{
    char two[2] = { (char)(code >> 8), (char)(code & 0xff) };
    return ws_conn_send(c, WS_CLOSE, (struct slice){ two, code == WS_CODE_NONE ? 0 : 2 });
}

int64_t ws_conn_due(const struct ws_conn *c)
{
    if (c->state != WS_OPEN)
        return c->close_by_ms;
    return c->silence_ms ? c->heard_ms + c->silence_ms : INT64_MAX;
}

void ws_conn_release(struct ws_conn *c)
{
    epoll_ctl(c->epoll, EPOLL_CTL_DEL, c->fd, NULL);
    if (c->release)
        c->release(c->release_arg);
    else
        close(c->fd);
    buf_release(&c->out);
    ws_reader_release(&c->reader);
}
