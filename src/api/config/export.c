/* Bulk export: flat rows with names where the resource has ids, ready to become a spreadsheet, and
 * the purge of what is no longer used. */
#include "api/config/change.h"
#include "api/config/gate.h"
#include "api/config/once.h"
#include "api/config/page.h"
#include "api/config/response.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "domain/catalog/naming.h"
#include "domain/catalog/schema.h"

struct export
{
    const struct catalog_view *view;
    struct arena *arena;
    struct json_writer *w;
    struct access access;
};

static const struct entity *target_of(const struct export *x, enum resource r,
                                      const struct json *id)
{
    struct uuid uuid;
    if (r == RESOURCE_COUNT || !uuid_parse(json_text(id, SLICE("")), &uuid))
        return NULL;
    return view_get(x->view, r, uuid);
}

/* What names nothing we know stays as it is. */
static void put_name(const struct export *x, enum resource r, const struct json *id)
{
    const struct entity *e = target_of(x, r, id);
    if (e)
        json_put_text(x->w, entity_name(e, x->arena));
    else
        json_put_node(x->w, id);
}

static void put_names(const struct export *x, enum resource r, const struct json *value)
{
    if (value->type != JSON_ARRAY) {
        put_name(x, r, value);
        return;
    }
    json_array_begin(x->w);
    JSON_EACH(id, value)
    {
        put_name(x, r, id->type == JSON_OBJECT ? json_get(id, "id") : id);
    }
    json_array_end(x->w);
}

static void put_team(const struct export *x, const struct json *id)
{
    struct uuid site_id;
    const struct entity *team = target_of(x, RESOURCE_TEAM, id), *site = NULL;
    json_object_begin(x->w);
    if (team) {
        json_member_text(x->w, "teamName", entity_name(team, x->arena));
        site_id = entity_ref(team, FIELD_TEAM_SITE_ID);
        site = view_get(x->view, RESOURCE_SITE, site_id);
    }
    if (site)
        json_member_text(x->w, "siteName", entity_name(site, x->arena));
    json_object_end(x->w);
}

static void put_teams(const struct export *x, const struct json *ids, const char *member)
{
    json_array_begin(x->w);
    JSON_EACH(id, ids)
    {
        put_team(x, member ? json_get(id, member) : id);
    }
    json_array_end(x->w);
}

static void put_groups(const struct export *x, const struct json *groups)
{
    static const struct json none = { .type = JSON_ARRAY };
    json_array_begin(x->w);
    JSON_EACH(group, groups)
    {
        const struct json *teams = json_get(group, "agentGroups");
        json_object_begin(x->w);
        json_key(x->w, "agentGroups");
        put_teams(x, teams ? teams : &none, "teamId");
        json_member_i64(x->w, "order", json_i64(json_get(group, "order"), 0));
        json_member_i64(x->w, "duration", json_i64(json_get(group, "duration"), 0));
        json_object_end(x->w);
    }
    json_array_end(x->w);
}

static void put_members(const struct export *x, const struct export_column *c,
                        const struct json *rows)
{
    json_array_begin(x->w);
    JSON_EACH(row, rows)
    {
        json_object_begin(x->w);
        for (const char *const *member = c->members; *member; member += 2) {
            const struct json *value = json_get(row, member[1]);
            if (!value)
                continue;
            json_key(x->w, member[0]);
            json_put_node(x->w, value);
        }
        json_object_end(x->w);
    }
    json_array_end(x->w);
}

static void put_column(const struct export *x, const struct export_column *c,
                       const struct json *value)
{
    json_key(x->w, c->name);
    switch (c->kind) {
    case EXPORT_VALUE:
        json_put_node(x->w, value);
        break;
    case EXPORT_TEXT:
        json_put_text(x->w, value->raw);
        break;
    case EXPORT_NAMES:
        put_names(x, c->target, value);
        break;
    case EXPORT_TEAMS:
        put_teams(x, value, NULL);
        break;
    case EXPORT_GROUPS:
        put_groups(x, value);
        break;
    case EXPORT_ROWS:
        put_members(x, c, value);
        break;
    }
}

