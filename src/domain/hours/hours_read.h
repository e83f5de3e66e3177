/* Entries of business hours, holiday lists and overrides as times: for the rules when they are
 * written and for the question whether it is open. Each answers the name of the member that is
 * wrong, NULL: none is. */
#ifndef DOMAIN_HOURS_HOURS_READ_H
#define DOMAIN_HOURS_HOURS_READ_H
#include "domain/hours/calendar.h"
const char *working_minutes(const struct json *entry, int *from, int *to);
const char *holiday_span(const struct json *entry, struct wall_span *out);
const char *override_span(const struct json *entry, struct wall_span *out);
#endif
