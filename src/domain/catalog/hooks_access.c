/* Resource collections: an entry for each kind, and ids that exist. */
#include "base/arena.h"
#include "domain/catalog/check.h"
#include "domain/catalog/hooks.h"

/* Kinds as collections name them; those we keep no resource of have none. */
static const struct {
    const char *name;
    enum resource resource;
    bool needed; /* not NONE */
} kinds[] = {
    { "audio-prompt", RESOURCE_COUNT, false },
    { "working-hour", RESOURCE_BUSINESS_HOURS, false },
    { "queue", RESOURCE_CONTACT_SERVICE_QUEUE, true },
    { "idle-wrapup-code", RESOURCE_AUXILIARY_CODE, false },
    { "holiday-list", RESOURCE_HOLIDAY_LIST, false },
    { "function", RESOURCE_COUNT, false },
    { "sub-flow", RESOURCE_COUNT, false },
    { "team", RESOURCE_TEAM, true },
    { "desktop-profile", RESOURCE_AGENT_PROFILE, false },
    { "desktop-layout", RESOURCE_DESKTOP_LAYOUT, false },
    { "cad-variable", RESOURCE_CAD_VARIABLE, false },
    { "address-book", RESOURCE_ADDRESS_BOOK, false },
    { "site", RESOURCE_SITE, true },
    { "flow", RESOURCE_COUNT, false },
    { "multimedia-profile", RESOURCE_MULTIMEDIA_PROFILE, false },
    { "skill-profile", RESOURCE_SKILL_PROFILE, false },
    { "channel", RESOURCE_ENTRY_POINT, true },
    { "skill-definition", RESOURCE_SKILL, false },
    { "override", RESOURCE_OVERRIDES, false },
    { "outdial-ani", RESOURCE_OUTDIAL_ANI, false },
};

static void check_ids(struct check *c, unsigned kind, const struct json *ids)
{
    struct uuid id;
    if (!ids || kinds[kind].resource == RESOURCE_COUNT)
        return;
    JSON_EACH(element, ids)
    {
        if (!uuid_parse(json_text(element, SLICE("")), &id) ||
            !view_get(&c->view, kinds[kind].resource, id))
            check_violation(c, "resources: %s: %.*s: not found for given orgId.", kinds[kind].name,
                            SLICE_ARG(element->raw));
    }
}

/* The entry of a kind; NULL: there is none. */
static const struct json *entry_of(const struct json *list, const char *kind)
{
    JSON_EACH(entry, list)
    {
        if (slice_is(json_text(json_get(entry, "name"), SLICE("")), kind))
            return entry;
    }
    return NULL;
}

void hook_resource_collection_kinds(struct check *c)
{
    struct slice raw = document_value(c->document, FIELD_RESOURCE_COLLECTION_RESOURCES);
    struct json *list;
    unsigned held = 0;
    if (!raw.at || json_parse(c->arena, raw, &list, NULL) != ERR_OK)
        return;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct json *entry = entry_of(list, kinds[i].name);
        struct slice level = json_text(json_get(entry, "accessLevel"), SLICE(""));
        if (!entry)
            check_violation(c, "resources: %s is missing", kinds[i].name);
        else if (kinds[i].needed && slice_is(level, "NONE"))
            check_violation(c, "resources: %s should not be NONE", kinds[i].name);
        else
            check_ids(c, i, json_get(entry, "ids"));
        held += entry && !slice_is(level, "NONE");
    }
    document_set(c->document, FIELD_RESOURCE_COLLECTION_RESOURCE_COUNT,
                 arena_printf(c->arena, "%u", held));
}