static enum err read_field(const struct export *x, const struct entity *e, enum field f,
                           struct json **out)
{
    struct buf text;
    if (!field_rules[f].derive)
        return entity_parse(e, f, x->arena, out);
    buf_init_arena(&text, x->arena);
    return field_rules[f].derive(&text, x->view, e) && !buf_failed(&text)
               ? json_parse(x->arena, buf_slice(&text), out, NULL)
               : ERR_NOT_FOUND;
}

static void put_row(const struct export *x, const struct entity *e)
{
    const struct export_column *c = resource_rules[entity_resource(e)].export_columns;
    json_object_begin(x->w);
    for (; c->name; c++) {
        struct json *whole;
        const struct json *value;
        if (read_field(x, e, c->field, &whole) != ERR_OK)
            continue;
        value = c->child ? json_get(whole, c->child) : whole;
        if (value)
            put_column(x, c, value);
    }
    json_object_end(x->w);
}

/* The required `type` of queues and entry points. */
static enum err read_type(struct rest_call *call, const struct resource_rule *rule,
                          struct slice *type, struct slice *why)
{
    *type = SLICE("");
    if (rule->export_type == FIELD_COUNT)
        return ERR_OK;
    http_query(call->http, "type", type);
    for (const char *const *word = field_rules[rule->export_type].words; *word; word++) {
        if (slice_is(*type, *word))
            return ERR_OK;
    }
    *why = SLICE("type: should be INBOUND or OUTBOUND");
    return ERR_INVALID_FIELD;
}

static bool is_wanted(const struct entity *e, const struct resource_rule *rule, struct slice type)
{
    return rule->export_type == FIELD_COUNT || slice_eq(entity_text(e, rule->export_type), type);
}

static void write_rows(const struct export *x, enum resource r, struct slice type,
                       struct config_page *page)
{
    const struct resource_rule *rule = &resource_rules[r];
    struct catalog_set set = x->view->set(x->view->catalog, x->view->org, r);
    size_t first = page->number * page->size;
    json_key(x->w, "resources");
    json_array_begin(x->w);
    for (size_t i = 0; i < set.count; i++) {
        if (!is_wanted(set.items[i], rule, type) || !access_shows(&x->access, set.items[i]))
            continue;
        if (page->total >= first && page->total - first < page->size)
            put_row(x, set.items[i]);
        page->total++;
    }
    json_array_end(x->w);
}

static enum err write_export(struct rest_call *call, struct config_page *page, struct slice type)
{
    struct catalog_view view = config_view(call);
    struct buf out;
    struct json_writer w;
    struct export x = { .view = &view, .arena = call->arena, .w = &w };
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    epoch_enter();
    enum err e = gate_read(call, config_resource(call), &x.access);
    if (e == ERR_OK)
        write_rows(&x, config_resource(call), type, page);
    epoch_leave();
    if (e != ERR_OK)
        return e;
    json_member_i64(&w, "totalResources", (int64_t)page->total);
    json_member_i64(&w, "pageNumber", (int64_t)page->number);
    json_member_i64(&w, "pageSize", (int64_t)page->size);
    json_member_cstr(&w, "rel", config_page_end(page) < page->total ? "next" : "last");
    json_object_end(&w);
    return config_answer(call, &out);
}

enum err rest_config_export(struct rest_call *call)
{
    const struct resource_rule *rule = &resource_rules[config_resource(call)];
    struct slice type, why = { NULL, 0 };
    struct config_page page;
    enum err e = page_read_of(call->http, rule->export_page, &page, &why);
    if (e == ERR_OK)
        e = read_type(call, rule, &type, &why);
    if (e == ERR_OK)
        return write_export(call, &page, type);
    rest_fail(call, e, why);
    return ERR_OK;
}

/* ---- purge ---- */

enum err rest_config_purge(struct rest_call *call)
{
    struct slice from;
    struct catalog_purge *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    *args = (struct catalog_purge){ .org = config_view(call).org,
                                    .resource = config_resource(call),
                                    .dry_run = change_is_dry(call),
                                    .by = call->principal.user };
    if (http_query(call->http, "nextStartId", &from) && from.len && !uuid_parse(from, &args->from))
        return rest_failf(call, ERR_INVALID_FIELD, "nextStartId: should be an id");
    enum err e = gate_change_all(call);
    if (e != ERR_OK)
        return e;
    return args->dry_run
               ? rest_submit(call, catalog_purge, args, response_reply)
               : once_submit(call, catalog_purge, args, response_reply, SLICE(""), SLICE(""));
}
