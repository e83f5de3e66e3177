/* The socket under the command line; what a request means is stood in for. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "server/control.h"

static char dir[400];
static struct arena *a;

void control_handle(const struct control *c, struct slice request, struct arena *arena,
                    struct buf *out)
{
    (void)c, (void)arena;
    buf_add(out, SLICE("you said "));
    buf_add(out, request);
}

/* A path too long for a socket's address. */
static void begin(void)
{
    snprintf(dir, sizeof dir, "/tmp/cordboard-test-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    for (int i = 0; i < 3; i++) {
        size_t len = strlen(dir);
        snprintf(dir + len, sizeof dir - len, "/%060d", i);
        cr_assert_eq(mkdir(dir, 0700), 0);
    }
    a = arena_new(1 << 20);
}
static void end(void)
{
    char *slash;
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(rmdir(dir), 0, "something was left in %s", dir);
        slash = strrchr(dir, '/');
        *slash = '\0';
    }
    arena_free(a);
}
TestSuite(control, .init = begin, .fini = end);

Test(control, asks_and_answers)
{
    struct control_server *s = NULL;
    struct slice answer;
    struct stat st;
    char path[450];
    cr_assert_eq(control_listen(NULL, dir, &s), ERR_OK);
    snprintf(path, sizeof path, "%s/control.sock", dir);
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(control_ask(dir, SLICE("{\"command\":\"x\"}"), a, &answer), ERR_OK);
        cr_assert(slice_is(answer, "you said {\"command\":\"x\"}"));
    }
    control_stop(s);
}

Test(control, replaces_what_a_killed_server_left)
{
    struct control_server *s = NULL, *next = NULL;
    struct slice answer;
    cr_assert_eq(control_listen(NULL, dir, &s), ERR_OK);
    cr_assert_eq(control_listen(NULL, dir, &next), ERR_OK);
    cr_assert_eq(control_ask(dir, SLICE("x"), a, &answer), ERR_OK);
    control_stop(next);
    control_stop(s);
}

Test(control, nobody_there)
{
    struct slice answer;
    cr_assert_eq(control_ask(dir, SLICE("x"), a, &answer), ERR_NOT_FOUND);
    cr_assert_eq(control_ask("/nonexistent", SLICE("x"), a, &answer), ERR_NOT_FOUND);
    struct control_server *s = NULL;
    cr_assert_eq(control_listen(NULL, "/nonexistent", &s), ERR_IO);
    control_stop(NULL);
}

static void allow_files(rlim_t n)
{
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = n ? n : limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* A flood of HTTP clients may take every descriptor for a while. */
Test(control, survives_a_lack_of_descriptors)
{
    struct control_server *s = NULL;
    struct slice answer;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char byte;
    cr_assert_eq(control_listen(NULL, dir, &s), ERR_OK);
    int at = open(dir, O_PATH | O_DIRECTORY), fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/control.sock", at);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 5 },
               sizeof(struct timeval));
    allow_files(3);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(write(fd, "x\n", 2), 2);
    nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL); /* for an accept to fail */
    allow_files(0);
    while (read(fd, &byte, 1) > 0)
        ;
    cr_expect_eq(control_ask(dir, SLICE("y"), a, &answer), ERR_OK);
    control_stop(s);
    close(fd);
    close(at);
}
