/* Business hours for tests: made from a zone and their lists, asked at an instant. */
#ifndef TESTS_HOURS_HOURS_KIT_H
#define TESTS_HOURS_HOURS_KIT_H
#include "domain/hours/calendar.h"
#include "domain/hours/hours.h"
#include "unit/domain/catalog/kit.h"
static struct kit k;

static inline void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
}

static inline void teardown(void)
{
    kit_stop(&k, true);
}

/* "2026-03-08T06:59" UTC */
static inline int64_t utc(const char *text)
{
    struct wall_time t;
    cr_assert(wall_date_time(slice_of(text), &t), "%s", text);
    return ((int64_t)t.day * MINUTES_A_DAY + t.minute) * 60000;
}

static inline struct uuid hours_made(const char *zone, const char *working, struct uuid holidays,
                                     struct uuid overrides)
{
    static int made;
    char body[2048], h[UUID_TEXT_LEN + 1], o[UUID_TEXT_LEN + 1];
    uuid_format(holidays, h);
    uuid_format(overrides, o);
    bool some_h = !uuid_is_nil(holidays), some_o = !uuid_is_nil(overrides);
    snprintf(body, sizeof body,
             "{\"name\":\"Hours %d\",\"timezone\":\"%s\",\"workingHours\":[%s]%s%s%s%s%s%s}",
             made++, zone, working, some_h ? ",\"holidaysId\":\"" : "", some_h ? h : "",
             some_h ? "\"" : "", some_o ? ",\"overridesId\":\"" : "", some_o ? o : "",
             some_o ? "\"" : "");
    return kit_made(&k, RESOURCE_BUSINESS_HOURS, body);
}

static inline struct hours_answer ask(struct uuid id, const char *when)
{
    struct hours_answer answer;
    struct catalog_view view = { k.catalog, k.org, catalog_working };
    const struct entity *hours = view_get(&view, RESOURCE_BUSINESS_HOURS, id);
    cr_assert_eq(hours_at(&view, hours, utc(when), k.arena, &answer), ERR_OK);
    return answer;
}

static inline bool open_at(struct uuid id, const char *when)
{
    return ask(id, when).open;
}

static const struct uuid none;

#define WEEK     "[\"MON\",\"TUE\",\"WED\",\"THU\",\"FRI\"]"
#define ALL_WEEK "[\"SUN\",\"MON\",\"TUE\",\"WED\",\"THU\",\"FRI\",\"SAT\"]"
#define OFFICE   "{\"name\":\"Open\",\"days\":" WEEK ",\"startTime\":\"09:00\",\"endTime\":\"16:59\"}"

static inline struct uuid holidays(const char *entries)
{
    static int made;
    char body[2048];
    snprintf(body, sizeof body, "{\"name\":\"List %d\",\"holidays\":[%s]}", made++, entries);
    return kit_made(&k, RESOURCE_HOLIDAY_LIST, body);
}

static inline bool is_holiday(const char *entry, const char *day)
{
    char when[32];
    snprintf(when, sizeof when, "%sT12:00", day);
    return ask(hours_made("UTC", OFFICE, holidays(entry), none), when).reason == HOURS_HOLIDAY;
}
#endif
