/* needs: domain/core domain/event domain/catalog store/memory */
#include "unit/domain/hours/hours_kit.h"

TestSuite(catalog_hours, .init = setup, .fini = teardown);

Test(catalog_hours, both_ends_belong_to_the_hours)
{
    struct uuid id = hours_made("UTC", OFFICE, none, none);
    cr_assert_not(open_at(id, "2026-01-05T08:59")); /* a Monday */
    cr_assert(open_at(id, "2026-01-05T09:00"));
    cr_assert(open_at(id, "2026-01-05T16:59"));
    cr_assert_not(open_at(id, "2026-01-05T17:00"));
    cr_assert_not(open_at(id, "2026-01-04T12:00"), "Sunday");
    cr_assert_eq(ask(id, "2026-01-05T09:00").reason, HOURS_WORKING);
    cr_assert(slice_is(ask(id, "2026-01-05T09:00").name, "Open"));
    cr_assert_eq(ask(id, "2026-01-04T12:00").reason, HOURS_NONE);
}

Test(catalog_hours, the_clocks_of_new_york_change_in_march_and_november)
{
    struct uuid id = hours_made("America/New_York",
                                "{\"name\":\"Open\",\"days\":" ALL_WEEK
                                ",\"startTime\":\"09:00\",\"endTime\":\"16:59\"}",
                                none, none);
    cr_assert_not(open_at(id, "2026-03-07T13:59")); /* EST, five hours behind */
    cr_assert(open_at(id, "2026-03-07T14:00"));
    cr_assert(open_at(id, "2026-03-08T13:00"), "EDT from this day on, four hours behind");
    cr_assert_not(open_at(id, "2026-03-08T12:59"));
    cr_assert(open_at(id, "2026-03-08T20:59"));
    cr_assert_not(open_at(id, "2026-03-08T21:00"));
    cr_assert(open_at(id, "2026-10-31T13:00"), "still EDT");
    cr_assert_not(open_at(id, "2026-11-01T13:00"), "EST again");
    cr_assert(open_at(id, "2026-11-01T14:00"));
}

Test(catalog_hours, a_minute_that_comes_twice_is_twice_open_and_one_left_out_never_comes)
{
    struct uuid id = hours_made("America/New_York",
                                "{\"name\":\"Night\",\"days\":[\"SUN\"],\"startTime\":\"01:30\","
                                "\"endTime\":\"02:29\"}",
                                none, none);
    cr_assert(open_at(id, "2026-11-01T05:30"), "01:30 for the first time");
    cr_assert_not(open_at(id, "2026-11-01T06:00"), "01:00 again");
    cr_assert(open_at(id, "2026-11-01T06:30"), "01:30 again");
    cr_assert(open_at(id, "2026-11-01T07:29"));
    cr_assert_not(open_at(id, "2026-11-01T07:30"));
    cr_assert(open_at(id, "2026-03-08T06:59"), "01:59, the last minute before the jump");
    cr_assert_not(open_at(id, "2026-03-08T07:00"), "03:00, right behind it");
}

Test(catalog_hours, zones_of_half_hours_and_the_other_half_of_the_world)
{
    struct uuid india = hours_made("Asia/Kolkata", OFFICE, none, none);
    cr_assert(open_at(india, "2026-01-05T03:30"));
    cr_assert_not(open_at(india, "2026-01-05T03:29"));
    struct uuid howe = hours_made("Australia/Lord_Howe", OFFICE, none, none); /* moves by 30 min */
    cr_assert(open_at(howe, "2026-04-02T22:00"), "UTC+11 on 3 April, a Friday");
    cr_assert_not(open_at(howe, "2026-04-05T22:00"), "UTC+10:30 from 5 April on");
    cr_assert(open_at(howe, "2026-04-05T22:30"), "Monday there");
    struct uuid london = hours_made("Europe/London", OFFICE, none, none);
    cr_assert(open_at(london, "2026-03-30T08:00"), "BST");
    cr_assert_not(open_at(london, "2026-03-27T08:00"), "GMT");
}

