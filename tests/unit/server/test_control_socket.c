/* The socket under the command line; what a request means is stood in for. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>
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
