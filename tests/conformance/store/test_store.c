/* needs: store/memory store/sqlite */
/* What every adapter of store/store.h must do, run on each. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "store/memory/store_memory.h"
#include "store/sqlite/store_sqlite.h"
#include "store/store.h"

static char folder[] = "/tmp/cordboard-store-XXXXXX";
static struct arena *scratch; /* of one test */

static struct store *open_memory(void)
{
    struct store *s = NULL;
    cr_assert_eq(store_memory_open(&s), ERR_OK);
    return s;
}
static struct store *open_sqlite(void)
{
    struct store *s = NULL;
    cr_assert_eq(store_sqlite_open(folder, &s), ERR_OK);
    return s;
}
static void run(struct store *(*opening)(void), void (*test)(struct store *))
{
    cr_assert(mkdtemp(folder));
    scratch = arena_new(1 << 24);
    struct store *s = opening();
    test(s);
    s->ops->close(s);
    arena_free(scratch);
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}
#define ON_EACH(test)                  \
    static void test(struct store *s); \
    Test(store_memory, test)           \
    {                                  \
        run(open_memory, test);        \
    }                                  \
    Test(store_sqlite, test)           \
    {                                  \
        run(open_sqlite, test);        \
    }                                  \
    static void test(struct store *s)

static struct store_write write_of(const char *kind, const char *org, const char *id,
                                   const char *body)
{
    return (struct store_write){ slice_of(kind), slice_of(org), slice_of(id), slice_of(body) };
}
static struct store_event event_of(uint64_t seq, int64_t at_ms)
{
    return (struct store_event){ .seq = seq,
                                 .at_ms = at_ms,
                                 .org = SLICE("o1"),
                                 .type = SLICE("task.created"),
                                 .body = SLICE("{}") };
}
static enum err commit(struct store *s, const struct store_write *writes, size_t write_count,
                       const struct store_event *events, size_t event_count)
{
    struct store_batch b = { writes, write_count, events, event_count };
    return s->ops->commit(s, &b, 1);
}
static enum err put_one(struct store *s, const char *kind, const char *org, const char *id,
                        const char *body)
{
    struct store_write w = write_of(kind, org, id, body);
    return commit(s, &w, 1, NULL, 0);
}
static enum err append_one(struct store *s, uint64_t seq, int64_t at_ms)
{
    struct store_event e = event_of(seq, at_ms);
    return commit(s, NULL, 0, &e, 1);
}
/* The body as text, "-" when there is none. */
static const char *body_of(struct store *s, const char *kind, const char *org, const char *id)
{
    struct slice body = SLICE("-");
    enum err e = s->ops->get(s, slice_of(kind), slice_of(org), slice_of(id), scratch, &body);
    cr_assert(e == ERR_OK || e == ERR_NOT_FOUND);
    return body.at;
}
static enum err add_row(void *ctx, struct slice org, struct slice id, struct slice body)
{
    buf_printf(ctx, "%.*s/%.*s=%.*s ", SLICE_ARG(org), SLICE_ARG(id), SLICE_ARG(body));
    return ERR_OK;
}
static const char *rows_of(struct store *s, const char *kind, const char *org)
{
    struct buf b;
    buf_init_arena(&b, scratch);
    buf_add(&b, SLICE(""));
    cr_assert_eq(s->ops->scan(s, slice_of(kind), slice_of(org), add_row, &b), ERR_OK);
    return b.data ? b.data : "";
}
static enum err add_seq(void *ctx, const struct store_event *e)
{
    buf_printf(ctx, "%llu ", (unsigned long long)e->seq);
    return ERR_OK;
}
static const char *seqs_of(struct store *s, uint64_t after, size_t max)
{
    struct buf b;
    buf_init_arena(&b, scratch);
    buf_add(&b, SLICE(""));
    cr_assert_eq(s->ops->journal_read(s, after, max, add_seq, &b), ERR_OK);
    return b.data ? b.data : "";
}
static uint64_t last_of(struct store *s)
{
    uint64_t seq = 99;
    cr_assert_eq(s->ops->journal_last(s, &seq), ERR_OK);
    return seq;
}

