/* needs: store/sqlite */
/* A process commits through the writer and says through a pipe what was acknowledged; it is killed
 * at no particular moment. Everything acknowledged must be there, and the journal without a hole.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/random.h"
#include "store/sqlite/store_sqlite.h"
#include "store/writer.h"

enum { ROUNDS = 20 };
struct work {
    struct store_ticket t;
    struct store_write w;
    struct store_event e;
    char id[24], body[300];
    int pipe;
};
static struct store_writer *writer;

static void acknowledge(struct store_ticket *t, enum err result)
{
    struct work *work = (struct work *)t;
    if (result != ERR_OK)
        _exit(3);
    if (write(work->pipe, &work->e.seq, sizeof work->e.seq) != (ssize_t)sizeof work->e.seq)
        _exit(0);
    free(work);
}
static void push_work(uint64_t seq, int out)
{
    struct work *w = calloc(1, sizeof *w);
    memset(w->body, 'b', sizeof w->body);
    snprintf(w->id, sizeof w->id, "%llu", (unsigned long long)seq);
    w->w = (struct store_write){
        SLICE("task"), SLICE("o"), slice_of(w->id), { w->body, sizeof w->body }
    };
    w->e = (struct store_event){ seq, 1, SLICE("o"), SLICE("t"), { w->body, sizeof w->body } };
    w->t = (struct store_ticket){ .batch = { &w->w, 1, &w->e, 1 }, .done = acknowledge };
    w->pipe = out;
    if (store_writer_push(writer, &w->t) != ERR_OK)
        _exit(4);
}
static void child(const char *folder, int out)
{
    struct store *s;
    uint64_t seq;
    if (store_sqlite_open(folder, &s) || s->ops->journal_last(s, &seq) ||
        store_writer_start(s, &writer))
        _exit(2);
    for (;;)
        push_work(++seq, out);
}

struct seen {
    struct store *s;
    uint64_t last;
    struct arena *a;
};
static enum err check_event(void *ctx, const struct store_event *e)
{
    struct seen *seen = ctx;
    char id[24];
    struct slice body;
    cr_assert_eq(e->seq, seen->last + 1, "a hole in the journal");
    seen->last = e->seq;
    snprintf(id, sizeof id, "%llu", (unsigned long long)e->seq);
    arena_reset(seen->a);
    cr_assert_eq(
        seen->s->ops->get(seen->s, SLICE("task"), SLICE("o"), slice_of(id), seen->a, &body), ERR_OK,
        "row and event go together");
    cr_assert_eq(body.len, 300);
    return ERR_OK;
}
/* Kills the child after it acknowledged `patience` more; returns the last acknowledged. */
static uint64_t run_and_kill(const char *folder, uint64_t patience)
{
    int ends[2];
    uint64_t seq = 0, last = 0;
    cr_assert_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(folder, ends[1]);
    }
    close(ends[1]);
    while (patience-- && read(ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq)
        last = seq;
    kill(pid, SIGKILL);
    while (read(ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq)
        last = seq; /* what was still in the pipe was acknowledged too */
    close(ends[0]);
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return last;
}
Test(store_sqlite_crash, nothing_acknowledged_is_lost_by_kill_9, .timeout = 110)
{
    char folder[] = "/tmp/cordboard-crash-XXXXXX", command[100];
    struct random random;
    struct seen seen = { .a = arena_new(1 << 20) };
    uint64_t checked = 0;
    cr_assert(mkdtemp(folder));
    random_seed(&random, 7);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t acknowledged = run_and_kill(folder, 1 + random_below(&random, 3000));
        cr_assert_gt(acknowledged, 0);
        cr_assert_eq(store_sqlite_open(folder, &seen.s), ERR_OK);
        seen.last = checked;
        cr_assert_eq(seen.s->ops->journal_read(seen.s, checked, SIZE_MAX, check_event, &seen),
                     ERR_OK);
        cr_assert_geq(seen.last, acknowledged, "an acknowledged commit is gone");
        checked = seen.last;
        seen.s->ops->close(seen.s);
    }
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
    arena_free(seen.a);
}
