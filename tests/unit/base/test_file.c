#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

static char folder[64], path[96];

static void setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/cordboard-file-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a", folder);
}
static void teardown(void)
{
    unlink(path);
    rmdir(folder);
}
TestSuite(file, .init = setup, .fini = teardown);

Test(file, writes_replace_whole_files_for_the_owner_only)
{
    struct arena *a = arena_new(1 << 16);
    struct slice text;
    struct stat st;
    cr_assert_eq(file_write(path, SLICE("first and long")), ERR_OK);
    cr_assert_eq(file_write(path, SLICE("second")), ERR_OK);
    cr_assert_eq(file_read(a, path, 6, &text), ERR_OK);
    cr_assert(slice_is(text, "second"));
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    arena_free(a);
}

Test(file, read_failures_leave_out_alone)
{
    struct arena *a = arena_new(1 << 16);
    struct slice text = SLICE("untouched");
    cr_assert_eq(file_read(a, path, 100, &text), ERR_NOT_FOUND);
    cr_assert_eq(file_write(path, SLICE("1234567")), ERR_OK);
    cr_assert_eq(file_read(a, path, 6, &text), ERR_TOO_LARGE);
    cr_assert(slice_is(text, "untouched"));
    arena_free(a);
}

Test(file, a_failed_write_leaves_nothing_behind)
{
    char inside[128];
    snprintf(inside, sizeof inside, "%s/missing/a", folder);
    cr_assert_eq(file_write(inside, SLICE("x")), ERR_IO);
}

Test(file, folders_are_private_and_may_exist)
{
    char sub[128];
    struct stat st;
    snprintf(sub, sizeof sub, "%s/sub", folder);
    cr_assert_eq(file_make_dir(sub), ERR_OK);
    cr_assert_eq(file_make_dir(sub), ERR_OK);
    cr_assert_eq(stat(sub, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0700);
    rmdir(sub);
    cr_assert_eq(file_write(path, SLICE("x")), ERR_OK);
    cr_assert_eq(file_make_dir(path), ERR_IO);
}
