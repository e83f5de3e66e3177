/* Raw sockets against a server in the same process: what to send is written out byte by byte, what
 * comes back is collected with a deadline. */
#ifndef TESTS_UNIT_NET_RAW_H
#define TESTS_UNIT_NET_RAW_H
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"
enum { RAW_MAX = 4 << 20, RAW_WAIT_MS = 5000 };
struct raw {
    int fd;
    size_t len;
    bool ended; /* the other side closed */
    char *data;
};
static inline struct raw raw_open(uint16_t port)
{
    struct raw r = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                     .data = malloc(RAW_MAX) };
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(port) };
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert(r.data && connect(r.fd, (struct sockaddr *)&sa, sizeof sa) == 0);
    return r;
}
static inline void raw_close(struct raw *r)
{
    close(r->fd);
    free(r->data);
}
static inline bool raw_send(struct raw *r, struct slice s)
{
    while (s.len) {
        ssize_t n = send(r->fd, s.at, s.len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        s = (struct slice){ s.at + n, s.len - (size_t)n };
    }
    return true;
}
/* Reads once, waiting up to ms. False: nothing came. */
static inline bool raw_read(struct raw *r, int ms)
{
    struct pollfd p = { .fd = r->fd, .events = POLLIN };
    if (r->ended || poll(&p, 1, ms) <= 0)
        return false;
    ssize_t n = recv(r->fd, r->data + r->len, RAW_MAX - 1 - r->len, 0);
    r->ended = n <= 0;
    r->len += n > 0 ? (size_t)n : 0;
    r->data[r->len] = '\0';
    return n > 0;
}
/* Reads until the text has come `times` times. */
static inline bool raw_until(struct raw *r, const char *text, unsigned times)
{
    int64_t until = clock_mono_ns() / 1000000 + RAW_WAIT_MS;
    for (;;) {
        unsigned seen = 0;
        r->data[r->len] = '\0';
        for (const char *p = r->data;
             (p = memmem(p, (size_t)(r->data + r->len - p), text, strlen(text))); p += strlen(text))
            seen++;
        int64_t left = until - clock_mono_ns() / 1000000;
        if (seen >= times)
            return true;
        if (left <= 0 || (!raw_read(r, (int)left) && r->ended))
            return false;
    }
}
/* Waits for the end of the stream. */
static inline bool raw_until_end(struct raw *r)
{
    int64_t until = clock_mono_ns() / 1000000 + RAW_WAIT_MS;
    while (!r->ended && clock_mono_ns() / 1000000 < until)
        raw_read(r, 100);
    return r->ended;
}
static inline int raw_status(const struct raw *r)
{
    int status = 0;
    return r->len > 12 && sscanf(r->data, "HTTP/1.%*d %d", &status) == 1 ? status : 0;
}
#endif
