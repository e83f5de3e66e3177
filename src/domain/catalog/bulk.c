#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "domain/catalog/commands.h"
#include "domain/core/effects.h"

static struct uuid id_in(struct slice result, struct arena *a)
{
    struct json *made;
    struct uuid id = { { 0 } };
    if (result.len && json_parse(a, result, &made, NULL) == ERR_OK)
        uuid_parse(json_text(json_get(made, "id"), SLICE("")), &id);
    return id;
}

static void run(struct world *w, struct catalog_bulk_item *item, struct effects *fx)
{
    static command_fn *const verbs[] = { catalog_create, catalog_update, catalog_delete,
                                         catalog_reskill };
    if (item->err)
        return;
    if (!effects_have_room(fx)) {
        item->err = ERR_TOO_LARGE;
        item->detail = SLICE(CHANGES_LEFT);
        item->id = item->change.id;
        return;
    }
    fx->detail = fx->result = (struct slice){ NULL, 0 };
    item->err = verbs[item->verb](w, &item->change, fx);
    item->detail = fx->detail;
    item->id = item->verb == CATALOG_CREATE ? id_in(fx->result, fx->arena) : item->change.id;
}

static void tell(const struct catalog_bulk *bulk, struct effects *fx)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, fx->arena);
    json_writer_init(&w, &out);
    json_array_begin(&w);
    for (size_t i = 0; i < bulk->count; i++) {
        json_object_begin(&w);
        json_member_cstr(&w, "code", err_code(bulk->items[i].err));
        json_member_text(&w, "detail", bulk->items[i].detail);
        if (!uuid_is_nil(bulk->items[i].id))
            json_member_uuid(&w, "id", bulk->items[i].id);
        json_object_end(&w);
    }
    json_array_end(&w);
    fx->failed |= buf_failed(&out);
    fx->result = buf_slice(&out);
}

enum err catalog_bulk(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_bulk *bulk = args;
    for (size_t i = 0; i < bulk->count; i++)
        run(w, &bulk->items[i], fx);
    fx->detail = fx->result = (struct slice){ NULL, 0 };
    if (bulk->told)
        tell(bulk, fx);
    return ERR_OK;
}

/* ---- again ---- */

static bool err_of(struct slice code, enum err *out)
{
    for (enum err e = ERR_OK; e < ERR_COUNT; e++) {
        *out = e;
        if (slice_is(code, err_code(e)))
            return true;
    }
    return false;
}

static bool recall(struct catalog_bulk_item *item, const struct json *row)
{
    const struct json *id = json_get(row, "id"); /* missing: it came to none */
    item->detail = json_text(json_get(row, "detail"), SLICE(""));
    item->id = (struct uuid){ { 0 } };
    return err_of(json_text(json_get(row, "code"), SLICE("")), &item->err) &&
           (!id || uuid_parse(json_text(id, SLICE("")), &item->id));
}

bool catalog_bulk_recall(struct catalog_bulk *bulk, struct slice result, struct arena *a)
{
    struct json *rows;
    size_t n = 0;
    struct slice copy = arena_copy(a, result);
    if (!copy.at || json_parse(a, copy, &rows, NULL) != ERR_OK || rows->type != JSON_ARRAY ||
        rows->count != bulk->count)
        return false;
    JSON_EACH(row, rows)
    {
        if (!recall(&bulk->items[n++], row))
            return false;
    }
    return true;
}