Test(catalog_hours, hours_may_go_on_past_midnight)
{
    struct uuid id = hours_made("UTC",
                                "{\"name\":\"Late\",\"days\":[\"SAT\"],\"startTime\":\"22:00\","
                                "\"endTime\":\"01:59\"}",
                                none, none);
    cr_assert_not(open_at(id, "2026-01-03T01:00"), "Saturday's night is not Friday's");
    cr_assert(open_at(id, "2026-01-03T22:00"));
    cr_assert(open_at(id, "2026-01-04T01:59"));
    cr_assert_not(open_at(id, "2026-01-04T02:00"));
    cr_assert_not(open_at(id, "2026-01-04T22:00"));
}

Test(catalog_hours, a_holiday_goes_before_working_hours_on_the_days_of_the_zone)
{
    struct uuid list =
        holidays("{\"name\":\"Fair\",\"startDate\":\"2026-03-09\",\"endDate\":\"2026-03-10\"}");
    struct uuid id = hours_made("America/New_York", OFFICE, list, none);
    cr_assert(open_at(id, "2026-03-06T15:00"));
    cr_assert_eq(ask(id, "2026-03-09T04:00").reason, HOURS_HOLIDAY, "midnight there");
    cr_assert_eq(ask(id, "2026-03-09T03:59").reason, HOURS_NONE);
    cr_assert_not(open_at(id, "2026-03-10T15:00"));
    cr_assert_eq(ask(id, "2026-03-11T03:59").reason, HOURS_HOLIDAY);
    cr_assert(open_at(id, "2026-03-11T13:00"));
    cr_assert(slice_is(ask(id, "2026-03-10T15:00").name, "Fair"));
}

Test(catalog_hours, part_of_a_day_off)
{
    struct uuid list = holidays("{\"name\":\"Half\",\"startDate\":\"2026-12-24\",\"endDate\":"
                                "\"2026-12-24\",\"startTime\":\"12:00\",\"endTime\":\"23:59\"}");
    struct uuid id = hours_made("UTC", OFFICE, list, none);
    cr_assert(open_at(id, "2026-12-24T11:59"));
    cr_assert_not(open_at(id, "2026-12-24T12:00"));
}

Test(catalog_hours, holidays_come_again)
{
    static const char daily[] = "{\"name\":\"D\",\"startDate\":\"2026-01-01\",\"frequency\":"
                                "\"Daily\",\"recurrence\":{\"interval\":3,\"endDate\":"
                                "\"2026-01-07\"}}";
    cr_assert(is_holiday(daily, "2026-01-04"));
    cr_assert_not(is_holiday(daily, "2026-01-05"));
    cr_assert(is_holiday(daily, "2026-01-07"));
    cr_assert_not(is_holiday(daily, "2026-01-10"), "no longer");
    cr_assert_not(is_holiday(daily, "2025-12-29"), "not yet");
    static const char weekly[] = "{\"name\":\"W\",\"startDate\":\"2026-01-05\",\"frequency\":"
                                 "\"Weekly\",\"recurrence\":{\"interval\":2,\"daysOfWeek\":"
                                 "[\"MON\",\"SAT\"]}}";
    cr_assert(is_holiday(weekly, "2026-01-05"));
    cr_assert(is_holiday(weekly, "2026-01-10"));
    cr_assert_not(is_holiday(weekly, "2026-01-12"));
    cr_assert(is_holiday(weekly, "2026-01-19"));
    static const char monthly[] = "{\"name\":\"M\",\"startDate\":\"2026-01-31\",\"frequency\":"
                                  "\"Monthly\",\"recurrence\":{\"interval\":1,"
                                  "\"specificDayOfMonth\":31}}";
    cr_assert(is_holiday(monthly, "2026-03-31"));
    cr_assert_not(is_holiday(monthly, "2026-02-28"), "February has no 31st");
    static const char thanks[] = "{\"name\":\"T\",\"startDate\":\"2026-01-01\",\"frequency\":"
                                 "\"Yearly\",\"recurrence\":{\"interval\":1,\"specificMonth\":"
                                 "\"NOV\",\"occurrenceInTheMonth\":\"FOURTH\",\"daysOfWeek\":"
                                 "[\"THU\"]}}";
    cr_assert(is_holiday(thanks, "2026-11-26"));
    cr_assert(is_holiday(thanks, "2027-11-25"));
    cr_assert_not(is_holiday(thanks, "2026-11-19"));
    cr_assert_not(is_holiday(thanks, "2026-10-22"));
    static const char last[] = "{\"name\":\"L\",\"startDate\":\"2026-01-01\",\"frequency\":"
                               "\"Yearly\",\"recurrence\":{\"interval\":1,\"specificMonth\":"
                               "\"MAY\",\"occurrenceInTheMonth\":\"LAST\",\"daysOfWeek\":"
                               "[\"MON\"]}}";
    cr_assert(is_holiday(last, "2026-05-25"));
    cr_assert_not(is_holiday(last, "2026-05-18"));
    static const char yearly[] = "{\"name\":\"Y\",\"startDate\":\"2026-12-31\",\"endDate\":"
                                 "\"2027-01-01\",\"frequency\":\"Yearly\",\"recurrence\":"
                                 "{\"interval\":1,\"specificMonth\":\"DEC\"}}";
    cr_assert(is_holiday(yearly, "2029-01-01"), "the second day of one that began in 2028");
    cr_assert_not(is_holiday(yearly, "2029-01-02"));
}

