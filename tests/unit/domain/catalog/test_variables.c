/* needs: domain/core domain/event store/memory */
#include "unit/domain/catalog/kit.h"

static struct kit k;

static void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
}

static void teardown(void)
{
    kit_stop(&k, true);
}

TestSuite(catalog_variables, .init = setup, .fini = teardown);

static enum err variable(const char *type, const char *value, const char *more)
{
    static int made;
    char body[512];
    snprintf(body, sizeof body,
             "{\"name\":\"V%d\",\"active\":true,\"agentEditable\":true,\"variableType\":\"%s\","
             "\"defaultValue\":\"%s\",\"reportable\":true,%s}",
             made++, type, value, more);
    return kit_create(&k, RESOURCE_CAD_VARIABLE, body);
}

#define UNSEEN "\"agentViewable\":false"

Test(catalog_variables, a_default_is_of_its_type)
{
    static const struct {
        const char *type, *value;
        enum err expected;
    } rows[] = {
        { "String", "any thing", ERR_OK },
        { "Integer", "-12", ERR_OK },
        { "Integer", "1.5", ERR_INVALID_FIELD },
        { "Integer", "99999999999999999999", ERR_INVALID_FIELD },
        { "DECIMAL", "1.5", ERR_OK },
        { "Decimal", "1.5.2", ERR_INVALID_FIELD },
        { "Decimal", "-", ERR_INVALID_FIELD },
        { "Boolean", "True", ERR_OK },
        { "Boolean", "yes", ERR_INVALID_FIELD },
        { "DATE_TIME", "2026-01-31T12:30", ERR_OK },
        { "DateTime", "2026-01-31T12:30:00.000+01:00", ERR_OK },
        { "DateTime", "2026-01-31", ERR_INVALID_FIELD },
        { "DateTime", "2026-01-31T12:30 noon", ERR_INVALID_FIELD },
        { "Text", "x", ERR_INVALID_FIELD },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_assert_eq(variable(rows[i].type, rows[i].value, UNSEEN), rows[i].expected, "%s %s",
                     rows[i].type, rows[i].value);
    cr_assert_eq(variable("Integer", "x", UNSEEN), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "validDefaultValueForVariabelType"));
}

Test(catalog_variables, what_agents_see_has_a_label)
{
    cr_assert_eq(variable("String", "x", "\"agentViewable\":true"), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "desktopLabel: should not be null or blank"));
    cr_assert_eq(variable("String", "x", "\"agentViewable\":true,\"desktopLabel\":\"Tier\""),
                 ERR_OK);
}
