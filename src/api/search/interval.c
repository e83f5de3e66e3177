/* aggregationInterval: the bounds of the time buckets. They are calendar steps in the asked zone:
 * the first may begin before `from`, a day may have 23 or 25 hours, a week begins on Monday. */
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "api/search/plan.h"
#include "base/arena.h"
#include "base/limits.h"

static const int64_t minute_ms = 60000;
static const int64_t day_ms = 86400000;
struct width {
    const char *name;
    int32_t minutes;     /* 0: a step of the calendar */
    int64_t span_ms_max; /* longest search it is allowed for; 0: any */
    UCalendarDateFields step;
    int32_t amount;
};
static const struct width widths[] = {
    { "FIFTEEN_MINUTES", 15, 86400000, UCAL_MINUTE, 15 },
    { "THIRTY_MINUTES", 30, 604800000, UCAL_MINUTE, 30 },
    { "HOURLY", 60, 604800000, UCAL_HOUR_OF_DAY, 1 },
    { "DAILY", 0, 0, UCAL_DATE, 1 },
    { "WEEKLY", 0, 0, UCAL_DATE, 7 },
    { "MONTHLY", 0, 0, UCAL_MONTH, 1 },
};

static const struct width *width_named(struct slice name)
{
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        if (slice_is(name, widths[i].name))
            return &widths[i];
    return NULL;
}

static UCalendar *calendar_open(struct search_request *rq, struct slice zone)
{
    enum { ZONE_MAX = 64 };
    UChar wide[ZONE_MAX], canonical[ZONE_MAX];
    UErrorCode status = U_ZERO_ERROR;
    UBool known = false;
    int32_t len = 0;
    u_strFromUTF8(wide, ZONE_MAX, &len, zone.at, (int32_t)zone.len, &status);
    if (U_SUCCESS(status))
        ucal_getCanonicalTimeZoneID(wide, len, canonical, ZONE_MAX, &known, &status);
    UCalendar *c = NULL;
    if (U_SUCCESS(status) && known)
        c = ucal_open(wide, len, "en_US", UCAL_GREGORIAN, &status);
    if (!c)
        search_refuse(rq, ERR_BAD_REQUEST, "unknown timezone '%.*s'", SLICE_ARG(zone));
    return c;
}

/* Start of the bucket that holds `ms`. */
static int64_t bucket_floor(UCalendar *c, const struct width *w, int64_t ms)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(c, (UDate)ms, &status);
    if (w->minutes) {
        int64_t over = ucal_get(c, UCAL_MINUTE, &status) % w->minutes;
        int64_t into = ((ms % minute_ms) + minute_ms) % minute_ms;
        return ms - over * minute_ms - into;
    }
    if (w->step == UCAL_MONTH)
        ucal_set(c, UCAL_DAY_OF_MONTH, 1);
    else if (w->amount == 7)
        ucal_add(c, UCAL_DATE, -((ucal_get(c, UCAL_DAY_OF_WEEK, &status) + 5) % 7), &status);
    ucal_set(c, UCAL_HOUR_OF_DAY, 0);
    ucal_set(c, UCAL_MINUTE, 0);
    ucal_set(c, UCAL_SECOND, 0);
    ucal_set(c, UCAL_MILLISECOND, 0);
    return (int64_t)ucal_getMillis(c, &status);
}

static int64_t bucket_after(UCalendar *c, const struct width *w, int64_t start)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(c, (UDate)start, &status);
    ucal_add(c, w->step, w->amount, &status);
    int64_t next = bucket_floor(c, w, (int64_t)ucal_getMillis(c, &status));
    return next > start ? next : start + day_ms; /* never stands still, whatever the zone does */
}

static bool fill_bounds(struct search_request *rq, struct search_plan *p, UCalendar *c,
                        const struct width *w)
{
    int64_t *bounds = arena_alloc(rq->arena, (LIMIT_search_buckets_max + 1) * sizeof *bounds);
    if (!bounds)
        return search_no_memory(rq);
    unsigned n = 0;
    bounds[n++] = bucket_floor(c, w, p->query.from_ms);
    while (bounds[n - 1] <= p->query.to_ms) {
        if (n > LIMIT_search_buckets_max)
            return search_refuse(rq, ERR_BAD_REQUEST, "more than %d intervals",
                                 LIMIT_search_buckets_max);
        bounds[n] = bucket_after(c, w, bounds[n - 1]);
        n++;
    }
    p->query.bucket_bounds = bounds;
    p->query.bucket_bound_count = n;
    return true;
}

bool search_interval(struct search_request *rq, struct search_plan *p,
                     const struct graphql_value *arg, unsigned bucket_position, bool bucketed)
{
    if (graphql_is_null(arg))
        return true;
    p->interval = graphql_text(graphql_get(arg, "interval"), (struct slice){ 0 });
    p->timezone = graphql_text(graphql_get(arg, "timezone"), SLICE("UTC"));
    const struct width *w = width_named(p->interval);
    if (!w)
        return search_refuse(rq, ERR_BAD_REQUEST, "unknown interval");
    if (w->span_ms_max && p->query.to_ms - p->query.from_ms > w->span_ms_max)
        return search_refuse(rq, ERR_BAD_REQUEST,
                             "interval %s is not allowed for the time between from and to",
                             w->name);
    UCalendar *c = calendar_open(rq, p->timezone);
    if (!c)
        return false;
    bool ok = p->is_empty || !bucketed || fill_bounds(rq, p, c, w);
    p->query.bucket_position = bucket_position;
    ucal_close(c);
    return ok;
}