Test(catalog_hours, an_override_goes_before_all_in_its_own_zone)
{
    struct uuid list = holidays("{\"name\":\"Fair\",\"startDate\":\"2026-03-09\"}");
    struct uuid over =
        kit_made(&k, RESOURCE_OVERRIDES,
                 "{\"name\":\"Over\",\"timezone\":\"Europe/Berlin\",\"overrides\":["
                 "{\"name\":\"Open anyway\",\"startDateTime\":\"2026-03-09T20:00\",\"endDateTime\":"
                 "\"2026-03-09T20:59\",\"workingHours\":true},"
                 "{\"name\":\"Shut\",\"startDateTime\":\"2026-03-10T00:00\",\"endDateTime\":"
                 "\"2026-03-10T23:59\",\"workingHours\":false}]}");
    cr_assert(memmem(k.fx.result.at, k.fx.result.len, "\"overridesCount\":2", 18));
    cr_assert(memmem(k.fx.result.at, k.fx.result.len, "\"latestOverride\":{\"name\":\"Shut\"", 31));
    struct uuid id = hours_made("America/New_York", OFFICE, list, over);
    cr_assert(open_at(id, "2026-03-09T19:00"), "20:00 in Berlin, a holiday in New York");
    cr_assert_not(open_at(id, "2026-03-09T20:00"));
    cr_assert_eq(ask(id, "2026-03-10T15:00").reason, HOURS_OVERRIDE);
    cr_assert_not(open_at(id, "2026-03-10T15:00"));
    cr_assert(open_at(id, "2026-03-11T15:00"));
    cr_assert_eq(kit_delete(&k, RESOURCE_OVERRIDES, over), ERR_REFERENCED);
    cr_assert_eq(kit_delete(&k, RESOURCE_HOLIDAY_LIST, list), ERR_REFERENCED);
}

