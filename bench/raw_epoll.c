/* The yardstick: the least an HTTP/1.1 responder can do. Every thread has its own listening socket
 * (SO_REUSEPORT) and epoll set; a request ends at an empty line, its path is not looked at, the
 * answer is always the same 200 bytes of JSON. No limits, no strictness: never to be exposed.
 *
 *     raw_epoll [threads]        prints "port <n>" and serves until its standard input closes */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS_MAX = 64, EVENTS = 256, IN_BYTES = 16384, OUT_BYTES = 65536, BODY_BYTES = 200 };

struct peer {
    int fd;
    size_t have;
    char in[IN_BYTES];
};

static char answer[512];
static size_t answer_len;

static void make_answer(void)
{
    char body[BODY_BYTES + 1];
    int n = snprintf(body, sizeof body, "{\"status\":\"ok\",\"text\":\"");
    memset(body + n, 'x', (size_t)(BODY_BYTES - n - 2));
    memcpy(body + BODY_BYTES - 2, "\"}", 3);
    answer_len = (size_t)snprintf(answer, sizeof answer,
                                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                  "Content-Length: %d\r\n\r\n%s",
                                  BODY_BYTES, body);
}

static int listen_on(uint16_t port)
{
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(port) };
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&sa, sizeof sa) != 0 || listen(fd, 4096) != 0) {
        perror("listen");
        exit(1);
    }
    return fd;
}

static void accept_all(int epoll, int listener)
{
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct peer *p = malloc(sizeof *p);
        struct epoll_event ev = { .events = EPOLLIN, .data.ptr = p };
        if (!p) {
            close(fd);
            return;
        }
        p->fd = fd;
        p->have = 0;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev);
    }
}

/* How many requests stand complete in the buffer; what is left over moves to its front. */
static size_t cut_requests(struct peer *p)
{
    size_t count = 0, from = 0;
    for (char *end; (end = memmem(p->in + from, p->have - from, "\r\n\r\n", 4)); count++)
        from = (size_t)(end - p->in) + 4;
    memmove(p->in, p->in + from, p->have - from);
    p->have -= from;
    return count;
}

static int answer_all(struct peer *p, size_t count)
{
    char out[OUT_BYTES];
    size_t len = 0;
    for (; count; count--) {
        memcpy(out + len, answer, answer_len);
        len += answer_len;
        if (count > 1 && len + answer_len <= sizeof out)
            continue;
        if (send(p->fd, out, len, MSG_NOSIGNAL) != (ssize_t)len)
            return -1; /* a full socket: the yardstick does not care */
        len = 0;
    }
    return 0;
}

static void serve(struct peer *p)
{
    ssize_t n = recv(p->fd, p->in + p->have, sizeof p->in - p->have, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n > 0) {
        p->have += (size_t)n;
        if (answer_all(p, cut_requests(p)) == 0 && p->have < sizeof p->in)
            return;
    }
    close(p->fd);
    free(p);
}

static void *serve_forever(void *arg)
{
    int listener = *(int *)arg, epoll = epoll_create1(0);
    struct epoll_event events[EVENTS], ev = { .events = EPOLLIN };
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &ev);
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++)
            if (events[i].data.ptr)
                serve(events[i].data.ptr);
            else
                accept_all(epoll, listener);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static int listeners[THREADS_MAX];
    int threads = argc > 1 ? atoi(argv[1]) : 1;
    struct sockaddr_in sa;
    socklen_t len = sizeof sa;
    if (threads < 1 || threads > THREADS_MAX)
        return 2;
    make_answer();
    listeners[0] = listen_on(0);
    getsockname(listeners[0], (struct sockaddr *)&sa, &len);
    for (int i = 1; i < threads; i++)
        listeners[i] = listen_on(ntohs(sa.sin_port));
    for (int i = 0; i < threads; i++) {
        pthread_t t;
        pthread_create(&t, NULL, serve_forever, &listeners[i]);
    }
    printf("port %u\n", ntohs(sa.sin_port));
    fflush(stdout);
    while (getchar() != EOF)
        continue;
    return 0;
}
