#include <criterion/criterion.h>

#include "base/clock.h"

Test(clock, virtual_time_moves_only_forward_when_told)
{
    struct clock c;
    clock_init_virtual(&c, 1000);
    cr_assert_eq(clock_now_ms(&c), 1000);
    clock_set_ms(&c, 5000);
    cr_assert_eq(clock_now_ms(&c), 5000);
    clock_set_ms(&c, 4000);
    cr_assert_eq(clock_now_ms(&c), 5000);
}

Test(clock, real_time_is_after_2024_and_does_not_stand)
{
    struct clock c;
    clock_init_real(&c);
    cr_assert_gt(clock_now_ms(&c), 1704067200000);
    int64_t before = clock_mono_ns();
    while (clock_mono_ns() == before)
        ;
    cr_assert_gt(clock_mono_ns(), before);
}

Test(clock, formats_known_instants)
{
    const struct {
        int64_t ms;
        const char *text;
    } rows[] = { { 0, "1970-01-01T00:00:00.000Z" },
                 { -1, "1969-12-31T23:59:59.999Z" },
                 { 951782400000, "2000-02-29T00:00:00.000Z" },
                 { 1732447200123, "2024-11-24T11:20:00.123Z" },
                 { 4107542399999, "2100-02-28T23:59:59.999Z" },
                 { 4107542400000, "2100-03-01T00:00:00.000Z" },
                 { INT64_MAX, "9999-12-31T23:59:59.999Z" },
                 { INT64_MIN, "0000-01-01T00:00:00.000Z" } };
    char text[TIME_TEXT_LEN + 1];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        time_format(rows[i].ms, text);
        cr_assert_str_eq(text, rows[i].text);
    }
}

Test(clock, every_day_of_four_centuries_comes_back)
{
    char text[TIME_TEXT_LEN + 1];
    int64_t back;
    for (int64_t day = -40000; day < 110000; day++) {
        int64_t ms = day * 86400000 + 43200001;
        time_format(ms, text);
        cr_assert(time_parse(slice_of(text), &back), "%s", text);
        cr_assert_eq(back, ms, "%s", text);
    }
}

Test(clock, parses_offsets_and_fractions)
{
    const struct {
        const char *text;
        int64_t ms;
    } rows[] = { { "1970-01-01T00:00:00Z", 0 },
                 { "1970-01-01t00:00:00.5z", 500 },
                 { "1970-01-01T01:00:00+01:00", 0 },
                 { "1969-12-31T18:30:00.001-05:30", 1 },
                 { "1970-01-01T00:00:00.123456789Z", 123 },
                 { "2016-12-31T23:59:60Z", 1483228800000 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t ms = -1;
        cr_assert(time_parse(slice_of(rows[i].text), &ms), "%s", rows[i].text);
        cr_assert_eq(ms, rows[i].ms, "%s", rows[i].text);
    }
}

Test(clock, refuses_what_is_no_rfc3339)
{
    const char *refused[] = { "",
                              "2024-11-24",
                              "2024-11-24T11:20:00",
                              "2024-11-24 11:20:00Z",
                              "2024-13-01T00:00:00Z",
                              "2023-02-29T00:00:00Z",
                              "1900-02-29T00:00:00Z",
                              "2024-11-31T00:00:00Z",
                              "2024-11-00T00:00:00Z",
                              "2024-00-01T00:00:00Z",
                              "2024-11-24T24:00:00Z",
                              "2024-11-24T11:60:00Z",
                              "2024-11-24T11:20:00.Z",
                              "2024-11-24T11:20:00+1:00",
                              "2024-11-24T11:20:00+0100",
                              "2024-11-24T11:20:00Zx",
                              "24-11-24T11:20:00Z" };
    int64_t ms = 77;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        cr_assert(!time_parse(slice_of(refused[i]), &ms), "%s", refused[i]);
    cr_assert_eq(ms, 77);
}

Test(clock, timed_waits_end_that_much_later)
{
    int64_t before = clock_mono_ns();
    struct timespec until = clock_mono_after(1999);
    int64_t after = clock_mono_ns(), ns = (int64_t)until.tv_sec * 1000000000 + until.tv_nsec;
    cr_assert(until.tv_nsec >= 0 && until.tv_nsec < 1000000000);
    cr_assert(ns >= before + 1999000000 && ns <= after + 1999000000);
}
