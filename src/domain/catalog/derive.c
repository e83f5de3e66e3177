/* Fields that are computed when somebody reads: named by `derived` in spec/resources. */
#include "base/buf.h"
#include "domain/catalog/hooks.h"
#include "domain/catalog/index.h"
#include "domain/catalog/references.h"

/* Membership lives in the users; a team only shows it. */
bool derive_team_users(struct buf *out, const struct catalog_view *view, const struct entity *e)
{
    struct catalog_set users = view->set(view->catalog, view->org, RESOURCE_USER);
    char text[UUID_TEXT_LEN + 1];
    unsigned count = 0;
    for (size_t i = 0; i < users.count; i++) {
        if (!entity_lists_ref(users.items[i], FIELD_USER_TEAM_IDS, entity_id(e)))
            continue;
        uuid_format(entity_id(users.items[i]), text);
        buf_printf(out, "%s\"%s\"", count++ ? "," : "[", text);
    }
    buf_add_char(out, ']');
    return count > 0;
}

bool derive_entry_point_name(struct buf *out, const struct catalog_view *view,
                             const struct entity *e)
{
    const struct entity *point =
        view_get(view, RESOURCE_ENTRY_POINT, entity_ref(e, FIELD_DIAL_NUMBER_ENTRY_POINT_ID));
    if (point)
        buf_add(out, entity_raw(point, FIELD_ENTRY_POINT_NAME));
    return point != NULL;
}

bool derive_user_default_number(struct buf *out, const struct catalog_view *view,
                                const struct entity *e)
{
    struct slice raw = entity_raw(e, FIELD_USER_DEAFULT_DIALLED_NUMBER);
    (void)view;
    buf_add(out, raw);
    return raw.at != NULL;
}

/* The contract's own store had another id; ours has one. */
bool derive_user_db_id(struct buf *out, const struct catalog_view *view, const struct entity *e)
{
    (void)view;
    buf_add(out, entity_raw(e, FIELD_USER_ID));
    return true;
}

static bool put_site_name(struct buf *out, const struct catalog_view *view, struct uuid site)
{
    const struct entity *e = view_get(view, RESOURCE_SITE, site);
    if (e)
        buf_add(out, entity_raw(e, FIELD_SITE_NAME));
    return e != NULL;
}

bool derive_team_site_name(struct buf *out, const struct catalog_view *view, const struct entity *e)
{
    return put_site_name(out, view, entity_ref(e, FIELD_TEAM_SITE_ID));
}

bool derive_user_site_name(struct buf *out, const struct catalog_view *view, const struct entity *e)
{
    return put_site_name(out, view, entity_ref(e, FIELD_USER_SITE_ID));
}

/* Entities of a sub-resource inside their parent: they name it, it only shows them. */
bool derive_entries(struct buf *out, const struct catalog_view *view, const struct entity *e)
{
    const struct resource_rule *rule = &resource_rules[entity_resource(e)];
    enum field f = rule->first;
    while (field_rules[f].entries == RESOURCE_COUNT)
        f++;
    struct catalog_set set = view->set(view->catalog, view->org, field_rules[f].entries);
    unsigned count = 0;
    buf_add_char(out, '[');
    for (size_t i = 0; i < set.count; i++) {
        if (!is_child_of(set.items[i], entity_id(e)))
            continue;
        buf_add(out, count++ ? SLICE(",") : SLICE(""));
        buf_add(out, view_served(view, set.items[i], out->arena));
    }
    buf_add_char(out, ']');
    return true;
}

bool derive_entry_point_numbers(struct buf *out, const struct catalog_view *view,
                                const struct entity *e)
{
    const enum field f = FIELD_DIAL_NUMBER_ENTRY_POINT_ID;
    struct catalog_set numbers;
    const struct entity_set *indexed = view_set(view, RESOURCE_DIAL_NUMBER, &numbers);
    const struct field_index *x = indexed ? index_want(indexed, f, numbers.count) : NULL;
    size_t count = 0;
    char id[UUID_TEXT_LEN + 1];
    uuid_format(entity_id(e), id);
    if (x)
        count = index_equal(x, slice_of(id)).count;
    for (size_t i = 0; !x && i < numbers.count; i++)
        count += uuid_eq(entity_ref(numbers.items[i], f), entity_id(e));
    buf_printf(out, "%zu", count);
    return true;
}

bool derive_user_skills_full(struct buf *out, const struct catalog_view *view,
                             const struct entity *e)
{
    struct json *skills = NULL;
    (void)view;
    entity_parse(e, FIELD_USER_DYNAMIC_SKILLS, out->arena, &skills);
    bool full = skills && skills->count >= field_rules[FIELD_USER_DYNAMIC_SKILLS].items_max;
    buf_add(out, full ? SLICE("true") : SLICE("false"));
    return true;
}
