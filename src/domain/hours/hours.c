#include "domain/hours/hours.h"

#include "domain/hours/calendar.h"
#include "domain/hours/hours_read.h"

static struct slice name_of(const struct json *entry)
{
    return json_text(json_get(entry, "name"), SLICE(""));
}

static struct json *list_of(const struct entity *e, enum field f, struct arena *a)
{
    struct json *list;
    return e && entity_parse(e, f, a, &list) == ERR_OK ? list : NULL;
}

/* The first override that fits decides. */
static enum err ask_overrides(const struct catalog_view *view, const struct entity *hours,
                              int64_t at_ms, struct arena *a, struct hours_answer *out)
{
    struct wall_time now;
    struct wall_span span;
    const struct entity *e =
        view_get(view, RESOURCE_OVERRIDES, entity_ref(hours, FIELD_BUSINESS_HOURS_OVERRIDES_ID));
    const struct json *list = list_of(e, FIELD_OVERRIDES_OVERRIDES, a);
    if (!list)
        return ERR_OK;
    enum err err = wall_time_at(entity_text(e, FIELD_OVERRIDES_TIMEZONE), at_ms, &now);
    for (const struct json *entry = list->first; err == ERR_OK && entry; entry = entry->next) {
        if (override_span(entry, &span) || !span_holds(&span, now))
            continue;
        bool open = json_bool(json_get(entry, "workingHours"), false);
        *out = (struct hours_answer){ open, HOURS_OVERRIDE, name_of(entry) };
        break;
    }
    return err;
}

static void ask_holidays(const struct catalog_view *view, const struct entity *hours,
                         struct wall_time now, struct arena *a, struct hours_answer *out)
{
    struct wall_span span;
    const struct entity *e =
        view_get(view, RESOURCE_HOLIDAY_LIST, entity_ref(hours, FIELD_BUSINESS_HOURS_HOLIDAYS_ID));
    const struct json *list = list_of(e, FIELD_HOLIDAY_LIST_HOLIDAYS, a);
    for (const struct json *entry = list ? list->first : NULL; entry; entry = entry->next) {
        if (holiday_span(entry, &span) || !span_holds(&span, now))
            continue;
        *out = (struct hours_answer){ false, HOURS_HOLIDAY, name_of(entry) };
        return;
    }
}

static bool has_day(const struct json *days, int weekday)
{
    for (const struct json *d = days ? days->first : NULL; d; d = d->next) {
        if (weekday_named(json_text(d, SLICE(""))) == weekday)
            return true;
    }
    return false;
}

/* Hours that end before they begin go on past midnight. */
static bool is_working(const struct json *entry, struct wall_time now)
{
    const struct json *days = json_get(entry, "days");
    int from, to;
    if (working_minutes(entry, &from, &to))
        return false;
    bool today = has_day(days, weekday_of(now.day));
    if (from <= to)
        return today && from <= now.minute && now.minute <= to;
    return (today && now.minute >= from) ||
           (has_day(days, weekday_of(now.day - 1)) && now.minute <= to);
}

static void ask_working_hours(const struct entity *hours, struct wall_time now, struct arena *a,
                              struct hours_answer *out)
{
    const struct json *list = list_of(hours, FIELD_BUSINESS_HOURS_WORKING_HOURS, a);
    for (const struct json *entry = list ? list->first : NULL; entry; entry = entry->next) {
        if (!is_working(entry, now))
            continue;
        *out = (struct hours_answer){ true, HOURS_WORKING, name_of(entry) };
        return;
    }
}

enum err hours_at(const struct catalog_view *view, const struct entity *hours, int64_t at_ms,
                  struct arena *a, struct hours_answer *out)
{
    struct wall_time now;
    *out = (struct hours_answer){ false, HOURS_NONE, { "", 0 } };
    enum err e = wall_time_at(entity_text(hours, FIELD_BUSINESS_HOURS_TIMEZONE), at_ms, &now);
    if (e == ERR_OK)
        e = ask_overrides(view, hours, at_ms, a, out);
    if (e == ERR_OK && out->reason == HOURS_NONE)
        ask_holidays(view, hours, now, a, out);
    if (e == ERR_OK && out->reason == HOURS_NONE)
        ask_working_hours(hours, now, a, out);
    return e;
}
