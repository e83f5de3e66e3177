#include <criterion/criterion.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json_read.h"
#include "base/log.h"

static char line[4096];

/* What the call wrote to stderr. */
static struct slice written(void (*call)(void))
{
    int ends[2], saved = dup(STDERR_FILENO);
    cr_assert_eq(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    call();
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    ssize_t len = read(ends[0], line, sizeof line);
    close(ends[0]);
    return (struct slice){ line, (size_t)len };
}

static void log_something(void)
{
    log_write(LOG_INFO, "ready", LOG_TEXT("url", SLICE("a\"b\n\xff")), LOG_NUM("ms", -12));
}
static void log_debug(void)
{
    log_write(LOG_DEBUG, "quiet", LOG_NUM("n", 1));
}

Test(log, one_json_object_a_line_whatever_the_text)
{
    struct arena *a = arena_new(1 << 16);
    struct json *root;
    struct slice text = written(log_something);
    cr_assert_eq(text.at[text.len - 1], '\n');
    cr_assert_eq(slice_find(text, '\n'), (ptrdiff_t)text.len - 1);
    cr_assert_eq(json_parse(a, text, &root, NULL), ERR_OK);
    cr_assert(slice_is(json_text(json_get(root, "event"), SLICE("")), "ready"));
    cr_assert(slice_is(json_text(json_get(root, "level"), SLICE("")), "info"));
    cr_assert(slice_is(json_text(json_get(root, "url"), SLICE("")), "a\"b\n\xef\xbf\xbd"));
    cr_assert_eq(json_i64(json_get(root, "ms"), 0), -12);
    arena_free(a);
}

Test(log, level_is_a_threshold)
{
    cr_assert_eq(written(log_debug).len, 0);
    cr_assert(!log_enabled(LOG_DEBUG));
    log_set_level(LOG_DEBUG);
    cr_assert_gt(written(log_debug).len, 0);
}
