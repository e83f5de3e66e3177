#include "domain/catalog/kinds.h"

#include <stddef.h>

const struct collection_kind collection_kinds[] = {
    { "audio-prompt", RESOURCE_AUDIO_FILE, false },
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
const unsigned collection_kind_count = sizeof collection_kinds / sizeof *collection_kinds;

const struct collection_kind *collection_kind(struct slice name)
{
    for (unsigned i = 0; i < collection_kind_count; i++) {
        if (slice_is(name, collection_kinds[i].name))
            return &collection_kinds[i];
    }
    return NULL;
}
