#include "base/clock.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

enum { DAY_MS = 86400000, FRACTION_DIGITS_MAX = 32 };

void clock_init_real(struct clock *c)
{
    c->is_virtual = false;
    atomic_init(&c->virtual_ms, 0);
}

void clock_init_virtual(struct clock *c, int64_t start_ms)
{
    c->is_virtual = true;
    atomic_init(&c->virtual_ms, start_ms);
}

int64_t clock_now_ms(struct clock *c)
{
    if (c->is_virtual)
        return atomic_load(&c->virtual_ms);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_set_ms(struct clock *c, int64_t now_ms)
{
    assert(c->is_virtual);
    int64_t before = atomic_load(&c->virtual_ms);
    while (before < now_ms && !atomic_compare_exchange_weak(&c->virtual_ms, &before, now_ms))
        ;
}

int64_t clock_mono_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct timespec clock_mono_after(int64_t ms)
{
    int64_t ns = clock_mono_ns() + ms * 1000000;
    return (struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
}

/* Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, which puts the
 * leap day at the end of the year, and in cycles of 400 years = 146097 days. */
static int64_t days_of(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t cycle = (y >= 0 ? y : y - 399) / 400;
    int64_t in_cycle = y - cycle * 400;
    int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return cycle * 146097 + in_cycle * 365 + in_cycle / 4 - in_cycle / 100 + in_year - 719468;
}

static void date_of(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t cycle = (z >= 0 ? z : z - 146096) / 146097;
    int64_t in_cycle = z - cycle * 146097;
    int64_t y = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    int64_t in_year = in_cycle - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * in_year + 2) / 153;
    *day = (int)(in_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + cycle * 400 + (*month <= 2));
}

/* Outside the years 0000 to 9999, which the format cannot write, the nearest end is written. */
void time_format(int64_t ms, char text[TIME_TEXT_LEN + 1])
{
    const int64_t first = days_of(0, 1, 1) * DAY_MS, last = days_of(10000, 1, 1) * DAY_MS - 1;
    int year, month, day;
    if (ms < first)
        ms = first;
    if (ms > last)
        ms = last;
    int64_t in_day = ((ms % DAY_MS) + DAY_MS) % DAY_MS;
    date_of((ms - in_day) / DAY_MS, &year, &month, &day);
    char wide[64]; /* the compiler cannot know that the numbers are small */
    snprintf(wide, sizeof wide, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
             (int)(in_day / 3600000), (int)(in_day / 60000 % 60), (int)(in_day / 1000 % 60),
             (int)(in_day % 1000));
    memcpy(text, wide, TIME_TEXT_LEN);
    text[TIME_TEXT_LEN] = '\0';
}

static bool take_number(struct slice *rest, size_t digits, int max, int *out)
{
    int n = 0;
    if (rest->len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (rest->at[i] < '0' || rest->at[i] > '9')
            return false;
        n = n * 10 + (rest->at[i] - '0');
    }
    *rest = slice_sub(*rest, digits, rest->len);
    *out = n;
    return n <= max;
}

static bool take_char(struct slice *rest, char a, char b)
{
    if (!rest->len || (rest->at[0] != a && rest->at[0] != b))
        return false;
    *rest = slice_sub(*rest, 1, rest->len);
    return true;
}

/* What is finer than a millisecond is cut off. */
static bool take_fraction(struct slice *rest, int *ms)
{
    size_t digits = 0;
    int n = 0;
    while (digits < rest->len && rest->at[digits] >= '0' && rest->at[digits] <= '9') {
        if (digits < 3)
            n = n * 10 + (rest->at[digits] - '0');
        digits++;
    }
    if (!digits || digits > FRACTION_DIGITS_MAX)
        return false;
    for (size_t i = digits; i < 3; i++)
        n *= 10;
    *rest = slice_sub(*rest, digits, rest->len);
    *ms = n;
    return true;
}

static bool take_offset(struct slice *rest, int *minutes)
{
    int hours, mins;
    if (take_char(rest, 'Z', 'z')) {
        *minutes = 0;
        return true;
    }
    bool east = rest->len && rest->at[0] == '+';
    if (!take_char(rest, '+', '-') || !take_number(rest, 2, 23, &hours) ||
        !take_char(rest, ':', ':') || !take_number(rest, 2, 59, &mins))
        return false;
    *minutes = (hours * 60 + mins) * (east ? 1 : -1);
    return true;
}

static bool is_date(int year, int month, int day)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

bool time_parse(struct slice text, int64_t *ms)
{
    int year, month, day, hour, minute, second, fraction = 0, offset;
    struct slice rest = text;
    if (!take_number(&rest, 4, 9999, &year) || !take_char(&rest, '-', '-') ||
        !take_number(&rest, 2, 12, &month) || !take_char(&rest, '-', '-') ||
        !take_number(&rest, 2, 31, &day) || !is_date(year, month, day) ||
        !take_char(&rest, 'T', 't'))
        return false;
    if (!take_number(&rest, 2, 23, &hour) || !take_char(&rest, ':', ':') ||
        !take_number(&rest, 2, 59, &minute) || !take_char(&rest, ':', ':') ||
        !take_number(&rest, 2, 60, &second)) /* 60: a leap second, the next minute's first */
        return false;
    if (take_char(&rest, '.', '.') && !take_fraction(&rest, &fraction))
        return false;
    if (!take_offset(&rest, &offset) || rest.len)
        return false;
    *ms = days_of(year, month, day) * DAY_MS +
          (((int64_t)hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
    return true;
}