Test(catalog_hours, what_is_refused)
{
    static const struct {
        enum resource r;
        const char *body, *says;
    } rows[] = {
        { RESOURCE_BUSINESS_HOURS, "{\"name\":\"A\",\"timezone\":\"UTC\",\"workingHours\":[]}",
          "Working hours cannot be empty" },
        { RESOURCE_BUSINESS_HOURS,
          "{\"name\":\"A\",\"timezone\":\"Mars/Base\",\"workingHours\":[" OFFICE "]}",
          "timezone: should be a time zone" },
        { RESOURCE_BUSINESS_HOURS,
          "{\"name\":\"A.b\",\"timezone\":\"UTC\",\"workingHours\":[" OFFICE "]}",
          "name: should only contain alphanumeric characters" },
        { RESOURCE_BUSINESS_HOURS,
          "{\"name\":\"A\",\"timezone\":\"UTC\",\"workingHours\":[{\"name\":\"x\",\"days\":[],"
          "\"startTime\":\"9\"}]}",
          "workingHours[0].startTime: should be a time" },
        { RESOURCE_BUSINESS_HOURS,
          "{\"name\":\"A\",\"timezone\":\"UTC\",\"workingHours\":[{\"name\":\"x\",\"days\":[]}]}",
          "workingHours[0].days: should have at least 1 elements" },
        { RESOURCE_HOLIDAY_LIST, "{\"name\":\"A\",\"holidays\":[]}",
          "Holiday list cannot be empty" },
        { RESOURCE_HOLIDAY_LIST,
          "{\"name\":\"A\",\"holidays\":[{\"name\":\"x\",\"startDate\":\"2026-02-29\"}]}",
          "holidays[0].startDate: should be a time" },
        { RESOURCE_HOLIDAY_LIST,
          "{\"name\":\"A\",\"holidays\":[{\"name\":\"x\",\"startDate\":\"2026-02-02\",\"endDate\":"
          "\"2026-02-01\"}]}",
          "holidays[0].endDate: should be a time" },
        { RESOURCE_HOLIDAY_LIST,
          "{\"name\":\"A\",\"holidays\":[{\"name\":\"x\",\"startDate\":\"2026-02-02\","
          "\"frequency\":\"Yearly\",\"recurrence\":{\"interval\":1}}]}",
          "holidays[0].recurrence.specificMonth: should not be null" },
        { RESOURCE_HOLIDAY_LIST,
          "{\"name\":\"A\",\"holidays\":[{\"name\":\"x\",\"startDate\":\"2026-02-02\","
          "\"frequency\":\"Monthly\",\"recurrence\":{\"interval\":1}}]}",
          "specificDayOfMonth or occurrenceInTheMonth" },
        { RESOURCE_HOLIDAY_LIST,
          "{\"name\":\"A\",\"holidays\":[{\"name\":\"x\",\"startDate\":\"2026-02-02\","
          "\"frequency\":\"Weekly\",\"recurrence\":{\"interval\":0}}]}",
          "recurrence.interval: should not be less than 1" },
        { RESOURCE_OVERRIDES, "{\"name\":\"A\",\"timezone\":\"UTC\",\"overrides\":[]}",
          "Overrides cannot be empty" },
        { RESOURCE_OVERRIDES,
          "{\"name\":\"A\",\"timezone\":\"UTC\",\"overrides\":[{\"name\":\"x\",\"startDateTime\":"
          "\"2026-02-02\",\"workingHours\":true}]}",
          "overrides[0].startDateTime: should be a time" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(kit_create(&k, rows[i].r, rows[i].body), ERR_INVALID_FIELD, "%s",
                     rows[i].says);
        cr_assert(kit_says(&k, rows[i].says), "%s, not %.*s", rows[i].says, SLICE_ARG(k.fx.detail));
    }
}

Test(catalog_hours, days_and_their_numbers)
{
    int32_t day;
    cr_assert(wall_date(SLICE("1970-01-01"), &day) && day == 0);
    cr_assert(wall_date(SLICE("2000-02-29"), &day) && day == 11016);
    cr_assert(wall_date(SLICE("1969-12-31"), &day) && day == -1);
    cr_assert_not(wall_date(SLICE("1900-02-29"), &day));
    cr_assert_not(wall_date(SLICE("2026-13-01"), &day));
    cr_assert_not(wall_date(SLICE("2026-1-01"), &day));
    cr_assert_eq(weekday_of(0), 4);
    cr_assert_eq(weekday_of(-5), 6);
    struct wall_time t;
    cr_assert_eq(wall_time_at(SLICE("UTC"), -1, &t), ERR_OK);
    cr_assert(t.day == -1 && t.minute == 1439);
    cr_assert_eq(wall_time_at(SLICE("Nowhere"), 0, &t), ERR_NOT_FOUND);
}
