/* needs: domain/core domain/event domain/catalog store/memory */
/* Is it open at t, where clocks are changed in odd ways: at midnight, by half an hour, by a whole
 * day, in winter; each minute of such days asked once. */
#include "unit/domain/hours/hours_kit.h"

TestSuite(hours_zones, .init = setup, .fini = teardown);

#define DAY_FROM_TO(days, from, to) \
    "{\"name\":\"H\",\"days\":" days ",\"startTime\":\"" from "\",\"endTime\":\"" to "\"}"

/* Minutes that are open from one instant to the other. */
static int open_minutes(struct uuid id, const char *from, const char *to)
{
    struct catalog_view view = { k.catalog, k.org, catalog_working };
    const struct entity *hours = view_get(&view, RESOURCE_BUSINESS_HOURS, id);
    struct hours_answer answer;
    int n = 0;
    for (int64_t at = utc(from); at < utc(to); at += 60000) {
        struct arena *a = arena_new(1 << 20);
        cr_assert_eq(hours_at(&view, hours, at, a, &answer), ERR_OK);
        n += answer.open;
        arena_free(a);
    }
    return n;
}

Test(hours_zones, days_are_as_long_as_the_clocks_make_them)
{
    static const struct {
        const char *zone, *from, *to; /* a Sunday there, in UTC */
        int minutes;
    } rows[] = {
        { "Europe/Berlin", "2026-01-10T23:00", "2026-01-11T23:00", 24 * 60 },
        { "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00", 23 * 60 },
        { "Europe/Berlin", "2026-10-24T22:00", "2026-10-25T23:00", 25 * 60 },
        { "America/New_York", "2026-03-08T05:00", "2026-03-09T04:00", 23 * 60 },
        { "America/New_York", "2026-11-01T04:00", "2026-11-02T05:00", 25 * 60 },
        /* the other half of the world: forward in October, back in April */
        { "Australia/Sydney", "2026-10-03T14:00", "2026-10-04T13:00", 23 * 60 },
        { "Australia/Sydney", "2026-04-04T13:00", "2026-04-05T14:00", 25 * 60 },
        /* by half an hour */
        { "Australia/Lord_Howe", "2026-10-03T13:30", "2026-10-04T13:00", 23 * 60 + 30 },
        { "Australia/Lord_Howe", "2026-04-04T13:00", "2026-04-05T13:30", 24 * 60 + 30 },
        /* 45 minutes off, with and without a change */
        { "Pacific/Chatham", "2026-09-26T11:15", "2026-09-27T10:15", 23 * 60 },
        { "Asia/Kathmandu", "2026-09-26T18:15", "2026-09-27T18:15", 24 * 60 },
        /* at midnight: the day begins at 01:00, or the evening before comes twice */
        { "America/Santiago", "2026-09-06T04:00", "2026-09-07T03:00", 23 * 60 },
        { "Asia/Beirut", "2026-03-28T22:00", "2026-03-29T21:00", 23 * 60 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct uuid id =
            hours_made(rows[i].zone, DAY_FROM_TO("[\"SUN\"]", "00:00", "23:59"), none, none);
        cr_assert_eq(open_minutes(id, rows[i].from, rows[i].to), rows[i].minutes, "%s %s: %d",
                     rows[i].zone, rows[i].from, open_minutes(id, rows[i].from, rows[i].to));
        int64_t before = utc(rows[i].from) - 60000, after = utc(rows[i].to);
        struct wall_time t;
        cr_assert_eq(wall_time_at(slice_of(rows[i].zone), before, &t), ERR_OK);
        cr_assert_eq(weekday_of(t.day), 6, "%s", rows[i].zone);
        cr_assert_eq(wall_time_at(slice_of(rows[i].zone), after, &t), ERR_OK);
        cr_assert_eq(weekday_of(t.day), 1, "%s", rows[i].zone);
    }
}

Test(hours_zones, a_change_at_midnight)
{
    struct uuid late =
        hours_made("America/Santiago", DAY_FROM_TO("[\"SAT\"]", "23:00", "00:29"), none, none);
    /* Forward: 23:59 on Saturday is followed by 01:00 on Sunday. */
    cr_assert(open_at(late, "2026-09-06T03:59"));
    cr_assert_not(open_at(late, "2026-09-06T04:00"));
    cr_assert_eq(open_minutes(late, "2026-09-05T12:00", "2026-09-06T12:00"), 60);
    /* Back: 23:59 on Saturday is followed by 23:00 on Saturday. */
    cr_assert_eq(open_minutes(late, "2026-04-04T12:00", "2026-04-05T12:00"), 60 + 60 + 30);
    cr_assert(open_at(late, "2026-04-05T03:00"), "23:00 again");
    cr_assert(open_at(late, "2026-04-05T04:29"));
    cr_assert_not(open_at(late, "2026-04-05T04:30"));
}

Test(hours_zones, hours_inside_the_gap_never_come_and_those_in_the_fold_come_twice)
{
    struct uuid gap =
        hours_made("Europe/Berlin", DAY_FROM_TO("[\"SUN\"]", "02:00", "02:59"), none, none);
    cr_assert_eq(open_minutes(gap, "2026-03-28T23:00", "2026-03-29T22:00"), 0);
    cr_assert_eq(open_minutes(gap, "2026-10-24T22:00", "2026-10-25T23:00"), 120);
    struct uuid half =
        hours_made("Australia/Lord_Howe", DAY_FROM_TO("[\"SUN\"]", "01:30", "02:29"), none, none);
    cr_assert_eq(open_minutes(half, "2026-10-03T13:00", "2026-10-04T14:00"), 30);
    cr_assert_eq(open_minutes(half, "2026-04-04T12:00", "2026-04-05T15:00"), 90);
}

Test(hours_zones, a_day_that_was_left_out)
{
    /* Samoa went from the 29th to the 31st. */
    struct uuid list = holidays("{\"name\":\"Gone\",\"startDate\":\"2011-12-30\"}");
    struct uuid id = hours_made(
        "Pacific/Apia", DAY_FROM_TO("[\"THU\",\"FRI\",\"SAT\"]", "00:00", "23:59"), list, none);
    cr_assert(open_at(id, "2011-12-30T09:59"), "23:59 on Thursday");
    cr_assert(open_at(id, "2011-12-30T10:00"), "midnight, Saturday");
    cr_assert_eq(open_minutes(id, "2011-12-29T10:00", "2011-12-31T10:00"), 2 * 24 * 60);
}

Test(hours_zones, an_override_over_the_fold_keeps_to_the_wall)
{
    struct uuid over =
        kit_made(&k, RESOURCE_OVERRIDES,
                 "{\"name\":\"Over\",\"timezone\":\"America/New_York\",\"overrides\":"
                 "[{\"name\":\"Night shift\",\"startDateTime\":\"2026-11-01T00:30\","
                 "\"endDateTime\":\"2026-11-01T01:29\",\"workingHours\":true}]}");
    struct uuid id = hours_made("UTC", DAY_FROM_TO("[\"WED\"]", "09:00", "09:59"), none, over);
    cr_assert_eq(open_minutes(id, "2026-11-01T00:00", "2026-11-02T00:00"), 60 + 30);
}

Test(hours_zones, holidays_that_come_again_know_the_calendar)
{
    static const char leap[] = "{\"name\":\"L\",\"startDate\":\"2024-02-29\",\"frequency\":"
                               "\"Yearly\",\"recurrence\":{\"interval\":1,\"specificMonth\":"
                               "\"FEB\",\"specificDayOfMonth\":29}}";
    cr_assert(is_holiday(leap, "2028-02-29"));
    cr_assert_not(is_holiday(leap, "2026-02-28"));
    cr_assert_not(is_holiday(leap, "2026-03-01"));
    static const char fifth[] = "{\"name\":\"F\",\"startDate\":\"2026-01-30\",\"frequency\":"
                                "\"Monthly\",\"recurrence\":{\"interval\":2,"
                                "\"occurrenceInTheMonth\":\"LAST\",\"daysOfWeek\":[\"FRI\"]}}";
    cr_assert(is_holiday(fifth, "2026-03-27"), "the last of four");
    cr_assert(is_holiday(fifth, "2026-05-29"), "the last of five");
    cr_assert_not(is_holiday(fifth, "2026-02-27"), "every other month");
    cr_assert_not(is_holiday(fifth, "2026-05-22"));
    static const char two_days[] = "{\"name\":\"T\",\"startDate\":\"2026-01-03\",\"endDate\":"
                                   "\"2026-01-04\",\"frequency\":\"Weekly\",\"recurrence\":"
                                   "{\"interval\":1,\"daysOfWeek\":[\"SAT\"]}}";
    cr_assert(is_holiday(two_days, "2026-02-08"), "its second day");
    cr_assert_not(is_holiday(two_days, "2026-02-09"));
    static const char never[] = "{\"name\":\"N\",\"startDate\":\"2026-01-01\",\"frequency\":"
                                "\"Daily\",\"recurrence\":{\"interval\":2147483647}}";
    cr_assert(is_holiday(never, "2026-01-01"), "the first");
    cr_assert_not(is_holiday(never, "2026-01-02"), "the next is ages away");
    static const char ended[] = "{\"name\":\"E\",\"startDate\":\"2026-01-01\",\"endDate\":"
                                "\"2026-01-02\",\"frequency\":\"Monthly\",\"recurrence\":"
                                "{\"interval\":1,\"specificDayOfMonth\":1,\"endDate\":"
                                "\"2026-03-01\"}}";
    cr_assert(is_holiday(ended, "2026-03-02"), "what began by then is had to its end");
    cr_assert_not(is_holiday(ended, "2026-04-01"));
}
