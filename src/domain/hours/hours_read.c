#include "domain/hours/hours_read.h"

static struct slice member(const struct json *object, const char *name)
{
    return json_text(json_get(object, name), SLICE(""));
}

/* A time that was left out is `usual`. */
static bool read_minute(const struct json *entry, const char *name, int usual, int *minute)
{
    struct slice text = member(entry, name);
    *minute = usual;
    return !text.len || wall_minute(text, minute);
}

static bool is_before(struct wall_time a, struct wall_time b)
{
    return a.day < b.day || (a.day == b.day && a.minute < b.minute);
}

const char *working_minutes(const struct json *entry, int *from, int *to)
{
    if (!read_minute(entry, "startTime", 0, from))
        return "startTime";
    return read_minute(entry, "endTime", MINUTES_A_DAY - 1, to) ? NULL : "endTime";
}

const char *holiday_span(const struct json *entry, struct wall_span *out)
{
    if (!wall_date(member(entry, "startDate"), &out->first.day))
        return "startDate";
    out->last.day = out->first.day;
    if (member(entry, "endDate").len && !wall_date(member(entry, "endDate"), &out->last.day))
        return "endDate";
    const char *wrong = working_minutes(entry, &out->first.minute, &out->last.minute);
    if (wrong)
        return wrong;
    span_read_repeat(entry, out);
    return is_before(out->last, out->first) ? "endDate" : NULL;
}

const char *override_span(const struct json *entry, struct wall_span *out)
{
    if (!wall_date_time(member(entry, "startDateTime"), &out->first))
        return "startDateTime";
    if (!wall_date_time(member(entry, "endDateTime"), &out->last))
        return "endDateTime";
    span_read_repeat(entry, out);
    return is_before(out->last, out->first) ? "endDateTime" : NULL;
}
