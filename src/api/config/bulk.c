/* Bulk save: `items` of {itemIdentifier, item, requestAction}, answered by 207 with a status for
 * each. SAVE without an id creates; with an id it updates where the resource allows that in bulk,
 * otherwise it is refused as a create with an id. */
#include "api/config/change.h"
#include "api/config/gate.h"
#include "api/config/once.h"
#include "api/rest/error_body.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/schema.h"

struct bulk_call {
    struct catalog_bulk bulk;
    const int64_t *identifiers;
};

static enum err read_item(struct rest_call *call, struct catalog_bulk_item *out,
                          const struct json *row)
{
    enum resource r = config_resource(call);
    const struct json *item = json_get(row, "item");
    struct uuid id = { { 0 } };
    bool named = uuid_parse(json_text(json_get(item, "id"), SLICE("")), &id);
    bool gone = slice_is(json_text(json_get(row, "requestAction"), SLICE("SAVE")), "DELETE");
    bool update = out->change.partial || (named && resource_rules[r].bulk_updates);
    out->verb = gone ? CATALOG_DELETE : update ? CATALOG_UPDATE : CATALOG_CREATE;
    out->change.body = item ? item->raw : SLICE("null");
    if (out->verb != CATALOG_CREATE)
        out->change.id = id;
    return ERR_OK;
}

static void write_error(struct json_writer *w, struct rest_call *call,
                        const struct catalog_bulk_item *item)
{
    struct error_body error = { .err = item->err,
                                .detail = item->detail,
                                .tracking_id = call->tracking_id };
    struct slice json = error_body_write(call->arena, FAMILY_CONFIG, &error);
    if (json.at)
        json_member_raw(w, "apiError", json);
}

static int status_of(const struct catalog_bulk_item *item)
{
    static const int done[] = { 201, 200, 204, 200 };
    return item->err ? err_status(item->err) : done[item->verb];
}

/* Where the item is found; a sub-resource under its parent. */
static struct slice path_of(const struct rest_call *call, const struct catalog_bulk_item *item)
{
    char id[UUID_TEXT_LEN + 1], parent[UUID_TEXT_LEN + 1];
    const struct resource_rule *rule = &resource_rules[item->change.resource];
    uuid_format(item->id, id);
    if (rule->parent == RESOURCE_COUNT)
        return arena_printf(call->arena, "/api/organization/%.*s/%s%s/%s", SLICE_ARG(call->org),
                            rule->prefix, rule->path, id);
    uuid_format(item->change.parent, parent);
    return arena_printf(call->arena, "/api/organization/%.*s/%s/%s/%s/%s", SLICE_ARG(call->org),
                        resource_rules[rule->parent].path, parent, rule->path, id);
}

static void write_item(struct json_writer *w, struct rest_call *call, int64_t identifier,
                       const struct catalog_bulk_item *item)
{
    static const char *const verbs[] = { "CREATE", "UPDATE", "DELETE", "UPDATE" };
    json_object_begin(w);
    json_member_i64(w, "itemIdentifier", identifier);
    json_member_i64(w, "status", status_of(item));
    json_member_cstr(w, "operationType", verbs[item->verb]);
    if (!uuid_is_nil(item->id))
        json_member_text(w, "href", path_of(call, item));
    if (item->err)
        write_error(w, call, item);
    json_object_end(w);
}

static void answer(struct rest_call *call, const struct core_answer *answered)
{
    struct bulk_call *b = call->state;
    struct buf out;
    struct json_writer w;
    if (answered->err) {
        rest_fail(call, answered->err, answered->detail);
        return;
    }
    if (call->replayed && !catalog_bulk_recall(&b->bulk, answered->result, call->arena)) {
        rest_fail(call, ERR_CORRUPT, SLICE(""));
        return;
    }
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < b->bulk.count; i++)
        write_item(&w, call, b->identifiers[i], &b->bulk.items[i]);
    json_array_end(&w);
    json_object_end(&w);
    if (buf_failed(&out))
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
    else
        rest_reply(call, 0, buf_slice(&out));
}

/* A misspelt DELETE must not save. */
static void check_action(struct catalog_bulk_item *item, const struct json *row)
{
    const struct json *given = json_get(row, "requestAction");
    struct slice action = json_text(given, SLICE(""));
    bool known = !given || given->type == JSON_NULL || slice_is(action, "SAVE") ||
                 slice_is(action, "DELETE") || (given->type == JSON_STRING && !action.len);
    if (known)
        return;
    item->err = ERR_INVALID_FIELD;
    item->detail = SLICE("requestAction: should be one of SAVE, DELETE");
}

static bool all_save(const struct json *items)
{
    JSON_EACH(row, items)
    {
        struct slice action = json_text(json_get(row, "requestAction"), SLICE(""));
        if (action.len && !slice_is(action, "SAVE"))
            return false;
    }
    return true;
}

/* An entity the caller cannot see is answered as one that is not there. */
static enum err gate_item(struct rest_call *call, struct catalog_bulk_item *item)
{
    enum err e = gate_change(call, item->change.id);
    if (e == ERR_NOT_FOUND)
        item->change.id = (struct uuid){ { 0 } };
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err config_bulk(struct rest_call *call, config_item_fn *read, bool partial)
{
    const struct json *items = json_get(call->body, "items");
    if (!items || items->type != JSON_ARRAY)
        return rest_failf(call, ERR_INVALID_FIELD, "items: should be a list");
    if (items->count > LIMIT_bulk_items_max)
        return rest_failf(call, ERR_INVALID_FIELD, "items: should not have more than %d elements",
                          LIMIT_bulk_items_max);
    if (partial && !all_save(items))
        return rest_failf(call, ERR_INVALID_FIELD,
                          "requestAction should be empty or specified as 'SAVE' for PATCH");
    struct bulk_call *b = arena_alloc(call->arena, sizeof *b);
    int64_t *identifiers = arena_alloc(call->arena, (items->count + 1) * sizeof *identifiers);
    struct catalog_bulk_item *rows = arena_alloc(call->arena, (items->count + 1) * sizeof *rows);
    if (!b || !identifiers || !rows)
        return ERR_OUT_OF_MEMORY;
    *b = (struct bulk_call){ { rows, items->count, .told = true }, identifiers };
    JSON_EACH(row, items)
    {
        *identifiers++ = json_i64(json_get(row, "itemIdentifier"), 0);
        *rows = (struct catalog_bulk_item){ .change = config_change(call) };
        rows->change.partial = partial;
        enum err e = read(call, rows, row);
        check_action(rows, row);
        if (e == ERR_OK)
            e = gate_item(call, rows++);
        if (e != ERR_OK)
            return e;
    }
    call->state = b;
    return change_is_dry(call)
               ? rest_submit(call, catalog_bulk, &b->bulk, answer)
               : once_submit(call, catalog_bulk, &b->bulk, answer, call->body->raw, SLICE(""));
}

enum err rest_config_bulk(struct rest_call *call)
{
    return config_bulk(call, read_item, false);
}

/* Items change the fields they name; all must have ids. */
enum err rest_config_patch_bulk(struct rest_call *call)
{
    return config_bulk(call, read_item, true);
}