ON_EACH(a_fresh_store_is_empty)
{
    cr_assert_str_eq(body_of(s, "site", "o1", "a"), "-");
    cr_assert_str_eq(rows_of(s, "site", ""), "");
    cr_assert_str_eq(seqs_of(s, 0, 10), "");
    cr_assert_eq(last_of(s), 0);
}
ON_EACH(rows_are_put_replaced_and_deleted)
{
    cr_assert_eq(put_one(s, "site", "o1", "a", "1"), ERR_OK);
    cr_assert_str_eq(body_of(s, "site", "o1", "a"), "1");
    cr_assert_eq(put_one(s, "site", "o1", "a", "2"), ERR_OK);
    cr_assert_str_eq(body_of(s, "site", "o1", "a"), "2");
    cr_assert_eq(put_one(s, "site", "o1", "a", NULL), ERR_OK);
    cr_assert_str_eq(body_of(s, "site", "o1", "a"), "-");
    cr_assert_eq(put_one(s, "site", "o1", "never", NULL), ERR_OK);
    cr_assert_eq(put_one(s, "site", "o1", "a", ""), ERR_OK);
    cr_assert_str_eq(body_of(s, "site", "o1", "a"), "");
}
ON_EACH(a_key_is_all_three_parts)
{
    cr_assert_eq(put_one(s, "ab", "c", "d", "1"), ERR_OK);
    cr_assert_eq(put_one(s, "a", "bc", "d", "2"), ERR_OK);
    cr_assert_eq(put_one(s, "a", "b", "cd", "3"), ERR_OK);
    cr_assert_eq(put_one(s, "a", "", "bcd", "4"), ERR_OK);
    cr_assert_str_eq(body_of(s, "ab", "c", "d"), "1");
    cr_assert_str_eq(body_of(s, "a", "bc", "d"), "2");
    cr_assert_str_eq(body_of(s, "a", "b", "cd"), "3");
    cr_assert_str_eq(body_of(s, "a", "", "bcd"), "4");
    cr_assert_str_eq(body_of(s, "abcd", "", ""), "-");
}
ON_EACH(scan_goes_by_org_and_id_and_keeps_to_the_kind)
{
    static const char *const keys[][2] = { { "o2", "b" }, { "o1", "c" }, { "o10", "a" },
                                           { "o1", "a" }, { "o2", "a" }, { "o1", "B" } };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        cr_assert_eq(put_one(s, "team", keys[i][0], keys[i][1], "x"), ERR_OK);
    cr_assert_eq(put_one(s, "teal", "o1", "z", "x"), ERR_OK);
    cr_assert_eq(put_one(s, "team", "o1", "c", NULL), ERR_OK);
    cr_assert_str_eq(rows_of(s, "team", ""), "o1/B=x o1/a=x o10/a=x o2/a=x o2/b=x ");
    cr_assert_str_eq(rows_of(s, "team", "o1"), "o1/B=x o1/a=x ");
    cr_assert_str_eq(rows_of(s, "team", "o3"), "");
}

static enum err stop_at_second(void *ctx, struct slice org, struct slice id, struct slice body)
{
    (void)org, (void)id, (void)body;
    return ++*(int *)ctx == 2 ? ERR_FORBIDDEN : ERR_OK;
}
static enum err stop_event(void *ctx, const struct store_event *e)
{
    (void)ctx, (void)e;
    return ERR_FORBIDDEN;
}
ON_EACH(a_walk_ends_with_the_error_of_its_function)
{
    int seen = 0;
    for (int i = 0; i < 3; i++)
        cr_assert_eq(put_one(s, "k", "o", (const char *[]){ "a", "b", "c" }[i], "x"), ERR_OK);
    cr_assert_eq(s->ops->scan(s, SLICE("k"), SLICE(""), stop_at_second, &seen), ERR_FORBIDDEN);
    cr_assert_eq(seen, 2);
    cr_assert_eq(append_one(s, 1, 1), ERR_OK);
    cr_assert_eq(s->ops->journal_read(s, 0, 9, stop_event, NULL), ERR_FORBIDDEN);
}

