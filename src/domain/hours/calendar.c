#include "domain/hours/calendar.h"

#include <stddef.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

enum { SPAN_DAYS_MAX = 366, ZONE_NAME_MAX = 64 };
struct date {
    int32_t year;
    int month, day; /* from 1 */
};

/* ---- numbers of days ---- */

static int days_in_month(int32_t year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Years are counted from March, so that the odd day comes last (Howard Hinnant's civil days). */
static int32_t day_number(struct date d)
{
    int32_t year = d.month <= 2 ? d.year - 1 : d.year;
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t of_era = year - era * 400;
    int32_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct date date_of(int32_t day)
{
    int32_t z = day + 719468;
    int32_t era = (z >= 0 ? z : z - 146096) / 146097;
    int32_t of_era = z - era * 146097;
    int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int32_t month = (5 * of_year + 2) / 153;
    struct date d = { year + era * 400, month < 10 ? month + 3 : month - 9,
                      of_year - (153 * month + 2) / 5 + 1 };
    d.year += d.month <= 2;
    return d;
}

int weekday_of(int32_t day)
{
    int32_t w = (day + 4) % 7; /* 1970-01-01 was a Thursday */
    return w < 0 ? w + 7 : w;
}

/* ---- reading ---- */

static bool digits(struct slice s, size_t from, size_t count, int *out)
{
    int n = 0;
    for (size_t i = from; i < from + count; i++) {
        if (i >= s.len || s.at[i] < '0' || s.at[i] > '9')
            return false;
        n = n * 10 + (s.at[i] - '0');
    }
    *out = n;
    return true;
}

bool wall_date(struct slice s, int32_t *day)
{
    struct date d;
    int year;
    if (s.len != 10 || s.at[4] != '-' || s.at[7] != '-' || !digits(s, 0, 4, &year) ||
        !digits(s, 5, 2, &d.month) || !digits(s, 8, 2, &d.day))
        return false;
    d.year = year;
    if (d.month < 1 || d.month > 12 || d.day < 1 || d.day > days_in_month(d.year, d.month))
        return false;
    *day = day_number(d);
    return true;
}

bool wall_minute(struct slice s, int *minute)
{
    int hour, of_hour;
    if (s.len != 5 || s.at[2] != ':' || !digits(s, 0, 2, &hour) || !digits(s, 3, 2, &of_hour) ||
        hour > 23 || of_hour > 59)
        return false;
    *minute = hour * 60 + of_hour;
    return true;
}

bool wall_date_time(struct slice s, struct wall_time *out)
{
    return s.len == 16 && s.at[10] == 'T' && wall_date(slice_sub(s, 0, 10), &out->day) &&
           wall_minute(slice_sub(s, 11, 16), &out->minute);
}

static int index_in(struct slice word, const char *const *words)
{
    for (int i = 0; words[i]; i++) {
        if (slice_is(word, words[i]))
            return i;
    }
    return -1;
}

int weekday_named(struct slice word)
{
    static const char *const names[] = { "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", NULL };
    return index_in(word, names);
}

static struct slice member(const struct json *object, const char *name)
{
    return json_text(json_get(object, name), SLICE(""));
}

void span_read_repeat(const struct json *entry, struct wall_span *out)
{
    static const char *const repeats[] = { "DontRepeat", "Daily",  "Weekly",
                                           "Monthly",    "Yearly", NULL };
    static const char *const nths[] = { "", "FIRST", "SECOND", "THIRD", "FOURTH", "LAST", NULL };
    static const char *const months[] = { "",    "JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", NULL };
    const struct json *r = json_get(entry, "recurrence");
    const struct json *weekdays = json_get(r, "daysOfWeek");
    int repeat = index_in(member(entry, "frequency"), repeats);
    out->repeat = repeat < 0 ? REPEAT_NONE : (enum repeat)repeat;
    out->interval = (int32_t)json_i64(json_get(r, "interval"), 1);
    out->nth = index_in(member(r, "occurrenceInTheMonth"), nths);
    out->month = index_in(member(r, "specificMonth"), months);
    out->day_of_month = (int)json_i64(json_get(r, "specificDayOfMonth"), 0);
    out->weekdays = 0;
    for (const struct json *d = weekdays ? weekdays->first : NULL; d; d = d->next) {
        int weekday = weekday_named(json_text(d, SLICE("")));
        out->weekdays |= weekday < 0 ? 0 : 1u << weekday;
    }
    if (!wall_date(member(r, "endDate"), &out->last_start))
        out->last_start = INT32_MAX;
}

/* ---- times that come again ---- */

/* Is it the day of its month that was asked for? */
static bool is_day_of_month(const struct wall_span *s, int32_t day, struct date d)
{
    if (s->day_of_month)
        return d.day == s->day_of_month;
    if (s->nth <= 0)
        return d.day == date_of(s->first.day).day;
    unsigned weekdays = s->weekdays ? s->weekdays : 1u << weekday_of(s->first.day);
    if (!(weekdays >> weekday_of(day) & 1))
        return false;
    bool last = d.day + 7 > days_in_month(d.year, d.month);
    return s->nth == 5 ? last : (d.day - 1) / 7 + 1 == s->nth;
}

/* Weeks begin on Sunday. */
static bool is_week_day(const struct wall_span *s, int32_t day)
{
    unsigned weekdays = s->weekdays ? s->weekdays : 1u << weekday_of(s->first.day);
    int32_t from = s->first.day - weekday_of(s->first.day), to = day - weekday_of(day);
    return (weekdays >> weekday_of(day) & 1) && (to - from) / 7 % s->interval == 0;
}

static bool begins_on(const struct wall_span *s, int32_t day)
{
    struct date d = date_of(day), first = date_of(s->first.day);
    if (day < s->first.day || day > s->last_start)
        return false;
    switch (s->repeat) {
    case REPEAT_NONE:
        return day == s->first.day;
    case REPEAT_DAILY:
        return (day - s->first.day) % s->interval == 0;
    case REPEAT_WEEKLY:
        return is_week_day(s, day);
    case REPEAT_MONTHLY:
        return ((d.year - first.year) * 12 + d.month - first.month) % s->interval == 0 &&
               is_day_of_month(s, day, d);
    case REPEAT_YEARLY:
        return (d.year - first.year) % s->interval == 0 &&
               d.month == (s->month > 0 ? s->month : first.month) && is_day_of_month(s, day, d);
    }
    return false;
}

bool span_holds(const struct wall_span *s, struct wall_time at)
{
    int32_t days = s->last.day - s->first.day;
    bool after = at.day > s->first.day || at.minute >= s->first.minute;
    bool before = at.day < s->last.day || at.minute <= s->last.minute;
    if (s->repeat == REPEAT_NONE) /* may be of any length */
        return after && before && at.day >= s->first.day && at.day <= s->last.day;
    for (int32_t back = 0; back <= days && back <= SPAN_DAYS_MAX; back++) {
        bool begun = back > 0 || at.minute >= s->first.minute;
        bool over = back == days && at.minute > s->last.minute;
        if (begun && !over && begins_on(s, at.day - back))
            return true;
    }
    return false;
}

/* ---- time zones ---- */

static bool zone_name(struct slice zone, UChar *out)
{
    int32_t len = 0;
    UErrorCode error = U_ZERO_ERROR;
    if (zone.len == 0 || zone.len >= ZONE_NAME_MAX)
        return false;
    u_strFromUTF8(out, ZONE_NAME_MAX, &len, zone.at, (int32_t)zone.len, &error);
    return U_SUCCESS(error) && len < ZONE_NAME_MAX;
}

bool is_time_zone(struct slice zone)
{
    UChar name[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX];
    UBool system = false;
    UErrorCode error = U_ZERO_ERROR;
    if (!zone_name(zone, name))
        return false;
    ucal_getCanonicalTimeZoneID(name, -1, canonical, ZONE_NAME_MAX, &system, &error);
    return U_SUCCESS(error) && system && !slice_is(zone, "Etc/Unknown");
}

enum err wall_time_at(struct slice zone, int64_t at_ms, struct wall_time *out)
{
    UChar name[ZONE_NAME_MAX];
    UErrorCode error = U_ZERO_ERROR;
    if (!is_time_zone(zone) || !zone_name(zone, name))
        return ERR_NOT_FOUND;
    UCalendar *calendar = ucal_open(name, -1, "en_US", UCAL_GREGORIAN, &error);
    if (U_FAILURE(error))
        return ERR_OUT_OF_MEMORY;
    ucal_setMillis(calendar, (UDate)at_ms, &error);
    int64_t offset = ucal_get(calendar, UCAL_ZONE_OFFSET, &error);
    offset += ucal_get(calendar, UCAL_DST_OFFSET, &error);
    ucal_close(calendar);
    if (U_FAILURE(error))
        return ERR_OUT_OF_MEMORY;
    int64_t minutes = (at_ms + offset) / 60000 - ((at_ms + offset) % 60000 < 0);
    int64_t of_day = (minutes % MINUTES_A_DAY + MINUTES_A_DAY) % MINUTES_A_DAY;
    *out = (struct wall_time){ (int32_t)((minutes - of_day) / MINUTES_A_DAY), (int)of_day };
    return ERR_OK;
}
