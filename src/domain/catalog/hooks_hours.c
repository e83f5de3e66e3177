/* Business hours, holidays and overrides: times must be times, and what comes again must say when.
 */
#include "domain/catalog/check.h"
#include "domain/catalog/hooks.h"
#include "domain/hours/hours_read.h"

static struct json *list_of(const struct check *c, enum field f)
{
    struct slice raw = document_value(c->document, f);
    struct json *list;
    return raw.at && json_parse(c->arena, raw, &list, NULL) == ERR_OK ? list : NULL;
}

static void check_zone(struct check *c, enum field f)
{
    if (check_has(c, f) && !is_time_zone(check_text(c, f)))
        check_violation(c, "timezone: should be a time zone, as America/New_York");
}

void hook_business_hours_times(struct check *c)
{
    const struct json *list = list_of(c, FIELD_BUSINESS_HOURS_WORKING_HOURS);
    unsigned at = 0;
    int from, to;
    check_zone(c, FIELD_BUSINESS_HOURS_TIMEZONE);
    for (const struct json *entry = list ? list->first : NULL; entry; entry = entry->next, at++) {
        const char *wrong = working_minutes(entry, &from, &to);
        if (wrong)
            check_violation(c, "workingHours[%u].%s: should be a time, as 09:00", at, wrong);
    }
}

/* Monthly and yearly times have to say which day or month they mean. */
static void check_repeat(struct check *c, const char *list, unsigned at, const struct json *entry,
                         const struct wall_span *span)
{
    const struct json *r = json_get(entry, "recurrence");
    if (span->repeat != REPEAT_NONE && !r)
        check_violation(c, "%s[%u].recurrence: should not be null", list, at);
    else if (span->repeat == REPEAT_YEARLY && span->month <= 0)
        check_violation(c, "%s[%u].recurrence.specificMonth: should not be null", list, at);
    else if (span->repeat == REPEAT_MONTHLY && !span->day_of_month && span->nth <= 0)
        check_violation(c,
                        "%s[%u].recurrence: specificDayOfMonth or occurrenceInTheMonth should not "
                        "be null",
                        list, at);
}

typedef const char *read_span(const struct json *entry, struct wall_span *out);

static void check_spans(struct check *c, enum field f, read_span *read, const char *form)
{
    const struct json *list = list_of(c, f);
    const char *name = field_rules[f].name;
    unsigned at = 0;
    for (const struct json *entry = list ? list->first : NULL; entry; entry = entry->next, at++) {
        struct wall_span span = { .repeat = REPEAT_NONE };
        const char *wrong = read(entry, &span);
        if (wrong)
            check_violation(c, "%s[%u].%s: should be a time, as %s, and not before the start", name,
                            at, wrong, form);
        else
            check_repeat(c, name, at, entry, &span);
    }
}

void hook_holiday_dates(struct check *c)
{
    check_spans(c, FIELD_HOLIDAY_LIST_HOLIDAYS, holiday_span, "2026-12-24 or 09:00");
}

void hook_override_times(struct check *c)
{
    check_zone(c, FIELD_OVERRIDES_TIMEZONE);
    check_spans(c, FIELD_OVERRIDES_OVERRIDES, override_span, "2026-12-24T09:00");
}