struct nested {
    struct store *s;
    int found;
};
static enum err get_inside(void *ctx, struct slice org, struct slice id, struct slice body)
{
    struct nested *n = ctx;
    struct arena *a = arena_new(1 << 20);
    struct slice again;
    cr_assert_eq(n->s->ops->get(n->s, SLICE("k"), org, id, a, &again), ERR_OK);
    n->found += slice_eq(body, again);
    arena_free(a);
    return ERR_OK;
}
ON_EACH(a_walk_may_ask_for_more)
{
    struct nested n = { s, 0 };
    cr_assert_eq(put_one(s, "k", "o", "a", "1"), ERR_OK);
    cr_assert_eq(put_one(s, "k", "o", "b", "2"), ERR_OK);
    cr_assert_eq(s->ops->scan(s, SLICE("k"), SLICE(""), get_inside, &n), ERR_OK);
    cr_assert_eq(n.found, 2);
}
ON_EACH(any_byte_and_a_megabyte_come_back_as_they_were)
{
    struct arena *a = arena_new(1 << 24);
    size_t len = 1 << 20;
    char *big = arena_alloc(a, len);
    for (size_t i = 0; i < len; i++)
        big[i] = (char)(i * 7 + i / 256);
    struct store_write w[] = { { SLICE("k\0x"), SLICE("\0"), SLICE("a\0b"), { big, len } },
                               { SLICE("k\0x"), SLICE("\0"), SLICE("a\0a"), SLICE("\0\0") } };
    struct store_event e = { 1, 5, SLICE("\0o"), SLICE("t"), { big, len } };
    struct slice body;
    cr_assert_eq(commit(s, w, 2, &e, 1), ERR_OK);
    cr_assert_eq(s->ops->get(s, SLICE("k\0x"), SLICE("\0"), SLICE("a\0b"), a, &body), ERR_OK);
    cr_assert(slice_eq(body, (struct slice){ big, len }));
    cr_assert_eq(s->ops->get(s, SLICE("k\0x"), SLICE("\0"), SLICE("a\0a"), a, &body), ERR_OK);
    cr_assert(slice_eq(body, SLICE("\0\0")));
    cr_assert_eq(s->ops->get(s, SLICE("k"), SLICE("\0"), SLICE("a\0a"), a, &body), ERR_NOT_FOUND);
    arena_free(a);
}

