/* Resource collections: an entry for each kind, and ids that exist. */
#include "base/arena.h"
#include "domain/catalog/check.h"
#include "domain/catalog/hooks.h"
#include "domain/catalog/kinds.h"

static void check_ids(struct check *c, unsigned kind, const struct json *ids)
{
    struct uuid id;
    if (!ids || collection_kinds[kind].resource == RESOURCE_COUNT)
        return;
    JSON_EACH(element, ids)
    {
        if (!uuid_parse(json_text(element, SLICE("")), &id) ||
            !view_get(&c->view, collection_kinds[kind].resource, id))
            check_violation(c, "resources: %s: %.*s: not found for given orgId.",
                            collection_kinds[kind].name, SLICE_ARG(element->raw));
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
    for (unsigned i = 0; i < collection_kind_count; i++) {
        const struct json *entry = entry_of(list, collection_kinds[i].name);
        struct slice level = json_text(json_get(entry, "accessLevel"), SLICE(""));
        if (!entry)
            check_violation(c, "resources: %s is missing", collection_kinds[i].name);
        else if (collection_kinds[i].needed && slice_is(level, "NONE"))
            check_violation(c, "resources: %s should not be NONE", collection_kinds[i].name);
        else
            check_ids(c, i, json_get(entry, "ids"));
        held += entry && !slice_is(level, "NONE");
    }
    document_set(c->document, FIELD_RESOURCE_COLLECTION_RESOURCE_COUNT,
                 arena_printf(c->arena, "%u", held));
}
