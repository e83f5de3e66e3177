/* Days and minutes as a wall calendar has them, and times that come again.
 *
 * A day is its number since 1970-01-01, a minute that of the day (0..1439); no time zone. */
#ifndef DOMAIN_HOURS_CALENDAR_H
#define DOMAIN_HOURS_CALENDAR_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json_read.h"
#include "base/slice.h"
enum { MINUTES_A_DAY = 24 * 60 };
struct wall_time {
    int32_t day;
    int minute;
};
bool wall_date(struct slice text, int32_t *day);               /* 2026-12-24 */
bool wall_minute(struct slice text, int *minute);              /* 09:30 */
bool wall_date_time(struct slice text, struct wall_time *out); /* 2026-12-24T09:30 */
int weekday_of(int32_t day);                                   /* 0: Sunday */
int weekday_named(struct slice word);                          /* SUN .. SAT; -1: none */
/* The wall time of an instant in a time zone (IANA name, ICU's data). ERR_NOT_FOUND: no such
 * zone. */
enum err wall_time_at(struct slice zone, int64_t at_ms, struct wall_time *out);
bool is_time_zone(struct slice zone);

enum repeat { REPEAT_NONE, REPEAT_DAILY, REPEAT_WEEKLY, REPEAT_MONTHLY, REPEAT_YEARLY };
/* From a minute of one day to a minute, itself included, of the same or a later day, and again. */
struct wall_span {
    struct wall_time first, last;
    enum repeat repeat;
    int32_t interval;
    int nth;            /* of the weekdays of the month: 1..4, 5: the last; 0: not said */
    unsigned weekdays;  /* bits; 0: not said */
    int day_of_month;   /* 0: not said */
    int month;          /* 1..12; 0: not said */
    int32_t last_start; /* the last day it may begin on; INT32_MAX: for ever */
};
/* Reads `frequency` and `recurrence` of an entry; first and last are the caller's. */
void span_read_repeat(const struct json *entry, struct wall_span *out);
bool span_holds(const struct wall_span *s, struct wall_time at);
#endif
