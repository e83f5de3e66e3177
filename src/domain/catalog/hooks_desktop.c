/* Desktop layouts: they must be JSON, and a team has one. */
#include <inttypes.h>

#include "base/arena.h"
#include "domain/catalog/check.h"
#include "domain/catalog/hooks.h"
#include "domain/core/world.h"

/* A desktop wants areas, each an object. */
static bool has_areas(const struct json *layout)
{
    const struct json *area = json_get(layout, "area");
    if (!area || area->type != JSON_OBJECT || area->count == 0)
        return false;
    JSON_EACH(part, area)
    {
        if (part->type != JSON_OBJECT)
            return false;
    }
    return true;
}

static struct json *layout_of(const struct check *c)
{
    struct json *text, *layout;
    struct slice raw = document_value(c->document, FIELD_DESKTOP_LAYOUT_JSON_FILE_CONTENT);
    if (!raw.at || json_parse(c->arena, raw, &text, NULL) != ERR_OK || text->type != JSON_STRING)
        return NULL;
    bool parsed = json_parse(c->arena, text->text, &layout, NULL) == ERR_OK;
    return parsed && layout->type == JSON_OBJECT ? layout : NULL;
}

static void stamp(struct check *c, enum field f, bool when)
{
    struct slice former = c->before ? entity_raw(c->before, f) : (struct slice){ NULL, 0 };
    document_set(c->document, f,
                 when ? arena_printf(c->arena, "%" PRId64, world_now_ms(c->world)) : former);
}

static bool changed(const struct check *c, enum field f)
{
    return !c->before || !slice_eq(entity_raw(c->before, f), document_value(c->document, f));
}

void hook_desktop_layout_json(struct check *c)
{
    const enum field content = FIELD_DESKTOP_LAYOUT_JSON_FILE_CONTENT;
    const struct json *layout = layout_of(c);
    if (!layout) {
        if (check_has(c, content))
            check_violation(c, "jsonFileContent: should be a JSON object");
        return;
    }
    bool valid = has_areas(layout), edited = changed(c, content);
    bool modified = check_is(c, FIELD_DESKTOP_LAYOUT_DEFAULT_JSON_MODIFIED, "true");
    document_set(c->document, FIELD_DESKTOP_LAYOUT_VALIDATED,
                 valid ? SLICE("true") : SLICE("false"));
    stamp(c, FIELD_DESKTOP_LAYOUT_VALIDATED_TIME, valid && edited);
    stamp(c, FIELD_DESKTOP_LAYOUT_MODIFIED_TIME, edited);
    stamp(c, FIELD_DESKTOP_LAYOUT_DEFAULT_JSON_MODIFIED_TIME,
          modified && changed(c, FIELD_DESKTOP_LAYOUT_DEFAULT_JSON_MODIFIED));
}

/* Does another layout hold one of the teams? Two layouts for all would hold all of them. */
static bool overlaps(const struct check *c, const struct entity *other, const struct json *teams)
{
    const enum field global = FIELD_DESKTOP_LAYOUT_GLOBAL;
    struct uuid id;
    if (uuid_eq(entity_id(other), c->id))
        return false;
    if (check_is(c, global, "true") && entity_bool(other, global, false))
        return true;
    for (const struct json *team = teams ? teams->first : NULL; team; team = team->next) {
        if (uuid_parse(team->text, &id) &&
            entity_lists_ref(other, FIELD_DESKTOP_LAYOUT_TEAM_IDS, id))
            return true;
    }
    return false;
}

void hook_desktop_layout_teams(struct check *c)
{
    struct catalog_set set = c->view.set(c->view.catalog, c->view.org, RESOURCE_DESKTOP_LAYOUT);
    struct slice raw = document_value(c->document, FIELD_DESKTOP_LAYOUT_TEAM_IDS);
    struct json *teams = NULL;
    if (raw.at && json_parse(c->arena, raw, &teams, NULL) != ERR_OK)
        return;
    for (size_t i = 0; i < set.count; i++) {
        if (!overlaps(c, set.items[i], teams))
            continue;
        check_violation(c, "teamIds: Teams assigned are already assigned to another desktop "
                           "layout");
        return;
    }
}
