/* Global variables: the default must be a value of the variable's type. */
#include "base/text.h"
#include "domain/catalog/check.h"
#include "domain/catalog/hooks.h"

/* Digits with one point at most, and a sign before. */
static bool is_decimal(struct slice s)
{
    unsigned digits = 0, points = 0;
    size_t i = s.len && (s.at[0] == '-' || s.at[0] == '+') ? 1 : 0;
    for (; i < s.len; i++) {
        bool digit = s.at[i] >= '0' && s.at[i] <= '9';
        if (!digit && s.at[i] != '.')
            return false;
        digits += digit;
        points += !digit;
    }
    return digits > 0 && points <= 1;
}

/* 2026-01-31T12:30 and what may follow: seconds, a fraction, a zone. */
static bool is_date_time(struct slice s)
{
    static const char form[] = "dddd-dd-ddTdd:dd";
    for (size_t i = 0; i < sizeof form - 1; i++) {
        bool digit = i < s.len && s.at[i] >= '0' && s.at[i] <= '9';
        if (i >= s.len || (form[i] == 'd' ? !digit : s.at[i] != form[i]))
            return false;
    }
    for (size_t i = sizeof form - 1; i < s.len; i++) {
        if (!strchr("0123456789:.+-Z", s.at[i]))
            return false;
    }
    return true;
}

static bool fits(struct slice type, struct slice value)
{
    int64_t n;
    if (slice_is(type, "Integer"))
        return slice_to_i64(value, &n);
    if (slice_is(type, "Decimal"))
        return is_decimal(value);
    if (slice_is(type, "Boolean"))
        return slice_eq_nocase(value, SLICE("true")) || slice_eq_nocase(value, SLICE("false"));
    return !slice_is(type, "DateTime") || is_date_time(value);
}

void hook_cad_variable_value(struct check *c)
{
    struct slice type = check_text(c, FIELD_CAD_VARIABLE_VARIABLE_TYPE);
    struct slice value = check_text(c, FIELD_CAD_VARIABLE_DEFAULT_VALUE);
    if (type.len && check_has(c, FIELD_CAD_VARIABLE_DEFAULT_VALUE) && !fits(type, value))
        check_violation(c, "validDefaultValueForVariabelType: defaultValue should be a value of "
                           "variableType");
    if (check_is(c, FIELD_CAD_VARIABLE_AGENT_VIEWABLE, "true") &&
        slice_trim(check_text(c, FIELD_CAD_VARIABLE_DESKTOP_LABEL)).len == 0)
        check_violation(c, "desktopLabel: should not be null or blank");
}
