#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/buf.h"

Test(buf, grows_and_always_ends_in_nul)
{
    struct buf b;
    buf_init(&b);
    cr_assert_str_eq(b.data, "");
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%d,", i);
    cr_assert_eq(b.data[b.len], '\0');
    cr_assert_eq(b.len, strlen(b.data));
    cr_assert_eq(b.len, 10 * 2 + 90 * 3 + 900 * 4);
    buf_clear(&b);
    cr_assert_str_eq(b.data, "");
    buf_add(&b, SLICE("x"));
    buf_add_char(&b, 'y');
    cr_assert_str_eq(b.data, "xy");
    buf_release(&b);
    cr_assert_str_eq(b.data, "");
}

Test(buf, writes_every_integer)
{
    struct buf b;
    buf_init(&b);
    buf_add_i64(&b, INT64_MIN);
    buf_add_char(&b, ' ');
    buf_add_i64(&b, INT64_MAX);
    buf_add_char(&b, ' ');
    buf_add_i64(&b, 0);
    cr_assert_str_eq(b.data, "-9223372036854775808 9223372036854775807 0");
    buf_release(&b);
}

Test(buf, limit_is_a_sticky_failure)
{
    struct buf b;
    buf_init(&b);
    b.limit = 5;
    buf_add(&b, SLICE("12345"));
    cr_assert(!buf_failed(&b));
    buf_add_char(&b, '6');
    cr_assert(buf_failed(&b));
    buf_clear(&b);
    cr_assert(!buf_failed(&b));
    buf_printf(&b, "%s", "123456");
    cr_assert(buf_failed(&b));
    buf_add(&b, SLICE("1"));
    cr_assert_eq(b.len, 0);
    buf_release(&b);
}

Test(buf, arena_memory_and_its_end)
{
    struct arena *a = arena_new(2000);
    struct buf b;
    buf_init_arena(&b, a);
    for (int i = 0; i < 300; i++)
        buf_add(&b, SLICE("ab"));
    cr_assert_eq(b.len, 600);
    cr_assert(!buf_failed(&b));
    for (int i = 0; i < 2000; i++)
        buf_add_char(&b, 'x');
    cr_assert(buf_failed(&b));
    cr_assert(!buf_reserve(&b, 1));
    buf_release(&b);
    arena_free(a);
}

Test(buf, absurd_reserve_is_refused)
{
    struct buf b;
    buf_init(&b);
    cr_assert(!buf_reserve(&b, SIZE_MAX));
    cr_assert(buf_failed(&b));
    buf_release(&b);
}