static enum err keep_event(void *ctx, const struct store_event *e)
{
    buf_printf(ctx, "%llu %lld %.*s %.*s %.*s", (unsigned long long)e->seq, (long long)e->at_ms,
               SLICE_ARG(e->org), SLICE_ARG(e->type), SLICE_ARG(e->body));
    return ERR_OK;
}
ON_EACH(the_journal_keeps_every_part_in_order)
{
    struct store_event events[5];
    struct buf b;
    buf_init(&b);
    for (unsigned i = 0; i < 5; i++)
        events[i] = event_of(i + 1, 100 + (int64_t)i);
    cr_assert_eq(commit(s, NULL, 0, events, 5), ERR_OK);
    cr_assert_eq(append_one(s, 6, 1), ERR_OK);
    cr_assert_str_eq(seqs_of(s, 0, 100), "1 2 3 4 5 6 ");
    cr_assert_str_eq(seqs_of(s, 2, 2), "3 4 ");
    cr_assert_str_eq(seqs_of(s, 6, 5), "");
    cr_assert_str_eq(seqs_of(s, 0, 0), "");
    cr_assert_eq(last_of(s), 6);
    cr_assert_eq(s->ops->journal_read(s, 1, 1, keep_event, &b), ERR_OK);
    cr_assert_str_eq(b.data, "2 101 o1 task.created {}");
    buf_release(&b);
}
ON_EACH(a_gap_or_a_repetition_is_refused_whole)
{
    struct store_write w = write_of("k", "o", "a", "1");
    struct store_event gap[] = { event_of(1, 1), event_of(3, 1) };
    struct store_event fine = event_of(1, 1);
    cr_assert_eq(commit(s, &w, 1, gap, 2), ERR_CONFLICT);
    cr_assert_str_eq(body_of(s, "k", "o", "a"), "-");
    cr_assert_eq(last_of(s), 0);
    cr_assert_str_eq(seqs_of(s, 0, 9), "");
    cr_assert_eq(commit(s, &w, 1, &fine, 1), ERR_OK);
    cr_assert_eq(append_one(s, 1, 1), ERR_CONFLICT);
    cr_assert_eq(append_one(s, 3, 1), ERR_CONFLICT);
    cr_assert_eq(append_one(s, 0, 1), ERR_CONFLICT);
    cr_assert_eq(append_one(s, 2, 1), ERR_OK);
    cr_assert_str_eq(seqs_of(s, 0, 9), "1 2 ");
}
ON_EACH(all_batches_of_a_commit_or_none)
{
    struct store_write w[] = { write_of("k", "o", "a", "new"), write_of("k", "o", "b", "new"),
                               write_of("k", "o", "c", NULL) };
    struct store_event one = event_of(1, 1), bad = event_of(5, 1), two = event_of(2, 1);
    struct store_batch batches[] = { { w, 1, &one, 1 }, { w + 1, 2, &bad, 1 } };
    cr_assert_eq(put_one(s, "k", "o", "a", "old"), ERR_OK);
    cr_assert_eq(put_one(s, "k", "o", "c", "old"), ERR_OK);
    cr_assert_eq(s->ops->commit(s, batches, 2), ERR_CONFLICT);
    cr_assert_str_eq(rows_of(s, "k", ""), "o/a=old o/c=old ");
    cr_assert_eq(last_of(s), 0);
    batches[1].events = &two;
    cr_assert_eq(s->ops->commit(s, batches, 2), ERR_OK);
    cr_assert_str_eq(rows_of(s, "k", ""), "o/a=new o/b=new ");
    cr_assert_eq(last_of(s), 2);
}
ON_EACH(within_a_commit_the_last_write_wins)
{
    struct store_write w[] = { write_of("k", "o", "a", "1"),  write_of("k", "o", "a", NULL),
                               write_of("k", "o", "b", "1"),  write_of("k", "o", "b", "2"),
                               write_of("k", "o", "c", NULL), write_of("k", "o", "c", "3") };
    cr_assert_eq(commit(s, w, 6, NULL, 0), ERR_OK);
    cr_assert_str_eq(rows_of(s, "k", ""), "o/b=2 o/c=3 ");
}
ON_EACH(trimming_takes_the_oldest_and_keeps_the_last)
{
    static const int64_t times[] = { 10, 30, 20, 40, 5 };
    for (unsigned i = 0; i < 5; i++)
        cr_assert_eq(append_one(s, i + 1, times[i]), ERR_OK);
    cr_assert_eq(s->ops->journal_trim(s, 25), ERR_OK);
    cr_assert_str_eq(seqs_of(s, 0, 9), "2 3 4 5 "); /* 3 is old too, but a hole is not wanted */
    cr_assert_eq(s->ops->journal_trim(s, 1000), ERR_OK);
    cr_assert_str_eq(seqs_of(s, 0, 9), "5 ");
    cr_assert_str_eq(seqs_of(s, 4, 9), "5 ");
    cr_assert_eq(last_of(s), 5);
    cr_assert_eq(append_one(s, 6, 50), ERR_OK);
    cr_assert_str_eq(seqs_of(s, 5, 9), "6 ");
}
ON_EACH(trimming_many_leaves_none_behind)
{
    static struct store_event events[5000];
    for (unsigned i = 0; i < 5000; i++)
        events[i] = event_of(i + 1, 1);
    cr_assert_eq(commit(s, NULL, 0, events, 5000), ERR_OK);
    cr_assert_eq(s->ops->journal_trim(s, 2), ERR_OK);
    cr_assert_str_eq(seqs_of(s, 0, 9), "5000 ");
}

struct gone {
    char text[200];
};
static enum err write_down(void *ctx, const struct store_event *e)
{
    char *text = ((struct gone *)ctx)->text;
    snprintf(text + strlen(text), sizeof((struct gone *)0)->text - strlen(text),
             "%d@%d:%.*s/%.*s/%.*s ", (int)e->seq, (int)e->at_ms, SLICE_ARG(e->org),
             SLICE_ARG(e->type), SLICE_ARG(e->body));
    return ERR_OK;
}
ON_EACH(erasing_empties_the_events_of_one_organisation)
{
    struct store_event events[6];
    struct gone gone = { "" };
    uint64_t reached = 0;
    for (unsigned i = 0; i < 6; i++) {
        events[i] = event_of(i + 1, 10 * (i + 1));
        events[i].org = i % 2 ? SLICE("ours") : SLICE("theirs");
        events[i].type = SLICE("t");
        events[i].body = SLICE("{\"said\":1}");
    }
    cr_assert_eq(commit(s, NULL, 0, events, 6), ERR_OK);
    cr_assert_eq(s->ops->journal_erase(s, SLICE("ours"), SLICE("gone"), 0, 3, &reached), ERR_OK);
    cr_assert_eq(reached, 3);
    cr_assert_eq(s->ops->journal_erase(s, SLICE("ours"), SLICE("gone"), 4, 9, &reached), ERR_OK);
    cr_assert_eq(reached, 6);
    cr_assert_eq(s->ops->journal_read(s, 0, 9, write_down, &gone), ERR_OK);
    cr_assert_str_eq(gone.text,
                     "1@10:theirs/t/{\"said\":1} 2@20:/gone/{} 3@30:theirs/t/{\"said\":1} "
                     "4@40:ours/t/{\"said\":1} 5@50:theirs/t/{\"said\":1} "
                     "6@60:/gone/{} ");
    cr_assert_eq(append_one(s, 7, 70), ERR_OK);
}

