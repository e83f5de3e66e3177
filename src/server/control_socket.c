/* The socket of control.h. One connection at a time: whoever may connect is the owner of the data
 * directory, and a request takes milliseconds. The address goes through /proc/self/fd, because a
 * data directory's path may be longer than a socket's address can hold. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "server/control.h"

enum { WAIT_S = 60, BACKLOG = 8, PAUSE_NS = 20000000 };

struct control_server {
    const struct control *control;
    int dir, listener;
    pthread_t thread;
};

static void address_in(int dir, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d/control.sock", dir);
}

static void set_patience(int fd)
{
    struct timeval wait = { .tv_sec = WAIT_S };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

/* Up to the newline, or the end. */
static bool read_line(int fd, struct buf *out)
{
    char piece[4096];
    while (out->len < LIMIT_control_bytes_max) {
        ssize_t n = recv(fd, piece, sizeof piece, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 && out->len > 0;
        char *end = memchr(piece, '\n', (size_t)n);
        buf_add(out, (struct slice){ piece, end ? (size_t)(end - piece) : (size_t)n });
        if (end)
            return !buf_failed(out);
    }
    return false;
}

static bool write_all(int fd, struct slice text)
{
    while (text.len) {
        ssize_t n = send(fd, text.at, text.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text = slice_sub(text, (size_t)n, text.len);
    }
    return true;
}

static bool is_ours(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}

static void serve(const struct control *c, int fd)
{
    struct arena *a = arena_new((size_t)LIMIT_control_bytes_max * 16);
    struct buf request, answer;
    if (!a)
        return;
    buf_init_arena(&request, a);
    buf_init_arena(&answer, a);
    set_patience(fd);
    if (is_ours(fd) && read_line(fd, &request)) {
        control_handle(c, buf_slice(&request), a, &answer);
        buf_add_char(&answer, '\n');
        if (!buf_failed(&answer))
            write_all(fd, buf_slice(&answer));
    }
    arena_free(a);
}

/* Clients of the HTTP server may have used up the descriptors; they will come back. */
static bool is_short_of_something(int why)
{
    return why == EMFILE || why == ENFILE || why == ENOBUFS || why == ENOMEM;
}

static void *serve_all(void *arg)
{
    struct control_server *s = arg;
    for (;;) {
        int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0 && is_short_of_something(errno)) {
            nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
            continue;
        }
        if (fd < 0)
            return NULL; /* control_stop */
        serve(s->control, fd);
        close(fd);
    }
}

static bool open_listener(struct control_server *s)
{
    struct sockaddr_un address;
    s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->listener < 0)
        return false;
    address_in(s->dir, &address);
    unlinkat(s->dir, "control.sock", 0);
    /* Between bind and chmod the directory's own mode (0700) keeps others out. */
    return bind(s->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
           chmod(address.sun_path, S_IRUSR | S_IWUSR) == 0 && listen(s->listener, BACKLOG) == 0;
}

static void release(struct control_server *s)
{
    int why = errno;
    if (s->listener >= 0)
        close(s->listener);
    if (s->dir >= 0)
        close(s->dir);
    free(s);
    errno = why;
}

enum err control_listen(const struct control *c, const char *dir, struct control_server **out)
{
    struct control_server *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_OUT_OF_MEMORY;
    s->control = c;
    s->listener = -1;
    s->dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (s->dir < 0 || !open_listener(s) ||
        (errno = pthread_create(&s->thread, NULL, serve_all, s)) != 0) {
        release(s);
        return ERR_IO;
    }
    *out = s;
    return ERR_OK;
}

void control_stop(struct control_server *s)
{
    if (!s)
        return;
    shutdown(s->listener, SHUT_RDWR); /* wakes accept */
    pthread_join(s->thread, NULL);
    unlinkat(s->dir, "control.sock", 0);
    release(s);
}

static enum err exchange(int fd, struct slice request, struct arena *a, struct slice *answer)
{
    struct buf out;
    buf_init_arena(&out, a);
    set_patience(fd);
    if (!write_all(fd, request) || !write_all(fd, SLICE("\n")) || !read_line(fd, &out))
        return ERR_IO;
    *answer = buf_slice(&out);
    return ERR_OK;
}

enum err control_ask(const char *dir, struct slice request, struct arena *a, struct slice *answer)
{
    struct sockaddr_un address;
    int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = dir_fd < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    enum err e = ERR_NOT_FOUND;
    address_in(dir_fd, &address);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        e = exchange(fd, request, a, answer);
    if (fd >= 0)
        close(fd);
    if (dir_fd >= 0)
        close(dir_fd);
    return e;
}
