#include "api/config/listing.h"

#include <assert.h>

#include "api/config/asked.h"
#include "api/config/lookup.h"
#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/index.h"
#include "domain/catalog/schema.h"

/* ---- reading the request ---- */

static enum err read_filter(struct http_request *req, struct listing *l, bool only_id,
                            struct slice *why)
{
    struct slice text;
    if (!http_query(req, "filter", &text) || slice_trim(text).len == 0)
        return ERR_OK;
    enum err e = rsql_parse(req->arena, text, &l->filter, why);
    return e == ERR_OK ? config_filter_bind(req->arena, l->filter, l->resource, only_id, why) : e;
}

static enum err read_search(struct http_request *req, struct listing *l, struct slice *why)
{
    struct slice text;
    if (!http_query(req, "search", &text) || slice_trim(text).len == 0)
        return ERR_OK;
    l->searching = true;
    return config_search_parse(req->arena, text, l->resource, &l->search, why);
}

/* In any case: the contract's own example is timeZone, and the field is timezone. */
static enum field sort_field(enum resource r, struct slice name)
{
    const struct resource_rule *rule = &resource_rules[r];
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        if (slice_eq_nocase(slice_of(field_rules[f].name), name))
            return f;
    }
    return FIELD_COUNT;
}

/* "name,ASC" or "name". */
static enum err read_sort(struct http_request *req, struct listing *l, struct slice *why)
{
    struct slice text, name;
    l->sort = resource_rules[l->resource].sort;
    if (!http_query(req, "sort", &text) || text.len == 0)
        return ERR_OK;
    struct slice direction = text;
    slice_cut(&direction, ',', &name);
    l->sort = sort_field(l->resource, slice_trim(name));
    l->descending = slice_eq_nocase(slice_trim(direction), SLICE("desc"));
    bool known =
        !direction.len || l->descending || slice_eq_nocase(slice_trim(direction), SLICE("asc"));
    if (l->sort != FIELD_COUNT && known && index_takes(l->sort) &&
        !(field_rules[l->sort].flags & (RULE_LIST | RULE_HIDDEN)))
        return ERR_OK;
    *why = arena_printf(req->arena, "sort: %.*s is not a field and a direction", SLICE_ARG(text));
    return ERR_INVALID_FIELD;
}

static void show_default(struct listing *l)
{
    const struct resource_rule *rule = &resource_rules[l->resource];
    l->whole = !rule->derives && rule->parent == RESOURCE_COUNT;
    for (unsigned i = 0; i < rule->count; i++) {
        unsigned flags = field_rules[rule->first + i].flags;
        bool left_out = (flags & RULE_NOT_LISTED) || ((flags & RULE_LIST) && !rule->arrays_in_list);
        l->shown[i] = (l->one_only || !left_out) && !(flags & (RULE_HIDDEN | RULE_ASKED));
        l->whole &= l->shown[i];
    }
}

/* Fields that lists show to those who ask for them: includeCount=true. */
static void show_on_demand(struct http_request *req, struct listing *l)
{
    const struct resource_rule *rule = &resource_rules[l->resource];
    for (unsigned i = 0; i < rule->count; i++) {
        if (field_rules[rule->first + i].on_demand && asked_for(req, rule->first + i))
            l->shown[i] = true;
    }
}

/* Desktops ask with agentView=true: they get what they need of what is in use. */
static bool show_agent_view(struct http_request *req, struct listing *l)
{
    const struct resource_rule *rule = &resource_rules[l->resource];
    struct slice text;
    if (!http_query(req, "agentView", &text) || !slice_is(text, "true"))
        return false;
    for (unsigned i = 0; i < rule->count; i++) {
        l->shown[i] = field_rules[rule->first + i].flags & RULE_AGENT_VIEW;
        l->in_use_only |= l->shown[i];
    }
    return l->in_use_only;
}

/* Names that are no fields are passed over: clients ask for more than every service has. */
static void read_attributes(struct http_request *req, struct listing *l)
{
    struct slice rest, name;
    if (!http_query(req, "attributes", &rest) || slice_trim(rest).len == 0) {
        if (!show_agent_view(req, l))
            show_default(l);
        show_on_demand(req, l);
        return;
    }
    while (slice_cut(&rest, ',', &name)) {
        enum field f = schema_field(l->resource, slice_trim(name));
        if (f != FIELD_COUNT && !(field_rules[f].flags & RULE_HIDDEN))
            l->shown[f - resource_rules[l->resource].first] = true;
    }
}

enum err config_listing_read(struct http_request *req, enum resource r, bool only_id,
                             struct listing *out, struct slice *why)
{
    struct slice text;
    assert(resource_rules[r].count <= LISTING_FIELDS_MAX);
    *out = (struct listing){
        .resource = r, .sort = FIELD_COUNT, .access.all = true, .view.desktop.all = true
    };
    out->one_only = !resource_rules[r].arrays_in_list &&
                    http_query(req, "singleObjectResponse", &text) && slice_is(text, "true");
    struct config_page page;
    enum err e = config_page_read(req, &page, why);
    if (e != ERR_OK)
        return e;
    out->page = page;
    e = read_filter(req, out, only_id, why);
    if (e == ERR_OK && !only_id)
        e = read_search(req, out, why);
    if (e == ERR_OK && !only_id)
        e = read_sort(req, out, why);
    if (only_id)
        http_query(req, "channelTypes", &out->channels);
    if (r == RESOURCE_USER && query_is_on(req, "checkIfUserHasDynamicSkill") &&
        http_query(req, "dynamicSkillId", &text) && !uuid_parse(text, &out->skill)) {
        *why = SLICE("dynamicSkillId: should be an id");
        return ERR_INVALID_FIELD;
    }
    if (e == ERR_OK)
        read_attributes(req, out);
    return e;
}

void listing_hide(struct listing *l, enum field f)
{
    l->shown[f - resource_rules[l->resource].first] = false;
    l->whole = false;
}

/* ---- writing ---- */

static void write_row(const struct listing *l, const struct catalog_view *view,
                      const struct entity *e, struct json_writer *w)
{
    const struct resource_rule *rule = &resource_rules[l->resource];
    if (l->whole) {
        json_put_raw(w, entity_json(e));
        return;
    }
    json_object_begin(w);
    for (unsigned i = 0; i < rule->count; i++) {
        if (l->shown[i])
            put_field(w, view, e, rule->first + i);
    }
    if (!uuid_is_nil(l->skill))
        json_member_bool(w, "dynamicSkillAssigned",
                         lookup_mentions(e, FIELD_USER_DYNAMIC_SKILLS, l->skill));
    json_object_end(w);
}

void config_listing_write(const struct listing *l, const struct catalog_view *view,
                          struct json_writer *w)
{
    json_array_begin(w);
    for (size_t i = 0; i < l->row_count; i++)
        write_row(l, view, l->rows[i], w);
    json_array_end(w);
}
