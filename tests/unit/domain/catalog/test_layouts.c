/* needs: domain/core domain/event store/memory */
#include "unit/domain/catalog/kit.h"

/* Desktop layouts and resource collections. */
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

TestSuite(catalog_layouts, .init = setup, .fini = teardown);

static enum err layout(const char *content, const char *more)
{
    static int made;
    char body[1024];
    snprintf(
        body, sizeof body,
        "{\"name\":\"L%d\",\"editedBy\":\"me\",\"jsonFileName\":\"l.json\",\"jsonFileContent\":"
        "\"%s\",\"status\":true,\"defaultJsonModified\":true%s}",
        made++, content, more);
    return kit_create(&k, RESOURCE_DESKTOP_LAYOUT, body);
}

static bool shows(const char *text)
{
    return k.fx.result.len && memmem(k.fx.result.at, k.fx.result.len, text, strlen(text));
}

Test(catalog_layouts, a_layout_is_a_json_object)
{
    cr_assert_eq(layout("{\\\"area\\\":{\\\"headless\\\":{}}}", ""), ERR_OK);
    cr_assert(shows("\"validated\":true"));
    cr_assert(shows("\"validatedTime\":"));
    cr_assert_eq(layout("{\\\"area\\\":{}}", ""), ERR_OK);
    cr_assert(shows("\"validated\":false"));
    cr_assert_not(shows("validatedTime"));
    static const char *const bad[] = { "{", "[]", "x", "7" };
    for (unsigned i = 0; i < 4; i++) {
        cr_assert_eq(layout(bad[i], ""), ERR_INVALID_FIELD, "%s", bad[i]);
        cr_assert(kit_says(&k, "jsonFileContent: should be a JSON object"));
    }
}

Test(catalog_layouts, a_team_has_one)
{
    char teams[128];
    snprintf(teams, sizeof teams, "%s", kit_text(&k, ",\"teamIds\":[\"$t\"]"));
    cr_assert_eq(layout("{}", teams), ERR_OK);
    struct uuid first = kit_result_id(&k);
    cr_assert_eq(layout("{}", teams), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "teamIds: Teams assigned are already assigned to another"));
    cr_assert_eq(kit_delete(&k, RESOURCE_DESKTOP_LAYOUT, first), ERR_OK);
    cr_assert_eq(layout("{}", teams), ERR_OK);
    cr_assert_eq(layout("{}", ",\"teamIds\":[\"no\"]"), ERR_INVALID_FIELD);
    cr_assert_eq(layout("{}", ",\"global\":true"), ERR_OK);
    cr_assert_eq(layout("{}", ",\"global\":true"), ERR_INVALID_FIELD);
}

static const char *const kinds[] = {
    "site",
    "channel",
    "team",
    "queue",
    "audio-prompt",
    "working-hour",
    "idle-wrapup-code",
    "holiday-list",
    "function",
    "sub-flow",
    "desktop-profile",
    "desktop-layout",
    "cad-variable",
    "address-book",
    "flow",
    "multimedia-profile",
    "skill-profile",
    "skill-definition",
    "override",
    "outdial-ani",
};

/* `first` is the level of sites and what follows it, `count` how many kinds are named. */
static enum err collection(const char *first, unsigned count)
{
    char body[4096];
    size_t len = (size_t)snprintf(body, sizeof body, "{\"name\":\"C\",\"resources\":[");
    for (unsigned i = 0; i < count; i++)
        len += (size_t)snprintf(body + len, sizeof body - len,
                                "%s{\"name\":\"%s\",\"accessLevel\":%s}", i ? "," : "", kinds[i],
                                i ? (i < 4 ? "\"ALL\"" : "\"NONE\"") : first);
    snprintf(body + len, sizeof body - len, "]}");
    return kit_create(&k, RESOURCE_RESOURCE_COLLECTION, body);
}

Test(catalog_layouts, a_collection_names_every_kind)
{
    cr_assert_eq(collection("\"ALL\"", 19), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "resources: outdial-ani is missing"));
    cr_assert_eq(collection("\"NONE\"", 20), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "resources: site should not be NONE"));
    cr_assert_eq(collection("\"SPECIFIC\",\"ids\":[\"nowhere\"]", 20), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "resources: site: \"nowhere\": not found for given orgId."));
    cr_assert_eq(collection(kit_text(&k, "\"SPECIFIC\",\"ids\":[\"$s\"]"), 20), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
    cr_assert(shows("\"resourceCount\":4"));
}
