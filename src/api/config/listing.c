#include "api/config/listing.h"

#include <assert.h>
#include <stdlib.h>

#include "api/config/asked.h"
#include "api/config/lookup.h"
#include "base/arena.h"
#include "base/limits.h"
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

/* "name,ASC" or "name". */
static enum err read_sort(struct http_request *req, struct listing *l, struct slice *why)
{
    struct slice text, name;
    if (!http_query(req, "sort", &text) || text.len == 0)
        return ERR_OK;
    struct slice direction = text;
    slice_cut(&direction, ',', &name);
    l->sort = schema_field(l->resource, slice_trim(name));
    l->descending = slice_eq_nocase(slice_trim(direction), SLICE("desc"));
    bool known =
        !direction.len || l->descending || slice_eq_nocase(slice_trim(direction), SLICE("asc"));
    if (l->sort != FIELD_COUNT && known && !(field_rules[l->sort].flags & RULE_LIST))
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

/* ---- finding ---- */

static int by_field(const struct entity *a, const struct entity *b, enum field f)
{
    struct slice x = entity_raw(a, f), y = entity_raw(b, f);
    if (!x.at || !y.at)
        return !x.at - !y.at; /* what is not set comes last */
    if (field_rules[f].type == RULE_INTEGER) {
        int64_t n = entity_i64(a, f, 0), m = entity_i64(b, f, 0);
        return (n > m) - (n < m);
    }
    size_t len = x.len < y.len ? x.len : y.len;
    int order = strncasecmp(x.at, y.at, len);
    return order ? order : (x.len > y.len) - (x.len < y.len);
}

static int by_listing(const void *a, const void *b, void *ctx)
{
    const struct listing *l = ctx;
    const struct entity *x = *(const struct entity *const *)a;
    const struct entity *y = *(const struct entity *const *)b;
    int order = by_field(x, y, l->sort);
    if (order == 0)
        return uuid_cmp(entity_id(x), entity_id(y));
    return l->descending ? -order : order;
}

static bool is_in_use(const struct entity *e)
{
    enum field active = resource_rules[entity_resource(e)].active;
    return active == FIELD_COUNT || entity_bool(e, active, true);
}

static bool is_of_channels(const struct entity *e, struct slice rest)
{
    enum field channel = schema_field(entity_resource(e), SLICE("channelType"));
    struct slice one;
    if (!rest.len || channel == FIELD_COUNT)
        return true;
    while (slice_cut(&rest, ',', &one)) {
        if (slice_eq(slice_trim(one), entity_text(e, channel)))
            return true;
    }
    return false;
}

static bool wanted(const struct listing *l, const struct entity *e, struct arena *scratch)
{
    if ((l->in_use_only && !is_in_use(e)) || !access_shows(&l->access, e) ||
        !list_view_shows(&l->view, e) || !is_of_channels(e, l->channels))
        return false;
    if (!is_child_of(e, l->parent))
        return false;
    if (!scratch)
        return true;
    arena_reset(scratch);
    return (!l->filter || config_filter_matches(l->filter, e, scratch)) &&
           (!l->searching || config_search_matches(&l->search, e, scratch));
}

enum err config_listing_find(struct listing *l, const struct catalog_view *view, struct arena *a,
                             struct slice *why)
{
    struct catalog_set set = view->set(view->catalog, view->org, l->resource);
    struct arena *scratch =
        l->filter || l->searching ? arena_new(LIMIT_request_arena_bytes_max) : NULL;
    l->rows = arena_alloc(a, (set.count + 1) * sizeof *l->rows);
    if (!l->rows || ((l->filter || l->searching) && !scratch)) {
        arena_free(scratch);
        return ERR_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < set.count; i++) {
        if (wanted(l, set.items[i], scratch))
            l->rows[l->page.total++] = set.items[i];
    }
    arena_free(scratch);
    if (l->sort != FIELD_COUNT)
        qsort_r(l->rows, l->page.total, sizeof *l->rows, by_listing, l);
    if (!l->one_only || l->page.total <= 1)
        return ERR_OK;
    *why = SLICE("singleObjectResponse: the filter should leave a single record");
    return ERR_INVALID_FIELD;
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
    for (size_t i = config_page_first(&l->page); i < config_page_end(&l->page); i++)
        write_row(l, view, l->rows[i], w);
    json_array_end(w);
}
