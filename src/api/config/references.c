/* Who points at an entity: asked by administrators before they delete it. */
#include <stdlib.h>

#include "api/config/config.h"
#include "api/config/page.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/epoch.h"
#include "domain/catalog/schema.h"

struct found {
    struct arena *arena;
    enum resource type; /* RESOURCE_COUNT: all */
    const struct entity **rows;
    size_t count, cap;
    bool from[RESOURCE_COUNT];
    bool failed;
};

static bool collect(void *ctx, const struct entity *e)
{
    struct found *f = ctx;
    enum resource from = entity_resource(e);
    f->from[from] = true;
    if (f->type != RESOURCE_COUNT && f->type != from)
        return true;
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 64;
        const struct entity **rows = arena_alloc(f->arena, cap * sizeof *rows);
        f->failed = !rows;
        if (!rows)
            return false;
        if (f->count)
            memcpy(rows, f->rows, f->count * sizeof *rows);
        f->rows = rows;
        f->cap = cap;
    }
    f->rows[f->count++] = e;
    return true;
}

static void write_name(struct json_writer *w, const struct entity *e, struct arena *a)
{
    enum resource r = entity_resource(e);
    enum field name = schema_field(r, SLICE("name"));
    if (r == RESOURCE_USER) {
        struct slice first = entity_text_copy(e, FIELD_USER_FIRST_NAME, a);
        struct slice last = entity_text_copy(e, FIELD_USER_LAST_NAME, a);
        json_member_text(w, "name",
                         arena_printf(a, "%.*s %.*s", SLICE_ARG(first), SLICE_ARG(last)));
    } else if (name != FIELD_COUNT) {
        json_member_text(w, "name", entity_text_copy(e, name, a));
    }
}

static void write_row(struct json_writer *w, const struct entity *e, struct arena *a)
{
    json_object_begin(w);
    json_member_uuid(w, "id", entity_id(e));
    write_name(w, e, a);
    json_key(w, "additionalAttributes");
    json_object_begin(w);
    json_member_cstr(w, "entityType", resource_rules[entity_resource(e)].name);
    json_object_end(w);
    json_member_i64(w, "version", entity_version(e));
    json_object_end(w);
}

static void write_all(struct rest_call *call, const struct found *f, struct config_page *page,
                      struct json_writer *w)
{
    page->total = f->count;
    json_object_begin(w);
    json_member_cstr(w, "description", "list of referenced entities");
    json_key(w, "meta");
    json_object_begin(w);
    config_page_meta(w, page, call->http, call->org);
    json_key(w, "referencedEntities");
    json_array_begin(w);
    for (enum resource r = 0; r < RESOURCE_COUNT; r++) {
        if (f->from[r])
            json_put_cstr(w, resource_rules[r].name);
    }
    json_array_end(w);
    json_member_cstr(w, "currentEntity", resource_rules[config_resource(call)].name);
    json_object_end(w);
    json_key(w, "data");
    json_array_begin(w);
    for (size_t i = config_page_first(page); i < config_page_end(page); i++)
        write_row(w, f->rows[i], call->arena);
    json_array_end(w);
    json_object_end(w);
}

static enum err read_type(struct rest_call *call, enum resource *type, struct slice *why)
{
    struct slice text;
    if (!http_query(call->http, "type", &text) || text.len == 0)
        return ERR_OK;
    *type = schema_resource(text);
    if (*type != RESOURCE_COUNT)
        return ERR_OK;
    *why = SLICE("specify a valid external entity type");
    return ERR_INVALID_FIELD;
}

static enum err answer(struct rest_call *call, struct uuid id, struct config_page *page,
                       struct found *f)
{
    struct catalog_view view = config_view(call);
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    if (!view_get(&view, config_resource(call), id))
        return ERR_NOT_FOUND;
    view_references(&view, config_resource(call), id, collect, f);
    write_all(call, f, page, &w);
    if (f->failed || buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 0, buf_slice(&out));
    return ERR_OK;
}

enum err rest_config_incoming_references(struct rest_call *call)
{
    struct found f = { .arena = call->arena, .type = RESOURCE_COUNT };
    struct slice why = { NULL, 0 };
    struct config_page page;
    struct uuid id;
    enum err e = config_id(call, &id);
    if (e == ERR_OK)
        e = config_page_read(call->http, &page, &why);
    if (e == ERR_OK)
        e = read_type(call, &f.type, &why);
    if (e != ERR_OK) {
        rest_fail(call, e, why);
        return ERR_OK;
    }
    epoch_enter();
    e = answer(call, id, &page, &f);
    epoch_leave();
    return e;
}
