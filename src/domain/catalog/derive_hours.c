/* Counts and the latest entry of the lists of times. */
#include "base/arena.h"
#include "base/buf.h"
#include "domain/catalog/entity.h"
#include "domain/catalog/hooks.h"

static bool count(struct buf *out, const struct entity *e, enum field f)
{
    struct json *list;
    if (entity_parse(e, f, out->arena, &list) != ERR_OK)
        return false;
    buf_printf(out, "%u", list->count);
    return true;
}

bool derive_working_hours_count(struct buf *out, const struct catalog_view *view,
                                const struct entity *e)
{
    (void)view;
    return count(out, e, FIELD_BUSINESS_HOURS_WORKING_HOURS);
}

bool derive_holidays_count(struct buf *out, const struct catalog_view *view, const struct entity *e)
{
    (void)view;
    return count(out, e, FIELD_HOLIDAY_LIST_HOLIDAYS);
}

bool derive_overrides_count(struct buf *out, const struct catalog_view *view,
                            const struct entity *e)
{
    (void)view;
    return count(out, e, FIELD_OVERRIDES_OVERRIDES);
}

/* Times of one form compare as texts. */
bool derive_latest_override(struct buf *out, const struct catalog_view *view,
                            const struct entity *e)
{
    struct json *list;
    const struct json *latest = NULL;
    struct slice begins = SLICE("");
    (void)view;
    if (entity_parse(e, FIELD_OVERRIDES_OVERRIDES, out->arena, &list) != ERR_OK)
        return false;
    JSON_EACH(entry, list)
    {
        struct slice start = json_text(json_get(entry, "startDateTime"), SLICE(""));
        if (latest && slice_cmp(start, begins) <= 0)
            continue;
        latest = entry;
        begins = start;
    }
    if (latest)
        buf_add(out, latest->raw);
    return latest != NULL;
}