struct race {
    struct store *s;
    _Atomic bool over;
    uint64_t read;
};
static enum err count_in_order(void *ctx, const struct store_event *e)
{
    struct race *r = ctx;
    cr_assert_eq(e->seq, r->read + 1);
    r->read = e->seq;
    return ERR_OK;
}
static void *follow(void *arg)
{
    struct race *r = arg;
    while (!atomic_load(&r->over) || r->read < 500)
        cr_assert_eq(r->s->ops->journal_read(r->s, r->read, 50, count_in_order, r), ERR_OK);
    return NULL;
}
ON_EACH(the_journal_is_read_while_another_thread_commits)
{
    struct race r = { .s = s };
    pthread_t thread;
    pthread_create(&thread, NULL, follow, &r);
    for (unsigned i = 1; i <= 500; i++)
        cr_assert_eq(append_one(s, i, i), ERR_OK);
    atomic_store(&r.over, true);
    pthread_join(thread, NULL);
    cr_assert_eq(r.read, 500);
}

/* ---- one adapter's own promises ---- */

Test(store_memory, the_nth_commit_can_be_made_to_fail)
{
    struct store *s = open_memory();
    scratch = arena_new(1 << 20);
    store_memory_fail(s, 2);
    cr_assert_eq(put_one(s, "k", "o", "a", "1"), ERR_OK);
    cr_assert_eq(put_one(s, "k", "o", "b", "1"), ERR_IO);
    cr_assert_eq(put_one(s, "k", "o", "c", "1"), ERR_OK);
    cr_assert_str_eq(rows_of(s, "k", ""), "o/a=1 o/c=1 ");
    s->ops->close(s);
    arena_free(scratch);
}
static void reopening(struct store *first)
{
    (void)first;
    char file[64];
    struct stat st;
    snprintf(file, sizeof file, "%s/other.db", folder);
    struct store *s = NULL, *second = NULL;
    cr_assert_eq(store_sqlite_open(file, &s), ERR_OK);
    cr_assert_eq(stat(file, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    cr_assert_eq(put_one(s, "k", "o", "a", "1"), ERR_OK);
    cr_assert_eq(append_one(s, 1, 1), ERR_OK);
    cr_assert_eq(store_sqlite_open(file, &second), ERR_CONFLICT);
    cr_assert_null(second);
    s->ops->tidy(s);
    s->ops->close(s);
    cr_assert_eq(store_sqlite_open(file, &s), ERR_OK);
    cr_assert_str_eq(body_of(s, "k", "o", "a"), "1");
    cr_assert_eq(last_of(s), 1);
    cr_assert_eq(append_one(s, 1, 1), ERR_CONFLICT);
    cr_assert_eq(append_one(s, 2, 1), ERR_OK);
    s->ops->close(s);
}
Test(store_sqlite, reopening_finds_all_and_two_cannot_have_it_open)
{
    run(open_sqlite, reopening);
}
static void damaged(struct store *first)
{
    (void)first;
    char file[64], junk[4096];
    memset(junk, 'x', sizeof junk);
    snprintf(file, sizeof file, "%s/damaged.db", folder);
    int fd = open(file, O_CREAT | O_WRONLY, 0600);
    cr_assert_eq(write(fd, junk, sizeof junk), (ssize_t)sizeof junk);
    close(fd);
    struct store *s = NULL;
    cr_assert_eq(store_sqlite_open(file, &s), ERR_CORRUPT);
    cr_assert_eq(store_sqlite_open("/nonexistent/x.db", &s), ERR_NOT_FOUND);
    cr_assert_null(s);
}
Test(store_sqlite, what_is_no_database_is_refused)
{
    run(open_sqlite, damaged);
}
